package tally

import (
	"fmt"
	"math/big"
	"slices"
)

// sharedRunoff is instant runoff where options at one rank are equals: each of those that
// continue has an equal, exact share of the ballot. Shares are kept as numbers of ballots by
// the number of sharers, so that only sums are fractions.
func (c *count) sharedRunoff() {
	r := newShared(c)
	if r.active == 0 {
		c.nobody()
		return
	}
	sure, open := declared(c, r)
	r.record = true
	for tied := r.advance(); tied != nil; tied = r.advance() {
		r.choose(r.settle(tied))
	}
	r.report(r.elected, nil)
	for _, option := range r.elected {
		r.in[option] = false
	}
	groups := r.groups()
	if c.declares() {
		groups = lead(groups, sure, open)
	}
	c.place(groups, func(option int) Figure { return r.figure(r.votes[option]) })
}

// A shared is such a runoff at one of its rounds.
type shared struct {
	*count
	record  bool
	in      []bool
	votes   []*big.Rat // by option, in weights; of the excluded: when they went
	active  int64
	first   int64 // the threshold of the first round
	lost    [causes]int64
	past    history // by round, options by how many votes they had: the order is what matters
	went    [][]int
	elected []int
}

func newShared(c *count) *shared {
	r := &shared{count: c, in: slices.Repeat([]bool{true}, len(c.Options)), votes: make([]*big.Rat, len(c.Options))}
	r.add()
	r.first = r.threshold()
	return r
}

// sharers returns the continuing options of the highest rank that has any, which share the
// ballot, or the cause why no option does.
func (r *shared) sharers(b *Ballot, in []bool, dst []int) ([]int, cause) {
	if len(b.Ranking) == 0 {
		return nil, blank
	}
	for i, j := 0, 0; i < len(b.Ranking); i = j {
		j = b.end(i)
		switch {
		case r.MaxSkips >= 0 && b.rank(i)-b.rank(i-1)-1 > r.MaxSkips:
			return nil, skipped
		case b.Ranking[i] == Overvoted:
			return nil, overvoted
		}
		for _, option := range b.Ranking[i:j] {
			if r.Repeats == RepeatExhaust && slices.Contains(b.Ranking[:i], option) {
				return nil, repeated
			}
			if in[option] {
				dst = append(dst, option)
			}
		}
		if len(dst) > 0 {
			return dst, live
		}
	}
	return nil, finished
}

// add counts the ballots again, for the options that continue.
func (r *shared) add() {
	whole := make([]map[int]int64, len(r.Options)) // by option and number of sharers
	for option := range whole {
		whole[option] = make(map[int]int64)
	}
	r.lost, r.active = [causes]int64{}, 0
	var group []int
	for i := range r.Ballots {
		b := &r.Ballots[i]
		r.spend(4 + len(b.Ranking))
		var why cause
		group, why = r.sharers(b, r.in, group[:0])
		if why != live {
			r.lost[why] += b.Weight
			continue
		}
		r.active += b.Weight
		for _, option := range group {
			whole[option][len(group)] += b.Weight
		}
	}
	for option, in := range r.in {
		if !in {
			continue
		}
		r.votes[option] = new(big.Rat)
		for n, weight := range whole[option] {
			r.votes[option].Add(r.votes[option], big.NewRat(weight, int64(n)))
		}
	}
}

func (r *shared) threshold() int64 {
	if r.FirstThreshold && r.first > 0 {
		return r.first
	}
	return (r.active/r.unit()/2 + 1) * r.unit()
}

// continuing returns who is in and can win, the most votes first, and who cannot.
func (r *shared) continuing() (standing, undeclared []int) {
	for option, in := range r.in {
		switch {
		case in && slices.Contains(r.Undeclared, option):
			undeclared = append(undeclared, option)
		case in:
			standing = append(standing, option)
		}
	}
	r.sort(standing)
	return standing, undeclared
}

func (r *shared) sort(options []int) {
	slices.SortStableFunc(options, func(a, b int) int { return r.votes[b].Cmp(r.votes[a]) })
}

// advance implements process; compare it with that of runoff.
func (r *shared) advance() (tied []int) {
	for r.elected == nil {
		standing, undeclared := r.continuing()
		majority := r.res.Seats == 1 && len(standing) > 0 && (!r.UntilTwo || len(standing) <= 2) &&
			r.votes[standing[0]].Cmp(new(big.Rat).SetInt64(r.threshold())) >= 0
		switch {
		case majority && (len(undeclared) == 0 || !r.UntilTwo):
			r.elected = standing[:1]
		case len(undeclared) > 0:
			r.drop(undeclared)
		case len(standing) <= r.res.Seats:
			r.elected = append([]int{}, standing...)
		default:
			group, tie := r.lowest(standing)
			if tie {
				return group
			}
			r.drop(group)
		}
	}
	return nil
}

// lowest returns who goes out next, or that several are tied for it. Several without a vote
// go together.
func (r *shared) lowest(standing []int) (group []int, tie bool) {
	least := r.votes[standing[len(standing)-1]]
	i := slices.IndexFunc(standing, func(o int) bool { return r.votes[o].Cmp(least) == 0 })
	group = standing[i:]
	fewest := r.res.Seats
	if r.UntilTwo {
		fewest = max(2, fewest)
	}
	return group, len(group) > 1 && (least.Sign() > 0 || i < fewest)
}

