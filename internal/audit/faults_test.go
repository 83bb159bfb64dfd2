package audit_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/caucus-live/caucus/internal/audit"
	"github.com/caucus-live/caucus/internal/audit/audittest"
	"github.com/caucus-live/caucus/internal/ledger"
	"github.com/caucus-live/caucus/internal/ledger/memory"
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/tally"
)

// What an export lacks, or has where a poll has something else, is said before anything is counted, though the
// commitment fits it.
func TestFormOfExports(t *testing.T) {
	for want, change := range map[string]func(*poll.Export){
		`The format of the export is "caucus-poll-0"; this program knows "caucus-poll-1".`: func(e *poll.Export) { e.Format = "caucus-poll-0" },
		"The export has no nominations.": func(e *poll.Export) { e.Nominations = nil },
		"nominations[2] has no text.":    func(e *poll.Export) { e.Nominations[2].Text = "" },
		`nominations[2].id is "": it is empty, more than a word, or the id of another one too.`:             func(e *poll.Export) { e.Nominations[2].ID = "" },
		"The export has no list of ballots.":                                                                func(e *poll.Export) { e.Ballots = nil },
		"ballots[0] has no ranking.":                                                                        func(e *poll.Export) { e.Ballots[0].Ranking = nil },
		"ballots[0] ranks 4 options, but 3 are the most in this poll.":                                      func(e *poll.Export) { e.Ballots[0].Ranking = ids(e)[:4] },
		`, which this ballot has ranked already.`:                                                           func(e *poll.Export) { e.Ballots[0].Ranking = append(ids(e)[:2:2], ids(e)[1]) },
		`ballots[0].receipt is "aaaaaaaaaaaaaaaaaaaaaaaaaa", which is not a receipt`:                        func(e *poll.Export) { e.Ballots[0].Receipt = strings.Repeat("a", 26) },
		"The export has no results.":                                                                        func(e *poll.Export) { e.Results = nil },
		"results.official.winners is a list of 0; counting the ballots again gives a longer one.":           func(e *poll.Export) { e.Results.Official.Winners = []string{} },
		"ballots[1] should come before ballots[0]: they are not in the order that the seed gives.":          func(e *poll.Export) { slices.Reverse(e.Ballots) },
		`nominations[1].text is "Soup", which is that of nominations[0] too: nobody could tell them apart.`: func(e *poll.Export) { e.Nominations[0].Text, e.Nominations[1].Text = "Soup", "Soup" },
		"A text of the export has a line break, which no text of a poll has.":                               func(e *poll.Export) { e.Settings.Topic = "Lunch\n?" },
		`seedCommitment is "x", but the SHA-256 of the seed is "`:                                           func(e *poll.Export) { e.Commitment = "x" },
	} {
		e := audittest.Export(t, tally.IRV, 6)
		change(e)
		recommit(e)
		if err := audit.Check(e); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want %s", err, want)
		}
	}
	e := audittest.Export(t, tally.IRV, 6)
	e.Results.Official = nil
	if err := audit.Check(e); err == nil || err.Error() != "The export has no results." {
		t.Errorf("without an official result: %v", err)
	}
}

func ids(e *poll.Export) (all []poll.NominationID) {
	for _, n := range e.Nominations {
		all = append(all, n.ID)
	}
	return all
}

// The place of what is wrong in a file is where an editor shows it.
func TestPlacesInFiles(t *testing.T) {
	for text, want := range map[string]string{
		"{\n\n":             "The file ends too soon, in line 2.",
		"x":                 "This is not JSON: invalid character 'x' looking for beginning of value, at line 1, byte 1.",
		"{}\n\n  x":         "This is not JSON: invalid character 'x' after top-level value, at line 3, byte 3.",
		"{\"a\":\n1,\n\t\"": "The file ends too soon, in line 3.",
	} {
		if err := verify([]byte(text)); err == nil || err.Error() != want {
			t.Errorf("%q: %v; want %s", text, err, want)
		}
	}
}

