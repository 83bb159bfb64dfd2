package tally

import (
	"cmp"
	"maps"
	"slices"
)

// A Round is one round of IRV or one stage of STV. The tallies and all exhausted
// votes together are as many as there are ballots.
type Round struct {
	Number    int        `json:"number"`    // from 1
	Threshold Figure     `json:"threshold"` // votes that elect: the majority, or the quota
	Active    Figure     `json:"active"`    // votes that count for somebody
	Tallies   []Tally    `json:"tallies"`   // who is in, in the order of the options
	Exhausted []Exhaust  `json:"exhausted"` // so far, by cause
	Elected   []string   `json:"elected"`   // now
	Excluded  []string   `json:"excluded"`  // now
	Transfers []Transfer `json:"transfers"` // what moves to make the next round
}

// A Tally is an option's votes in a round.
type Tally struct {
	Option string `json:"option"`
	Votes  Figure `json:"votes"`
}

// An Exhaust is how many votes count for nobody, for one cause.
type Exhaust struct {
	Cause Cause  `json:"cause"`
	Votes Figure `json:"votes"`
}

// A Transfer is votes that move from one option to another, or to none.
type Transfer struct {
	From  string `json:"from"`
	To    string `json:"to"`    // empty: they are exhausted
	Cause Cause  `json:"cause"` // why they are; empty: they are not
	Votes Figure `json:"votes"`
}

// A Cause says why votes count for nobody.
type Cause string

// The causes.
const (
	CauseBlank    Cause = "blank"     // the ballot ranks nothing
	CauseFinished Cause = "exhausted" // no continuing option is left on it
	CauseOvervote Cause = "overvote"  // several options at one rank
	CauseSkip     Cause = "skip"      // too many empty ranks in a row
	CauseRepeat   Cause = "repeat"    // an option a second time
)

// A cause is a Cause while counting.
type cause int

const (
	live cause = iota // the ballot counts for somebody
	blank
	finished
	overvoted
	skipped
	repeated
	causes // how many
)

func (c cause) name() Cause {
	return [causes]Cause{"", CauseBlank, CauseFinished, CauseOvervote, CauseSkip, CauseRepeat}[c]
}

// newRound returns a round whose lists are empty, but none is nil: a client gets [].
func newRound(number int, threshold Figure) Round {
	return Round{
		Number: number, Threshold: threshold,
		Tallies: []Tally{}, Exhausted: []Exhaust{}, Elected: []string{}, Excluded: []string{}, Transfers: []Transfer{},
	}
}

// A route is a way that votes take; live says that they reach the option to.
type route struct {
	from, to int
	why      cause
}

// A flow is how many votes take each route.
type flow map[route]int64

// transfers lists the flow by origin, then by destination, the exhausted last.
func (f flow) transfers(c *count) []Transfer {
	list := make([]Transfer, 0, len(f))
	for _, r := range slices.SortedFunc(maps.Keys(f), func(a, b route) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.why, b.why), cmp.Compare(a.to, b.to))
	}) {
		t := Transfer{From: c.Options[r.from], Cause: r.why.name(), Votes: whole(f[r])}
		if r.why == live {
			t.To = c.Options[r.to]
		}
		list = append(list, t)
	}
	return list
}
