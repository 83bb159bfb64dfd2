// Package logflood keeps one fault that comes up all the time from filling a log, and
// the disk under it: of alike lines at Warn and above it passes the first of each
// minute on, and counts the others.
package logflood

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"
)

const (
	// Burst is how many alike lines pass in an [Interval].
	Burst = 20

	// Interval is how long lines are counted together, from the first of them.
	Interval = time.Minute

	// maxKinds is how many kinds of lines are told apart; all others are one more.
	maxKinds = 256
)

// A Handler passes records on to another handler. Records are alike if they have the
// same level and the same message up to its first digit, so that an address in one
// makes no difference. Once the first [Burst] of an [Interval] have passed, the others
// are counted, and at its end a record of the same level has the count. What is below
// Warn passes. All methods may be called concurrently.
type Handler struct {
	next  slog.Handler
	flood *flood // shared by all that WithAttrs and WithGroup make
}

// New returns a handler in front of next. [Handler.Close] ends it.
func New(next slog.Handler) *Handler {
	return &Handler{next, &flood{next: next, kinds: map[kind]*count{}}}
}

// Enabled implements [slog.Handler].
func (h *Handler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.next.Enabled(ctx, level)
}

// Handle implements [slog.Handler].
func (h *Handler) Handle(ctx context.Context, r slog.Record) error {
	if r.Level >= slog.LevelWarn && !h.flood.passes(kindOf(r)) { //nolint:contextcheck // the count comes later than the request
		return nil
	}
	return h.next.Handle(ctx, r)
}

// WithAttrs implements [slog.Handler].
func (h *Handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &Handler{h.next.WithAttrs(attrs), h.flood}
}

// WithGroup implements [slog.Handler].
func (h *Handler) WithGroup(name string) slog.Handler {
	return &Handler{h.next.WithGroup(name), h.flood}
}

// Close writes the counts of the current intervals. Later records pass without a limit.
func (h *Handler) Close() { h.flood.close() }

// A kind is what alike records have in common.
type kind struct {
	level   slog.Level
	message string
}

func kindOf(r slog.Record) kind {
	message := r.Message
	if i := strings.IndexAny(message, "0123456789"); i >= 0 {
		message = message[:i]
	}
	return kind{r.Level, message}
}

// A count is of one kind, in one interval.
type count struct {
	passed, leftOut int
	end             *time.Timer
}

type flood struct {
	next slog.Handler

	mu     sync.Mutex // guards the fields below
	kinds  map[kind]*count
	closed bool
}

// passes counts a record, and reports whether it is among the first of its kind.
func (f *flood) passes(k kind) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return true
	}
	c := f.kinds[k]
	if c == nil && len(f.kinds) >= maxKinds {
		k.message = "" // one kind more, for all others of the level
		c = f.kinds[k]
	}
	if c == nil {
		c = new(count)
		c.end = time.AfterFunc(Interval, func() { f.end(k, c) }) // stopped by close
		f.kinds[k] = c
	}
	if c.passed < Burst {
		c.passed++
		return true
	}
	c.leftOut++
	return false
}

// end ends an interval.
func (f *flood) end(k kind, c *count) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.kinds[k] == c {
		delete(f.kinds, k)
		f.reportLocked(k, c)
	}
}

func (f *flood) close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
	for k, c := range f.kinds {
		c.end.Stop()
		f.reportLocked(k, c)
	}
	clear(f.kinds)
}

func (f *flood) reportLocked(k kind, c *count) {
	if c.leftOut == 0 {
		return
	}
	r := slog.NewRecord(time.Now(), k.level, "lines were left out", 0)
	r.AddAttrs(slog.String("alike", k.message), slog.Int("count", c.leftOut))
	_ = f.next.Handle(context.Background(), r) // a log that cannot be written has nowhere to say so
}
