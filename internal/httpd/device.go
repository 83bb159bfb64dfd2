package httpd

import (
	"context"
	"crypto/rand"
	"net/http"
	"sync"
	"time"

	"github.com/caucus-live/caucus/internal/live"
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/wire"
)

// deviceCodeLife is how long a code for another device works.
const deviceCodeLife = time.Minute

// A transfers is the people who are on their way to another device, by the code that
// brings them there. It is this server's alone: behind several, the code works at the one
// that gave it. The zero value is ready for use, by many at once.
type transfers struct {
	mu     sync.Mutex // guards the fields below
	byCode map[string]transfer
	codes  map[seat]string // the newest of a person, who has one at a time
}

type transfer struct {
	person  person
	expires time.Time
	used    bool
	by      string // the commandID that used it, or ""
}

// offer returns a code for a person, in place of the one they had.
func (t *transfers) offer(p person, now time.Time) (code string, expires time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.byCode == nil {
		t.byCode, t.codes = map[string]transfer{}, map[seat]string{}
	}
	for code, other := range t.byCode {
		if !now.Before(other.expires) {
			t.dropLocked(code)
		}
	}
	if old, ok := t.codes[seat{p.poll, p.id}]; ok {
		t.dropLocked(old)
	}
	code, expires = rand.Text(), now.Add(deviceCodeLife) // 130 bits, which nobody guesses
	t.byCode[code], t.codes[seat{p.poll, p.id}] = transfer{person: p, expires: expires}, code
	return code, expires
}

// take returns the person of a code, once; again only for the request that has taken it, as
// its commandID shows: its answer may have been lost.
func (t *transfers) take(code, commandID string, now time.Time) (person, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	found, ok := t.byCode[code]
	if !ok || !now.Before(found.expires) || found.used && (commandID == "" || found.by != commandID) {
		return person{}, false
	}
	found.used, found.by = true, commandID
	t.byCode[code] = found
	return found.person, true
}

func (t *transfers) dropLocked(code string) {
	if old, ok := t.byCode[code]; ok {
		delete(t.codes, seat{old.person.poll, old.person.id})
		delete(t.byCode, code)
	}
}

// deviceCode answers with a code that brings the asker to another device.
func (s *Server) deviceCode(_ context.Context, m *member, _ wire.Command) (wire.DeviceCode, error) {
	if m.screen {
		return wire.DeviceCode{}, screenTransfer.Refuse()
	}
	code, expires := s.transfers.offer(m.person, time.Now())
	return wire.DeviceCode{OK: true, Code: code, ExpiresAt: &expires}, nil
}

// useDevice answers POST /polls/device: with a token of the person whose code it is.
func (s *Server) useDevice(r *http.Request) (any, error) {
	body, err := decodeBody[wire.UseDevice](r)
	if err != nil {
		return nil, err
	}
	if len(body.CommandID) > poll.MaxCommandID {
		return nil, poll.LongCommandID.Refuse(poll.MaxCommandID)
	}
	p, ok := s.transfers.take(body.Code, body.CommandID, time.Now())
	if !ok {
		return nil, refuse(http.StatusNotFound, spentCode.Refuse())
	}
	err = s.polls.Read(r.Context(), p.poll, func(v live.View) { p.expires = v.State().Expires() })
	if err != nil {
		return nil, err
	}
	return s.joined(p)
}
