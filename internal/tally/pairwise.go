package tally

import (
	"cmp"
	"math/big"
)

// pairwise returns d, where d[a][b] is the ballots that rank a above b. A ranked option
// is above one that is not; two that are not ranked, or at one rank, say nothing.
//
// That is the ballots that rank a, without those that rank b as high or higher. So what a
// ballot does not rank costs nothing.
func (e *Election) pairwise(m *meter) [][]int64 {
	d := square[int64](len(e.Options))
	ranked := make([]int64, len(e.Options))
	var asHigh []int // of one ballot, down to a rank
	read := newReader(e)
	for i := range e.Ballots {
		ballot := &e.Ballots[i]
		m.spend((1 + len(ballot.Ranking)) * (1 + len(ballot.Ranking)))
		asHigh = asHigh[:0]
		for _, group := range read.groups(ballot) {
			asHigh = append(asHigh, group...)
			for _, a := range group {
				ranked[a] += ballot.Weight
				for _, b := range asHigh {
					d[a][b] -= ballot.Weight
				}
			}
		}
	}
	for a, row := range d {
		for b := range row {
			row[b] += ranked[a]
		}
	}
	return d
}

// matrix returns the same, or why it was not counted to its end.
func (e *Election) matrix(m *meter) (d [][]int64, err error) {
	defer m.stop(&err)
	return e.pairwise(m), nil
}

// square returns n rows of n.
func square[T any](n int) [][]T {
	cells, rows := make([]T, n*n), make([][]T, n)
	for i := range rows {
		rows[i] = cells[i*n : (i+1)*n : (i+1)*n]
	}
	return rows
}

// defeats returns the strength of every pairwise defeat: of b by a at [a][b], 0 if a
// does not defeat b. That is the votes for a, or the margin if the election says so.
func (c *count) defeats() [][]int64 {
	if c.matrix == nil {
		c.matrix = c.pairwise(c.meter)
	}
	c.res.Matrix = c.matrix
	s := square[int64](len(c.matrix))
	for a, row := range c.matrix {
		for b, votes := range row {
			if against := c.matrix[b][a]; votes > against {
				s[a][b] = votes
				if c.Margins {
					s[a][b] -= against
				}
			}
		}
	}
	return s
}

// copeland gives one point for each option that an option defeats, and half a point for
// each that it ties with. (A. H. Copeland, 1951.)
func (c *count) copeland() {
	c.defeats()
	twice := copelandTwice(c.matrix)
	c.rank(
		func(a, b int) int { return cmp.Compare(twice[b], twice[a]) },
		func(option int) Figure { return fraction(big.NewInt(twice[option]), big.NewInt(2)) },
	)
}

// copelandTwice returns twice each option's Copeland points.
func copelandTwice(d [][]int64) []int64 {
	twice := make([]int64, len(d))
	for a := range d {
		for b := range d {
			switch {
			case a == b:
			case d[a][b] > d[b][a]:
				twice[a] += 2
			case d[a][b] == d[b][a]:
				twice[a]++
			}
		}
	}
	return twice
}

// minimax prefers the option whose worst defeat is the weakest; one without a defeat
// has a worst of 0. (P. B. Simpson, 1969; G. H. Kramer, 1977.)
func (c *count) minimax() {
	s := c.defeats()
	worst := make([]int64, len(s))
	for a := range s {
		for b := range s {
			worst[b] = max(worst[b], s[a][b])
		}
	}
	c.rank(
		func(a, b int) int { return cmp.Compare(worst[a], worst[b]) },
		func(option int) Figure { return c.votes(worst[option]) },
	)
}

// schulze compares options by their widest paths: a path of defeats is as wide as its
// weakest, and a is above b if the widest path from a to b is wider than that from b to
// a. That is a partial order; its figure is how many options one is above. (M. Schulze,
// "A new monotonic, clone-independent, reversal symmetric, and Condorcet-consistent
// single-winner election method", 2011, with winning votes.)
func (c *count) schulze() {
	p := c.defeats()
	for via := range p {
		c.spend(len(p) * len(p))
		for a := range p {
			if wide := p[a][via]; wide > 0 {
				for b, next := range p[via] {
					p[a][b] = max(p[a][b], min(wide, next))
				}
			}
		}
	}
	for a := range p {
		p[a][a] = 0
	}
	c.res.Paths = p
	c.peel(func(a, b int) bool { return p[a][b] > p[b][a] })
}

// peel places the options by a strict partial order: first those that none is above,
// then those that none of the rest is above, and so on.
func (c *count) peel(above func(a, b int) bool) {
	groups, wins := layers(len(c.Options), above)
	c.place(groups, func(option int) Figure { return whole(wins[option]) })
}

// layers returns the layers of a strict partial order of n options, and how many options
// each is above.
func layers(n int, above func(a, b int) bool) (groups [][]int, wins []int64) {
	wins, over := make([]int64, n), make([]int, n) // over: how many of the rest are above it
	for a := range n {
		for b := range n {
			if above(a, b) {
				wins[a]++
				over[b]++
			}
		}
	}
	for left := n; left > 0; {
		var group []int
		for option, k := range over {
			if k == 0 {
				group = append(group, option)
			}
		}
		for _, a := range group {
			over[a] = -1 // placed
			for b := range n {
				if above(a, b) {
					over[b]--
				}
			}
		}
		groups = append(groups, group)
		left -= len(group)
	}
	return groups, wins
}
