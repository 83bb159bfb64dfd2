package poll

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/caucus-live/caucus/internal/tally"
)

// OpeningFormat is the first line of an opening.
const OpeningFormat = "caucus-opening-1"

// Opening is what is fixed when voting opens and decides the result with the ballots, as
// text, a line each: the poll's id, the commitment to the draw's seed, the settings that
// a count depends on, and the options in their order. Its SHA-256 is the commitment of a
// poll. None of the texts may have a line break; those of a poll have none.
func Opening(id string, s *Settings, options []ExportNomination, seedCommitment string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\npoll %s\ndraw %s\ntopic %s\n", OpeningFormat, id, seedCommitment, s.Topic)
	fmt.Fprintf(&b, "method %s\nseats %d\nvotesPerVoter %d\n", s.Method, s.Seats, s.VotesPerVoter)
	fmt.Fprintf(&b, "allowPartial %t\ndeclareTies %t\n", s.AllowPartial, s.DeclareTies)
	if s.EqualRanks {
		b.WriteString("equalRanks true\n")
	}
	for _, o := range options {
		fmt.Fprintf(&b, "option %s %s\n", o.ID, o.Text)
	}
	return b.String()
}

// CommitTo is the commitment to an opening, in hexadecimal.
func CommitTo(opening string) string {
	sum := sha256.Sum256([]byte(opening))
	return hex.EncodeToString(sum[:])
}

// Opening is the opening of the poll that was exported.
func (e *Export) Opening() string { return Opening(e.ID, &e.Settings, e.Nominations, e.Commitment) }

// commitment is what the poll commits to from the opening of voting; "" before, and in
// polls of the first version, which committed to the seed alone.
func (s *State) commitment() string {
	if s.seed == nil || s.rules == 0 {
		return ""
	}
	if s.committed == "" {
		s.committed = CommitTo(Opening(s.id, &s.settings, s.exported(), tally.Commit(s.seed)))
	}
	return s.committed
}

// exported are the options as an export has them.
func (s *State) exported() []ExportNomination {
	options := make([]ExportNomination, len(s.options))
	for i, n := range s.options {
		options[i] = ExportNomination{ID: n.id, Text: n.text.Text}
	}
	return options
}
