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
			if group[0] == Overvoted {
				continue
			}
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
	alone, shared := c.places(len(points))
	common := big.NewInt(1) // a multiple of every number of sharers
	for s := range shared {
		common = lcm(common, int64(s.among))
	}
	upTo := sums(points)
	total := make([]*big.Int, len(c.Options))
	for option := range total {
		total[option] = new(big.Int)
		for place, n := range alone[option] {
			total[option].Add(total[option], new(big.Int).Mul(big.NewInt(n), points[place]))
		}
		total[option].Mul(total[option], common)
	}
	for s, n := range shared {
		part := new(big.Int).Sub(upTo[min(s.place+s.among, len(points))], upTo[s.place])
		part.Mul(part, big.NewInt(n)).Mul(part, new(big.Int).Div(common, big.NewInt(int64(s.among))))
		total[s.option].Add(total[s.option], part)
	}
	common.Mul(common, denominator).Mul(common, big.NewInt(c.unit()))
	c.rank(
		func(a, b int) int { return total[b].Cmp(total[a]) },
		func(option int) Figure { return fraction(total[option], common) },
	)
}

// A share is that of one option of among in as many places, from place on.
type share struct{ option, place, among int }

// places returns how many ballots have an option at one of the first m places, alone (by
// option and place) and with others. There are never more shares than entries on the
// ballots, however long the ranks are.
func (c *count) places(m int) (alone [][]int64, shared map[share]int64) {
	alone, shared = make([][]int64, len(c.Options)), make(map[share]int64)
	for i := range alone {
		alone[i] = make([]int64, m)
	}
	read := newReader(c.Election)
	for i := range c.Ballots {
		b := &c.Ballots[i]
		c.spend(1 + len(b.Ranking))
		for place, group := range read.groups(b) {
			switch {
			case place >= m:
			case len(group) == 1:
				alone[group[0]][place] += b.Weight
			default:
				for _, option := range group {
					shared[share{option, place, len(group)}] += b.Weight
				}
			}
		}
	}
	return alone, shared
}

// sums returns the sums of the first 0, 1, 2… numbers.
func sums(numbers []*big.Int) []*big.Int {
	all := []*big.Int{new(big.Int)}
	for i, n := range numbers {
		all = append(all, new(big.Int).Add(all[i], n))
	}
	return all
}

// lcm returns the least common multiple of a and n.
func lcm(a *big.Int, n int64) *big.Int {
	b := big.NewInt(n)
	gcd := new(big.Int).GCD(nil, nil, a, b)
	return b.Mul(b, gcd.Div(a, gcd))
}
