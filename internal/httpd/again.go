package httpd

import (
	"context"

	"github.com/caucus-live/caucus/internal/live"
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/wire"
)

// runAgain makes the poll once more, for its admin, and answers as nextPoll does. The
// others see in the document that there is a next one.
func (s *Server) runAgain(ctx context.Context, m *member, in wire.Command) (wire.Moved, error) {
	if m.screen {
		return wire.Moved{}, screenOnly.Refuse()
	}
	if err := s.creations.take(m.from); err != nil {
		return wire.Moved{}, err
	}
	if s.diskIsLow() {
		return wire.Moved{}, lowDisk.Refuse()
	}
	if _, err := s.polls.RunAgain(ctx, m.poll, m.id, in.CommandID); err != nil {
		return wire.Moved{}, err
	}
	return s.nextPoll(ctx, m, in)
}

// nextPoll answers with a token for the poll that runs this one again, of the same person;
// of a screen, with one for a screen.
func (s *Server) nextPoll(ctx context.Context, m *member, _ wire.Command) (wire.Moved, error) {
	next := m.person
	var refused error
	err := s.polls.Read(ctx, m.poll, func(v live.View) {
		state := v.State()
		me, in := state.Me(m.id)
		switch next.poll = state.Next(); {
		case !in && !m.screen:
			refused = poll.NotTakingPart.Refuse()
		case next.poll == "":
			refused = notRunAgain.Refuse()
		case m.screen:
			next.id = live.NewUserID()
		default:
			next.name, refused = poll.ParseName(me.Name)
			next.spectates = me.Spectates
		}
	})
	if err == nil {
		err = refused
	}
	if err == nil {
		err = s.polls.Read(ctx, next.poll, func(v live.View) { next.expires = v.State().Expires() })
	}
	if err != nil {
		return wire.Moved{}, err
	}
	s.guard.know(m.from, next.poll)
	token, err := s.tokens.issue(next)
	return wire.Moved{OK: true, PollID: next.poll, AccessToken: token, ExpiresAt: &next.expires}, err
}
