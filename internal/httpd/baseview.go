package httpd

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/caucus-live/caucus/internal/live"
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/wire"
	"github.com/caucus-live/caucus/socketio"
)

// A baseView is the poll that somebody finds in the answer to a request, in the form of the
// base contract. It grows with the room, so all answers share its encoding.
type baseView struct {
	edition *live.BaseEdition
	own     poll.BaseOwn

	door *poll.Base // instead of these, for somebody who will have to wait
}

// baseViewOf is the poll for a person who has not connected yet. What it returns is
// encoded outside the poll's turn.
func baseViewOf(p person, v live.View) baseView {
	if v.State().MustWait(p.id) {
		return baseView{door: v.State().BaseDoor(p.id, p.name.Text)}
	}
	return baseView{edition: v.PresentBase(), own: v.State().BaseOwn(p.id)}
}

// joined is the answer to somebody who gets a token, but for the poll.
func (s *Server) joined(p person) (wire.Joined, error) {
	token, err := s.tokens.issue(p)
	return wire.Joined{PollID: p.poll, AccessToken: token, ExpiresAt: p.expires}, err
}

// sendJoined answers somebody who gets a token, with the poll for clients that need it.
func (s *Server) sendJoined(ctx context.Context, w http.ResponseWriter, p person, patches bool) error {
	answer, err := s.joined(p)
	if err != nil {
		return err
	}
	if patches {
		writeJSON(w, http.StatusCreated, answer)
		return nil
	}
	var view baseView
	if err := s.polls.Read(ctx, p.poll, func(v live.View) { view = baseViewOf(p, v) }); err != nil {
		return err
	}
	rest := must(json.Marshal(answer))
	s.sendBase(w, p.poll, view, `{"poll":`, ","+string(rest[1:]))
	return nil
}

// sendBase answers with a poll, and with the JSON that stands before and behind it.
func (s *Server) sendBase(w http.ResponseWriter, pollID string, view baseView, before, behind string) {
	var body *socketio.Shared
	if view.door != nil {
		body = mustShare(view.door)
	} else {
		encoding := encodedBase(view.edition)
		conn := http.NewResponseController(w)
		defer s.loans.lend(pollID, encoding, func() { _ = conn.SetWriteDeadline(time.Unix(1, 0)) })()
		body = encoding.of(view.own)
	}
	writeHeader(w, http.StatusCreated)
	_, err := w.Write([]byte(before)) // a client that is gone needs no answer
	if err == nil {
		_, err = body.WriteTo(w)
	}
	if err == nil {
		_, _ = w.Write([]byte(behind + "\n"))
	}
}
