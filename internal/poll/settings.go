package poll

import (
	"time"
	"unicode/utf8"

	"github.com/caucus-live/caucus/internal/tally"
)

// Settings are what the creator of a poll decided. Hosts may change them in the lobby.
type Settings struct {
	Topic               string       `json:"topic"`
	Method              tally.Method `json:"method"`              // default score, the base contract's
	Seats               int          `json:"seats"`               // winners for stv; default 1
	VotesPerVoter       int          `json:"votesPerVoter"`       // places on a ballot, 1 to 20
	NominationsPerVoter int          `json:"nominationsPerVoter"` // that stand at a time; default 10
	AllowPartial        bool         `json:"allowPartial"`        // a ballot may rank fewer than VotesPerVoter, or nothing; default true
	ChangeableVote      bool         `json:"changeableVote"`      // a ballot may be replaced until the close; default true
	ShowTurnout         bool         `json:"showTurnout"`         // how many voted is shown while voting is open; default true
	DeclareTies         bool         `json:"declareTies"`         // a tie for the win is declared instead of drawn; default false
	ClosesAt            time.Time    `json:"closesAt,omitzero"`   // voting ends on its own; default: in time before the poll expires
	Reveal              bool         `json:"reveal,omitempty"`    // the close shows nobody the result: the admin reveals it; default false

	HostNominates      bool `json:"hostNominates,omitempty"`      // hosts alone nominate; default false
	ApproveNominations bool `json:"approveNominations,omitempty"` // those of guests wait for a host; default false
	Anonymous          bool `json:"anonymous,omitempty"`          // people may join without a name; default false
	Shuffle            bool `json:"shuffle,omitempty"`            // each voter's page lists the options in an order of its own; default true for new polls

	EqualRanks bool `json:"equalRanks,omitempty"` // several options may share a rank; for methods that TakesEqualRanks; default false

	Admission Admission `json:"admission,omitempty"` // how newcomers come in; default OpenAdmission
}

// The largest settings.
const (
	MaxVotesPerVoter       = 20
	MaxSeats               = 20
	MaxNominationsPerVoter = 100
)

// Check returns an *Error for settings that no poll can have: what a Draft yields
// passes.
func (s *Settings) Check() error {
	if s.EqualRanks && !TakesEqualRanks(s.Method) {
		return noPlaceForEquals.Refuse(methodNames(TakesEqualRanks), string(s.Method))
	}
	switch {
	case s.Topic == "" || len(s.Topic) > MaxTopic*bytesPerCharacter || !utf8.ValidString(s.Topic),
		!known(s.Method),
		!within(s.Seats, MaxSeats), s.Seats > 1 && s.Method != tally.STV,
		!within(s.VotesPerVoter, MaxVotesPerVoter),
		!within(s.NominationsPerVoter, MaxNominationsPerVoter),
		s.Admission != OpenAdmission && s.Admission != ApproveAdmission:
		return invalidSettings.Refuse()
	}
	return nil
}

// TakesEqualRanks reports whether a method has a place for ballots with options of equal rank.
func TakesEqualRanks(m tally.Method) bool {
	switch m {
	case tally.Approval, tally.Borda, tally.IRV, tally.Copeland, tally.Minimax, tally.Schulze, tally.RankedPairs:
		return true
	case tally.Score, tally.Plurality, tally.Dowdall, tally.STV:
	}
	return false
}

// nominationsToStart is how many nominations a vote needs.
func (s *Settings) nominationsToStart() int {
	if s.AllowPartial {
		return 2
	}
	return s.VotesPerVoter
}

// within reports whether 1 ≤ n ≤ most.
func within(n, most int) bool { return 1 <= n && n <= most }

// Limits bound what one poll may grow to. They are recorded when a poll is
// created, so that its log means the same under a later configuration.
type Limits struct {
	Participants int `json:"participants"` // at a time; default 10,000, at most a million; the admin is let in beyond it
	Nominations  int `json:"nominations"`  // at a time; default 200, at most 1,000
}

const (
	maxParticipants = 1_000_000
	maxNominations  = tally.MaxOptions
)

// WithDefaults returns the limits with the defaults in place of zeros.
func (l Limits) WithDefaults() Limits {
	if l.Participants == 0 {
		l.Participants = 10_000
	}
	if l.Nominations == 0 {
		l.Nominations = 200
	}
	return l
}

// Check returns an error for limits that no poll can have. Zeros are not possible
// either: see WithDefaults.
func (l Limits) Check() error {
	if !within(l.Participants, maxParticipants) || !within(l.Nominations, maxNominations) {
		return invalidLimits.Refuse(maxParticipants, maxNominations)
	}
	return nil
}

// votingEnd is when voting ends at the latest in a poll of that life: early enough
// that the result is seen before the poll expires.
func votingEnd(created, expires time.Time) time.Time {
	return truncate(expires.Add(-expires.Sub(created) / 8))
}

// truncate returns t in UTC, to the millisecond, as entries keep it.
func truncate(t time.Time) time.Time { return time.UnixMilli(t.UnixMilli()).UTC() }
