// Package tally counts ballots, by every method that the product offers.
//
// It is made of pure functions: no I/O, no clock, no randomness and no package
// state, so everything in it may be called concurrently. All arithmetic is exact
// (integers, scaled integers where a rule says so, [math/big.Rat]); no float takes
// part in a decision. A result depends on the ballots alone: not on their order, on
// the order of a map, on the locale or, except where a lot is drawn, on the ids of
// the options. What a result holds is enough to follow the count by hand.
package tally

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"slices"
)

// A Method is a way of counting, by the name it has on the wire.
type Method string

// The methods. Each one's file says what it does and where it comes from.
const (
	Score       Method = "score"        // the original application's points
	Plurality   Method = "plurality"    // first places
	Approval    Method = "approval"     // one for every option ranked
	Borda       Method = "borda"        // a point for every option ranked below
	Dowdall     Method = "dowdall"      // 1, 1/2, 1/3…
	IRV         Method = "irv"          // instant runoff
	STV         Method = "stv"          // single transferable vote, Scottish rules
	Copeland    Method = "copeland"     // most pairwise wins
	Minimax     Method = "minimax"      // the smallest worst defeat
	Schulze     Method = "schulze"      // widest paths of defeats
	RankedPairs Method = "ranked_pairs" // defeats locked in, the strongest first
)

// ErrMethod is wrapped by the error of [Count] for a method that does not exist.
var ErrMethod = errors.New("unknown method")

// A rule is what there is to know of a method.
type rule struct {
	method Method
	title  string
	apply  func(*count) // called only if some ballot ranks something
}

// rules has every method, in the order in which to present them.
func rules() []rule {
	return []rule{
		{Score, "Score", (*count).score},
		{Plurality, "Plurality", (*count).plurality},
		{Approval, "Approval", (*count).approval},
		{Borda, "Borda", (*count).borda},
		{Dowdall, "Dowdall", (*count).dowdall},
		{IRV, "Instant runoff", (*count).irv},
		{STV, "Single transferable vote", (*count).stv},
		{Copeland, "Copeland", (*count).copeland},
		{Minimax, "Minimax", (*count).minimax},
		{Schulze, "Schulze", (*count).schulze},
		{RankedPairs, "Ranked pairs", (*count).rankedPairs},
	}
}

// Methods returns every method, in the order in which to present them.
func Methods() []Method {
	var all []Method
	for _, r := range rules() {
		all = append(all, r.method)
	}
	return all
}

// Title is the method's name for people, such as "Instant runoff"; the method itself if
// it does not exist.
func (m Method) Title() string {
	for _, r := range rules() {
		if r.method == m {
			return r.title
		}
	}
	return string(m)
}

// Count counts e by the method m. It reads e, keeps nothing of its slices and changes
// nothing in it. It fails for a method that does not exist ([ErrMethod]) and for an
// election that is not valid, as [Election] says; then nothing is counted. When ctx ends
// it stops soon, and returns the cause of that.
func Count(ctx context.Context, m Method, e *Election) (*Result, error) {
	all := rules()
	i := slices.IndexFunc(all, func(r rule) bool { return r.method == m })
	if i < 0 {
		return nil, fmt.Errorf("tally: %w %q", ErrMethod, m)
	}
	if err := e.validate(); err != nil {
		return nil, err
	}
	return e.fold().run(all[i], nil, newMeter(ctx, 0))
}

// A count is one method at work on one election.
type count struct {
	*Election
	*meter
	res    *Result
	matrix [][]int64 // of the pairwise methods; nil: not yet made
	firsts []int64   // first places, by option
}

// run counts an election that is valid and folded, as far as the meter lets it. The
// matrix may be nil.
func (e *Election) run(r rule, matrix [][]int64, m *meter) (res *Result, err error) {
	defer m.stop(&err)
	if len(e.Undeclared) > 0 && r.method != IRV && r.method != STV {
		e = e.Without(e.Undeclared...)
		matrix = nil
	}
	c := &count{Election: e, meter: m, matrix: matrix, firsts: make([]int64, len(e.Options)), res: &Result{
		Method:  r.method,
		Seats:   max(1, e.Seats),
		Unit:    e.unitShown(),
		Options: append([]string{}, e.Options...),
		Winners: []string{},
		Order:   []Standing{},
		Ties:    []Tie{},
	}}
	everyone := slices.Repeat([]bool{true}, len(e.Options))
	for i := range e.Ballots {
		b := &e.Ballots[i]
		c.res.Ballots += b.Weight
		if option, _, why := e.next(b, 0, everyone); why == live {
			c.firsts[option] += b.Weight
		} else if why == blank {
			c.res.Blank += b.Weight
		}
	}
	if c.res.Blank < c.res.Ballots {
		r.apply(c)
	} else {
		c.nobody()
	}
	return c.res, nil
}

// votes returns a weight as a number of votes.
func (c *count) votes(weight int64) Figure { return fraction(big.NewInt(weight), big.NewInt(c.unit())) }

// unitShown returns the unit for a result, 0 if it need not be said.
func (e *Election) unitShown() int64 {
	if e.unit() == 1 {
		return 0
	}
	return e.Unit
}

// nobody is the outcome when there are no votes: no winner, all equal.
func (c *count) nobody() {
	for _, id := range c.Options {
		c.res.Order = append(c.res.Order, Standing{Option: id, Place: 1})
	}
}
