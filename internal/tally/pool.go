package tally

import (
	"cmp"
	"encoding/binary"
	"maps"
	"math/big"
	"slices"
)

// A pool is the ballots of a count in rounds, each in the hands of the option that it
// counts for. Votes are in units of 1/unit, so that a part of a vote is a whole number.
type pool struct {
	*count
	scale  int64 // of a ballot's weight, for the parts into which votes are cut
	unit   int64 // of votes
	record bool  // put rounds on record

	in     []bool        // by option: continuing, may get votes
	out    []bool        // by option: excluded
	votes  []int64       // by option; of the excluded: when they went
	lost   [causes]int64 // votes that count for nobody, by cause
	holder []int32       // by ballot: the option it counts for, or -1
	read   []int32       // by ballot: the entry to read next
	worth  []int64       // by ballot: what one such ballot counts; nil: one vote

	past history
	went [][]int // who was excluded, in that order
}

// newPool gives every ballot to its first option.
func newPool(c *count, scale int64) *pool {
	m := len(c.Options)
	p := &pool{
		count: c, scale: scale, unit: scale * c.unit(),
		in: slices.Repeat([]bool{true}, m), out: make([]bool, m), votes: make([]int64, m),
		holder: make([]int32, len(c.Ballots)), read: make([]int32, len(c.Ballots)),
	}
	c.spend(4 * len(c.Ballots))
	for i := range c.Ballots {
		p.readOn(i)
	}
	return p
}

// fork returns a copy that keeps no record.
func (p *pool) fork() *pool {
	p.spend(len(p.holder) + 8*len(p.in))
	f := *p
	if f.record, f.past = false, nil; p.NoDraw {
		f.past = slices.Clip(p.past)
	}
	f.in, f.out, f.votes = slices.Clone(p.in), slices.Clone(p.out), slices.Clone(p.votes)
	f.holder, f.read, f.worth = slices.Clone(p.holder), slices.Clone(p.read), slices.Clone(p.worth)
	f.went = slices.Clip(p.went)
	return &f
}

// key tells apart pools from which a count may go on differently.
func (p *pool) key() []byte {
	var key []byte
	for option := range p.in {
		key = append(key, '0')
		if p.in[option] {
			key[option] = 'i'
		}
		if p.out[option] {
			key[option] = 'o'
		}
	}
	// Else the way to a pool does not matter, only who is left.
	if p.worth != nil || p.Overvotes == OvervoteMultiple {
		for i := range p.holder {
			key = binary.AppendVarint(key, int64(p.holder[i]))
			key = binary.AppendVarint(key, int64(p.read[i]))
		}
	}
	for _, round := range p.past { // which breaks ties, if there is no draw
		for _, votes := range round {
			key = binary.AppendVarint(key, votes)
		}
	}
	for _, worth := range p.worth {
		key = binary.AppendVarint(key, worth)
	}
	return key
}

// readOn gives ballot i to its next continuing option, and returns that, or the cause
// why it does not exist.
func (p *pool) readOn(i int) (option int, why cause) {
	option, after, why := p.next(&p.Ballots[i], int(p.read[i]), p.in)
	if why != live {
		p.holder[i] = -1
		p.lost[why] += p.value(i)
		return 0, why
	}
	p.holder[i], p.read[i] = int32(option), int32(after)
	p.votes[option] += p.value(i)
	return option, live
}

// value returns what all ballots like ballot i count together.
func (p *pool) value(i int) int64 {
	if p.worth == nil {
		return p.Ballots[i].Weight * p.scale
	}
	return p.Ballots[i].Weight * p.worth[i]
}

// active returns the votes that count for somebody.
func (p *pool) active() int64 {
	sum := int64(0)
	for option, votes := range p.votes {
		if !p.out[option] {
			sum += votes
		}
	}
	return sum
}

