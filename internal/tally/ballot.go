package tally

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The largest election that is counted.
const (
	MaxOptions = 1000              // options, and seats
	MaxVotes   = 1_000_000_000_000 // weight of all ballots together
)

// Overvoted stands in a Ranking, alone at its rank, for several options of which it is not
// known which they are, as voting machines export an overvote. Where a method needs one
// option the rules for overvotes hold; the other methods take it for an empty rank.
const Overvoted = -1 << 31

// A Ballot is a strict order of options, perhaps partial, cast Weight times.
//
// Ballots from elsewhere may have several options at one rank (an overvote, or
// honest indifference), ranks left empty, and an option more than once. Ranks says
// so; the rules of the [Election] say what becomes of such a ballot where a method
// needs one option at a time. The other methods take options at one rank as equal,
// an option's first mention as its place, and pay no heed to empty ranks.
type Ballot struct {
	Ranking []int // indexes in Election.Options, or Overvoted; best first
	Ranks   []int // nil, or the rank, from 1, of each of Ranking; never falling
	Weight  int64 // how many such ballots there are, in the Election's Unit; at least 1
}

// Without returns the election as if some of its options, by index, did not exist: they are
// on no ballot, and a rank of theirs alone is not an empty rank. It shares what it can: without
// options it returns e.
func (e *Election) Without(options ...int) *Election {
	if len(options) == 0 {
		return e
	}
	rest := *e
	rest.Options, rest.Undeclared, rest.Folded = nil, nil, false
	to := make([]int, len(e.Options))
	for i, id := range e.Options {
		if to[i] = -1; !slices.Contains(options, i) {
			to[i] = len(rest.Options)
			rest.Options = append(rest.Options, id)
		}
	}
	for _, option := range e.Undeclared {
		if to[option] >= 0 {
			rest.Undeclared = append(rest.Undeclared, to[option])
		}
	}
	rest.Ballots = make([]Ballot, len(e.Ballots))
	for i := range e.Ballots {
		rest.Ballots[i] = e.Ballots[i].renumbered(to)
	}
	return &rest
}

// renumbered returns the ballot with other numbers for its options, and without those for
// which that is -1.
func (b *Ballot) renumbered(to []int) Ballot {
	c := Ballot{Ranking: make([]int, 0, len(b.Ranking)), Weight: b.Weight}
	ranks := make([]int, 0, len(b.Ranking))
	gone := 0 // ranks of which nothing is left
	for i, j := 0, 0; i < len(b.Ranking); i = j {
		j = b.end(i)
		before := len(c.Ranking)
		for _, option := range b.Ranking[i:j] {
			if option == Overvoted || to[option] >= 0 {
				if option != Overvoted {
					option = to[option]
				}
				c.Ranking, ranks = append(c.Ranking, option), append(ranks, b.rank(i)-gone)
			}
		}
		if len(c.Ranking) == before {
			gone++
		}
	}
	if b.Ranks != nil {
		c.Ranks = ranks
	}
	return c
}

// unit returns the weight of one vote.
func (e *Election) unit() int64 { return max(1, e.Unit) }

// rank returns the rank of the ballot's entry i; entry -1 stands for the top.
func (b *Ballot) rank(i int) int {
	if b.Ranks == nil || i < 0 {
		return i + 1
	}
	return b.Ranks[i]
}

// end returns the index after the last entry that shares the rank of entry i.
func (b *Ballot) end(i int) int {
	j := i + 1
	if b.Ranks == nil {
		return j
	}
	for j < len(b.Ranks) && b.Ranks[j] == b.Ranks[i] {
		j++
	}
	return j
}

// An Overvote says what becomes of a ballot with several options at the rank where
// one is needed.
type Overvote string

// The rules for overvotes.
const (
	OvervoteExhaust Overvote = "exhaust" // the ballot goes no further: the default
	OvervoteSkip    Overvote = "skip"    // the rank is passed over
	// OvervoteShare takes options at one rank as equals: in IRV each of those that continue
	// has an equal, exact share of the ballot. Where a method has no place for equals, which
	// is plurality and STV, it is OvervoteExhaust.
	OvervoteShare    Overvote = "share"
	OvervoteMultiple Overvote = "multiple" // it goes no further if several of them are continuing, else it counts for the one that is
)

// A Repeat says what becomes of a ballot at an option that it has ranked already.
type Repeat string

// The rules for repeated options.
const (
	RepeatSkip    Repeat = "skip"    // the repetition is passed over: the default
	RepeatExhaust Repeat = "exhaust" // the ballot goes no further
)

// An Election is what there is to count, and by which rules.
//
// It is valid if it has at most [MaxOptions] options with different ids, each not
// empty, in UTF-8 and without control characters; if every ballot's weight is at
// least 1 and their sum at most [MaxVotes]; if rankings hold indexes of options,
// none twice at one rank; and if no number is negative but MaxSkips.
type Election struct {
	Options []string // stable ids, in the order in which equals are listed
	Ballots []Ballot
	Unit    int64 // a weight of this much is one vote, so that parts of votes can be counted; 0: one
	Folded  bool  // no two ballots are equal, as those of a Box: it need not be made so

	VotesPerVoter int // how many places of a ballot Score counts; 0: as many as options
	Seats         int // how many are to win; 0: one

	Seed        []byte // the key of every draw; see Draw. Empty: draws are foreseeable
	DeclareTies bool   // break no tie for the win: whoever may win is among the winners
	NoDraw      bool   // break ties of rounds by earlier ones, and declare what they leave open

	// Undeclared are options, by index, that cannot win, such as write-ins that nobody
	// declared. IRV and STV count them in the first round and then exclude them before all
	// others, as RCTab does; the other methods leave them out.
	Undeclared     []int
	FirstThreshold bool // IRV: the threshold of the first round holds for all
	UntilTwo       bool // IRV: go on until two options are left, whatever a majority says

	// Batch makes IRV exclude together all who cannot catch up, even with each other's
	// votes. The winner is the same, but perhaps with OvervoteMultiple, for which it
	// matters who goes first; the rounds are fewer, and the ties.
	Batch   bool
	Margins bool // pairwise methods: a defeat is as strong as its margin, not its winning votes

	Overvotes Overvote // empty: OvervoteExhaust
	MaxSkips  int      // how many empty ranks in a row a ballot may have and go on; negative: any number
	Repeats   Repeat   // empty: RepeatSkip
}

