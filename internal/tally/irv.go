package tally

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
)

// irv is instant runoff: each ballot counts for its highest continuing option. An
// option with the threshold, floor(active/2)+1, wins, as does the last one; else the
// option with the fewest votes goes out, and its ballots are read on.
//
// With several seats nobody wins by the threshold: options go out until as many are
// left as there are seats.
func (c *count) irv() {
	r := newRunoff(c)
	if r.active == 0 { // every ballot is exhausted at its first rank
		c.nobody()
		return
	}
	sure, open := declared(c, r)
	r.rounds = true
	for tied := r.advance(); tied != nil; tied = r.advance() {
		r.choose(r.settle(tied))
	}
	r.end()
	if !c.DeclareTies {
		sure = r.elected
	}
	c.place(r.groups(sure, open), func(option int) Figure { return whole(r.votes[option]) })
}

// A runoff is an instant runoff at one of its rounds.
type runoff struct {
	*count
	rounds bool // put rounds on record

	in      []bool  // by option: continuing
	left    int     // how many continue
	votes   []int64 // by option; of those that are out: when they went
	active  int64
	lost    [causes]int64 // exhausted votes by cause
	holder  []int32       // by ballot: the option it counts for, or -1
	read    []int32       // by ballot: the entry to read next
	past    history
	out     [][]int // who went, in the order in which they went
	elected []int   // at the end
}

func newRunoff(c *count) *runoff {
	m := len(c.Options)
	r := &runoff{
		count: c, in: slices.Repeat([]bool{true}, m), left: m, votes: make([]int64, m),
		holder: make([]int32, len(c.Ballots)), read: make([]int32, len(c.Ballots)),
	}
	for i := range c.Ballots {
		r.readOn(i)
	}
	return r
}

// readOn gives ballot i to its next continuing option, and returns that, or the cause
// why there is none.
func (r *runoff) readOn(i int) (option int, why cause) {
	b := &r.Ballots[i]
	option, after, why := r.next(b, int(r.read[i]), r.in)
	if why != live {
		r.holder[i] = -1
		r.lost[why] += b.Weight
		return 0, why
	}
	r.holder[i], r.read[i] = int32(option), int32(after)
	r.votes[option] += b.Weight
	r.active += b.Weight
	return option, live
}

func (r *runoff) threshold() int64 { return r.active/2 + 1 }

// advance goes on until somebody has won, or to the next tie, whose options it returns.
func (r *runoff) advance() (tied []int) {
	for r.elected == nil {
		continuing := r.continuing()
		if r.left <= r.res.Seats {
			r.elected = continuing
			break
		}
		if best := continuing[0]; r.res.Seats == 1 && r.votes[best] >= r.threshold() {
			r.elected = []int{best}
			break
		}
		group, tie := r.lowest(continuing)
		if tie {
			return group
		}
		r.exclude(group)
	}
	return nil
}

// continuing returns who is in, the most votes first.
func (r *runoff) continuing() []int {
	var options []int
	for option, in := range r.in {
		if in {
			options = append(options, option)
		}
	}
	slices.SortStableFunc(options, func(a, b int) int { return cmp.Compare(r.votes[b], r.votes[a]) })
	return options
}

// lowest returns who goes out next, or that several are tied for it.
func (r *runoff) lowest(continuing []int) (group []int, tie bool) {
	least := r.votes[continuing[len(continuing)-1]]
	first := slices.IndexFunc(continuing, func(o int) bool { return r.votes[o] == least })
	tied := continuing[first:]
	if r.Batch {
		if hopeless := r.hopeless(continuing); len(hopeless) > 0 {
			return hopeless, false
		}
	}
	// Where ties are declared, those go together whose order makes no difference.
	if len(tied) == 1 || r.DeclareTies && r.cannotCatchUp(continuing, first) {
		return tied, false
	}
	return tied, true
}

// hopeless returns the largest group of the lowest whose votes together are fewer
// than those of the next option: whatever their order, they go before it.
func (r *runoff) hopeless(continuing []int) []int {
	for i := max(1, r.res.Seats); i < len(continuing); i++ {
		if r.cannotCatchUp(continuing, i) {
			return continuing[i:]
		}
	}
	return nil
}

// cannotCatchUp reports whether continuing[i:] may go out together.
func (r *runoff) cannotCatchUp(continuing []int, i int) bool {
	if i < max(1, r.res.Seats) {
		return false
	}
	sum := int64(0)
	for _, option := range continuing[i:] {
		sum += r.votes[option]
	}
	return sum < r.votes[continuing[i-1]]
}

