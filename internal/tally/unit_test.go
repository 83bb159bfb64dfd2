package tally_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/caucus-live/caucus/internal/tally"
)

// Weights in tenths of a vote count like the same weights in votes, by every method.
func TestUnitOfWeights(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole := irregular(t)
		tenths := *whole
		tenths.Unit, tenths.Ballots = 10, slices.Clone(whole.Ballots)
		for i := range tenths.Ballots {
			tenths.Ballots[i].Weight *= 10
		}
		for _, m := range tally.Methods() {
			a, b := mustCount(t, m, whole), mustCount(t, m, &tenths)
			if b.Unit != 10 || b.Ballots != 10*a.Ballots || b.Blank != 10*a.Blank {
				t.Errorf("%s: %d and %d ballots in units of %d", m, a.Ballots, b.Ballots, b.Unit)
			}
			b.Unit, b.Ballots, b.Blank, b.Matrix, b.Paths, b.Locks = 0, a.Ballots, a.Blank, a.Matrix, a.Paths, a.Locks
			if diff := cmp.Diff(a, b, cmp.Comparer(tally.Figure.Equal)); diff != "" {
				t.Errorf("%s (-whole +tenths):\n%s", m, diff)
			}
		}
	})
}

// Parts of a vote are exact.
func TestPartsOfVotes(t *testing.T) {
	e := parse(t, "45:A>B 50:B 5:C>A")
	e.Unit = 10
	r := count(t, tally.IRV, e)
	if diff := cmp.Diff([]string{"th 6: A 4.5, B 5, C 0.5", "th 6: A 5, B 5"}, figuresOfRounds(r)); diff != "" {
		t.Errorf("rounds (-want +got):\n%s", diff)
	}
}

// So are shares of parts of a vote.
func TestSharesOfParts(t *testing.T) {
	e := parse(t, "45:A=B 30:C 5:A")
	e.Unit, e.Overvotes = 10, tally.OvervoteShare
	want := []string{"th 5: A 2.75, B 2.25, C 3", "th 5: A 5, C 3"}
	if diff := cmp.Diff(want, figuresOfRounds(count(t, tally.IRV, e))); diff != "" {
		t.Errorf("rounds (-want +got):\n%s", diff)
	}
}

// figuresOfRounds writes the threshold and the tallies of each round.
func figuresOfRounds(r *tally.Result) []string {
	var lines []string
	for _, round := range r.Rounds {
		line := "th " + round.Threshold.String() + ":"
		for i, x := range round.Tallies {
			if i > 0 {
				line += ","
			}
			line += " " + x.Option + " " + x.Votes.String()
		}
		lines = append(lines, line)
	}
	return lines
}

// An overvote whose options are not known follows the rules for overvotes, and is an empty
// rank to methods that take equals.
func TestUnknownOvervote(t *testing.T) {
	for _, test := range []struct {
		rule tally.Overvote
		want []string
	}{
		{tally.OvervoteExhaust, []string{"th 2: A 1, B 1"}},
		{tally.OvervoteMultiple, []string{"th 2: A 1, B 1"}},
		{tally.OvervoteSkip, []string{"th 2: A 1, B 2"}},
	} {
		e := &tally.Election{
			Options: []string{"A", "B"}, Overvotes: test.rule, MaxSkips: -1, Seed: []byte{1},
			Ballots: []tally.Ballot{
				{Ranking: []int{0}, Weight: 1},
				{Ranking: []int{1}, Weight: 1},
				{Ranking: []int{tally.Overvoted, 1}, Ranks: []int{1, 2}, Weight: 1},
			},
		}
		if diff := cmp.Diff(test.want, figuresOfRounds(count(t, tally.IRV, e))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.rule, diff)
		}
		if r := count(t, tally.Approval, e); order(r) != "B>A" {
			t.Errorf("%s: approval %s", test.rule, order(r))
		}
		if r := count(t, tally.Copeland, e); r.Matrix[1][0] != 2 {
			t.Errorf("%s: %v", test.rule, r.Matrix)
		}
	}
	bad := &tally.Election{Options: []string{"A"}, Ballots: []tally.Ballot{{Ranking: []int{0, tally.Overvoted}, Ranks: []int{1, 1}, Weight: 1}}}
	if _, err := tally.Count(t.Context(), tally.IRV, bad); err == nil {
		t.Error("an unknown overvote with others at its rank was counted")
	}
}
