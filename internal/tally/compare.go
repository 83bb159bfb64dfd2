package tally

import "slices"

// A Comparison is what every method says of the same ballots.
type Comparison struct {
	Options  []string  `json:"options"` // in the order of the matrix
	Ballots  int64     `json:"ballots"`
	Blank    int64     `json:"blank"`    // ballots that rank nothing
	Outcomes []Outcome `json:"outcomes"` // in the order of Methods
	// Condorcet is the option that more ballots rank above than below every other, taken
	// one by one; empty if there is none.
	Condorcet string `json:"condorcet,omitempty"`
	// Smith is the smallest set whose members all defeat everybody outside of it: the
	// Condorcet winner alone, if there is one.
	Smith  []string  `json:"smith"`
	Matrix [][]int64 `json:"matrix"` // [a][b]: ballots that rank a above b
}

// An Outcome is what one method says.
type Outcome struct {
	Method  Method     `json:"method"`
	Winners []string   `json:"winners"`
	Order   []Standing `json:"order"`
	Ties    []Tie      `json:"ties"`
}

// Compare counts e by every method. It fails as [Count] does for an election that is
// not valid. Every method fills e.Seats seats; those that are made for one winner take
// the first of their order.
func Compare(e *Election) (*Comparison, error) {
	if err := e.validate(); err != nil {
		return nil, err
	}
	e = e.fold()
	all := &Comparison{Options: append([]string{}, e.Options...), Smith: []string{}, Matrix: e.pairwise()}
	for _, rule := range rules() {
		r := e.run(rule, all.Matrix)
		all.Ballots, all.Blank = r.Ballots, r.Blank
		all.Outcomes = append(all.Outcomes, Outcome{r.Method, r.Winners, r.Order, r.Ties})
	}
	for _, option := range smith(all.Matrix) {
		all.Smith = append(all.Smith, e.Options[option])
	}
	if len(all.Smith) == 1 && all.Blank < all.Ballots {
		all.Condorcet = all.Smith[0]
	}
	return all, nil
}

// smith returns the Smith set of a pairwise matrix, in the order of the options. Who
// has the most Copeland points is in it, and with each of its members whoever that
// member does not defeat. (J. H. Smith, 1973.)
func smith(d [][]int64) []int {
	if len(d) == 0 {
		return nil
	}
	var set []int
	in := make([]bool, len(d))
	add := func(option int) {
		if !in[option] {
			in[option] = true
			set = append(set, option)
		}
	}
	points := copelandTwice(d)
	most := slices.Max(points)
	for option, n := range points {
		if n == most {
			add(option)
		}
	}
	for i := 0; i < len(set); i++ {
		for other := range d {
			if d[set[i]][other] <= d[other][set[i]] {
				add(other)
			}
		}
	}
	slices.Sort(set)
	return set
}