func (e *Election) validate() error {
	if len(e.Options) > MaxOptions {
		return fmt.Errorf("tally: %d options are more than %d", len(e.Options), MaxOptions)
	}
	seen := make(map[string]bool, len(e.Options))
	for i, id := range e.Options {
		switch {
		case id == "" || !utf8.ValidString(id) || strings.ContainsFunc(id, unicode.IsControl):
			return fmt.Errorf("tally: option %d: the id %q is empty, or not plain text", i, id)
		case seen[id]:
			return fmt.Errorf("tally: option %d: the id %q occurs twice", i, id)
		}
		seen[id] = true
	}
	switch {
	case e.Unit < 0 || e.Unit > MaxVotes:
		return fmt.Errorf("tally: a vote of %d units: too few or too many", e.Unit)
	case e.Seats < 0 || e.Seats > MaxOptions || e.VotesPerVoter < 0:
		return fmt.Errorf("tally: %d seats or %d votes a voter: too few or too many", e.Seats, e.VotesPerVoter)
	case !slices.Contains([]Overvote{"", OvervoteExhaust, OvervoteSkip, OvervoteMultiple, OvervoteShare}, e.Overvotes):
		return fmt.Errorf("tally: unknown rule for overvotes %q", e.Overvotes)
	case slices.ContainsFunc(e.Undeclared, func(o int) bool { return o < 0 || o >= len(e.Options) }):
		return fmt.Errorf("tally: an undeclared option of %v does not exist", e.Undeclared)
	case !slices.Contains([]Repeat{"", RepeatSkip, RepeatExhaust}, e.Repeats):
		return fmt.Errorf("tally: unknown rule for repeated options %q", e.Repeats)
	}
	return e.validateBallots()
}

func (e *Election) validateBallots() error {
	at := make([]int, len(e.Options)) // the last ballot and rank at which an option was seen
	stamp, votes := 0, int64(0)
	for i := range e.Ballots {
		b := &e.Ballots[i]
		if b.Weight < 1 || b.Weight > MaxVotes-votes {
			return fmt.Errorf("tally: ballot %d: the weight %d is below 1, or makes more than %d votes", i, b.Weight, int64(MaxVotes))
		}
		votes += b.Weight
		if b.Ranks != nil && (len(b.Ranks) != len(b.Ranking) || !slices.IsSorted(b.Ranks) || len(b.Ranks) > 0 && b.Ranks[0] < 1) {
			return fmt.Errorf("tally: ballot %d: ranks %v do not fit the ranking %v", i, b.Ranks, b.Ranking)
		}
		for j, option := range b.Ranking {
			if option == Overvoted && b.end(j) == j+1 && (j == 0 || b.rank(j) != b.rank(j-1)) {
				continue
			}
			if option < 0 || option >= len(e.Options) {
				return fmt.Errorf("tally: ballot %d: there is no option %d", i, option)
			}
			if j == 0 || b.rank(j) != b.rank(j-1) {
				stamp++
			}
			if at[option] == stamp {
				return fmt.Errorf("tally: ballot %d: option %d is twice at rank %d", i, option, b.rank(j))
			}
			at[option] = stamp
		}
	}
	return nil
}

// next reads the ballot from its entry i on, under the election's rules. It returns
// the first option that is in, and the index of the entry after it; or the cause why
// the ballot is exhausted.
func (e *Election) next(b *Ballot, i int, in []bool) (option, after int, why cause) {
	if len(b.Ranking) == 0 {
		return 0, 0, blank
	}
	for i < len(b.Ranking) {
		if e.MaxSkips >= 0 && b.rank(i)-b.rank(i-1)-1 > e.MaxSkips {
			return 0, i, skipped
		}
		j := b.end(i)
		option, why := e.read(b, i, j, in)
		if why != finished {
			return option, j, why
		}
		i = j
	}
	return 0, i, finished
}

// read reads one rank, the entries [i, j). The cause finished says to read on.
func (e *Election) read(b *Ballot, i, j int, in []bool) (option int, why cause) {
	if j-i > 1 || b.Ranking[i] == Overvoted {
		return e.overvote(b.Ranking[i:j], in)
	}
	option = b.Ranking[i]
	switch {
	case e.Repeats == RepeatExhaust && slices.Contains(b.Ranking[:i], option):
		return 0, repeated
	case in[option]:
		return option, live
	}
	return 0, finished
}

// overvote reads a rank of several options.
func (e *Election) overvote(group []int, in []bool) (option int, why cause) {
	if e.Overvotes == OvervoteSkip {
		return 0, finished
	}
	if e.Overvotes == OvervoteMultiple && group[0] != Overvoted {
		continuing := 0
		for _, o := range group {
			if in[o] {
				option = o
				continuing++
			}
		}
		switch continuing {
		case 0:
			return 0, finished
		case 1:
			return option, live
		}
	}
	return 0, overvoted
}
