package tally

import (
	"cmp"
	"math/big"
)

// borda gives the option at place p of m options m−1−p points. Options at one rank
// share the mean of the places that they take up, and those not ranked the mean of the
// places left. So an option's points are its pairwise votes, and half a point for each
// ballot and option that it is not told apart from. (J.-C. de Borda, 1781.)
func (c *count) borda() {
	m := int64(len(c.Options))
	twice := make([]int64, m)
	everyone := int64(0) // what all options get, ranked or not
	read := newReader(c.Election)
	for i := range c.Ballots {
		b := &c.Ballots[i]
		left := m
		for _, group := range read.groups(b) {
			left -= int64(len(group))
		}
		everyone += max(0, left-1) * b.Weight
		for place, group := range read.groups(b) {
			points := 2*(m-1-int64(place)) - int64(len(group)-1) - max(0, left-1)
			for _, option := range group {
				twice[option] += points * b.Weight
			}
		}
	}
	for option := range twice {
		twice[option] += everyone
	}
	c.rank(
		func(a, b int) int { return cmp.Compare(twice[b], twice[a]) },
		func(option int) Figure { return fraction(big.NewInt(twice[option]), big.NewInt(2*c.unit())) },
	)
}
