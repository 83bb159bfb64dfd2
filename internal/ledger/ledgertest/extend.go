package ledgertest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/caucus-live/caucus/internal/ledger"
)

// extend moves the end of a log, later and never earlier.
func (s suite) extend(t *testing.T) {
	t.Helper()
	l := s.new(t)
	create(t, l, "A", entries("A", 1, 3)...)
	create(t, l, "B", entries("B", 1, 1)...)
	wantErr(t, ledger.ErrNotFound, "Extend", l.Extend(t.Context(), "C", later))
	end := later.Add(time.Hour)
	for _, expires := range []time.Time{end, later.Add(time.Minute), end.Add(999 * time.Microsecond), later.Add(-time.Hour)} {
		if err := l.Extend(t.Context(), "A", expires); err != nil {
			t.Fatalf("Extend(%s): %v", expires, err)
		}
		wantLog(t, l, "A", end, entries("A", 1, 3))
	}
	appendTo(t, l, "A", 3, entries("A", 4, 5)...)
	if err := l.SaveSnapshot(t.Context(), "A", ledger.Snapshot{Sequence: 4, Data: []byte("four")}); err != nil {
		t.Fatal(err)
	}
	if !s.engine {
		if ids, err := l.Expire(t.Context(), end.Add(-time.Millisecond), 9); err != nil || fmt.Sprint(ids) != "[B]" {
			t.Errorf("Expire = %q, %v", ids, err)
		}
	}
	wantLog(t, l, "A", end, entries("A", 1, 5))
	wantSnapshot(t, l, "A", ledger.Snapshot{Sequence: 4, Data: []byte("four")})
}

// extendConcurrently has many extend one log: the latest end holds.
func (s suite) extendConcurrently(t *testing.T) {
	t.Helper()
	l := s.new(t)
	create(t, l, "A", entries("A", 1, 1)...)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			if err := l.Extend(t.Context(), "A", later.Add(time.Duration(i)*time.Minute)); err != nil {
				t.Errorf("Extend: %v", err)
			}
		})
	}
	wg.Wait()
	wantLog(t, l, "A", later.Add(7*time.Minute), entries("A", 1, 1))
}

// extendEngine has a log outlive its first end, entry by entry, for whoever opens it
// afresh, too; another is gone at its second end, and one that is made of its id later is another.
func (s suite) extendEngine(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	l := s.open(t, dir)
	defer func() { closeLedger(t, l) }()
	end := time.Now().Add(5 * time.Second).Truncate(time.Millisecond)
	for id, next := range map[string]time.Time{"A": later, "B": end.Add(time.Second)} {
		if err := l.Create(t.Context(), id, end, entries(id, 1, 2)...); err != nil {
			t.Fatal(err)
		}
		appendTo(t, l, id, 2, entries(id, 3, 3)...)
		if err := l.Extend(t.Context(), id, next); err != nil {
			t.Fatal(err)
		}
		appendTo(t, l, id, 3, entries(id, 4, 4)...)
	}
	timer := time.NewTimer(time.Until(end))
	<-timer.C
	appendTo(t, l, "A", 4, entries("A", 5, 5)...)
	closeLedger(t, l)
	l = s.open(t, dir)
	wantLog(t, l, "A", later, entries("A", 1, 5))
	wantErr(t, ledger.ErrExists, "Create", l.Create(t.Context(), "A", later, entry("A", 1)))
	var last error
	for _, last = range l.Follow(t.Context(), "B", 0) {
	}
	wantErr(t, ledger.ErrNotFound, "Follow", last)
	wantGone(t, l, "B")
	create(t, l, "B", entries("second B", 1, 2)...)
	wantLog(t, l, "B", later, entries("second B", 1, 2))
}
