package tally_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"math/big"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/tally"
)

func TestTies(t *testing.T) {
	for _, test := range []struct {
		profile string
		method  tally.Method
		want    []tally.Tie // a drawn one is not chosen here
	}{
		{"tennessee-tie", tally.IRV, []tally.Tie{
			{Stage: "round 3 win", Tied: []string{"K", "M"}, Rule: tally.RuleEarlier, Chosen: []string{"M"}},
		}},
		{"schulze-1", tally.IRV, []tally.Tie{
			{Stage: "round 2 exclusion", Tied: []string{"B", "E"}, Rule: tally.RuleDraw},
		}},
		{"earlier-round", tally.IRV, []tally.Tie{
			{Stage: "round 2 exclusion", Tied: []string{"Dopey", "Grumpy", "Sneezy"}, Rule: tally.RuleEarlier, Chosen: []string{"Grumpy"}},
			{Stage: "round 3 win", Tied: []string{"Dopey", "Sneezy"}, Rule: tally.RuleDraw},
		}},
		{"droop-42t", tally.STV, []tally.Tie{}}, // with one seat A has it at once
		{"schulze-4", tally.Schulze, []tally.Tie{
			{Stage: "winner", Tied: []string{"B", "D"}, Rule: tally.RuleFirst, Chosen: []string{"D"}},
		}},
		{"paradox", tally.Plurality, []tally.Tie{
			{Stage: "winner", Tied: []string{"A", "B", "C"}, Rule: tally.RuleDraw},
		}},
		{"bettervoting", tally.Borda, []tally.Tie{}}, // a tie, but not for the win
	} {
		t.Run(test.profile+"/"+string(test.method), func(t *testing.T) {
			e := profile(t, test.profile)
			e.Seed = []byte("seed")
			got := count(t, test.method, e).Ties
			for i := range got {
				if got[i].Rule == tally.RuleDraw {
					drawn := got[i].Tied[tally.Draw(e.Seed, got[i].Stage, got[i].Tied)]
					if !slices.Equal(got[i].Chosen, []string{drawn}) {
						t.Errorf("chosen %v, but %s was drawn", got[i].Chosen, drawn)
					}
					got[i].Chosen = nil
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("ties (-want +got):\n%s", diff)
			}
		})
	}
}

// It is the most recent round that counts: B had fewer votes than C in round 1, but more
// in round 2.
func TestMostRecentEarlierRound(t *testing.T) {
	r := count(t, tally.IRV, parse(t, "10:A 4:B 5:C 2:Y>B 1:X>C 2:X>A"))
	want := []tally.Tie{{Stage: "round 3 exclusion", Tied: []string{"B", "C"}, Rule: tally.RuleEarlier, Chosen: []string{"C"}}}
	if diff := cmp.Diff(want, r.Ties); diff != "" {
		t.Errorf("ties (-want +got):\n%s", diff)
	}
}

// Only those take part in the draw whom the rules before it leave tied.
func TestDrawAmongWhoIsLeft(t *testing.T) {
	// Round 2: b, c and d have 3 each; d had 2 in round 1, before a went.
	e := parse(t, "1:a>d 3:b 3:c 2:d 4:e")
	for seed := range byte(20) {
		e.Seed = []byte{seed}
		r := count(t, tally.IRV, e)
		first, second := r.Ties[0], r.Ties[1]
		if !slices.Equal(first.Chosen, []string{"d"}) || first.Rule != tally.RuleEarlier {
			t.Errorf("%+v: d should have gone", first)
		}
		if !slices.Equal(second.Tied, []string{"b", "c"}) || second.Rule != tally.RuleDraw {
			t.Errorf("%+v: b or c should have been drawn", second)
		}
	}
}

// The tied are the winners, and nothing is drawn.
func TestDeclaredTies(t *testing.T) {
	for _, test := range []struct {
		profile string
		seats   int
		method  tally.Method
		winners []string
	}{
		{"schulze-4", 1, tally.Schulze, []string{"B", "D"}},
		{"schulze-4", 1, tally.Minimax, []string{"B", "D"}},
		{"schulze-4", 1, tally.RankedPairs, []string{"B", "D"}},
		{"schulze-4", 1, tally.IRV, []string{"D"}},
		{"tennessee-tie", 1, tally.IRV, []string{"K", "M"}},
		{"tennessee-tie", 1, tally.STV, []string{"K", "M"}},
		{"schulze-1", 1, tally.IRV, []string{"C"}}, // B or E goes out in round 2: C wins either way
		{"schulze-1", 1, tally.Copeland, []string{"E"}},
		{"bettervoting", 2, tally.STV, []string{"A", "B"}},
		{"bettervoting", 3, tally.STV, []string{"A", "B", "C"}},
		{"bettervoting", 3, tally.Plurality, []string{"A", "B", "C", "D"}},
		{"earlier-round", 1, tally.IRV, []string{"Dopey", "Grumpy", "Sneezy"}},
		{"earlier-round", 2, tally.IRV, []string{"Dopey", "Grumpy", "Sneezy"}},
		{"paradox", 2, tally.Score, []string{"A", "B", "C"}},
	} {
		t.Run(test.profile+"/"+string(test.method), func(t *testing.T) {
			e := profile(t, test.profile)
			e.Seats, e.DeclareTies = test.seats, true
			r := count(t, test.method, e)
			if diff := cmp.Diff(test.winners, slices.Sorted(slices.Values(r.Winners))); diff != "" {
				t.Errorf("winners (-want +got):\n%s", diff)
			}
			for _, tie := range r.Ties {
				if tie.Rule != tally.RuleDeclared {
					t.Errorf("%+v is not declared", tie)
				}
			}
		})
	}
}

func TestParadoxTiesEverybodyInEveryMethod(t *testing.T) {
	e := profile(t, "paradox")
	e.DeclareTies = true
	for _, m := range tally.Methods() {
		if got := order(count(t, m, e)); got != "A=B=C" {
			t.Errorf("%s: %s", m, got)
		}
	}
}

// Options that win every draw come before those that win some.
func TestDeclaredOrder(t *testing.T) {
	e := parse(t, "5:A>B 2:B 1:C 1:D")
	e.Seats, e.DeclareTies = 3, true
	r := count(t, tally.STV, e)
	if got := order(r); got != "A>B>C=D" {
		t.Errorf("order %s", got)
	}
	want := tally.Tie{Stage: "winner", Tied: []string{"C", "D"}, Rule: tally.RuleDeclared, Chosen: []string{"C", "D"}}
	if got := r.Ties[len(r.Ties)-1]; !cmp.Equal(got, want) {
		t.Errorf("last tie %+v", got)
	}
}

// A hundred people with a hundred ideas: too many ways to break the ties to follow, and
// yet everybody is told to be a winner, soon.
func TestDeclaredTiesBeyondCounting(t *testing.T) {
	e := random(0, 100)
	for i := range e.Options {
		e.Ballots = append(e.Ballots, tally.Ballot{Ranking: []int{i}, Weight: 1})
	}
	e.DeclareTies = true
	for _, m := range tally.Methods() {
		if got := count(t, m, e).Winners; len(got) != len(e.Options) {
			t.Errorf("%s: %d winners", m, len(got))
		}
	}
}

// Forty opinions in a circle, each defeated by the next, and one that all the others defeat: by
// ranked pairs everybody but that may win, though there are too many orders of the defeats to follow.
func TestDeclaredCircleBeyondCounting(t *testing.T) {
	const circle = 40
	e := random(0, circle+1)
	for i := range circle {
		var ranking []int
		for j := range circle {
			ranking = append(ranking, (i+j)%circle)
		}
		e.Ballots = append(e.Ballots, tally.Ballot{Ranking: append(ranking, circle), Weight: 1})
	}
	e.DeclareTies = true
	for seats := range 3 {
		e.Seats = seats
		if got := count(t, tally.RankedPairs, e).Winners; !sameSet(got, e.Options[:circle]) {
			t.Errorf("%d seats: winners %v", seats, got)
		}
	}
}

// Where it matters who of the hopeless goes first, both ways are followed: if c goes
// first, the ballot of b counts for d, else it is exhausted.
func TestDeclaredTiesOfOvervotes(t *testing.T) {
	e := parse(t, "3:a 3:d 1:b>c=d 1:c")
	e.Overvotes, e.DeclareTies = tally.OvervoteMultiple, true
	if got := count(t, tally.IRV, e).Winners; !slices.Equal(got, []string{"a", "d"}) {
		t.Errorf("winners %v", got)
	}
}

// Options without a vote are excluded in any order: no way of doing so makes a winner
// of them, however many they are.
func TestDeclaredTiesOfTheHopeless(t *testing.T) {
	e := random(0, 100)
	e.Ballots = []tally.Ballot{{Ranking: []int{7, 8}, Weight: 4}, {Ranking: []int{8}, Weight: 3}, {Ranking: []int{9, 8}, Weight: 2}}
	e.DeclareTies = true
	for _, m := range []tally.Method{tally.IRV, tally.STV} {
		r := count(t, m, e)
		if !slices.Equal(r.Winners, []string{"option 8"}) || len(r.Ties) > 0 {
			t.Errorf("%s: winners %v, ties %v", m, r.Winners, r.Ties)
		}
	}
}

// The draw, written out as its documentation says.
func TestDraw(t *testing.T) {
	seed, tied := []byte("seed"), []string{"b", "ä", "a", "Z"}
	mac := hmac.New(sha256.New, seed)
	mac.Write([]byte("round 2 exclusion\nZ\na\nb\nä"))
	n := new(big.Int).SetBytes(mac.Sum(nil))
	want := []string{"Z", "a", "b", "ä"}[n.Mod(n, big.NewInt(4)).Int64()]
	if got := tied[tally.Draw(seed, "round 2 exclusion", tied)]; got != want {
		t.Errorf("drew %s, want %s", got, want)
	}
	if got := tally.Draw(seed, "round 2 exclusion", nil); got != -1 {
		t.Errorf("drew %d of nobody", got)
	}
}

// It does not matter in which order the tied come; and everybody has a fair chance.
func TestDrawIsFair(t *testing.T) {
	tied, turned := []string{"a", "b", "c"}, []string{"c", "a", "b"}
	drawn := make(map[string]int)
	for i := range 3000 {
		seed := []byte{byte(i >> 8), byte(i)}
		id := tied[tally.Draw(seed, "winner", tied)]
		if other := turned[tally.Draw(seed, "winner", turned)]; id != other {
			t.Fatalf("seed %x: %s or %s", seed, id, other)
		}
		drawn[id]++
	}
	for id, n := range drawn {
		if n < 900 || n > 1100 { // more than three standard deviations from 1000
			t.Errorf("%s was drawn %d times in 3000", id, n)
		}
	}
}

func TestCommit(t *testing.T) {
	const want = "19b25856e1c150ca834cffc8b59b23adbd0ec0389e58eb22b3b64768098d002b"
	if got := tally.Commit([]byte("seed")); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Ways that come to the same state are followed once: an order of ten tied options to go out is one
// of 3.6 million, but what is left of them is one of 1,024 sets. So nobody is declared who cannot win.
func TestWaysThatMeetAreOne(t *testing.T) {
	e := &tally.Election{
		Options: []string{"A", "B"}, Seats: 1, DeclareTies: true,
		Ballots: []tally.Ballot{{Ranking: []int{0}, Weight: 6}, {Ranking: []int{1}, Weight: 5}},
	}
	for i := range 10 {
		e.Options = append(e.Options, string(rune('C'+i)))
		e.Ballots = append(e.Ballots, tally.Ballot{Ranking: []int{2 + i}, Weight: 1})
	}
	if r := count(t, tally.STV, e); !slices.Equal(r.Winners, []string{"A"}) {
		t.Errorf("%v are declared", r.Winners)
	}
}

// Of the ways that a tie between defeats leaves open, one may end with options that no defeat
// tells apart: if C's over A comes first, it has B and D at the top. They may win, too.
func TestAWayMayEndInATie(t *testing.T) {
	e := &tally.Election{
		Options: []string{"A", "B", "C", "D"}, Seats: 1, DeclareTies: true,
		Ballots: []tally.Ballot{{Ranking: []int{0, 1, 3}, Weight: 2}, {Ranking: []int{3, 1, 2, 0}, Weight: 2}, {Ranking: []int{2, 0}, Weight: 1}},
	}
	r := count(t, tally.RankedPairs, e)
	if got := slices.Sorted(slices.Values(r.Winners)); !slices.Equal(got, []string{"A", "B", "D"}) {
		t.Errorf("%v may win", got)
	}
}
