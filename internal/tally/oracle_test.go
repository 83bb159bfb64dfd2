package tally_test

import (
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/caucus-live/caucus/internal/tally"
)

// Instant runoff with declared ties elects whom this elects, written down with no thought
// of speed: every way of choosing among the lowest is tried.
func TestDeclaredInstantRunoffByHand(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := election(t, 1)
		e.Seats = 1
		var try func(in []int, winners map[string]bool)
		try = func(in []int, winners map[string]bool) {
			if len(in) == 1 {
				winners[e.Options[in[0]]] = true
				return
			}
			votes := make(map[int]int64)
			for _, b := range e.Ballots {
				if i := slices.IndexFunc(b.Ranking, func(o int) bool { return slices.Contains(in, o) }); i >= 0 {
					votes[b.Ranking[i]] += b.Weight
				}
			}
			least := slices.MinFunc(in, func(a, b int) int { return int(votes[a] - votes[b]) })
			for i, option := range in {
				if votes[option] == votes[least] {
					try(slices.Delete(slices.Clone(in), i, i+1), winners)
				}
			}
		}
		all, want := make([]int, len(e.Options)), make(map[string]bool)
		for i := range all {
			all[i] = i
		}
		if slices.ContainsFunc(e.Ballots, func(b tally.Ballot) bool { return len(b.Ranking) > 0 }) {
			try(all, want)
		}
		if got := declare(t, tally.IRV, e); !slices.Equal(got, slices.Sorted(maps.Keys(want))) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}

// Ranked pairs with declared ties elects whom some order of the defeats elects, each
// order being tried.
func TestDeclaredRankedPairsByHand(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := election(t, 1)
		e.Seats, e.Options, e.DeclareTies = 1, e.Options[:min(4, len(e.Options))], true
		for i := range e.Ballots {
			e.Ballots[i].Ranking = slices.DeleteFunc(slices.Clone(e.Ballots[i].Ranking), func(o int) bool { return o >= 4 })
		}
		r := mustCount(t, tally.RankedPairs, e)
		d, n := r.Matrix, len(e.Options)
		type pair struct{ a, b int }
		var pairs []pair
		for a := range d {
			for b := range d {
				if d[a][b] > d[b][a] {
					pairs = append(pairs, pair{a, b})
				}
			}
		}
		stronger := func(x, y pair) bool {
			if v, w := d[x.a][x.b], d[y.a][y.b]; v != w {
				return v > w
			}
			return d[x.b][x.a] < d[y.b][y.a]
		}
		want := make(map[string]bool)
		var try func(left []pair, above [][]bool)
		try = func(left []pair, above [][]bool) {
			if len(left) == 0 {
				for b := range n {
					if !slices.ContainsFunc(above, func(row []bool) bool { return row[b] }) {
						want[e.Options[b]] = true
					}
				}
				return
			}
			for i, p := range left {
				if slices.ContainsFunc(left, func(q pair) bool { return stronger(q, p) }) {
					continue
				}
				next := make([][]bool, n)
				for a := range next {
					next[a] = slices.Clone(above[a])
				}
				if !next[p.b][p.a] {
					for x := range n {
						for y := range n {
							if (x == p.a || above[x][p.a]) && (y == p.b || above[p.b][y]) {
								next[x][y] = true
							}
						}
					}
				}
				try(slices.Delete(slices.Clone(left), i, i+1), next)
			}
		}
		above := make([][]bool, n)
		for a := range above {
			above[a] = make([]bool, n)
		}
		if d != nil {
			try(pairs, above)
		}
		if got := slices.Sorted(slices.Values(r.Winners)); !slices.Equal(got, slices.Sorted(maps.Keys(want))) {
			t.Errorf("got %v, want %v; matrix %v", got, want, d)
		}
	})
}
