package audit_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/caucus-live/caucus/internal/audit"
	"github.com/caucus-live/caucus/internal/audit/audittest"
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/tally"
)

// recommit makes the commitment of an export fit what it says.
func recommit(e *poll.Export) { e.Committed = poll.CommitTo(e.Opening()) }

// Whatever is changed of what was fixed when voting opened, the commitment that a voter
// kept finds it, though the export is whole in itself; and their opening says what it is.
func TestOpening(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*poll.Export)
		want   string
	}{
		"swapped texts": {func(e *poll.Export) {
			e.Nominations[0].Text, e.Nominations[1].Text = e.Nominations[1].Text, e.Nominations[0].Text
		}, "line 10 said"},
		"another topic":    {func(e *poll.Export) { e.Settings.Topic = "Dinner?" }, "line 4 said"},
		"another poll":     {func(e *poll.Export) { e.ID = "ZZZZZZ" }, "line 2 said"},
		"no other setting": {func(*poll.Export) {}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			e := audittest.Export(t, tally.IRV, 9)
			shown, commitment := e.Opening(), e.Committed
			test.change(e)
			if err := audit.Check(e); (err == nil) != (test.want == "") {
				t.Errorf("with the old commitment: %v", err)
			}
			recommit(e)
			if err := audit.Check(e); err != nil {
				t.Fatal(err)
			}
			_, err := audit.CheckReceipt(e, &audit.Receipt{Opening: shown})
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("CheckReceipt = %v, want %q", err, test.want)
			}
			if whole, err := audit.CheckCommitment(e, commitment); (err == nil) != (test.want == "") || err == nil && !whole {
				t.Errorf("CheckCommitment = %t, %v", whole, err)
			}
		})
	}
}

func TestEqualTextsAreRefused(t *testing.T) {
	for _, same := range []string{"Tacos", "TACOS", " tacos", "Tácos"} {
		e := audittest.Export(t, tally.IRV, 3)
		e.Nominations[1].Text = same
		recommit(e)
		if err := audit.Check(e); err == nil || !strings.Contains(err.Error(), "nobody could tell them apart") {
			t.Errorf("%q beside Tacos: %v", same, err)
		}
	}
}

// No text can pass for two lines of an opening.
func TestTextsWithLineBreaksAreRefused(t *testing.T) {
	for name, change := range map[string]func(e *poll.Export, end string){
		"poll":  func(e *poll.Export, end string) { e.ID += end + "method stv" },
		"topic": func(e *poll.Export, end string) { e.Settings.Topic += end + "method stv" },
		"text":  func(e *poll.Export, end string) { e.Nominations[4].Text += end + "method stv" },
		"id":    func(e *poll.Export, end string) { e.Nominations[4].ID += poll.NominationID(end) },
	} {
		for _, end := range []string{"\n", "\r", "\r\n"} {
			e := audittest.Export(t, tally.IRV, 0)
			change(e, end)
			recommit(e)
			if err := audit.Check(e); err == nil || !strings.Contains(err.Error(), "line break") {
				t.Errorf("%s with %q: %v", name, end, err)
			}
		}
	}
}

// An export of the first version holds; its commitment binds the seed alone.
func TestExportsOfTheFirstVersion(t *testing.T) {
	e := audittest.Export(t, tally.IRV, 9)
	e.Committed = ""
	if err := audit.Check(e); err != nil {
		t.Fatal(err)
	}
	if whole, err := audit.CheckCommitment(e, e.Commitment); whole || err != nil {
		t.Errorf("CheckCommitment = %t, %v", whole, err)
	}
}

