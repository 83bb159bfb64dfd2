package audit_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/caucus-live/caucus/internal/audit"
	"github.com/caucus-live/caucus/internal/audit/audittest"
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/tally"
)

func encode(tb testing.TB, v any) []byte {
	tb.Helper()
	text, err := json.MarshalIndent(v, "", "\t")
	if err != nil {
		tb.Fatal(err)
	}
	return text
}

// verify is what caucus verify does.
func verify(text []byte) error {
	e, err := audit.Read(bytes.NewReader(text))
	if err != nil {
		return err
	}
	return audit.Check(e)
}

// What polls export holds, by every method: without ballots, with ties, and with many
// ballots.
func TestExportsHold(t *testing.T) {
	for _, method := range tally.Methods() {
		for _, voters := range []int{0, 2, 6, 50} {
			if err := verify(encode(t, audittest.Export(t, method, voters))); err != nil {
				t.Errorf("%s, %d voters: %v", method, voters, err)
			}
		}
	}
}

// It does not matter who wrote the file down: keys in another order, or no white space,
// are the same export.
func TestRewrittenExportHolds(t *testing.T) {
	var generic map[string]any
	if err := json.Unmarshal(encode(t, audittest.Export(t, tally.STV, 9)), &generic); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(generic)
	if err != nil {
		t.Fatal(err)
	}
	if err := verify(append([]byte("\uFEFF "), text...)); err != nil {
		t.Error(err)
	}
}

// Whatever is changed in an export, it is found: but for what says nothing about the
// count, and for receipts, which are their voters' to find.
func TestEveryChangeIsFound(t *testing.T) {
	free := map[string]bool{
		".commitment":                   true, // but see TestOpening
		".settings.nominationsPerVoter": true, ".settings.changeableVote": true,
		".settings.showTurnout": true, ".settings.shuffle": true, ".expiresAt": true, ".ballots[].receipt": true,
	}
	const often = 2 // a change and a loss, of places that differ by their indexes alone
	for _, method := range []tally.Method{tally.STV, tally.RankedPairs} {
		var doc any
		if err := json.Unmarshal(encode(t, audittest.Export(t, method, 4)), &doc); err != nil {
			t.Fatal(err)
		}
		tried := make(map[string]int)
		each(doc, "", func(path string, change func()) {
			if tried[path]++; free[path] || tried[path] > often {
				return
			}
			change()
			if err := verify(encode(t, doc)); err == nil {
				t.Errorf("%s: a change at %s was not found", method, path)
			} else if _, ok := errors.AsType[*audit.Fault](err); !ok || !strings.HasSuffix(err.Error(), ".") {
				t.Errorf("%s: a change at %s is %#v, which is not a sentence", method, path, err)
			}
		})
		if len(tried) < 40 {
			t.Errorf("%s: only %d places were tried", method, len(tried))
		}
	}
}

// each calls fn for changes of a document, one at a time: of every leaf, and the loss of
// every member. They are undone when fn returns.
func each(v any, path string, fn func(path string, change func())) {
	switch v := v.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			at, old := path+"."+key, v[key]
			each(old, at, fn)
			if old != false && old != 0.0 && old != "" { // which a missing one is too
				fn(at, func() { delete(v, key) })
			}
			if other := changed(old); other != nil {
				fn(at, func() { v[key] = other })
			}
			v[key] = old
		}
	case []any:
		for i, old := range v {
			each(old, path+"[]", fn)
			if other := changed(old); other != nil {
				fn(path+"[]", func() { v[i] = other })
			}
			v[i] = old
		}
	}
}

func changed(v any) any {
	switch v := v.(type) {
	case bool:
		return !v
	case float64:
		return v + 1
	case string:
		return v + "A"
	}
	return nil
}

// change returns the text of an export that was tampered with.
func change(t *testing.T, f func(*poll.Export)) string {
	t.Helper()
	e := audittest.Export(t, tally.IRV, 6)
	f(e)
	return string(encode(t, e))
}

