package httpd

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/caucus-live/caucus/internal/live"
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/wire"
	"github.com/caucus-live/caucus/internal/wire/event"
	"github.com/caucus-live/caucus/socketio"
)

// handleEvents registers every event that clients send.
func (s *Server) handleEvents() {
	s.handleOptions()
	s.handleHosts()
	command(s, event.SubmitRankings, func(p wire.SubmitRankings) (string, poll.Command, error) {
		if p.Rankings == nil {
			return "", nil, wrongType.Refuse("rankings", "a list of texts")
		}
		return p.CommandID, poll.Cast{Ranking: p.Rankings, Ranks: p.Ranks, Rest: p.RestLast}, nil
	})
	command(s, event.PlayResult, func(p wire.PlayResult) (string, poll.Command, error) {
		return p.CommandID, poll.PlayResult{Step: p.Step, Playing: p.Playing, Speed: p.Speed}, nil
	})
	command(s, event.RevealResult, plain(poll.RevealResult{}))
	command(s, event.StartVote, func(p wire.StartVote) (string, poll.Command, error) {
		return p.CommandID, poll.StartVote{Seconds: p.Seconds}, nil
	})
	command(s, event.SetTimer, func(p wire.SetTimer) (string, poll.Command, error) {
		return p.CommandID, poll.SetTimer{Seconds: p.Seconds, Extend: p.Extend}, nil
	})
	command(s, event.ReopenVote, plain(poll.Reopen{}))
	command(s, event.ClosePoll, plain(poll.Close{}))
	command(s, event.Extend, func(p wire.Extend) (string, poll.Command, error) {
		expires, err := poll.ParseTime("expiresAt", p.ExpiresAt)
		return p.CommandID, poll.Extend{Expires: expires}, err
	})
	command(s, event.CancelPoll, plain(poll.Cancel{}))
	command(s, event.Leave, plain(poll.Leave{}))
	question(s, socketio.Call[wire.Command, *socketio.Shared](event.PollSync), s.pollSync)
	question(s, event.Roster, s.roster)
	question(s, event.WaitingList, s.waitingList)
	question(s, event.Present, s.present)
	question(s, event.DeviceCode, s.deviceCode)
	question(s, event.RunAgain, s.runAgain)
	question(s, event.NextPoll, s.nextPoll)
}

// plain is for commands that say nothing but themselves.
func plain(cmd poll.Command) func(wire.Command) (string, poll.Command, error) {
	return func(p wire.Command) (string, poll.Command, error) { return p.CommandID, cmd, nil }
}

func needID(p wire.ByID) error {
	if p.ID == "" {
		return emptyID.Refuse()
	}
	return nil
}

// command registers an event that changes the poll. parse makes a command, with
// the id that its sender gave it, of what came. No goroutine waits for the answer, unless
// an earlier command of the same socket has none yet: so a socket has two under way at
// most, and the others wait in its inbox, which is bounded.
func command[In any](s *Server, call socketio.Call[In, wire.Answer], parse func(In) (string, poll.Command, error)) {
	on(s, call, func(ctx context.Context, _ *socketio.Socket, in In) (wire.Answer, error) {
		id, cmd, err := parse(in)
		if err != nil {
			return wire.Answer{}, err
		}
		m := memberOf(ctx)
		if m.screen {
			return wire.Answer{}, screenOnly.Refuse()
		}
		answer := func(done poll.Outcome, err error) (wire.Answer, error) {
			s.log.LogAttrs(ctx, slog.LevelDebug, "command", slog.String("poll", m.poll), slog.String("event", string(call)),
				slog.String("command", id), slog.Uint64("version", done.Version), slog.Bool("accepted", err == nil))
			if err != nil && id != "" {
				err = fmt.Errorf("httpd: command %q: %w", id, err)
			}
			return wire.Answer{OK: true, Version: done.Version, Nomination: done.Nomination, Receipt: done.Receipt}, err
		}
		if !m.busy.CompareAndSwap(false, true) {
			ctx, cancel := context.WithTimeout(ctx, s.opts.AnswerTimeout)
			defer cancel()
			return answer(s.polls.Do(ctx, m.poll, m.id, id, cmd))
		}
		later := exchangeOf(ctx).later(ctx, call.Defer(ctx))
		s.polls.Submit(m.poll, m.id, id, cmd, func(done poll.Outcome, err error) {
			m.busy.Store(false)
			later(answer(done, err))
		})
		return wire.Answer{}, nil
	})
}

