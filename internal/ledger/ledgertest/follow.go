package ledgertest

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/caucus-live/caucus/internal/ledger"
)

// follow follows a log from each of its sequences while others append to it.
func (s suite) follow(t *testing.T) {
	t.Helper()
	l := s.new(t)
	const n = 60
	create(t, l, "A", entries("A", 1, 3)...)
	create(t, l, "B", entries("B", 1, 1)...)
	var wg sync.WaitGroup
	for after := range uint64(6) {
		wg.Go(func() { wantFollowed(t, l, "A", after, n) })
	}
	for last := 3; last < n; last += 3 {
		appendTo(t, l, "A", uint64(last), entries("A", last+1, last+3)...)
		appendTo(t, l, "B", uint64(last)-2, entries("B", last-1, last+1)...)
	}
	wg.Wait()
	wantFollowed(t, l, "A", 0, n) // all of it is there before
}

// wantFollowed follows a log that nobody else writes, from an entry to another.
func wantFollowed(t *testing.T, l ledger.Ledger, id string, after, until uint64) {
	t.Helper()
	next := after + 1
	for e, err := range l.Follow(t.Context(), id, after) {
		if err != nil || e.Sequence != next || !bytes.Equal(e.Data, entry(id, int(next))) {
			t.Errorf("Follow(%.20q, %d) yields %d %q, %v; want entry %d", id, after, e.Sequence, e.Data, err, next)
			return
		}
		clear(e.Data) // it is the reader's own
		if next++; next > until {
			return
		}
	}
	t.Errorf("Follow(%.20q, %d) ended before %d", id, after, next)
}

// followSlowly falls behind by more than a ledger may fetch at once: writers do
// not wait, and nothing is missed.
func (s suite) followSlowly(t *testing.T) {
	t.Helper()
	l := s.new(t)
	const n, size = 3000, 100
	create(t, l, "A", entry("A", 1))
	next := uint64(1)
	for e, err := range l.Follow(t.Context(), "A", 0) {
		if err != nil || e.Sequence != next || !bytes.Equal(e.Data, entry("A", int(next))) {
			t.Fatalf("Follow yields %d %q, %v; want entry %d", e.Sequence, e.Data, err, next)
		}
		if next == 1 {
			for last := 1; last < 1+n; last += size {
				appendTo(t, l, "A", uint64(last), entries("A", last+1, last+size)...)
			}
		}
		if next++; next > 1+n {
			break
		}
	}
}

// followLate begins beyond the end of the log.
func (s suite) followLate(t *testing.T) {
	t.Helper()
	l := s.new(t)
	create(t, l, "A", entry("A", 1))
	var wg sync.WaitGroup
	wg.Go(func() { wantFollowed(t, l, "A", 4, 6) })
	for last := 1; last < 6; last++ {
		appendTo(t, l, "A", uint64(last), entry("A", last+1))
	}
	wg.Wait()
}

// followEnds ends the context, and then the ledger, under waiting followers.
func (s suite) followEnds(t *testing.T) {
	t.Helper()
	l := s.new(t)
	create(t, l, "A", entries("A", 1, 2)...)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for e, err := range l.Follow(ctx, "A", 0) {
		if e.Sequence == 2 {
			cancel()
		}
		if err != nil {
			wantErr(t, context.Canceled, "Follow", err)
		}
	}
	var wg sync.WaitGroup
	waiting := make(chan struct{})
	wg.Go(func() {
		var last error
		for e, err := range l.Follow(t.Context(), "A", 0) {
			if last = err; e.Sequence == 2 {
				close(waiting)
			}
		}
		if !errors.Is(last, ledger.ErrClosed) {
			t.Errorf("Follow: error %v", last)
		}
	})
	<-waiting
	if err := l.Close(); err != nil {
		t.Fatalf("Close: %v", err)
	}
	wg.Wait()
}
