package tally_test

import (
	"maps"
	"math"
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

// A paper is one ballot of the count by hand: what it is worth in hundred-thousandths, and
// which entry of its ranking has it.
type paper struct {
	ranking []int
	worth   int64
	at      int
}

// STV with declared ties elects whom this elects, a stage a call, paper by paper.
func TestDeclaredSingleTransferableVoteByHand(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := election(t, 1)
		e.Seats = max(1, e.Seats)
		var papers []paper
		for _, b := range e.Ballots {
			for range b.Weight {
				if len(b.Ranking) > 0 {
					papers = append(papers, paper{ranking: b.Ranking, worth: 100_000})
				}
			}
		}
		quota := (int64(len(papers)/(e.Seats+1)) + 1) * 100_000
		want := make(map[string]bool)
		var stage func(papers []paper, in, elected []int)
		stage = func(papers []paper, in, elected []int) {
			votes := make(map[int]int64)
			for _, p := range papers {
				if p.at < len(p.ranking) {
					votes[p.ranking[p.at]] += p.worth
				}
			}
			for _, option := range slices.Clone(in) {
				if votes[option] >= quota {
					in = without(in, option)
					elected = append(slices.Clip(elected), option)
				}
			}
			if len(in) <= e.Seats-len(elected) {
				elected, in = slices.Concat(elected, in), nil
			}
			if len(elected) == min(e.Seats, len(e.Options)) {
				for _, option := range elected {
					want[e.Options[option]] = true
				}
				return
			}
			most, least := quota, int64(math.MaxInt64)
			for _, option := range elected {
				most = max(most, votes[option])
			}
			for _, option := range in {
				least = min(least, votes[option])
			}
			for _, option := range elected {
				if most > quota && votes[option] == most {
					stage(pass(papers, option, in, most-quota, most), in, elected)
				}
			}
			for _, option := range in {
				if most == quota && votes[option] == least {
					rest := without(in, option)
					stage(pass(papers, option, rest, 1, 1), rest, elected)
				}
			}
		}
		all := make([]int, len(e.Options))
		for i := range all {
			all[i] = i
		}
		if len(papers) > 0 {
			stage(papers, all, nil)
		}
		if got := declare(t, tally.STV, e); !slices.Equal(got, slices.Sorted(maps.Keys(want))) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}

// pass passes on the papers of an option, at num/den of their worth; what stays of a
// surplus is an elected option's quota, kept as a paper that nobody else can have.
func pass(papers []paper, from int, in []int, num, den int64) []paper {
	var passed []paper
	kept := int64(0)
	for _, p := range papers {
		if p.at < len(p.ranking) && p.ranking[p.at] == from {
			kept += p.worth * (den - num)
			p.worth = p.worth * num / den
			for p.at++; p.at < len(p.ranking) && !slices.Contains(in, p.ranking[p.at]); p.at++ {
			}
		}
		passed = append(passed, p)
	}
	if num < den {
		passed = append(passed, paper{ranking: []int{from}, worth: kept / den})
	}
	return passed
}

func without(options []int, option int) []int {
	return slices.DeleteFunc(slices.Clone(options), func(o int) bool { return o == option })
}
