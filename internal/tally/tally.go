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
	"errors"
	"fmt"
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

// The one list of methods: their order, titles and counts.
var methods = []struct {
	method Method
	title  string
	count  func(*count)
}{
	{Score, "Score", (*count).score},
	{IRV, "Instant runoff", (*count).irv},
}

// Methods returns every method, in the order in which to present them.
func Methods() []Method {
	all := make([]Method, len(methods))
	for i, m := range methods {
		all[i] = m.method
	}
	return all
}

// Title is the method's name for people, such as "Instant runoff"; the method
// itself if it does not exist.
func (m Method) Title() string {
	for _, known := range methods {
		if known.method == m {
			return known.title
		}
	}
	return string(m)
}

// Count counts e by the method m. It reads e, keeps nothing of it and changes
// nothing in it. It fails for a method that does not exist (ErrMethod) and for an
// election that is not valid, as [Election] describes; then nothing is counted.
func Count(m Method, e *Election) (*Result, error) {
	if err := e.validate(); err != nil {
		return nil, err
	}
	return e.fold().count(m)
}

// count counts an election that is valid and folded.
func (e *Election) count(m Method) (*Result, error) {
	for _, known := range methods {
		if known.method == m {
			c := newCount(m, e)
			if c.voters > 0 {
				known.count(c)
			} else {
				c.nobody()
			}
			return c.res, nil
		}
	}
	return nil, fmt.Errorf("tally: %w %q", ErrMethod, m)
}

// A count is one method at work on one election.
type count struct {
	*Election

	res    *Result
	voters int64   // weight of the ballots that rank anything
	firsts []int64 // first places, by option
}

func newCount(m Method, e *Election) *count {
	c := &count{Election: e, res: &Result{
		Method:  m,
		Options: append([]string{}, e.Options...),
		Winners: []string{},
		Order:   []Standing{},
		Ties:    []Tie{},
	}}
	everyone := make([]bool, len(e.Options))
	for i := range everyone {
		everyone[i] = true
	}
	c.res.Seats = max(1, e.Seats)
	c.firsts = make([]int64, len(e.Options))
	for i := range e.Ballots {
		b := &e.Ballots[i]
		c.res.Ballots += b.Weight
		if len(b.Ranking) == 0 {
			continue
		}
		c.voters += b.Weight
		if option, _, why := e.next(b, 0, everyone); why == live {
			c.firsts[option] += b.Weight
		}
	}
	c.res.Blank = c.res.Ballots - c.voters
	return c
}

// nobody is the outcome when no ballot ranks anything: no winner, all equal.
func (c *count) nobody() {
	for _, id := range c.Options {
		c.res.Order = append(c.res.Order, Standing{Option: id, Place: 1})
	}
}
