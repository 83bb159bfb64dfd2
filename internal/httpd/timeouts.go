package httpd

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/caucus-live/caucus/socketio/engineio"
)

// Connections that people close end at any time, and mostly with a good-bye. Those that a
// proxy closes because nothing was sent end without one, at the age of its timeout: alike,
// before the first ping, and whenever they began. Those that began together and end together
// say nothing: a room came and went.
const (
	pingInterval = 25 * time.Second // the engine's default, which is the protocol's
	alikeCount   = 3                // in a row that make a pattern
	shortestAge  = 2 * time.Second  // shorter are reloads
)

// timeouts looks for connections that a proxy's timeout ends.
type timeouts struct {
	advisor *advisor

	mu   sync.Mutex // guards ends
	ends []end
}

// An end of a connection.
type end struct {
	began time.Time
	age   time.Duration
}

// like reports whether two connections were equally old.
func (e end) like(f end) bool { return (e.age - f.age).Abs() <= e.spread(f) }

// beside reports whether they began at the same time, so that one is as good as both.
func (e end) beside(f end) bool { return e.began.Sub(f.began).Abs() <= e.spread(f) }

func (e end) spread(f end) time.Duration { return max(e.age/20, f.age/20, time.Second/2) }

func newTimeouts(a *advisor) *timeouts { return &timeouts{advisor: a} }

// closed is the engine's Trace.Close.
func (t *timeouts) closed(s *engineio.Session, reason engineio.Reason) {
	if reason != engineio.ReasonTransportClose && reason != engineio.ReasonTransportError {
		return
	}
	h := s.Handshake()
	if s.Left() || callerFrom(h.Context).left.Load() {
		return
	}
	age := time.Since(h.Time)
	if !t.alike(end{h.Time, age}) {
		return
	}
	t.advisor.say(context.Background(), "timeout", "connections end alike, before the first ping",
		slog.Duration("age", age.Round(time.Second/10)),
		slog.String("remedy", "a proxy in front closes connections on which nothing is sent for that long; give it a minute or more"+
			" (nginx: proxy_read_timeout; HAProxy: timeout server, client and tunnel; Apache: ProxyTimeout)"))
}

// alike notes an end and reports whether the latest ones are those of a proxy.
func (t *timeouts) alike(e end) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if e.age < shortestAge || slices.ContainsFunc(t.ends, func(f end) bool { return e.like(f) && e.beside(f) }) {
		return false
	}
	t.ends = append(t.ends, e)
	if excess := len(t.ends) - alikeCount; excess > 0 {
		t.ends = slices.Delete(t.ends, 0, excess)
	}
	return len(t.ends) == alikeCount && !slices.ContainsFunc(t.ends, func(f end) bool { return f.age >= pingInterval || !e.like(f) })
}