// What a voter kept and what was counted are named as they differ, from the first place on.
func TestDifferencesFromAReceipt(t *testing.T) {
	e := audittest.Export(t, tally.IRV, 9)
	options := ids(e)
	e.Ballots[4].Ranking = options[:2]
	opening := e.Opening()
	for _, test := range []struct {
		kept audit.Receipt
		want string
	}{
		{audit.Receipt{Ranking: options[:1]}, `at place 2 it has "` + string(options[1]) + `", where yours has nothing.`},
		{audit.Receipt{Ranking: options[:3]}, `at place 3 it has nothing, where yours has "` + string(options[2]) + `".`},
		{audit.Receipt{Ranking: options[1:2]}, `at place 1 it has "` + string(options[0]) + `", where yours has "` + string(options[1]) + `".`},
		{audit.Receipt{Ranking: []poll.NominationID{}}, `at place 1 it has "` + string(options[0]) + `", where yours has nothing.`},
		{audit.Receipt{Opening: strings.Replace(opening, "Lunch?", "Dinner?", 1)}, `line 4 said "topic Dinner?", and the export says "topic Lunch?".`},
		{audit.Receipt{Opening: opening + "\nmore"}, `said "more", and the export says "".`},
		{audit.Receipt{Ranking: options[:2], Opening: opening}, ""},
	} {
		test.kept.Receipt = e.Ballots[4].Receipt
		at, err := audit.CheckReceipt(e, &test.kept)
		if test.want == "" && (at != 4 || err != nil) || test.want != "" && (at != -1 || err == nil || !strings.HasSuffix(err.Error(), test.want)) {
			t.Errorf("%+v: %d, %v; want %s", test.kept, at, err, test.want)
		}
	}
	if at, err := audit.CheckReceipt(e, &audit.Receipt{Opening: opening}); at != -1 || err != nil {
		t.Errorf("an opening alone: %d, %v", at, err)
	}
}

// A commitment is one however it was written down.
func TestCommitmentsAsWritten(t *testing.T) {
	e := audittest.Export(t, tally.IRV, 3)
	if whole, err := audit.CheckCommitment(e, " "+strings.ToUpper(e.Committed)+"\n"); !whole || err != nil {
		t.Errorf("%t, %v", whole, err)
	}
	if whole, err := audit.CheckCommitment(e, e.Committed[1:]); whole || err == nil || !strings.Contains(err.Error(), e.Committed) {
		t.Errorf("a part of it: %t, %v", whole, err)
	}
}

// A log is kept as long as it says, or as long as it may be extended.
func TestReplayOfExpiries(t *testing.T) {
	log := audittest.Open(t, "ABC234", tally.IRV, 1)
	for expires, want := range map[time.Time]bool{
		log.State.Expires().Add(-time.Millisecond): false, log.State.Expires(): true,
		log.State.Latest(): true, log.State.Latest().Add(time.Millisecond): false,
	} {
		l := new(memory.Ledger)
		if err := l.Create(t.Context(), "ABC234", expires, log.Log...); err != nil {
			t.Fatal(err)
		}
		if _, found := faults(t, l); (found == nil) != want || !want && !strings.HasPrefix(found[0], `poll "ABC234" is kept until `) {
			t.Errorf("kept until %v: %q", expires, found)
		}
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}
}

// Nobody has to hear of all faults.
func TestFaultsUpToOne(t *testing.T) {
	l := new(memory.Ledger)
	defer l.Close()
	for _, id := range []string{"AAAAAA", "BBBBBB"} {
		keep(t, l, id, audittest.Open(t, "CCCCCC", tally.IRV, 1).Log)
	}
	var r audit.Replay
	var first error
	for first = range r.Faults(t.Context(), l) {
		break
	}
	if first == nil || r.Polls != 1 {
		t.Errorf("%d polls up to %v", r.Polls, first)
	}
}

// State is what a log makes; an entry that came too late changes nothing, and one that is damaged is an error.
func TestState(t *testing.T) {
	l := new(memory.Ledger)
	defer l.Close()
	closed := audittest.Close(t, "ABC234", tally.IRV, 5)
	keep(t, l, "ABC234", append(slices.Clone(closed.Log), closed.Log[len(closed.Log)-1]))
	state, err := audit.State(t.Context(), l, "ABC234")
	if err != nil || state.Phase() != poll.Closed || state.BallotCount() != closed.State.BallotCount() {
		t.Errorf("%v, %v", state, err)
	}
	if _, err := audit.State(t.Context(), l, "ZZZZZZ"); !errors.Is(err, ledger.ErrNotFound) {
		t.Errorf("of no log: %v", err)
	}
	keep(t, l, "DAMAGE", slices.Concat(closed.Log[:3], [][]byte{[]byte("{}")}, closed.Log[4:]))
	if state, err := audit.State(t.Context(), l, "DAMAGE"); err == nil {
		t.Errorf("of a damaged log: %v", state)
	}
	keep(t, l, "HEADLE", closed.Log[1:])
	if state, err := audit.State(t.Context(), l, "HEADLE"); err == nil {
		t.Errorf("of a log without its start: %v", state)
	}
}