// final reports whether a tie between all who are left is one for the win.
func (r *runoff) final() bool { return r.res.Seats == 1 && r.left == 2 }

// settle breaks a tie.
func (r *runoff) settle(tied []int) int {
	stage := "exclusion"
	if r.final() {
		stage = "win"
	}
	return r.resolve(fmt.Sprintf("round %d %s", len(r.past)+1, stage), tied, r.past, r.final())
}

// choose goes on from a tie: the option wins in the final, else it goes out.
func (r *runoff) choose(option int) {
	if r.final() {
		r.elected = []int{option}
		return
	}
	r.exclude([]int{option})
}

// exclude ends the round: the group goes out, and its ballots are read on.
func (r *runoff) exclude(group []int) {
	round := r.round()
	r.past = append(r.past, slices.Clone(r.votes))
	r.out = append(r.out, group)
	r.left -= len(group)
	for _, option := range group {
		r.in[option] = false
		r.active -= r.votes[option]
	}
	moved := make(flow)
	for i, from := range r.holder {
		if from >= 0 && !r.in[from] {
			to, why := r.readOn(i)
			moved[route{int(from), to, why}] += r.Ballots[i].Weight
		}
	}
	if r.rounds {
		round.Excluded = r.ids(group)
		round.Transfers = moved.transfers(r.count)
		r.res.Rounds = append(r.res.Rounds, round)
	}
}

// end puts the last round on record.
func (r *runoff) end() {
	round := r.round()
	round.Elected = r.ids(r.elected)
	r.res.Rounds = append(r.res.Rounds, round)
}

// round describes the round as it stands.
func (r *runoff) round() Round {
	if !r.rounds {
		return Round{}
	}
	round := newRound(len(r.past)+1, whole(r.threshold()))
	round.Active = whole(r.active)
	for option, in := range r.in {
		if in {
			round.Tallies = append(round.Tallies, Tally{r.Options[option], whole(r.votes[option])})
		}
	}
	for why, votes := range r.lost {
		if votes > 0 {
			round.Exhausted = append(round.Exhausted, Exhaust{cause(why).name(), whole(votes)})
		}
	}
	return round
}

// groups orders the options, best first: those who win for sure, those who may, who
// was left, and who went out, the last first.
func (r *runoff) groups(sure, open []int) [][]int {
	var groups [][]int
	placed := make([]bool, len(r.in))
	add := func(options []int) {
		options = slices.DeleteFunc(slices.Clone(options), func(o int) bool { return placed[o] })
		slices.SortStableFunc(options, func(a, b int) int { return cmp.Compare(r.votes[b], r.votes[a]) })
		for i, option := range options {
			placed[option] = true
			if i > 0 && r.votes[options[i-1]] == r.votes[option] {
				groups[len(groups)-1] = append(groups[len(groups)-1], option)
			} else {
				groups = append(groups, []int{option})
			}
		}
	}
	add(sure)
	if len(open) > 0 { // equal, whatever their votes
		for _, option := range open {
			placed[option] = true
		}
		groups = append(groups, slices.Clone(open))
	}
	add(r.continuing())
	for _, group := range slices.Backward(r.out) {
		add(group)
	}
	return groups
}

func (r *runoff) fork() *runoff {
	f := *r
	f.rounds = false
	f.in, f.votes = slices.Clone(r.in), slices.Clone(r.votes)
	f.holder, f.read = slices.Clone(r.holder), slices.Clone(r.read)
	f.past, f.out = slices.Clip(r.past), slices.Clip(r.out)
	return &f
}

// key tells apart rounds from which the count may go on differently.
func (r *runoff) key() string {
	var key []byte
	for option, in := range r.in {
		if in {
			key = binary.AppendVarint(key, int64(option))
		}
	}
	for _, option := range r.elected {
		key = binary.AppendVarint(key, -1-int64(option))
	}
	if r.Overvotes == OvervoteMultiple { // only then the way to a round matters
		key, _ = binary.Append(key, binary.NativeEndian, r.read)
		key, _ = binary.Append(key, binary.NativeEndian, r.holder)
	}
	return string(key)
}

func (r *runoff) fate() (elected, open []int) {
	if r.elected != nil {
		return r.elected, nil
	}
	return nil, r.continuing()
}
