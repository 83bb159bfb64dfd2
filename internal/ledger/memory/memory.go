// Package memory is a ledger that forgets: it keeps its logs in memory, until
// its last handle is closed. It is for tests of what stands on a ledger, alone or
// shared, and as the model that other ledgers are compared with. It starts no
// goroutine, so it may be used under testing/synctest.
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

// A Ledger is a handle on logs in memory. The zero value is one on an empty
// ledger, ready for use.
type Ledger struct {
	once   sync.Once
	shared *store // see store

	closed bool // guarded by the store's lock
}

var _ ledger.Ledger = (*Ledger)(nil)

// A store is what all handles have in common.
type store struct {
	watch ledger.Watch

	mu   sync.Mutex // guards the field below, and closed of the handles
	logs map[string]*log
}

func (l *Ledger) store() *store {
	l.once.Do(func() {
		if l.shared == nil {
			l.shared = &store{logs: make(map[string]*log)}
		}
	})
	return l.shared
}

// Another returns another handle on the same logs, as another server has. Each
// is closed on its own.
func (l *Ledger) Another() *Ledger { return &Ledger{shared: l.store()} }

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
	store := l.store()
	store.mu.Lock()
	defer store.mu.Unlock()
	if err := l.usableLocked(ctx); err != nil {
		return err
	}
	if _, ok := store.logs[id]; ok {
		return ledger.ErrExists
	}
	g := &log{expires: milliseconds(expires)}
	g.append(entries)
	store.logs[id] = g
	store.watch.Appended(id)
	return nil
}

// Append implements [ledger.Ledger].
func (l *Ledger) Append(ctx context.Context, id string, entries ...[]byte) (first uint64, err error) {
	if err := ledger.Validate(id, entries...); err != nil {
		return 0, err
	}
	err = l.with(ctx, id, func(g *log) error {
		first = g.last() + 1
		g.append(entries)
		l.store().watch.Appended(id)
		return nil
	})
	return first, err
}

// Extend implements [ledger.Ledger].
func (l *Ledger) Extend(ctx context.Context, id string, expires time.Time) error {
	return l.with(ctx, id, func(g *log) error {
		if expires = milliseconds(expires); expires.After(g.expires) {
			g.expires = expires
		}
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

// Follow implements [ledger.Ledger].
func (l *Ledger) Follow(ctx context.Context, id string, after uint64) iter.Seq2[ledger.Entry, error] {
	return l.store().watch.Follow(ctx, l, id, after)
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

// Expire implements [ledger.Ledger].
func (l *Ledger) Expire(ctx context.Context, now time.Time, limit int) ([]string, error) {
	store := l.store()
	store.mu.Lock()
	defer store.mu.Unlock()
	if err := l.usableLocked(ctx); err != nil {
		return nil, err
	}
	now = milliseconds(now)
	var ids []string
	for id, g := range store.logs {
		if !g.expires.After(now) {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b string) int {
		return cmp.Or(store.logs[a].expires.Compare(store.logs[b].expires), cmp.Compare(a, b))
	})
	ids = ids[:min(max(limit, 0), len(ids))]
	for _, id := range ids {
		delete(store.logs, id)
	}
	store.watch.Removed(ids...)
	return ids, nil
}

// Close implements [ledger.Ledger].
func (l *Ledger) Close() error {
	store := l.store()
	store.mu.Lock()
	defer store.mu.Unlock()
	if l.closed {
		return ledger.ErrClosed
	}
	l.closed = true
	store.watch.Closed()
	return nil
}

// with calls f on a log, under the store's lock.
func (l *Ledger) with(ctx context.Context, id string, f func(*log) error) error {
	store := l.store()
	store.mu.Lock()
	defer store.mu.Unlock()
	if err := l.usableLocked(ctx); err != nil {
		return err
	}
	g, ok := store.logs[id]
	if !ok {
		return ledger.ErrNotFound
	}
	return f(g)
}

// infos describes every log, in the order of their ids.
func (l *Ledger) infos(ctx context.Context) ([]ledger.Info, error) {
	store := l.store()
	store.mu.Lock()
	defer store.mu.Unlock()
	if err := l.usableLocked(ctx); err != nil {
		return nil, err
	}
	infos := make([]ledger.Info, 0, len(store.logs))
	for _, id := range slices.Sorted(maps.Keys(store.logs)) {
		g := store.logs[id]
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
