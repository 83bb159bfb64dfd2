package tally

import (
	"context"
	"errors"
	"slices"
)

// A Comparison is what every method says of the same ballots.
type Comparison struct {
	Options  []string  `json:"options"` // in the order of the matrix
	Ballots  int64     `json:"ballots"`
	Blank    int64     `json:"blank"`          // ballots that rank nothing
	Unit     int64     `json:"unit,omitempty"` // as in Result
	Outcomes []Outcome `json:"outcomes"`       // in the order of Methods
	// Condorcet is the option that more ballots rank above than below every other, taken
	// one by one; empty if absent.
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
	// Exceeded says that the method would have taken more than its share of the work, and
	// was not counted to its end: it has no winners, order and ties.
	Exceeded bool `json:"exceeded,omitempty"`
}

// DefaultShare is the share of each method in a comparison that nobody should wait for.
// A poll of a hundred options needs a hundredth of it.
const DefaultShare = 1 << 31

// Compare counts e by every method. It fails as [Count] does for an election that is
// not valid, and when ctx ends. Every method fills e.Seats seats; those that are made for
// one winner take the first of their order.
//
// The share bounds the work of each method; 0 does not. The unit is about a nanosecond, but
// it is steps that are counted and no clock, so whether a method exceeds its share depends
// on the ballots alone: a recount says the same.
func Compare(ctx context.Context, e *Election, share int64) (*Comparison, error) {
	if err := e.validate(); err != nil {
		return nil, err
	}
	standing := e.Without(e.Undeclared...).fold() // who can win
	e = e.fold()
	all := &Comparison{Options: append([]string{}, standing.Options...), Smith: []string{}, Unit: e.unitShown()}
	var err error
	if all.Matrix, err = standing.matrix(newMeter(ctx, 0)); err != nil {
		return nil, err
	}
	for _, rule := range rules() {
		one := standing
		if rule.method == IRV || rule.method == STV {
			one = e
		}
		r, err := one.run(rule, all.Matrix, newMeter(ctx, share))
		switch {
		case errors.Is(err, errExceeded):
			all.Outcomes = append(all.Outcomes, Outcome{
				Method: rule.method, Winners: []string{}, Order: []Standing{}, Ties: []Tie{}, Exceeded: true,
			})
			continue
		case err != nil:
			return nil, err
		}
		all.Ballots, all.Blank = r.Ballots, r.Blank
		all.Outcomes = append(all.Outcomes, Outcome{Method: r.Method, Winners: r.Winners, Order: r.Order, Ties: r.Ties})
	}
	for _, option := range smith(all.Matrix) {
		all.Smith = append(all.Smith, standing.Options[option])
	}
	if len(all.Smith) == 1 && all.Blank < all.Ballots {
		all.Condorcet = all.Smith[0]
	}
	return all, nil
}

// smith returns the Smith set of a pairwise matrix, in the order of the options. The
// option with the most Copeland points is in it, and with each of its members whoever that
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
