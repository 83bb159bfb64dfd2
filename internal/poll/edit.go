package poll

import (
	"time"

	"github.com/caucus-live/caucus/internal/tally"
)

// Changes are settings that a host changes; nil ones stay as they are.
type Changes struct {
	Topic               *string       `json:"topic,omitempty"`
	Method              *tally.Method `json:"method,omitempty"`
	Seats               *int          `json:"seats,omitempty"`
	VotesPerVoter       *int          `json:"votesPerVoter,omitempty"`
	NominationsPerVoter *int          `json:"nominationsPerVoter,omitempty"`
	AllowPartial        *bool         `json:"allowPartial,omitempty"`
	ChangeableVote      *bool         `json:"changeableVote,omitempty"`
	ShowTurnout         *bool         `json:"showTurnout,omitempty"`
	DeclareTies         *bool         `json:"declareTies,omitempty"`
	ClosesAt            *time.Time    `json:"closesAt,omitempty"` // the zero time: none of its own
	Reveal              *bool         `json:"reveal,omitempty"`
	HostNominates       *bool         `json:"hostNominates,omitempty"`
	ApproveNominations  *bool         `json:"approveNominations,omitempty"`
	Anonymous           *bool         `json:"anonymous,omitempty"`
	Shuffle             *bool         `json:"shuffle,omitempty"`
	EqualRanks          *bool         `json:"equalRanks,omitempty"`
	Admission           *Admission    `json:"admission,omitempty"`
}

// to returns the settings with the changes in them.
func (c *Changes) to(s Settings) Settings {
	change(&s.Topic, c.Topic)
	change(&s.Method, c.Method)
	change(&s.Seats, c.Seats)
	change(&s.VotesPerVoter, c.VotesPerVoter)
	change(&s.NominationsPerVoter, c.NominationsPerVoter)
	change(&s.AllowPartial, c.AllowPartial)
	change(&s.ChangeableVote, c.ChangeableVote)
	change(&s.ShowTurnout, c.ShowTurnout)
	change(&s.DeclareTies, c.DeclareTies)
	change(&s.ClosesAt, c.ClosesAt)
	change(&s.Reveal, c.Reveal)
	change(&s.HostNominates, c.HostNominates)
	change(&s.ApproveNominations, c.ApproveNominations)
	change(&s.Anonymous, c.Anonymous)
	change(&s.Shuffle, c.Shuffle)
	change(&s.EqualRanks, c.EqualRanks)
	change(&s.Admission, c.Admission)
	s.ClosesAt = truncate(s.ClosesAt)
	return s
}

func change[T any](setting, to *T) {
	if to != nil {
		*setting = *to
	}
}

func (c EditPoll) check(s *State, e Entry) error {
	if err := s.checkHostInLobby(e.By); err != nil {
		return err
	}
	settings := c.to(s.settings)
	if err := settings.Check(); err != nil {
		return err
	}
	if at := settings.ClosesAt; c.ClosesAt != nil && !at.IsZero() && (!at.After(e.At) || at.After(votingEnd(s.created, s.expires))) {
		return closesAtRange.Refuse(votingEnd(s.created, s.expires))
	}
	return nil
}

func (c EditPoll) apply(s *State, _ Entry) Outcome {
	s.settings = c.to(s.settings)
	if s.settings.Admission == OpenAdmission {
		s.admitAsRoomAllows()
	}
	return Outcome{Version: s.version}
}
