package tally

import "cmp"

// plurality gives a vote to the first place of each ballot. A ballot whose first rank
// is an overvote is read by the election's rules, as in the first round of [IRV].
func (c *count) plurality() { c.most(c.firsts) }

// approval gives a vote to every option that a ballot ranks.
func (c *count) approval() {
	votes := make([]int64, len(c.Options))
	read := newReader(c.Election)
	for i := range c.Ballots {
		for _, group := range read.groups(&c.Ballots[i]) {
			for _, option := range group {
				votes[option] += c.Ballots[i].Weight
			}
		}
	}
	c.most(votes)
}

// most ranks the options by votes. Where nobody has any, nobody wins.
func (c *count) most(votes []int64) {
	for _, n := range votes {
		if n > 0 {
			c.rank(
				func(a, b int) int { return cmp.Compare(votes[b], votes[a]) },
				func(option int) Figure { return c.votes(votes[option]) },
			)
			return
		}
	}
	c.nobody()
}
