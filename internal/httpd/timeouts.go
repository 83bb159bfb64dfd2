package httpd

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/caucus-live/caucus/socketio/engineio"
)

// Connections that people close end at any time. Those that a proxy closes because
// nothing was sent end at the age of its timeout: alike, and before the first ping.
const (
	pingInterval = 25 * time.Second // the engine's default, which is the protocol's
	alikeCount   = 3                // in a row that make a pattern
	shortestAge  = 2 * time.Second  // shorter are reloads
)

// timeouts looks for connections that a proxy's timeout ends.
type timeouts struct {
	advisor *advisor

	mu   sync.Mutex // guards ages
	ages []time.Duration
}

func newTimeouts(a *advisor) *timeouts { return &timeouts{advisor: a} }

// closed is the engine's Trace.Close.
func (t *timeouts) closed(s *engineio.Session, reason engineio.Reason) {
	if reason != engineio.ReasonTransportClose && reason != engineio.ReasonTransportError {
		return
	}
	age := time.Since(s.Handshake().Time)
	if !t.alike(age) {
		return
	}
	t.advisor.say(context.Background(), "timeout", "connections end alike, before the first ping",
		slog.Duration("age", age.Round(time.Second/10)),
		slog.String("remedy", "a proxy in front closes connections on which nothing is sent for that long; give it a minute or more"+
			" (nginx: proxy_read_timeout; HAProxy: timeout server, client and tunnel; Apache: ProxyTimeout)"))
}

// alike notes an age and reports whether the latest ones are alike.
func (t *timeouts) alike(age time.Duration) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if age < shortestAge {
		return false
	}
	t.ages = append(t.ages, age)
	if excess := len(t.ages) - alikeCount; excess > 0 {
		t.ages = slices.Delete(t.ages, 0, excess)
	}
	longest := slices.Max(t.ages)
	spread := max(longest/20, time.Second/2)
	return len(t.ages) == alikeCount && longest < pingInterval && longest-slices.Min(t.ages) <= spread
}
