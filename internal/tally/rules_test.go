package tally_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/caucus-live/caucus/internal/tally"
)

// Without a draw, earlier rounds break what they can, and the rest is declared.
func TestNoDraw(t *testing.T) {
	for _, test := range []struct {
		profile string
		seats   int
		method  tally.Method
		winners []string
	}{
		{"tennessee-tie", 1, tally.IRV, []string{"M"}},
		{"tennessee-tie", 1, tally.STV, []string{"M"}},
		{"schulze-4", 1, tally.Schulze, []string{"B", "D"}}, // it has no rounds
		{"schulze-4", 1, tally.RankedPairs, []string{"B", "D"}},
		{"earlier-round", 1, tally.IRV, []string{"Dopey", "Sneezy"}},
		{"paradox", 1, tally.Borda, []string{"A", "B", "C"}},
		{"paradox", 2, tally.Score, []string{"A", "B", "C"}},
	} {
		e := profile(t, test.profile)
		e.Seats, e.NoDraw = test.seats, true
		if got := slices.Sorted(slices.Values(count(t, test.method, e).Winners)); !slices.Equal(got, test.winners) {
			t.Errorf("%s by %s: %v, not %v", test.profile, test.method, got, test.winners)
		}
	}
}

// An earlier stage that sets the tied apart decides in STV as the law says, with a seed or
// without.
func TestEarlierStageDecidesWithoutASeed(t *testing.T) {
	e := parse(t, "10:A 4:B 5:C 2:Y>B 1:X>C 2:X>A")
	for _, m := range []tally.Method{tally.IRV, tally.STV} {
		e.Seed, e.NoDraw = []byte{0}, false
		want := count(t, m, e)
		e.Seed, e.NoDraw = nil, true
		if diff := cmp.Diff(want, count(t, m, e), cmp.Comparer(tally.Figure.Equal)); diff != "" {
			t.Errorf("%s (-with a seed +without):\n%s", m, diff)
		}
	}
}

// In each way that a tie leaves open, the rounds since break later ones: whether D or E goes first, B is
// ahead of C before F makes them equal, so that C goes out.
func TestEarlierRoundOfAWay(t *testing.T) {
	e := parse(t, "7:A 4:B>C 4:C>B 1:D>B 1:D 1:E>B 1:E 2:F>C 1:F")
	e.NoDraw = true
	for _, m := range []tally.Method{tally.IRV, tally.STV} {
		if got := count(t, m, e).Winners; !slices.Equal(got, []string{"B"}) {
			t.Errorf("%s: %v may win", m, got)
		}
	}
}

// Those who cannot catch up go out together if nothing gives an order to them. Without a draw
// earlier rounds may: D was behind C before E went.
func TestOrderOfTheHopeless(t *testing.T) {
	e := parse(t, "10:A 8:B 3:C 2:D 1:E>D")
	for noDraw, want := range map[bool][][]string{false: {{"E"}, {"C", "D"}, {}}, true: {{"E"}, {"D"}, {"C"}, {}}} {
		e.DeclareTies, e.NoDraw = !noDraw, noDraw
		var got [][]string
		for _, round := range count(t, tally.IRV, e).Rounds {
			got = append(got, round.Excluded)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("no draw %t: excluded (-want +got):\n%s", noDraw, diff)
		}
	}
}

// Whoever wins by some draw is among the winners without one; and in rounds
// of which none needs it, they are the winners.
func TestNoDrawAndTheDraw(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := election(t, 1)
		e.Batch, e.MaxSkips = false, -1
		for _, m := range tally.Methods() {
			open := *e
			open.Seed, open.NoDraw = nil, true
			declared := mustCount(t, m, &open)
			drawn := false
			var winners []string
			for seed := range byte(6) {
				e.Seed = []byte{seed}
				r := mustCount(t, m, e)
				drawn = drawn || slices.ContainsFunc(r.Ties, func(tie tally.Tie) bool { return tie.Rule == tally.RuleDraw })
				winners = r.Winners
				for _, id := range winners {
					if !slices.Contains(declared.Winners, id) {
						t.Errorf("%s: %s wins by the draw, but only %v without", m, id, declared.Winners)
					}
				}
			}
			if rounds := m == tally.IRV || m == tally.STV; rounds && !drawn && !sameSet(winners, declared.Winners) {
				t.Errorf("%s: %v win without a draw, but %v are declared", m, winners, declared.Winners)
			}
		}
	})
}

// Write-ins that nobody declared are counted once, and then go; they never win.
func TestUndeclaredOptions(t *testing.T) {
	e := parse(t, "5:W>A 3:A 4:B")
	e.Undeclared = []int{slices.Index(e.Options, "W")}
	r := count(t, tally.IRV, e)
	if diff := cmp.Diff([]string{"th 7: A 3, B 4, W 5", "th 7: A 8, B 4"}, figuresOfRounds(r)); diff != "" {
		t.Errorf("rounds (-want +got):\n%s", diff)
	}
	if order(r) != "A>B>W" {
		t.Errorf("order %s", order(r))
	}
	e.Seats = 2
	if r := count(t, tally.STV, e); !slices.Equal(slices.Sorted(slices.Values(r.Winners)), []string{"A", "B"}) {
		t.Errorf("STV: %v", r.Winners)
	}
	for _, m := range tally.Methods() {
		if r := count(t, m, e); slices.Contains(r.Winners, "W") {
			t.Errorf("%s elects W", m)
		}
	}
	c, err := tally.Compare(t.Context(), e, 0)
	if err != nil || len(c.Options) != 2 || c.Condorcet != "A" {
		t.Errorf("%v, %v", c, err)
	}
	e.Seats = 3
	if r := count(t, tally.IRV, e); len(r.Winners) != 2 {
		t.Errorf("%v win, of two options", r.Winners)
	}
	e.Undeclared = []int{0, 1, 2}
	if r := count(t, tally.IRV, e); len(r.Winners) > 0 {
		t.Errorf("%v win, of nobody", r.Winners)
	}
}

