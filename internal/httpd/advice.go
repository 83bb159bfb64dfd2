package httpd

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

const (
	adviceInterval = time.Minute // between two logs of one cause
	maxCauses      = 256         // that are told apart
)

// An advisor logs what only an operator can change, such as the configuration of a
// proxy: each cause at most once a minute, with how often it came up meanwhile.
type advisor struct {
	log *slog.Logger

	mu     sync.Mutex // guards causes
	causes map[string]*cause
}

type cause struct {
	said   time.Time
	missed int // times since then
}

func newAdvisor(log *slog.Logger) *advisor {
	return &advisor{log: log, causes: map[string]*cause{}}
}

// say logs, at Warn, unless the same cause was logged within the last minute.
func (a *advisor) say(ctx context.Context, key, message string, attrs ...slog.Attr) {
	missed, due := a.due(key, time.Now())
	if !due {
		return
	}
	if missed > 0 {
		attrs = append(attrs, slog.Int("missed", missed))
	}
	a.log.LogAttrs(ctx, slog.LevelWarn, message, attrs...) //nolint:sloglint // the callers' messages are constants
}

func (a *advisor) due(key string, now time.Time) (missed int, due bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	c := a.causes[key]
	if c == nil {
		if len(a.causes) >= maxCauses {
			a.forgetLocked(now)
		}
		if len(a.causes) >= maxCauses { // a flood of invented causes
			return 0, false
		}
		c = new(cause)
		a.causes[key] = c
	}
	if now.Sub(c.said) < adviceInterval {
		c.missed++
		return 0, false
	}
	missed, c.said, c.missed = c.missed, now, 0
	return missed, true
}

func (a *advisor) forgetLocked(now time.Time) {
	for key, c := range a.causes {
		if now.Sub(c.said) >= adviceInterval {
			delete(a.causes, key)
		}
	}
}
