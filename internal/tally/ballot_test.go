package tally_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/tally"
)

func TestInvalidElections(t *testing.T) {
	valid := func() *tally.Election { return parse(t, "2:a>b 1:b>c") }
	for _, test := range []struct {
		name  string
		spoil func(*tally.Election)
		want  string
	}{
		{"too many options", func(e *tally.Election) { e.Options = random(0, tally.MaxOptions+1).Options }, "1001 options"},
		{"an empty id", func(e *tally.Election) { e.Options[1] = "" }, "option 1"},
		{"an id twice", func(e *tally.Election) { e.Options[1] = "a" }, "twice"},
		{"a line break in an id", func(e *tally.Election) { e.Options[1] = "a\nb" }, "plain text"},
		{"an id not in UTF-8", func(e *tally.Election) { e.Options[1] = "\xff" }, "plain text"},
		{"seats below zero", func(e *tally.Election) { e.Seats = -1 }, "-1 seats"},
		{"too many seats", func(e *tally.Election) { e.Seats = tally.MaxOptions + 1 }, "1001 seats"},
		{"votes below zero", func(e *tally.Election) { e.VotesPerVoter = -1 }, "-1 votes"},
		{"an unknown rule for overvotes", func(e *tally.Election) { e.Overvotes = "x" }, `overvotes "x"`},
		{"an unknown rule for repetitions", func(e *tally.Election) { e.Repeats = "x" }, `options "x"`},
		{"a unit below zero", func(e *tally.Election) { e.Unit = -1 }, "a vote of -1 units"},
		{"too large a unit", func(e *tally.Election) { e.Unit = tally.MaxVotes + 1 }, "a vote of 1000000000001 units"},
		{"no weight", func(e *tally.Election) { e.Ballots[1].Weight = 0 }, "ballot 1: the weight 0"},
		{"too many votes", func(e *tally.Election) { e.Ballots[1].Weight = tally.MaxVotes }, "ballot 1"},
		{"an unknown option", func(e *tally.Election) { e.Ballots[0].Ranking[1] = 3 }, "ballot 0: there is no option 3"},
		{"an option below zero", func(e *tally.Election) { e.Ballots[0].Ranking[1] = -1 }, "no option -1"},
		{"an option twice at a rank", func(e *tally.Election) { e.Ballots[0].Ranking, e.Ballots[0].Ranks = []int{1, 1}, []int{1, 1} }, "option 1 is twice at rank 1"},
		{"ranks that fall", func(e *tally.Election) { e.Ballots[0].Ranks = []int{2, 1} }, "do not fit"},
		{"a rank of zero", func(e *tally.Election) { e.Ballots[0].Ranks = []int{0, 1} }, "do not fit"},
		{"too few ranks", func(e *tally.Election) { e.Ballots[0].Ranks = []int{1} }, "do not fit"},
	} {
		t.Run(test.name, func(t *testing.T) {
			e := valid()
			test.spoil(e)
			_, err := tally.Count(t.Context(), tally.IRV, e)
			_, also := tally.Compare(t.Context(), e, 0)
			if err == nil || !strings.Contains(err.Error(), test.want) || also == nil || also.Error() != err.Error() {
				t.Errorf("errors %v and %v, want one with %q", err, also, test.want)
			}
		})
	}
	most := valid()
	most.Unit, most.Seats = tally.MaxVotes, tally.MaxOptions
	if _, err := tally.Count(t.Context(), tally.IRV, most); err != nil {
		t.Errorf("the largest unit, and the most seats: %v", err)
	}
	if _, err := tally.Count(t.Context(), "x", valid()); !errors.Is(err, tally.ErrMethod) {
		t.Errorf("error %v", err)
	}
}

