package tally_test

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/tally"
)

func TestPoints(t *testing.T) {
	for _, test := range []struct {
		profile string
		method  tally.Method
		votes   int // a voter, for Score
		want    string
	}{
		{"ranker", tally.Score, 3, "b 2.990741, a 1.981481, d 1.694444, c 1.296296"},
		{"tennessee", tally.Score, 3, "N 64.648148, C 57.305556, M 42, K 35.12037"},
		{"tennessee", tally.Plurality, 0, "M 42, N 26, K 17, C 15"},
		{"tennessee", tally.Borda, 0, "N 194, C 173, M 126, K 107"},
		{"tennessee", tally.Dowdall, 0, "N 57.666667, M 56.5, C 50.5, K 43.666667"},
		{"schulze-1", tally.Borda, 0, "E 102, A 98, B 92, C 89, D 69"},
		{"schulze-2", tally.Borda, 0, "C 48, D 47, A 45, B 40"},
		{"alaska-2022", tally.Borda, 0, "B 211585.5, L 186998, P 167162.5"},
		{"alaska-2022", tally.Plurality, 0, "L 75799, P 58973, B 53810"},
		{"alaska-2022", tally.Approval, 0, "L 156020, P 153545, B 143563"},
	} {
		t.Run(test.profile+"/"+string(test.method), func(t *testing.T) {
			e := profile(t, test.profile)
			e.VotesPerVoter = test.votes
			r := count(t, test.method, e)
			if got := figures(r); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
			best, _, _ := strings.Cut(test.want, " ")
			if !slices.Equal(r.Winners, []string{best}) || len(r.Ties) > 0 {
				t.Errorf("winners %v, ties %v", r.Winners, r.Ties)
			}
		})
	}
}

// The formula of the original, in floating point, agrees to within its precision.
func TestScoreIsTheFormulaOfTheOriginal(t *testing.T) {
	for votes := 1; votes <= 20; votes++ {
		e := &tally.Election{VotesPerVoter: votes}
		var ranking []int
		for i := range votes {
			e.Options = append(e.Options, string(rune('a'+i)))
			ranking = append(ranking, i)
		}
		e.Ballots = []tally.Ballot{{Ranking: ranking, Weight: 1}}
		for place, s := range count(t, tally.Score, e).Order {
			want := 1.0
			for range place + 1 {
				want *= (float64(votes) - float64(place)/2) / float64(votes)
			}
			got, _ := s.Figure.Rat().Float64()
			if diff := got - want; diff > 1e-12 || diff < -1e-12 {
				t.Errorf("%d votes, place %d: %v, want %v", votes, place, got, want)
			}
		}
	}
}

func TestScoreCountsNoPlaceBeyondTheVotes(t *testing.T) {
	e := parse(t, "1:a>b>c>d")
	e.VotesPerVoter = 2
	if got, want := figures(count(t, tally.Score, e)), "a 1, b 0.5625, c 0, d 0"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Points that look alike when rounded still decide: with 20 votes a voter, twice the
// nineteenth place is more than nine times the twentieth.
func TestFiguresThatLookEqualDecide(t *testing.T) {
	e := &tally.Election{VotesPerVoter: 20, Options: []string{"b", "a"}}
	var ahead []int
	for i := range 19 {
		e.Options = append(e.Options, string(rune('c'+i)))
		ahead = append(ahead, i+2)
	}
	e.Ballots = []tally.Ballot{
		{Ranking: append(slices.Clone(ahead[:18]), 1), Weight: 2},
		{Ranking: append(slices.Clone(ahead), 0), Weight: 9},
	}
	r := count(t, tally.Score, e)
	a, b := r.Order[19], r.Order[20]
	if a.Option != "a" || b.Option != "b" || b.Place != 21 {
		t.Errorf("a and b are not apart: %+v, %+v", a, b)
	}
	if a.Figure.String() != "0.000023" || b.Figure.String() != "0.000023" || a.Figure.Cmp(b.Figure) != 1 {
		t.Errorf("figures %v and %v", a.Figure, b.Figure)
	}
}

func TestEqualsShareTheMeanOfTheirPlaces(t *testing.T) {
	for _, test := range []struct {
		method tally.Method
		text   string
		want   string
	}{
		{tally.Borda, "2:a=b>c>d", "a 5, b 5, c 2, d 0"},
		{tally.Borda, "1:a", "a 3, b 1, c 1, d 1"},
		{tally.Borda, "1:a>b=c", "a 3, b 1.5, c 1.5, d 0"},
		{tally.Dowdall, "2:a=b>c>d", "a 1.5, b 1.5, c 0.666667, d 0.5"},
		{tally.Dowdall, "6:a=b=c", "a 3.666667, b 3.666667, c 3.666667, d 0"},
		{tally.Score, "1:a>b=c", "a 1, b 0.59375, c 0.59375, d 0"}, // ((7/8)² + (6/8)³) / 2
		{tally.Approval, "3:a=b>c 1:d", "a 3, b 3, c 3, d 1"},
		// A place is how many options are above it; empty ranks and repetitions do not count.
		{tally.Dowdall, "2:a>->a>b>b=c>d", "a 2, b 1, c 0.666667, d 0.5"},
		{tally.Approval, "1:a>a>b", "a 1, b 1, c 0, d 0"},
	} {
		t.Run(string(test.method)+" "+test.text, func(t *testing.T) {
			e := parse(t, test.text+" 1:a=b=c=d")
			e.Ballots = e.Ballots[:len(e.Ballots)-1]
			e.DeclareTies = true
			if got := figures(count(t, test.method, e)); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestOptionsNobodyRanksAreListed(t *testing.T) {
	e := parse(t, "1:a>b")
	e.Options = append(e.Options, "z")
	for _, m := range tally.Methods() {
		if got := count(t, m, e); !cmp.Equal(got.Winners, []string{"a"}) || len(got.Order) != 3 {
			t.Errorf("%s: %s", m, order(got))
		}
	}
}

// Many options at one rank, in groups of many sizes, take no more memory than the ballots
// that say so.
func TestLongRanksAreCountedInLittleMemory(t *testing.T) {
	const m = 300
	e := &tally.Election{DeclareTies: true}
	for i := range m {
		e.Options = append(e.Options, fmt.Sprint(i))
	}
	for size := range m {
		b := tally.Ballot{Ranks: slices.Repeat([]int{1}, size), Weight: 1}
		for i := range size {
			b.Ranking = append(b.Ranking, i)
		}
		e.Ballots = append(e.Ballots, b)
	}
	for _, method := range []tally.Method{tally.Score, tally.Dowdall, tally.Borda} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		count(t, method, e)
		runtime.ReadMemStats(&after)
		if got := (after.TotalAlloc - before.TotalAlloc) >> 20; got > 160 { // a share for every option and place would take 600
			t.Errorf("%s: %d MiB were allocated", method, got)
		}
	}
}