// declared returns those of options that can win, and the others.
func (p *pool) declared(options []int) (declared, undeclared []int) {
	for _, option := range options {
		if slices.Contains(p.Undeclared, option) {
			undeclared = append(undeclared, option)
		} else {
			declared = append(declared, option)
		}
	}
	return declared, undeclared
}

// continuing returns who is in, the most votes first.
func (p *pool) continuing() []int {
	var options []int
	for option, in := range p.in {
		if in {
			options = append(options, option)
		}
	}
	p.sort(options)
	return options
}

// sort orders options by their votes, the most first.
func (p *pool) sort(options []int) {
	slices.SortStableFunc(options, func(a, b int) int { return cmp.Compare(p.votes[b], p.votes[a]) })
}

// release reads on the ballots of the excluded.
func (p *pool) release() flow {
	moved := make(flow)
	p.spend(4 * len(p.holder))
	for i, holder := range p.holder {
		if holder >= 0 && p.out[holder] {
			to, why := p.readOn(i)
			moved[route{int(holder), to, why}] += p.value(i)
		}
	}
	return moved
}

// exclude takes a group out of the count; its ballots still are in its hands.
func (p *pool) exclude(group []int) {
	p.went = append(p.went, group)
	for _, option := range group {
		p.in[option], p.out[option] = false, true
	}
}

// report puts the round on record as it stands, before anything moves. The caller may
// complete it until the next report.
func (p *pool) report(threshold int64, elected, excluded []int) *Round {
	if !p.record {
		if p.NoDraw {
			p.past = append(p.past, slices.Clone(p.votes))
		}
		return new(Round)
	}
	round := Round{
		Number: len(p.past) + 1, Threshold: p.figure(threshold), Active: p.figure(p.active()),
		Tallies: []Tally{}, Exhausted: []Exhaust{}, Transfers: []Transfer{},
		Elected: p.ids(elected), Excluded: p.ids(excluded),
	}
	for option, votes := range p.votes {
		if !p.out[option] {
			round.Tallies = append(round.Tallies, Tally{p.Options[option], p.figure(votes)})
		}
	}
	for why, votes := range p.lost {
		if votes > 0 {
			round.Exhausted = append(round.Exhausted, Exhaust{cause(why).name(), p.figure(votes)})
		}
	}
	p.past = append(p.past, slices.Clone(p.votes))
	p.res.Rounds = append(p.res.Rounds, round)
	return &p.res.Rounds[len(p.res.Rounds)-1]
}

func (p *pool) transfers(f flow) []Transfer { return listed(p.count, f, p.figure) }

// listed lists votes that went on by origin, then by destination, the exhausted last.
func listed[V any](c *count, moved map[route]V, figure func(V) Figure) []Transfer {
	list := make([]Transfer, 0, len(moved))
	for _, r := range slices.SortedFunc(maps.Keys(moved), func(a, b route) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.why, b.why), cmp.Compare(a.to, b.to))
	}) {
		t := Transfer{From: c.Options[r.from], Cause: r.why.name(), Votes: figure(moved[r])}
		if r.why == live {
			t.To = c.Options[r.to]
		}
		list = append(list, t)
	}
	return list
}

// groups orders the options for place: the elected group by group, the continuing, and
// the excluded, the last first; equals in a group are those with equal votes.
func (p *pool) groups(elected ...[]int) [][]int {
	var groups [][]int
	add := func(options []int) {
		p.sort(options)
		for i, option := range options {
			if i > 0 && p.votes[options[i-1]] == p.votes[option] {
				groups[len(groups)-1] = append(groups[len(groups)-1], option)
			} else {
				groups = append(groups, []int{option})
			}
		}
	}
	for _, group := range elected {
		add(group)
	}
	add(p.continuing())
	for _, group := range slices.Backward(p.went) {
		add(group)
	}
	return groups
}

// figure returns votes as a number.
func (p *pool) figure(votes int64) Figure {
	if p.unit == 1 {
		return whole(votes)
	}
	return fraction(big.NewInt(votes), big.NewInt(p.unit))
}
