// Package memory is a ledger that forgets: it keeps its logs in memory, and
// Close drops them. It is for tests of what stands on a ledger, and as the
// model that other ledgers are compared with. It starts no goroutine and never
// waits, so it may be used under testing/synctest.
package memory

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/caucus-live/caucus/internal/ledger"
)

// A Ledger keeps logs in memory. The zero value is an empty one, ready for use.
type Ledger struct {
	mu     sync.Mutex // guards the fields below
	logs   map[string]*log
	closed bool
}

var _ ledger.Ledger = (*Ledger)(nil)

// A log only ever grows, so that a slice of its entries taken under the lock
// may be read without it.
type log struct {
	entries  [][]byte
	snapshot ledger.Snapshot
	expires  time.Time
}

func (g *log) last() uint64 { return uint64(len(g.entries)) }

func (g *log) append(entries [][]byte) {
	for _, e := range entries {
		g.entries = append(g.entries, bytes.Clone(e))
	}
}

// Create implements [ledger.Ledger].
func (l *Ledger) Create(ctx context.Context, id string, expires time.Time, entries ...[]byte) error {
	if err := ledger.Validate(id, entries...); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.usableLocked(ctx); err != nil {
		return err
	}
	if _, ok := l.logs[id]; ok {
		return ledger.ErrExists
	}
	if l.logs == nil {
		l.logs = make(map[string]*log)
	}
	g := &log{expires: milliseconds(expires)}
	g.append(entries)
	l.logs[id] = g
	return nil
}

// Append implements [ledger.Ledger].
func (l *Ledger) Append(ctx context.Context, id string, after uint64, entries ...[]byte) error {
	if err := ledger.Validate(id, entries...); err != nil {
		return err
	}
	return l.with(ctx, id, func(g *log) error {
		if g.last() != after {
			return ledger.ErrConflict
		}
		g.append(entries)
		return nil
	})
}

// Read implements [ledger.Ledger]. It yields what the log held when it began.
func (l *Ledger) Read(ctx context.Context, id string, after uint64) iter.Seq2[ledger.Entry, error] {
	return func(yield func(ledger.Entry, error) bool) {
		var entries [][]byte
		err := l.with(ctx, id, func(g *log) error {
			entries = g.entries[min(after, g.last()):]
			return nil
		})
		for i, e := range entries {
			if err = ctx.Err(); err != nil {
				break
			}
			if !yield(ledger.Entry{Sequence: after + uint64(i) + 1, Data: bytes.Clone(e)}, nil) {
				return
			}
		}
		if err != nil {
			yield(ledger.Entry{}, err)
		}
	}
}

// Info implements [ledger.Ledger].
func (l *Ledger) Info(ctx context.Context, id string) (info ledger.Info, err error) {
	err = l.with(ctx, id, func(g *log) error {
		info = ledger.Info{ID: id, Last: g.last(), Expires: g.expires}
		return nil
	})
	return info, err
}

// Logs implements [ledger.Ledger].
func (l *Ledger) Logs(ctx context.Context) iter.Seq2[ledger.Info, error] {
	return func(yield func(ledger.Info, error) bool) {
		infos, err := l.infos(ctx)
		for _, info := range infos {
			if err = ctx.Err(); err != nil {
				break
			}
			if !yield(info, nil) {
				return
			}
		}
		if err != nil {
			yield(ledger.Info{}, err)
		}
	}
}

// SaveSnapshot implements [ledger.Ledger].
func (l *Ledger) SaveSnapshot(ctx context.Context, id string, s ledger.Snapshot) error {
	if err := ledger.Validate(id, s.Data); err != nil {
		return err
	}
	return l.with(ctx, id, func(g *log) error {
		switch {
		case s.Sequence == 0 || s.Sequence > g.last():
			return fmt.Errorf("%w: a snapshot of entry %d of %d", ledger.ErrInvalid, s.Sequence, g.last())
		case s.Sequence >= g.snapshot.Sequence:
			g.snapshot = ledger.Snapshot{Sequence: s.Sequence, Data: bytes.Clone(s.Data)}
		}
		return nil
	})
}

// Snapshot implements [ledger.Ledger].
func (l *Ledger) Snapshot(ctx context.Context, id string) (s ledger.Snapshot, err error) {
	err = l.with(ctx, id, func(g *log) error {
		s = ledger.Snapshot{Sequence: g.snapshot.Sequence, Data: bytes.Clone(g.snapshot.Data)}
		return nil
	})
	return s, err
}

// SetExpiry implements [ledger.Ledger].
func (l *Ledger) SetExpiry(ctx context.Context, id string, expires time.Time) error {
	return l.with(ctx, id, func(g *log) error {
		g.expires = milliseconds(expires)
		return nil
	})
}

// Expire implements [ledger.Ledger].
func (l *Ledger) Expire(ctx context.Context, now time.Time, limit int) ([]string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.usableLocked(ctx); err != nil {
		return nil, err
	}
	now = milliseconds(now)
	var ids []string
	for id, g := range l.logs {
		if !g.expires.After(now) {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b string) int {
		return cmp.Or(l.logs[a].expires.Compare(l.logs[b].expires), cmp.Compare(a, b))
	})
	ids = ids[:min(max(limit, 0), len(ids))]
	for _, id := range ids {
		delete(l.logs, id)
	}
	return ids, nil
}

// Close implements [ledger.Ledger].
func (l *Ledger) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return ledger.ErrClosed
	}
	l.closed, l.logs = true, nil
	return nil
}

// with calls f on a log, under the lock.
func (l *Ledger) with(ctx context.Context, id string, f func(*log) error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.usableLocked(ctx); err != nil {
		return err
	}
	g, ok := l.logs[id]
	if !ok {
		return ledger.ErrNotFound
	}
	return f(g)
}

// infos describes every log, in the order of their ids.
func (l *Ledger) infos(ctx context.Context) ([]ledger.Info, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.usableLocked(ctx); err != nil {
		return nil, err
	}
	infos := make([]ledger.Info, 0, len(l.logs))
	for _, id := range slices.Sorted(maps.Keys(l.logs)) {
		g := l.logs[id]
		infos = append(infos, ledger.Info{ID: id, Last: g.last(), Expires: g.expires})
	}
	return infos, nil
}

func (l *Ledger) usableLocked(ctx context.Context) error {
	if l.closed {
		return ledger.ErrClosed
	}
	return ctx.Err()
}

// milliseconds forgets what is finer, as a ledger on disk does.
func milliseconds(t time.Time) time.Time { return time.UnixMilli(t.UnixMilli()).UTC() }
