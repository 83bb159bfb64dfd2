package poll

import (
	"slices"

	"github.com/caucus-live/caucus/internal/tally"
)

// A Digest is the outcome of a closed poll as it is sent to everybody in it: short,
// however many options there are, for thousands get it in the same moment. Whoever
// wants to follow the count asks for the Results.
type Digest struct {
	Ballots  int            `json:"ballots"` // cast, the empty ones included
	Official OfficialDigest `json:"official"`
	Others   OthersDigest   `json:"others"`             // what every other method would have said on the same ballots
	Abridged bool           `json:"abridged,omitempty"` // there are rounds or ties that only the Results have
}

// An OfficialDigest is what is said of the count by the poll's own method.
type OfficialDigest struct {
	Method  tally.Method     `json:"method"`
	Seats   int              `json:"seats"`
	Winners []string         `json:"winners"`
	Drawn   bool             `json:"drawn,omitempty"`  // a winner was tied, and the draw decided
	Order   []tally.Standing `json:"order"`            // every option once, best first; equals share a place
	Rounds  []tally.Round    `json:"rounds,omitempty"` // of IRV and STV, unless they are too long
	Ties    []tally.Tie      `json:"ties"`             // unless they are too long
}

// An OthersDigest is what is said of the counts by all methods.
type OthersDigest struct {
	Outcomes  []OutcomeDigest `json:"outcomes"`            // in the order of the methods
	Condorcet string          `json:"condorcet,omitempty"` // the option that defeats every other; empty if absent
	Smith     []string        `json:"smith"`               // the smallest set of options that defeat all others
}

// An OutcomeDigest is who wins by one method.
type OutcomeDigest struct {
	Method   tally.Method `json:"method"`
	Winners  []string     `json:"winners"`
	Drawn    bool         `json:"drawn,omitempty"`    // a winner was tied, and the draw decided
	Exceeded bool         `json:"exceeded,omitempty"` // it would have taken too long: nobody was elected by it
}

// maxDigestLines is how much of the way to a result a Digest tells: the votes and
// transfers of all rounds and the options of all ties. They take some 50 bytes each.
const maxDigestLines = 240

func (r *Results) digest() *Digest {
	o := r.Official
	d := &Digest{
		Ballots:  r.Ballots,
		Official: OfficialDigest{o.Method, o.Seats, o.Winners, drawn(o.Winners, o.Ties), o.Order, o.Rounds, o.Ties},
		Others:   OthersDigest{Condorcet: r.Others.Condorcet, Smith: r.Others.Smith},
	}
	for _, other := range r.Others.Outcomes {
		d.Others.Outcomes = append(d.Others.Outcomes,
			OutcomeDigest{other.Method, other.Winners, drawn(other.Winners, other.Ties), other.Exceeded})
	}
	if linesOf(o) > maxDigestLines {
		d.Abridged, d.Official.Rounds, d.Official.Ties = true, nil, []tally.Tie{}
	}
	return d
}

// drawn reports whether the draw decided a tie in which one of the winners was.
func drawn(winners []string, ties []tally.Tie) bool {
	return slices.ContainsFunc(ties, func(t tally.Tie) bool {
		return t.Rule == tally.RuleDraw && slices.ContainsFunc(t.Tied, func(option string) bool {
			return slices.Contains(winners, option)
		})
	})
}

func linesOf(r *tally.Result) (lines int) {
	for _, round := range r.Rounds {
		lines += len(round.Tallies) + len(round.Transfers)
	}
	for _, tie := range r.Ties {
		lines += len(tie.Tied) + len(tie.Chosen)
	}
	return lines
}
