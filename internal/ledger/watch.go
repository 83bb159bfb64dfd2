package ledger

import (
	"context"
	"iter"
	"sync"
	"sync/atomic"
)

// A Watch wakes the followers of logs, within one process. It serves
// implementations whose writes all pass through that process. The zero value is
// ready for use; all methods may be called concurrently.
type Watch struct {
	following atomic.Int64 // so that a write costs nothing while nobody follows

	mu    sync.Mutex // guards the fields below
	cells map[string]*cell
}

// A cell is a log with followers.
type cell struct {
	followers int
	changed   chan struct{} // closed at the next change
	removed   bool
}

// Appended wakes the followers of a log.
func (w *Watch) Appended(id string) { w.change(id, false) }

// Removed ends the followers of logs.
func (w *Watch) Removed(ids ...string) {
	for _, id := range ids {
		w.change(id, true)
	}
}

// Closed wakes all followers, whose next read says that the ledger is closed.
func (w *Watch) Closed() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.cells {
		c.wake()
	}
}

func (w *Watch) change(id string, removed bool) {
	if w.following.Load() == 0 {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.cells[id]
	if c == nil {
		return
	}
	c.removed = c.removed || removed
	c.wake()
	if removed {
		delete(w.cells, id) // a log that is made under this id later is another
	}
}

func (c *cell) wake() {
	close(c.changed)
	c.changed = make(chan struct{})
}

// Follow implements [Ledger] by reading again after every change.
func (w *Watch) Follow(ctx context.Context, l Ledger, id string, after uint64) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		c := w.join(id)
		defer w.leave(id, c)
		for {
			changed, removed := w.look(c)
			if removed {
				yield(Entry{}, ErrNotFound)
				return
			}
			for e, err := range l.Read(ctx, id, after) {
				if !yield(e, err) || err != nil {
					return
				}
				after = e.Sequence
			}
			select {
			case <-changed:
			case <-ctx.Done():
				yield(Entry{}, ctx.Err())
				return
			}
		}
	}
}

func (w *Watch) join(id string) *cell {
	w.following.Add(1)
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.cells[id]
	if c == nil {
		c = &cell{changed: make(chan struct{})}
		if w.cells == nil {
			w.cells = make(map[string]*cell)
		}
		w.cells[id] = c
	}
	c.followers++
	return c
}

func (w *Watch) leave(id string, c *cell) {
	w.following.Add(-1)
	w.mu.Lock()
	defer w.mu.Unlock()
	if c.followers--; c.followers == 0 && w.cells[id] == c {
		delete(w.cells, id)
	}
}

func (w *Watch) look(c *cell) (changed <-chan struct{}, removed bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return c.changed, c.removed
}
