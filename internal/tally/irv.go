package tally

import (
	"fmt"
	"slices"
)

// irv is instant runoff: each ballot counts for its highest continuing option. An
// option with the threshold, floor(active/2)+1, wins, as does the last one; else the
// option with the fewest votes goes out, and its ballots are read on. All options without
// a vote go out at once: they have no ballots, so no draw is needed.
//
// With several seats nobody wins by the threshold: options go out until as many are
// left as there are seats.
func (c *count) irv() {
	if c.Overvotes == OvervoteShare {
		c.sharedRunoff()
		return
	}
	r := &runoff{pool: newPool(c, 1)}
	r.first = r.threshold()
	if r.active() == 0 { // every ballot is exhausted at its first rank
		c.nobody()
		return
	}
	sure, open := declared(c, r)
	r.record = true
	for tied := r.advance(); tied != nil; tied = r.advance() {
		r.choose(r.settle(tied))
	}
	r.report(r.threshold(), r.elected, nil)
	for _, option := range r.elected {
		r.in[option] = false
	}
	groups := r.groups(r.elected)
	if c.declares() {
		groups = lead(groups, sure, open)
	}
	c.place(groups, func(option int) Figure { return r.figure(r.votes[option]) })
}

// A runoff is an instant runoff at one of its rounds.
type runoff struct {
	*pool
	first   int64 // the threshold of the first round, if that holds for all; else 0
	elected []int // at the end
}

func (r *runoff) threshold() int64 {
	if r.FirstThreshold && r.first > 0 {
		return r.first
	}
	return (r.active()/r.unit/2 + 1) * r.unit
}

// fewest returns how many options are always left.
func (r *runoff) fewest() int {
	if r.UntilTwo {
		return max(2, r.res.Seats)
	}
	return r.res.Seats
}

// advance goes on until somebody has won, or to the next tie, whose options it returns.
func (r *runoff) advance() (tied []int) {
	for r.elected == nil {
		continuing, undeclared := r.declared(r.continuing())
		majority := r.res.Seats == 1 && len(continuing) > 0 && r.votes[continuing[0]] >= r.threshold() &&
			(!r.UntilTwo || len(continuing) <= 2)
		switch {
		case majority && (len(undeclared) == 0 || !r.UntilTwo):
			r.elected = continuing[:1]
		case len(undeclared) > 0:
			r.drop(undeclared)
		case len(continuing) <= r.res.Seats:
			r.elected = append([]int{}, continuing...)
		default:
			group, tie := r.lowest(continuing)
			if tie {
				return group
			}
			r.drop(group)
		}
	}
	return nil
}

// lowest returns who goes out next, or that several are tied for it.
func (r *runoff) lowest(continuing []int) (group []int, tie bool) {
	if r.Batch {
		for i := range continuing {
			if r.hopeless(continuing, i) {
				return continuing[i:], false
			}
		}
	}
	least := r.votes[continuing[len(continuing)-1]]
	i := slices.IndexFunc(continuing, func(o int) bool { return r.votes[o] == least })
	group = continuing[i:]
	// They go together if their order makes no difference: those without a vote, and, where
	// ties are declared and nothing would be drawn, all who cannot catch up.
	together := r.hopeless(continuing, i) && (least == 0 || r.declares() && r.Overvotes != OvervoteMultiple)
	if together && r.NoDraw && least > 0 && len(r.narrow(group)) == 1 {
		together = false // the rules give the order
	}
	return group, len(group) > 1 && !together
}

// hopeless reports whether the options from continuing[i] on have together fewer votes
// than the next: in whatever order they go, they all go before it.
func (r *runoff) hopeless(continuing []int, i int) bool {
	if i < r.fewest() {
		return false
	}
	sum := int64(0)
	for _, option := range continuing[i:] {
		sum += r.votes[option]
	}
	return sum < r.votes[continuing[i-1]]
}

// drop ends the round: the group goes out, and its ballots are read on.
func (r *runoff) drop(group []int) {
	round := r.report(r.threshold(), nil, group)
	r.exclude(group)
	round.Transfers = r.transfers(r.release())
}

// final reports whether a tie is one for the win, between the last two.
func (r *runoff) final() bool { return r.res.Seats == 1 && len(r.continuing()) == 2 }

// settle breaks a tie.
func (r *runoff) settle(tied []int) int {
	if r.final() {
		return r.resolve(fmt.Sprintf("round %d win", len(r.past)+1), tied, r.past, true)
	}
	return r.resolve(fmt.Sprintf("round %d exclusion", len(r.past)+1), tied, r.past, false)
}

// choose goes on from a tie: the option wins in the final, else it goes out.
func (r *runoff) choose(option int) {
	if r.final() {
		r.elected = []int{option}
	} else {
		r.drop([]int{option})
	}
}

func (r *runoff) fork() *runoff { return &runoff{r.pool.fork(), r.first, r.elected} }

func (r *runoff) narrow(tied []int) []int {
	left, _ := r.count.narrow(tied, r.past, r.final())
	return left
}

func (r *runoff) key() string {
	return fmt.Sprint(r.elected, " ") + string(r.pool.key())
}

func (r *runoff) fate() (elected, open []int) {
	if r.elected != nil {
		return r.elected, nil
	}
	return nil, r.continuing()
}