// The edges: nobody votes, and there is nothing to vote for.
func TestNoVotes(t *testing.T) {
	for _, test := range []struct {
		name    string
		e       tally.Election
		ballots int64
		order   string
	}{
		{"nothing", tally.Election{}, 0, ""},
		{"no options", tally.Election{Ballots: []tally.Ballot{{Weight: 3}}}, 3, ""},
		{"no ballots", tally.Election{Options: []string{"a", "b"}}, 0, "a=b"},
		{"blank ballots", tally.Election{Options: []string{"a", "b"}, Ballots: []tally.Ballot{{Weight: 3}}}, 3, "a=b"},
		{"one option", tally.Election{Options: []string{"a"}}, 0, "a"},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, m := range tally.Methods() {
				r := count(t, m, &test.e)
				if len(r.Winners) > 0 || order(r) != test.order || len(r.Ties) > 0 || r.Ballots != test.ballots || r.Blank != test.ballots {
					t.Errorf("%s: %+v", m, r)
				}
			}
			c, err := tally.Compare(t.Context(), &test.e, 0)
			if err != nil {
				t.Fatal(err)
			}
			if c.Condorcet != "" || len(c.Smith) != len(test.e.Options) {
				t.Errorf("Condorcet winner %q, Smith set %v", c.Condorcet, c.Smith)
			}
		})
	}
}

func TestOneOption(t *testing.T) {
	e := parse(t, "2:a")
	for _, m := range tally.Methods() {
		if r := count(t, m, e); order(r) != "a" || len(r.Winners) != 1 || len(r.Ties) > 0 {
			t.Errorf("%s: %+v", m, r)
		}
	}
}

func TestBoxFolds(t *testing.T) {
	var box tally.Box
	ranking := []int{1, 0}
	box.Add(tally.Ballot{Ranking: ranking, Weight: 2})
	ranking[0], ranking[1] = 0, 1 // the box has its own
	box.Add(tally.Ballot{Ranking: []int{1, 0}, Ranks: []int{1, 2}, Weight: 3})
	box.Add(tally.Ballot{Ranking: []int{1, 0}, Ranks: []int{1, 1}, Weight: 1})
	box.Add(tally.Ballot{Ranking: []int{1, 0}, Ranks: []int{1, 3}, Weight: 1})
	box.Add(tally.Ballot{Ranking: []int{1}, Weight: 1})
	box.Add(tally.Ballot{Weight: 1})
	want := []tally.Ballot{
		{Ranking: []int{1, 0}, Weight: 5},
		{Ranking: []int{1, 0}, Ranks: []int{1, 1}, Weight: 1},
		{Ranking: []int{1, 0}, Ranks: []int{1, 3}, Weight: 1},
		{Ranking: []int{1}, Weight: 1},
		{Ranking: []int{}, Weight: 1},
	}
	if diff := cmp.Diff(want, box.Ballots()); diff != "" {
		t.Errorf("ballots (-want +got):\n%s", diff)
	}
}

// What a Box holds need not be folded again: it counts the same.
func TestFolded(t *testing.T) {
	e := profile(t, "alaska-2022")
	e.Ballots = append(e.Ballots, e.Ballots...)
	var box tally.Box
	for _, b := range e.Ballots {
		box.Add(b)
	}
	folded := *e
	folded.Ballots, folded.Folded = box.Ballots(), true
	if len(folded.Ballots) != len(e.Ballots)/2 {
		t.Fatalf("%d ballots", len(folded.Ballots))
	}
	for _, m := range tally.Methods() {
		if diff := cmp.Diff(count(t, m, e), count(t, m, &folded)); diff != "" {
			t.Errorf("%s (-each +folded):\n%s", m, diff)
		}
	}
}

// Counting changes nothing of what it is given.
func TestCountLeavesTheElectionAlone(t *testing.T) {
	e, before := profile(t, "repeats"), profile(t, "repeats")
	for _, m := range tally.Methods() {
		count(t, m, e)
	}
	if diff := cmp.Diff(before, e); diff != "" {
		t.Errorf("election (-before +after):\n%s", diff)
	}
}