// In STV undeclared options go out before all others, but behind the surpluses of those elected.
func TestUndeclaredOptionsInSTV(t *testing.T) {
	for _, test := range []struct {
		profile string
		seats   int
		want    []string
	}{
		{"5:A 3:B 2:C 4:W>C", 1, []string{"8: A 5 B 3 C 2 W 4; -W", "8: A 5 B 3 C 6; -B", "8: A 5 C 6; exhausted 3; +C; -A"}},
		{"16:A>W 3:B 1:C 1:W>C", 2, []string{"8: A 16 B 3 C 1 W 1; +A; ~A", "8: A 8 B 3 C 1 W 9; -W", "8: A 8 B 3 C 2; exhausted 8; +B; -C"}},
	} {
		e := parse(t, test.profile)
		e.Seats, e.Undeclared = test.seats, []int{slices.Index(e.Options, "W")}
		if diff := cmp.Diff(test.want, rounds(count(t, tally.STV, e))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.profile, diff)
		}
	}
}

// A comparison treats undeclared options as each method does: STV counts them in the first round.
func TestUndeclaredOptionsCompared(t *testing.T) {
	e := random(40, 6)
	e.Undeclared, e.Seats = []int{0, 3}, 2
	c, err := tally.Compare(t.Context(), e, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, got := range c.Outcomes {
		r := count(t, got.Method, e)
		want := tally.Outcome{Method: got.Method, Winners: r.Winners, Order: r.Order, Ties: r.Ties}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-alone +compared):\n%s", got.Method, diff)
		}
	}
}

// A ballot does without the options left out, and a rank of theirs is not empty.
func TestWithout(t *testing.T) {
	e := &tally.Election{
		Options: []string{"A", "B", "C"}, Undeclared: []int{0, 2},
		Ballots: []tally.Ballot{
			{Ranking: []int{1, 0}, Weight: 1},
			{Ranking: []int{1, 0, 2}, Ranks: []int{1, 3, 4}, Weight: 2},
			{Ranking: []int{1, 2, tally.Overvoted}, Ranks: []int{2, 2, 5}, Weight: 3},
			{Ranking: []int{1}, Weight: 4},
		},
	}
	got := e.Without(1)
	want := &tally.Election{
		Options: []string{"A", "C"}, Undeclared: []int{0, 1},
		Ballots: []tally.Ballot{
			{Ranking: []int{0}, Weight: 1},
			{Ranking: []int{0, 1}, Ranks: []int{2, 3}, Weight: 2},
			{Ranking: []int{1, tally.Overvoted}, Ranks: []int{2, 5}, Weight: 3},
			{Ranking: []int{}, Weight: 4},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestThresholdOfTheFirstRound(t *testing.T) {
	e := parse(t, "4:A 3:B 2:C")
	if r := count(t, tally.IRV, e); len(r.Rounds) != 2 { // 4 of 7
		t.Errorf("%d rounds", len(r.Rounds))
	}
	e.FirstThreshold = true
	want := []string{"th 5: A 4, B 3, C 2", "th 5: A 4, B 3", "th 5: A 4"}
	if diff := cmp.Diff(want, figuresOfRounds(count(t, tally.IRV, e))); diff != "" {
		t.Errorf("rounds (-want +got):\n%s", diff)
	}
}

func TestUntilTwoAreLeft(t *testing.T) {
	e := parse(t, "6:A 2:B 1:C")
	if r := count(t, tally.IRV, e); len(r.Rounds) != 1 {
		t.Errorf("%d rounds", len(r.Rounds))
	}
	e.UntilTwo = true
	want := []string{"th 5: A 6, B 2, C 1", "th 5: A 6, B 2"}
	if diff := cmp.Diff(want, figuresOfRounds(count(t, tally.IRV, e))); diff != "" {
		t.Errorf("rounds (-want +got):\n%s", diff)
	}
	e = parse(t, "6:A>B>C")
	e.UntilTwo, e.Seed = true, []byte{1}
	if r := count(t, tally.IRV, e); len(r.Rounds[len(r.Rounds)-1].Tallies) != 2 || r.Winners[0] != "A" {
		t.Errorf("%v", figuresOfRounds(r))
	}
}

// A pairwise tie is half a point of Copeland's, no less than that and no more.
func TestCopelandsHalf(t *testing.T) {
	r := count(t, tally.Copeland, parse(t, "1:A>B>C 1:B>A>C"))
	for i, want := range []string{"1.5", "1.5", "0"} {
		if got := r.Order[i].Figure.String(); got != want {
			t.Errorf("place %d has %s points, not %s", i+1, got, want)
		}
	}
}
