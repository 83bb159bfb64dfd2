package tally

import (
	"iter"
	"math/big"
	"slices"
)

// A reader reads whole ballots, one after the other.
type reader struct {
	seen []int // by option: the last ballot that mentioned it
	now  int   // this ballot
}

func newReader(e *Election) *reader { return &reader{seen: make([]int, len(e.Options))} }

// groups yields the options of a ballot rank by rank, each option where it is first
// mentioned, with the number of options ranked above.
func (r *reader) groups(b *Ballot) iter.Seq2[int, []int] {
	return func(yield func(int, []int) bool) {
		r.now++
		above := 0
		for i, j := 0, 0; i < len(b.Ranking); i = j {
			j = b.end(i)
			group := b.Ranking[i:j]
			if slices.ContainsFunc(group, r.again) {
				group = slices.DeleteFunc(slices.Clone(group), r.again)
			}
			if len(group) > 0 && !yield(above, group) {
				return
			}
			for _, option := range group {
				r.seen[option] = r.now
			}
			above += len(group)
		}
	}
}

// again reports whether this ballot has mentioned the option before.
func (r *reader) again(option int) bool { return r.seen[option] == r.now }

// positional gives the option at place n of a ballot points[n]/denominator, and
// nothing from the place len(points) on. Options at one rank share the mean of the
// places that they take up.
func (c *count) positional(points []*big.Int, denominator *big.Int) {
	type share struct{ option, place, among int }
	shared := make(map[share]int64)
	votes := make([][]int64, len(c.Options)) // by option and place
	for i := range votes {
		votes[i] = make([]int64, len(points))
	}
	common := big.NewInt(1) // a multiple of every number of sharers
	read := newReader(c.Election)
	for i := range c.Ballots {
		b := &c.Ballots[i]
		for place, group := range read.groups(b) {
			if len(group) == 1 {
				if place < len(points) {
					votes[group[0]][place] += b.Weight
				}
				continue
			}
			common = lcm(common, int64(len(group)))
			for _, option := range group {
				for p := place; p < min(place+len(group), len(points)); p++ {
					shared[share{option, p, len(group)}] += b.Weight
				}
			}
		}
	}

	total := make([]*big.Int, len(c.Options))
	for option := range total {
		total[option] = new(big.Int)
		for place, n := range votes[option] {
			total[option].Add(total[option], new(big.Int).Mul(big.NewInt(n), points[place]))
		}
		total[option].Mul(total[option], common)
	}
	for s, n := range shared {
		part := new(big.Int).Div(common, big.NewInt(int64(s.among)))
		part.Mul(part, big.NewInt(n)).Mul(part, points[s.place])
		total[s.option].Add(total[s.option], part)
	}
	common.Mul(common, denominator)
	c.rank(
		func(a, b int) int { return total[b].Cmp(total[a]) },
		func(option int) Figure { return fraction(total[option], common) },
	)
}

// lcm returns the least common multiple of a and n.
func lcm(a *big.Int, n int64) *big.Int {
	b := big.NewInt(n)
	gcd := new(big.Int).GCD(nil, nil, a, b)
	return b.Mul(b, gcd.Div(a, gcd))
}
