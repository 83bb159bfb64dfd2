package tally

// A Round is one round of IRV or one stage of STV. The tallies and all exhausted
// votes together are as many as there are ballots.
type Round struct {
	Number    int        `json:"number"`            // from 1
	Threshold Figure     `json:"threshold"`         // votes that elect: the majority, or the quota
	Active    Figure     `json:"active"`            // votes that count for somebody
	Tallies   []Tally    `json:"tallies"`           // who is in, in the order of the options
	Exhausted []Exhaust  `json:"exhausted"`         // so far, by cause
	Elected   []string   `json:"elected"`           // in this round
	Surplus   string     `json:"surplus,omitempty"` // STV: whose surplus moves now
	Excluded  []string   `json:"excluded"`          // at the end of this round
	Transfers []Transfer `json:"transfers"`         // what moves to make the next round
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
	To    string `json:"to"`              // empty: they are exhausted
	Cause Cause  `json:"cause,omitempty"` // why they are
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
	CauseRounding Cause = "rounding"  // cut off a transfer value, in STV
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
	rounding
	causes // how many
)

func (c cause) name() Cause {
	return [causes]Cause{"", CauseBlank, CauseFinished, CauseOvervote, CauseSkip, CauseRepeat, CauseRounding}[c]
}

// A route is a way that votes take; live says that they reach the option to.
type route struct {
	from, to int
	why      cause
}

// A flow is how many votes take each route.
type flow map[route]int64