// question registers an event that is nothing without its acknowledgement.
func question[In, Out any](s *Server, call socketio.Call[In, Out], answer func(context.Context, *member, In) (Out, error)) {
	on(s, call, func(ctx context.Context, _ *socketio.Socket, in In) (Out, error) {
		if !exchangeOf(ctx).wantsAck {
			return *new(Out), noAcknowledgement.Refuse(string(call))
		}
		ctx, cancel := context.WithTimeout(ctx, s.opts.AnswerTimeout)
		defer cancel()
		return answer(ctx, memberOf(ctx), in)
	})
}

// on registers the handler of an event. It is called before the server serves.
func on[In, Out any](s *Server, call socketio.Call[In, Out], h func(context.Context, *socketio.Socket, In) (Out, error)) {
	s.kinds[string(call)] = true
	call.On(s.sockets, h)
}

// pollSync answers a client of patches that found a gap. What it answers is a
// [wire.Synced], shared by all who ask for the same version.
func (s *Server) pollSync(ctx context.Context, m *member, _ wire.Command) (*socketio.Shared, error) {
	var e *live.Edition
	err := s.polls.Read(ctx, m.poll, func(v live.View) {
		if !v.State().IsWaiting(m.id) {
			e = v.Edition()
		}
	})
	switch {
	case err != nil:
		return nil, err
	case e == nil:
		return nil, stillWaiting.Refuse()
	}
	return encoded(e).synced, nil
}

// roster answers with a page of the participants, for hosts.
func (s *Server) roster(ctx context.Context, m *member, in wire.RosterRequest) (answer wire.Roster, err error) {
	limit, err := pageSize(in.Limit)
	if err != nil {
		return answer, err
	}
	var matching poll.Text
	if in.Matching != "" {
		if matching, err = poll.ParseName(in.Matching); err != nil {
			return answer, matchingLength.Refuse(poll.MaxName)
		}
	}
	answer.OK, err = s.askAsHost(ctx, m, func(v live.View) {
		answer.Participants, answer.Next = v.Roster(in.After, limit, matching.Key)
		answer.Total = v.State().RosterSize(matching.Key)
	})
	return answer, err
}

// waitingList answers with a page of those who wait to be let in, for hosts.
func (s *Server) waitingList(ctx context.Context, m *member, in wire.WaitingRequest) (answer wire.Waiting, err error) {
	limit, err := pageSize(in.Limit)
	if err != nil {
		return answer, err
	}
	answer.OK, err = s.askAsHost(ctx, m, func(v live.View) { answer.Newcomers, answer.Next = v.Waiting(in.After, limit) })
	return answer, err
}

func pageSize(asked int) (int, error) {
	limit := cmp.Or(asked, poll.RosterPage)
	if limit < 1 || limit > poll.MaxRosterPage {
		return 0, pageRange.Refuse(poll.MaxRosterPage)
	}
	return limit, nil
}

// maxUnread is how many bytes may wait for a host who asks for a page of people. Nobody
// else is sent what they are, so those who do not read would hold memory for each.
const maxUnread = 64 << 10

// askAsHost calls fn if the asker is a host, and reports whether they are; the error says
// so too.
func (s *Server) askAsHost(ctx context.Context, m *member, fn func(live.View)) (host bool, err error) {
	if exchangeOf(ctx).sock.Buffered() > maxUnread {
		return false, &errTooMany{time.Second}
	}
	err = s.polls.Read(ctx, m.poll, func(v live.View) {
		if host = v.State().IsHost(m.id); host {
			fn(v)
		}
	})
	if err == nil && !host {
		err = hostsSeeAll.Refuse()
	}
	return host, err
}

// present answers a host with a token for a screen: whoever has it can show the poll,
// and not change it.
func (s *Server) present(ctx context.Context, m *member, _ wire.Command) (wire.Screen, error) {
	var host bool
	var expires time.Time
	err := s.polls.Read(ctx, m.poll, func(v live.View) { host, expires = v.State().IsHost(m.id), v.State().Expires() })
	if err == nil && !host {
		err = poll.HostsOnly.Refuse()
	}
	if err != nil {
		return wire.Screen{}, err
	}
	token, err := s.tokens.issue(person{poll: m.poll, id: live.NewUserID(), expires: expires, screen: true, host: m.id})
	return wire.Screen{OK: true, AccessToken: token}, err
}
