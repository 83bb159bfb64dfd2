package httpd

import (
	"time"

	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/wire"
	"github.com/caucus-live/caucus/internal/wire/event"
)

// handleOptions registers the events about nominations.
func (s *Server) handleOptions() {
	command(s, event.Nominate, func(p wire.Nominate) (string, poll.Command, error) {
		o, err := poll.ParseOption(p.Text, p.Note, p.Link)
		return p.CommandID, poll.Nominate(o), err
	})
	command(s, event.EditNomination, func(p wire.EditNomination) (string, poll.Command, error) {
		o, err := poll.ParseOption(p.Text, p.Note, p.Link)
		o.ID = poll.NominationID(p.ID)
		return p.CommandID, poll.EditNomination(o), err
	})
	command(s, event.RemoveNomination, byID(func(id string) poll.Command { return poll.RemoveNomination{ID: poll.NominationID(id)} }))
	command(s, event.UnmergeNomination, byID(func(id string) poll.Command { return poll.UnmergeNomination{ID: poll.NominationID(id)} }))
	command(s, event.ApproveNominations, func(p wire.ByIDs) (string, poll.Command, error) {
		return p.CommandID, poll.ApproveNominations{IDs: p.IDs}, nil
	})
	command(s, event.MergeNominations, func(p wire.MergeNominations) (string, poll.Command, error) {
		return p.CommandID, poll.MergeNominations{Into: p.Into, IDs: p.IDs}, nil
	})
	command(s, event.OrderNominations, func(p wire.OrderNominations) (string, poll.Command, error) {
		return p.CommandID, poll.OrderNominations{IDs: p.IDs, By: p.By}, nil
	})
	command(s, event.LockNominations, func(p wire.SetLock) (string, poll.Command, error) {
		return p.CommandID, poll.LockNominations{Locked: p.Locked}, nil
	})
}

// handleHosts registers the events of hosts about people and settings.
func (s *Server) handleHosts() {
	command(s, event.RemoveParticipant, byID(func(id string) poll.Command { return poll.RemoveParticipant{ID: poll.UserID(id)} }))
	command(s, event.MakeAdmin, byID(func(id string) poll.Command { return poll.MakeAdmin{ID: poll.UserID(id)} }))
	command(s, event.AddHost, byID(func(id string) poll.Command { return poll.AddHost{ID: poll.UserID(id)} }))
	command(s, event.RemoveHost, byID(func(id string) poll.Command { return poll.RemoveHost{ID: poll.UserID(id)} }))
	command(s, event.RemoveParticipants, func(p wire.RemoveParticipants) (string, poll.Command, error) {
		cmd, err := parseFlood(&p)
		return p.CommandID, cmd, err
	})
	command(s, event.LockRoom, func(p wire.SetLock) (string, poll.Command, error) {
		return p.CommandID, poll.LockRoom{Locked: p.Locked}, nil
	})
	command(s, event.Admit, func(p wire.Newcomers) (string, poll.Command, error) {
		return p.CommandID, poll.Admit{IDs: p.IDs, All: p.All}, nil
	})
	command(s, event.Reject, func(p wire.Newcomers) (string, poll.Command, error) {
		return p.CommandID, poll.Reject{IDs: p.IDs, All: p.All}, nil
	})
	command(s, event.Spectate, func(p wire.Spectate) (string, poll.Command, error) {
		return p.CommandID, poll.Spectate{On: p.On}, nil
	})
	command(s, event.EditPoll, func(p wire.EditPoll) (string, poll.Command, error) {
		changes, err := parseChanges(&p)
		return p.CommandID, poll.EditPoll{Changes: changes}, err
	})
}

// byID is for commands that name one nomination or person.
func byID(make func(id string) poll.Command) func(wire.ByID) (string, poll.Command, error) {
	return func(p wire.ByID) (string, poll.Command, error) { return p.CommandID, make(p.ID), needID(p) }
}

func parseFlood(p *wire.RemoveParticipants) (cmd poll.RemoveParticipants, err error) {
	if p.Since != "" {
		if cmd.Since, err = poll.ParseTime("since", p.Since); err != nil {
			return cmd, err
		}
	}
	if p.Matching != "" {
		matching, err := poll.ParseName(p.Matching)
		if err != nil {
			return cmd, matchingLength.Refuse(poll.MaxName)
		}
		cmd.Matching = matching.Key
	}
	return cmd, nil
}

func parseChanges(p *wire.EditPoll) (poll.Changes, error) {
	c := poll.Changes{
		Method:              p.Method,
		Seats:               p.Seats,
		VotesPerVoter:       p.VotesPerVoter,
		NominationsPerVoter: p.NominationsPerVoter,
		AllowPartial:        p.AllowPartial,
		ChangeableVote:      p.ChangeableVote,
		ShowTurnout:         p.ShowTurnout,
		DeclareTies:         p.DeclareTies,
		Reveal:              p.Reveal,
		HostNominates:       p.HostNominates,
		ApproveNominations:  p.ApproveNominations,
		Anonymous:           p.Anonymous,
		Shuffle:             p.Shuffle,
		EqualRanks:          p.EqualRanks,
	}
	if p.Admission != nil {
		admission, err := poll.ParseAdmission(*p.Admission)
		if err != nil {
			return c, err
		}
		c.Admission = &admission
	}
	if p.Topic != nil {
		topic, err := poll.ParseText("topic", *p.Topic, poll.MaxTopic)
		if err != nil {
			return c, err
		}
		c.Topic = &topic.Text
	}
	if p.ClosesAt != nil {
		c.ClosesAt = new(time.Time)
		if *p.ClosesAt != "" {
			var err error
			if *c.ClosesAt, err = poll.ParseTime("closesAt", *p.ClosesAt); err != nil {
				return c, err
			}
		}
	}
	return c, nil
}
