package tally_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/tally"
)

// Where the profile has a tie the result is that of declared ties.
func TestPairwiseMethods(t *testing.T) {
	for _, test := range []struct {
		profile string
		method  tally.Method
		margins bool
		want    string
	}{
		{"tennessee", tally.Copeland, false, "N 3, C 2, K 1, M 0"},
		{"tennessee", tally.Minimax, false, "N 0, M 58, C 68, K 83"},
		{"tennessee", tally.Schulze, false, "N 3, C 2, K 1, M 0"},
		{"tennessee", tally.RankedPairs, false, "N 3, C 2, K 1, M 0"},
		{"schulze-1", tally.Copeland, false, "E 3, A 2, B 2, C 2, D 1"},
		{"schulze-1", tally.Minimax, false, "E 24, A 25, C 28, B 29, D 33"},
		{"schulze-1", tally.Schulze, false, "E 4, A 3, C 2, B 1, D 0"},
		{"schulze-1", tally.RankedPairs, false, "A 4, C 3, E 2, B 1, D 0"},
		{"schulze-2", tally.Schulze, false, "D 3, A 2, C 1, B 0"},
		{"schulze-2", tally.RankedPairs, false, "A 3, C 2, D 1, B 0"},
		{"schulze-3", tally.Schulze, false, "B 4, A 3, D 2, E 1, C 0"},
		{"schulze-3", tally.RankedPairs, false, "A 4, B 3, D 2, E 1, C 0"},
		{"schulze-4", tally.Schulze, false, "B 1, D 1, A 0, C 0"},
		{"schulze-4", tally.Minimax, false, "B 5, D 5, A 6, C 7"},
		{"alaska-2022", tally.Copeland, false, "B 2, L 1, P 0"},
		{"burlington-2009", tally.Schulze, false, "M 2, K 1, W 0"},
		{"winning-votes-or-margins", tally.Schulze, false, "D 3, C 2, A 1, B 0"},
		{"winning-votes-or-margins", tally.RankedPairs, false, "D 3, C 2, A 1, B 0"},
		{"winning-votes-or-margins", tally.Minimax, false, "D 23, C 36, A 38, B 56"},
		{"winning-votes-or-margins", tally.Minimax, true, "C 5, D 12, A 13, B 39"},
		{"winning-votes-or-margins", tally.Schulze, true, "C 3, A 2, D 1, B 0"},
		{"winning-votes-or-margins", tally.RankedPairs, true, "C 3, A 2, D 1, B 0"},
		{"paradox", tally.Copeland, false, "A 1, B 1, C 1"},
		{"paradox", tally.Minimax, false, "A 2, B 2, C 2"},
		{"paradox", tally.Schulze, false, "A 0, B 0, C 0"},
		{"monotone-before", tally.Minimax, false, "A 61, B 65, C 74"},
		{"monotone-after", tally.Minimax, false, "A 51, C 74, B 75"},
		{"monotone-before", tally.Schulze, false, "A 2, B 1, C 0"},
		{"monotone-after", tally.Schulze, false, "A 2, B 1, C 0"},
	} {
		t.Run(test.profile+"/"+string(test.method), func(t *testing.T) {
			e := profile(t, test.profile)
			e.Margins, e.DeclareTies = test.margins, true
			if got := figures(count(t, test.method, e)); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// Whatever the draw of equal defeats, B or D wins, and either may.
func TestRankedPairsWithEqualDefeats(t *testing.T) {
	won := make(map[string]bool)
	for seed := range byte(40) {
		e := profile(t, "schulze-4")
		e.Seed = []byte{seed}
		for _, id := range count(t, tally.RankedPairs, e).Winners {
			won[id] = true
		}
	}
	if !cmp.Equal(won, map[string]bool{"B": true, "D": true}) {
		t.Errorf("winners %v", won)
	}
}

func TestWidestPaths(t *testing.T) {
	r := count(t, tally.Schulze, profile(t, "schulze-1"))
	matrix := [][]int64{{0, 20, 26, 30, 22}, {25, 0, 16, 33, 18}, {19, 29, 0, 17, 24}, {15, 12, 28, 0, 14}, {23, 27, 21, 31, 0}}
	paths := [][]int64{{0, 28, 28, 30, 24}, {25, 0, 28, 33, 24}, {25, 29, 0, 29, 24}, {25, 28, 28, 0, 24}, {25, 28, 28, 31, 0}}
	if diff := cmp.Diff(matrix, r.Matrix); diff != "" {
		t.Errorf("matrix (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(paths, r.Paths); diff != "" {
		t.Errorf("paths (-want +got):\n%s", diff)
	}
}

func TestLockedDefeats(t *testing.T) {
	r := count(t, tally.RankedPairs, profile(t, "winning-votes-or-margins"))
	want := []tally.Lock{
		{Winner: "A", Loser: "B", Votes: 56, Against: 17, Locked: true},
		{Winner: "C", Loser: "B", Votes: 56, Against: 17, Locked: true},
		{Winner: "C", Loser: "A", Votes: 38, Against: 25, Locked: true},
		{Winner: "D", Loser: "C", Votes: 36, Against: 31, Locked: true},
		{Winner: "D", Loser: "B", Votes: 33, Against: 6, Locked: true},
		{Winner: "A", Loser: "D", Votes: 23, Against: 11},
	}
	if diff := cmp.Diff(want, r.Locks); diff != "" {
		t.Errorf("locks (-want +got):\n%s", diff)
	}
}

// Of equal winning votes the defeat with fewer losing votes is the stronger, so that it
// takes no draw to leave out the weakest of this circle.
func TestRankedPairsBreaksEqualWinningVotes(t *testing.T) {
	r := count(t, tally.RankedPairs, parse(t, "1:B>C 3:A>B 1:B 2:B=C 2:C>A"))
	want := []tally.Lock{
		{Winner: "B", Loser: "C", Votes: 5, Against: 2, Locked: true},
		{Winner: "C", Loser: "A", Votes: 5, Against: 3, Locked: true},
		{Winner: "A", Loser: "B", Votes: 5, Against: 4},
	}
	if diff := cmp.Diff(want, r.Locks); diff != "" {
		t.Errorf("locks (-want +got):\n%s", diff)
	}
	if order(r) != "B>C>A" || len(r.Ties) > 0 {
		t.Errorf("order %s, ties %+v", order(r), r.Ties)
	}
}

func TestComparison(t *testing.T) {
	for _, test := range []struct {
		profile   string
		condorcet string
		smith     []string
	}{
		{"tennessee", "N", []string{"N"}},
		{"tennessee-tie", "", []string{"C", "K", "M", "N"}},
		{"alaska-2022", "B", []string{"B"}},
		{"burlington-2009", "M", []string{"M"}},
		{"winning-votes-or-margins", "", []string{"A", "C", "D"}},
		{"paradox", "", []string{"A", "B", "C"}},
		{"food", "Ch", []string{"Ch"}},
	} {
		t.Run(test.profile, func(t *testing.T) {
			e := profile(t, test.profile)
			c, err := tally.Compare(t.Context(), e, 0)
			if err != nil {
				t.Fatal(err)
			}
			if c.Condorcet != test.condorcet || !slices.Equal(c.Smith, test.smith) {
				t.Errorf("Condorcet winner %q, Smith set %v", c.Condorcet, c.Smith)
			}
			for i, m := range tally.Methods() {
				r := count(t, m, e)
				want := tally.Outcome{Method: m, Winners: r.Winners, Order: r.Order, Ties: r.Ties}
				if diff := cmp.Diff(want, c.Outcomes[i]); diff != "" {
					t.Errorf("%s (-counted +compared):\n%s", m, diff)
				}
			}
		})
	}
}

func TestPairwiseVotes(t *testing.T) {
	for _, test := range []struct {
		profile string
		want    [][]int64
	}{
		{"alaska-2022", [][]int64{{0, 87859, 101217}, {79451, 0, 91266}, {63618, 86026, 0}}},
		{"winning-votes-or-margins", [][]int64{{0, 56, 25, 23}, {17, 0, 17, 6}, {38, 56, 0, 31}, {11, 33, 36, 0}}},
		{"tennessee", [][]int64{{0, 83, 58, 32}, {17, 0, 58, 32}, {42, 42, 0, 42}, {68, 68, 58, 0}}},
	} {
		c, err := tally.Compare(t.Context(), profile(t, test.profile), 0)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(test.want, c.Matrix); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.profile, diff)
		}
	}
}

// Whom an option is above is kept in words of 64 bits, of which many options need several.
func TestRankedPairsOfManyOptions(t *testing.T) {
	const n = 130
	e := random(0, n)
	ranking := rand.New(rand.NewPCG(3, 4)).Perm(n)
	e.Ballots = []tally.Ballot{{Ranking: ranking, Weight: 2}}
	var want, got []string
	for _, option := range ranking {
		want = append(want, e.Options[option])
	}
	for i, s := range count(t, tally.RankedPairs, e).Order {
		if s.Place != i+1 {
			t.Errorf("%s has the place %d, not %d", s.Option, s.Place, i+1)
		}
		got = append(got, s.Option)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}