// drop ends the round: the group goes out, and its votes go on.
func (r *shared) drop(group []int) {
	round := r.report(nil, group)
	before := slices.Clone(r.in)
	r.went = append(r.went, group)
	for _, option := range group {
		r.in[option] = false
	}
	r.add()
	if r.record {
		round.Transfers = r.transfers(before)
	}
}

// transfers lists what has moved since other options were in.
func (r *shared) transfers(before []bool) []Transfer {
	type move struct {
		route
		parts int
	}
	moved := make(map[move]int64)
	var from, to []int
	for i := range r.Ballots {
		b := &r.Ballots[i]
		var why cause
		if from, why = r.sharers(b, before, from[:0]); why != live {
			continue
		}
		to, why = r.sharers(b, r.in, to[:0])
		for _, a := range from {
			switch {
			case r.in[a]:
			case why != live:
				moved[move{route{a, 0, why}, len(from)}] += b.Weight
			default:
				for _, z := range to {
					moved[move{route{a, z, live}, len(from) * len(to)}] += b.Weight
				}
			}
		}
	}
	sums := make(map[route]*big.Rat)
	for m, weight := range moved {
		if sums[m.route] == nil {
			sums[m.route] = new(big.Rat)
		}
		sums[m.route].Add(sums[m.route], big.NewRat(weight, int64(m.parts)))
	}
	return listed(r.count, sums, r.figure)
}

// report puts the round on record, as that of pool does.
func (r *shared) report(elected, excluded []int) *Round {
	number := len(r.past) + 1
	if r.record || r.NoDraw {
		r.past = append(r.past, r.places())
	}
	if !r.record {
		return new(Round)
	}
	weight := func(n int64) Figure { return r.figure(new(big.Rat).SetInt64(n)) }
	round := Round{
		Number: number, Threshold: weight(r.threshold()), Active: weight(r.active),
		Tallies: []Tally{}, Exhausted: []Exhaust{}, Transfers: []Transfer{},
		Elected: r.ids(elected), Excluded: r.ids(excluded),
	}
	for option, in := range r.in {
		if in {
			round.Tallies = append(round.Tallies, Tally{r.Options[option], r.figure(r.votes[option])})
		}
	}
	for why, n := range r.lost {
		if n > 0 {
			round.Exhausted = append(round.Exhausted, Exhaust{cause(why).name(), weight(n)})
		}
	}
	r.res.Rounds = append(r.res.Rounds, round)
	return &r.res.Rounds[len(r.res.Rounds)-1]
}

// places returns numbers that are ordered as the options' votes are.
func (r *shared) places() []int64 {
	all := make([]int, len(r.Options))
	for option := range all {
		all[option] = option
	}
	r.sort(all)
	places := make([]int64, len(all))
	for i, option := range slices.Backward(all) {
		places[option] = int64(len(all) - i)
		if i < len(all)-1 && r.votes[option].Cmp(r.votes[all[i+1]]) == 0 {
			places[option] = places[all[i+1]]
		}
	}
	return places
}

// groups orders the options for place.
func (r *shared) groups() [][]int {
	var groups [][]int
	standing, undeclared := r.continuing()
	for _, options := range append([][]int{r.elected, slices.Concat(standing, undeclared)}, reversed(r.went)...) {
		options = slices.Sorted(slices.Values(options))
		r.sort(options)
		for i, option := range options {
			if i > 0 && r.votes[options[i-1]].Cmp(r.votes[option]) == 0 {
				groups[len(groups)-1] = append(groups[len(groups)-1], option)
			} else {
				groups = append(groups, []int{option})
			}
		}
	}
	return groups
}

func reversed(groups [][]int) [][]int {
	groups = slices.Clone(groups)
	slices.Reverse(groups)
	return groups
}

// figure returns weights as votes.
func (r *shared) figure(weight *big.Rat) Figure {
	votes := new(big.Rat).Quo(weight, new(big.Rat).SetInt64(r.unit()))
	return fraction(votes.Num(), votes.Denom())
}

func (r *shared) final() bool {
	standing, _ := r.continuing()
	return r.res.Seats == 1 && len(standing) == 2
}

// settle breaks a tie.
func (r *shared) settle(tied []int) int {
	what := "exclusion"
	if r.final() {
		what = "win"
	}
	return r.resolve(fmt.Sprintf("round %d %s", len(r.past)+1, what), tied, r.past, r.final())
}

func (r *shared) choose(option int) {
	if r.final() {
		r.elected = []int{option}
	} else {
		r.drop([]int{option})
	}
}

func (r *shared) narrow(tied []int) []int {
	left, _ := r.count.narrow(tied, r.past, r.final())
	return left
}

func (r *shared) fork() *shared {
	f := *r
	f.record, f.in, f.votes = false, slices.Clone(r.in), slices.Clone(r.votes)
	f.past, f.went = slices.Clip(r.past), slices.Clip(r.went)
	return &f
}

func (r *shared) key() string {
	key := fmt.Sprint(r.elected, r.in)
	if r.NoDraw {
		key += fmt.Sprint(r.past)
	}
	return key
}

func (r *shared) fate() (elected, open []int) {
	if r.elected != nil {
		return r.elected, nil
	}
	open, _ = r.continuing()
	return nil, open
}