// What is wrong is said in a sentence: where, what the export says, and what it should.
func TestFaults(t *testing.T) {
	e := audittest.Export(t, tally.IRV, 6)
	whole := string(encode(t, e))
	other := audittest.Export(t, tally.IRV, 7)
	for name, test := range map[string]struct{ text, want string }{
		"empty":            {"", "The file ends too soon, in line 1."},
		"cut":              {whole[:len(whole)/2], "The file ends too soon, in line"},
		"no JSON":          {"{\n  oh", "This is not JSON: invalid character 'o' looking for beginning of object key string, at line 2, byte 3."},
		"a list":           {"[]", "The export has a value of the wrong kind: array."},
		"two":              {whole + whole, "This is not JSON: invalid character '{' after top-level value"},
		"nothing":          {"{}", `This is not the export of a closed poll: it has no "format".`},
		"null":             {"null", `This is not the export of a closed poll: it has no "format".`},
		"newer":            {`{"format": "caucus-poll-2"}`, `The format of the export is "caucus-poll-2"; this program knows "caucus-poll-1".`},
		"open":             {`{"statusCode":409,"messages":["The ballots of a poll are shown once it is closed."]}`, `This is not an export, but what a server said when it was asked for one: "The ballots of a poll are shown once it is closed.".`},
		"a summary":        {`{"id":"ABC234","topic":"Lunch?","phase":"cancelled"}`, `This is not the export of a closed poll, but describes one in the phase "cancelled".`},
		"bare":             {`{"format": "caucus-poll-1"}`, "settings: The settings of this poll are invalid."},
		"more":             {strings.Replace(whole, `"seed"`, `"note": 1, "seed"`, 1), `The export cannot be read: unknown field "note".`},
		"key twice":        {strings.Replace(whole, `"id"`, `"seed": "00", "id"`, 1), `The key "seed" is twice in one object`},
		"KEY twice":        {strings.Replace(whole, `"id"`, `"SEED": "00", "id"`, 1), `The key "SEED" is not one that this program writes`},
		"receipt twice":    {strings.Replace(whole, `"receipt"`, `"receipt": "`+e.Ballots[1].Receipt+`", "receipt"`, 1), `The key "receipt" is twice in one object`},
		"another case":     {strings.Replace(whole, `"seed"`, `"Seed"`, 1), `The key "Seed" is not one that this program writes`},
		"a long s":         {strings.Replace(whole, `"seats"`, `"\u017feats"`, 1), `The key "ſeats" is not one that this program writes`},
		"half a character": {strings.Replace(whole, "ABC234", `ABC\ud800`, 1), `, \ud800: it is not clear what the file says.`},
		"not UTF-8":        {strings.Replace(whole, "ABC234", "ABC\xff234", 1), "The file is not in UTF-8"},
		"wrong kind":       {strings.Replace(whole, `"seats": 1`, `"seats": "many"`, 1), "settings.seats has a value of the wrong kind: string."},
		"a figure":         {strings.Replace(whole, `"figure": `, `"figure": 1e99, "x": `, 1), "a figure must be a plain decimal number"},
		"method":           {change(t, func(e *poll.Export) { e.Settings.Method = "coin" }), "settings: The settings of this poll are invalid."},
		"another seed":     {change(t, func(e *poll.Export) { e.Seed = other.Seed + "00" }), "it is not the seed that was committed to."},
		"an empty seed":    {change(t, func(e *poll.Export) { e.Seed, e.Commitment = "", tally.Commit(nil) }), "seed should be in hexadecimal, and is not."},
		"seed":             {change(t, func(e *poll.Export) { e.Seed = "seed" }), "seed should be in hexadecimal, and is not."},
		"nominations":      {change(t, func(e *poll.Export) { e.Nominations[1].ID = e.Nominations[0].ID }), "nominations[1].id is "},
		"stuffed":          {change(t, func(e *poll.Export) { e.Ballots = append(e.Ballots, e.Ballots[2]) }), "which is that of ballots[2] too: a receipt should occur once."},
		"no receipt":       {change(t, func(e *poll.Export) { e.Ballots[3].Receipt = "" }), `ballots[3].receipt is "", which is not a receipt`},
		"order":            {change(t, func(e *poll.Export) { e.Ballots[2], e.Ballots[3] = e.Ballots[3], e.Ballots[2] }), "ballots[3] should come before ballots[2]: they are not in the order that the seed gives."},
		"unknown":          {change(t, func(e *poll.Export) { e.Ballots[4].Ranking = []poll.NominationID{"X"} }), `ballots[4].ranking[0] is "X", which is not a nomination.`},
		"lost":             {change(t, func(e *poll.Export) { e.Ballots = e.Ballots[:5] }), "results.ballots is 6; counting the ballots again gives 5."},
		"winner":           {change(t, func(e *poll.Export) { e.Results.Official.Winners[0] = "X" }), `results.official.winners[0] is "X"; counting the ballots again gives "` + e.Results.Official.Winners[0] + `".`},
		"rounds":           {change(t, func(e *poll.Export) { e.Results.Official.Rounds = nil }), "results.official.ties is there; counting the ballots again gives none."},
		"matrix":           {change(t, func(e *poll.Export) { e.Results.Others.Matrix[1][0]++ }), "results.others.matrix[1][0] is "},
		"smith":            {change(t, func(e *poll.Export) { e.Results.Others.Smith = nil }), "results.others.smith is null; counting the ballots again gives a list."},
	} {
		err := verify([]byte(test.text))
		if _, ok := errors.AsType[*audit.Fault](err); !ok || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error\n%v\nwant\n%s", name, err, test.want)
		}
	}
}

// A file without an end is read no further than an export may go.
func TestEndlessExport(t *testing.T) {
	const most = 1 << 16
	read := 0
	_, err := audit.ReadAtMost(most, readerFunc(func(p []byte) (int, error) {
		read += len(p)
		return len(p), nil
	}))
	if err == nil || err.Error() != "The file is larger than 65536 bytes, which no export is." || read > most+1 {
		t.Errorf("%d bytes were read: %v", read, err)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// Whatever is read as an export can be checked; and what holds does so however it is
// written.
func FuzzExport(f *testing.F) {
	for _, method := range []tally.Method{tally.IRV, tally.STV, tally.RankedPairs} {
		text := encode(f, audittest.Export(f, method, 3))
		f.Add(text)
		f.Add(text[:len(text)/2])
		f.Add(bytes.Replace(text, []byte(`"seats": 1`), []byte(`"seats": 20`), 1))
	}
	for _, text := range []string{"", "{}", `{"format":"caucus-poll-1"}`, `{"statusCode":404,"messages":["no"]}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		e, err := audit.Read(bytes.NewReader(text))
		if err == nil {
			err = audit.Check(e)
		}
		if err == nil {
			err = verify(encode(t, e))
		}
		if _, ok := errors.AsType[*audit.Fault](err); err != nil && !ok {
			t.Error(err)
		}
	})
}

func BenchmarkCheck(b *testing.B) {
	for _, voters := range []int{100, 1000, 9000} {
		e := audittest.Export(b, tally.IRV, voters)
		b.Run(fmt.Sprintf("ballots=%d", voters), func(b *testing.B) {
			for b.Loop() {
				if err := audit.Check(e); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
