package tally

import "slices"

// A Result is the outcome of a count, and the way to it. Options are named by their
// ids. Its JSON is what clients and exports get.
type Result struct {
	Method  Method   `json:"method"`
	Seats   int      `json:"seats"`
	Options []string `json:"options"` // every option, in the order of the matrix
	Ballots int64    `json:"ballots"` // all of them, with their weights
	Blank   int64    `json:"blank"`   // those that rank nothing
	// Unit is how much of Ballots, Blank, Matrix, Paths and Locks makes one vote, where
	// ballots have weights that are not whole. Omitted, it is one. Figures are in votes.
	Unit int64 `json:"unit,omitempty"`

	// Winners are fewer than Seats if there are too few options or no votes at all,
	// and may be more if ties are declared. They are in the order of Order.
	Winners []string `json:"winners"`
	// Order has every option once, best first; equals share a place.
	Order []Standing `json:"order"`

	Rounds []Round   `json:"rounds,omitempty"` // of IRV and STV
	Matrix [][]int64 `json:"matrix,omitempty"` // of pairwise methods: [a][b] rank a above b
	Paths  [][]int64 `json:"paths,omitempty"`  // of Schulze: how wide the widest is from a to b
	Locks  []Lock    `json:"locks,omitempty"`  // of ranked pairs: every defeat, as it was decided
	Ties   []Tie     `json:"ties"`             // in the order in which they came up
}

// A Standing is an option's place in the outcome.
type Standing struct {
	Option string `json:"option"`
	Place  int    `json:"place"` // from 1; after two at place 1 comes place 3
	// Figure is the method's own: points for score, Borda, Dowdall and Copeland; votes for
	// plurality and approval; for IRV and STV the votes when the option went out or was
	// elected, or in the last round; for minimax the worst defeat; for Schulze and ranked
	// pairs how many options it is above.
	Figure Figure `json:"figure"`
}

// place fills Order and Winners from groups of equals, best first. Where a group
// straddles the last seat the tie is broken, or declared.
func (c *count) place(groups [][]int, figure func(option int) Figure) {
	next, seats := 1, min(c.res.Seats, c.candidates())
	add := func(group []int, won bool) {
		for _, option := range group {
			id := c.Options[option]
			c.res.Order = append(c.res.Order, Standing{Option: id, Place: next, Figure: figure(option)})
			if won {
				c.res.Winners = append(c.res.Winners, id)
			}
		}
		next += len(group)
	}
	for _, group := range groups {
		slices.Sort(group)
		left := seats - (next - 1)
		switch {
		case left <= 0 || left >= len(group):
			add(group, left > 0)
		case c.declares():
			c.record("winner", group, RuleDeclared, group...)
			add(group, true)
		default:
			won, lost := c.pick(group, left)
			add(won, true)
			add(lost, false)
		}
	}
}

// candidates returns how many options can win.
func (c *count) candidates() int {
	n := 0
	for option := range c.Options {
		if !slices.Contains(c.Undeclared, option) {
			n++
		}
	}
	return n
}

// lead puts in front of the groups those who win for sure, in their order, and then all
// who may win, as equals.
func lead(groups [][]int, sure, open []int) [][]int {
	keep := func(which func(option int) bool) (kept [][]int) {
		for _, group := range groups {
			group = slices.DeleteFunc(slices.Clone(group), func(o int) bool { return !which(o) })
			if len(group) > 0 {
				kept = append(kept, group)
			}
		}
		return kept
	}
	isSure := func(o int) bool { return slices.Contains(sure, o) }
	isRest := func(o int) bool { return !isSure(o) && !slices.Contains(open, o) }
	ahead := keep(isSure)
	if len(open) > 0 {
		ahead = append(ahead, open)
	}
	return slices.Concat(ahead, keep(isRest))
}

// rank places the options by a comparison, which is negative if a is better than b.
func (c *count) rank(cmp func(a, b int) int, figure func(option int) Figure) {
	sorted := make([]int, len(c.Options))
	for i := range sorted {
		sorted[i] = i
	}
	slices.SortStableFunc(sorted, cmp)
	var groups [][]int
	for i, option := range sorted {
		if i > 0 && cmp(sorted[i-1], option) == 0 {
			groups[len(groups)-1] = append(groups[len(groups)-1], option)
		} else {
			groups = append(groups, []int{option})
		}
	}
	c.place(groups, figure)
}

// ids names options.
func (c *count) ids(options []int) []string {
	ids := make([]string, len(options))
	for i, option := range options {
		ids[i] = c.Options[option]
	}
	return ids
}