func TestCheckReceipt(t *testing.T) {
	e := audittest.Export(t, tally.IRV, 9)
	i := 0
	for len(e.Ballots[i].Ranking) < 2 {
		i++
	}
	b := e.Ballots[i]
	if at, err := audit.CheckReceipt(e, &audit.Receipt{Receipt: b.Receipt, Ranking: b.Ranking, Opening: e.Opening()}); at != i || err != nil {
		t.Errorf("%d, %v; want %d", at, err, i)
	}
	other := []poll.NominationID{b.Ranking[0]}
	if _, err := audit.CheckReceipt(e, &audit.Receipt{Receipt: b.Receipt, Ranking: other}); err == nil || !strings.Contains(err.Error(), "at place 2") {
		t.Errorf("another ranking: %v", err)
	}
	if _, err := audit.CheckReceipt(e, &audit.Receipt{Receipt: "NONE"}); err == nil {
		t.Error("no ballot has the receipt")
	}
	kept, err := json.Marshal(audit.Receipt{Format: audit.ReceiptFormat, Receipt: b.Receipt, Ranking: b.Ranking})
	if err != nil {
		t.Fatal(err)
	}
	if read, err := audit.ReadReceipt(strings.NewReader(string(kept))); err != nil || read.Receipt != b.Receipt {
		t.Errorf("%+v, %v", read, err)
	}
	for _, bad := range []string{"", "{}", "[]", `{"format":"caucus-receipt-2"}`, `{"format":"caucus-receipt-1","name":"x"}`} {
		if _, err := audit.ReadReceipt(strings.NewReader(bad)); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

// A voter's ranks are compared too; without any, each option of their ranking has its own.
func TestCheckRanksOfAReceipt(t *testing.T) {
	e := audittest.Export(t, tally.IRV, 9)
	i := slices.IndexFunc(e.Ballots, func(b poll.ExportBallot) bool { return len(b.Ranking) == 2 })
	b := &e.Ballots[i]
	for _, test := range []struct {
		counted, kept []int
		differ        string
	}{
		{nil, nil, ""},
		{nil, []int{1, 2}, ""},
		{[]int{1, 1}, []int{1, 1}, ""},
		{[]int{1, 1}, nil, "the ranks [1 1], where yours have [1 2]"},
		{[]int{1, 1}, []int{1, 2}, "the ranks [1 1], where yours have [1 2]"},
		{nil, []int{1, 1}, "the ranks [1 2], where yours have [1 1]"},
		{nil, []int{1}, "the ranks [1 2], where yours have [1]"},
	} {
		b.Ranks = test.counted
		for name, kept := range map[string]audit.Receipt{
			"ranks alone":       {Receipt: b.Receipt, Ranks: test.kept},
			"ranking and ranks": {Receipt: b.Receipt, Ranking: b.Ranking, Ranks: test.kept},
		} {
			if kept.Ranking == nil && kept.Ranks == nil {
				continue
			}
			at, err := audit.CheckReceipt(e, &kept)
			if test.differ == "" && (at != i || err != nil) || test.differ != "" && (err == nil || !strings.Contains(err.Error(), test.differ)) {
				t.Errorf("%s %v, counted %v: %d, %v", name, test.kept, test.counted, at, err)
			}
		}
	}
}

// The opening has id and text of an option in one line. Which of its words are the id is not for an
// export to choose: "Not Tacos" would win as "Tacos", under the commitment that everybody kept.
func TestIDsAreOneWord(t *testing.T) {
	for voters := range 12 {
		e := audittest.Export(t, tally.Borda, voters)
		id := string(e.Nominations[0].ID)
		e.Nominations[0].Text = "Not Tacos"
		recommit(e)
		text := encode(t, e)
		if err := verify(text); err != nil {
			t.Fatal(err)
		}
		text = bytes.ReplaceAll(text, []byte(`"`+id+`"`), []byte(`"`+id+` Not"`))
		text = bytes.ReplaceAll(text, []byte(`"Not Tacos"`), []byte(`"Tacos"`))
		if err := verify(text); err == nil || !strings.Contains(err.Error(), `Not": it is empty, more than a word, or`) {
			t.Errorf("%d voters: %v", voters, err)
		}
	}
}

// What a voter has kept is compared whole, or refused.
func TestFilesOfReceipts(t *testing.T) {
	const start = `{"format":"caucus-receipt-1"`
	for text, want := range map[string]string{
		start + `,"receipt":"A"}`:                          "",
		start + `,"opening":"a"}`:                          "",
		start + `,"receipt":"A"}` + "\n":                   "",
		start + `}`:                                        "nothing to compare",
		start + `,"ranking":["A"]}`:                        "no receipt to find its ballot by",
		start + `,"opening":"a","ranks":[1]}`:              "no receipt to find its ballot by",
		start + `,"receipt":"A","receipt":"B"}`:            `The key "receipt" is twice in one object`,
		start + `,"receipt":"A","Ranking":["B"]}`:          `The key "Ranking" is not one that this program writes`,
		start + `,"receipt":"A","note":1}`:                 `The key "note" is not one that this program writes`,
		start + `,"receipt":"A","ranking":["` + "\xff\"]}": "The file is not in UTF-8",
		start + `,"receipt":"A","ranking":["\udc00"]}`:     "There is half a character at byte ",
		start + `,"receipt":"A"} {"receipt":"B"}`:          "This is not the file of a receipt.",
		start + `,"receipt":"A"}` + "\x00":                 "This is not the file of a receipt.",
	} {
		_, err := audit.ReadReceipt(strings.NewReader(text))
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}
