package httpd

import (
	"cmp"
	"context"
	"errors"
	"net/http"

	"github.com/caucus-live/caucus/internal/live"
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/wire"
)

// errVotingEnded says that it is too late to join.
var errVotingEnded = refuse(http.StatusConflict, joinAfterEnd.Refuse())

// errWrongCode says to a client of the base contract that there is no such poll. Those
// clients take every status but 400 for success, and would wait in an empty room.
var errWrongCode = refuse(http.StatusBadRequest, noSuchCode.Refuse())

// create answers POST /polls.
func (s *Server) create(w http.ResponseWriter, r *http.Request) error {
	if err := s.creations.take(addressOf(r)); err != nil {
		return err
	}
	body, err := decodeBody[wire.CreatePoll](r)
	if err != nil {
		return err
	}
	if s.diskIsLow() {
		return errLowDisk(body.Patches)
	}
	once, err := s.once(body.CommandID)
	if err != nil {
		return err
	}
	made, err := s.polls.Create(r.Context(), body.Draft(), once)
	if err != nil {
		return err
	}
	s.guard.know(addressOf(r), made.PollID)
	return s.sendJoined(r.Context(), w, person{poll: made.PollID, id: made.Admin, name: made.Name, expires: made.Expires, spectates: body.Spectates}, body.Patches)
}

// minCreationID is the least length of the commandID of a creation: with 64 characters to
// choose from, 128 bits.
const minCreationID = 22

// once is what makes the poll of a creation findable when it is asked for again: a secret of
// this server's and of the asker, or "" if they do not name the creation.
func (s *Server) once(commandID string) (string, error) {
	switch {
	case commandID == "":
		return "", nil
	case len(commandID) < minCreationID || len(commandID) > poll.MaxCommandID:
		return "", creationIDLength.Refuse(minCreationID, poll.MaxCommandID)
	}
	return s.sign("creation", commandID), nil
}

// join answers POST /polls/join. Anyone who joins becomes a participant by connecting;
// until then there is only their token.
func (s *Server) join(w http.ResponseWriter, r *http.Request) error {
	body, err := decodeBody[wire.JoinPoll](r)
	if err != nil {
		return err
	}
	newcomer, err := newPerson(body)
	if err != nil {
		return err
	}
	device := s.deviceOf(w, r)
	var refused error
	err = s.guard.ask(r.Context(), s.visitOf(r), newcomer.poll, func(ctx context.Context) error {
		return s.polls.Read(ctx, newcomer.poll, func(v live.View) {
			newcomer.expires, newcomer.device = v.State().Expires(), s.markIn(v.State(), device)
			if poll.IsBlank(body.Name) && !v.State().Settings().Anonymous {
				_, refused = poll.ParseName(body.Name)
				return
			}
			if refused = v.Admits(newcomer.seat(body.Patches)); v.State().Phase() == poll.Closed {
				refused = errVotingEnded
			}
		})
	})
	switch {
	case errors.Is(err, live.ErrNotFound) && !body.Patches:
		return errWrongCode
	case err != nil:
		return err
	case refused != nil:
		return refused
	}
	if !body.Patches {
		newcomer.device = "" // the base contract fixes what a token says
	}
	return s.sendJoined(r.Context(), w, newcomer, body.Patches)
}

// newPerson returns somebody new with what they typed, or everything that is
// wrong with it.
func newPerson(body wire.JoinPoll) (person, error) {
	code, wrongCode := poll.ParseCode(body.PollID)
	typed := body.Name
	if poll.IsBlank(typed) {
		typed = poll.Nameless // if the poll is anonymous
	}
	name, wrongName := poll.ParseName(typed)
	if code == "" && poll.IsBlank(body.Name) {
		_, wrongName = poll.ParseName(body.Name) // no poll will say that it need not be there
	}
	var problems poll.Problems
	for _, err := range []error{wrongCode, wrongName} {
		problems.Add(err)
	}
	if problems != nil {
		return person{}, problems
	}
	return person{poll: code, id: live.NewUserID(), name: name, spectates: body.Spectates}, nil
}

// rejoin answers POST /polls/rejoin.
func (s *Server) rejoin(w http.ResponseWriter, r *http.Request) error {
	body, err := decodeBody[wire.RejoinPoll](r)
	if err != nil {
		return err
	}
	p, err := s.tokens.person(body.AccessToken)
	if err == nil && p.screen {
		err = errBadToken
	}
	if err != nil {
		return err
	}
	var view baseView
	var refused error
	err = s.polls.Read(r.Context(), p.poll, func(v live.View) {
		if refused = cmp.Or(p.lapsed(v.State()), v.Admits(p.seat(false))); refused == nil {
			view = baseViewOf(p, v)
		}
	})
	if err = cmp.Or(err, refused); err == nil {
		s.sendBase(w, p.poll, view, "", "")
	}
	return err
}
