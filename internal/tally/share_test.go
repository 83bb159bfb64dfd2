package tally_test

import (
	"math/big"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/caucus-live/caucus/internal/tally"
)

// Options at one rank share a ballot equally, and when one of them goes the others share its
// part.
func TestSharesOfEquals(t *testing.T) {
	e := parse(t, "2:A=B=C>D 3:D 1:B")
	e.Overvotes = tally.OvervoteShare
	r := count(t, tally.IRV, e)
	want := []string{
		"th 4: A 0.666667, B 1.666667, C 0.666667, D 3",
		"th 4: B 2, C 1, D 3",
		"th 4: B 3, D 3",
	}
	got := figuresOfRounds(r)
	if r.Rounds[0].Excluded[0] == "C" { // by draw
		want[1] = "th 4: A 1, B 2, D 3"
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rounds (-want +got):\n%s", diff)
	}
	if third := r.Rounds[0].Tallies[0].Votes.Rat(); third.Cmp(big.NewRat(2, 3)) != 0 {
		t.Errorf("A has %v votes, not two thirds exactly", third)
	}
}

// Without equals there is nothing to share: instant runoff is what it always is, by whatever rules.
func TestSharesWithoutEquals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := irregular(t)
		for _, b := range e.Ballots {
			for i := range b.Ranks {
				b.Ranks[i] += i // no two are the same
			}
			if len(b.Ranking) > 0 && rapid.IntRange(0, 3).Draw(t, "overvoted") == 0 {
				b.Ranking[len(b.Ranking)-1] = tally.Overvoted
			}
		}
		e.Batch, e.Overvotes = false, tally.OvervoteExhaust
		ties := rapid.IntRange(0, 3).Draw(t, "ties")
		e.DeclareTies, e.NoDraw = ties == 1, ties == 2
		e.UntilTwo, e.FirstThreshold = rapid.Bool().Draw(t, "two"), rapid.Bool().Draw(t, "first")
		if rapid.Bool().Draw(t, "write-ins") {
			e.Undeclared = []int{0}
		}
		want := mustCount(t, tally.IRV, e)
		e.Overvotes = tally.OvervoteShare
		got := mustCount(t, tally.IRV, e)
		if e.DeclareTies || e.NoDraw { // who cannot catch up goes together, or one by one
			want.Rounds, got.Rounds, want.Ties, got.Ties = nil, nil, nil, nil
			want.Order, got.Order = nil, nil
			if !sameSet(want.Winners, got.Winners) {
				t.Errorf("winners %v, with shares %v", want.Winners, got.Winners)
			}
			return
		}
		if diff := cmp.Diff(want, got, cmp.Comparer(tally.Figure.Equal)); diff != "" {
			t.Errorf("(-without shares +with):\n%s", diff)
		}
	})
}

// No part of a vote is lost, and transfers lead from round to round.
func TestNoShareIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := irregular(t)
		e.Overvotes = tally.OvervoteShare
		r := mustCount(t, tally.IRV, e)
		var next map[string]*big.Rat
		for _, round := range r.Rounds {
			sum := new(big.Rat)
			votes := make(map[string]*big.Rat)
			for _, x := range round.Tallies {
				sum.Add(sum, x.Votes.Rat())
				votes[x.Option] = x.Votes.Rat()
				if next != nil && next[x.Option].Cmp(x.Votes.Rat()) != 0 {
					t.Errorf("round %d: %s has %v, but transfers make it %v", round.Number, x.Option, x.Votes, next[x.Option])
				}
			}
			if sum.Cmp(round.Active.Rat()) != 0 {
				t.Errorf("round %d: %v active, tallies %v", round.Number, round.Active, sum)
			}
			for _, x := range round.Exhausted {
				sum.Add(sum, x.Votes.Rat())
			}
			if sum.Cmp(new(big.Rat).SetInt64(r.Ballots)) != 0 {
				t.Errorf("round %d: %v votes of %d ballots", round.Number, sum, r.Ballots)
			}
			for _, x := range round.Transfers {
				if x.To != "" {
					votes[x.To].Add(votes[x.To], x.Votes.Rat())
				}
			}
			next = votes
		}
	})
}
