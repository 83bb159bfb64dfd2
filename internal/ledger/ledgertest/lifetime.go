package ledgertest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/caucus-live/caucus/internal/ledger"
)

// calls makes every call there is on log A, which is there, with one context,
// and returns their errors by name.
func calls(ctx context.Context, l ledger.Ledger) map[string]error {
	errs := map[string]error{
		"Create":       l.Create(ctx, "B", later, []byte("x")),
		"SaveSnapshot": l.SaveSnapshot(ctx, "A", ledger.Snapshot{Sequence: 1, Data: []byte("x")}),
	}
	_, errs["Append"] = l.Append(ctx, "A", []byte("x"))
	errs["Extend"] = l.Extend(ctx, "A", later)
	_, errs["Info"] = l.Info(ctx, "A")
	_, errs["Snapshot"] = l.Snapshot(ctx, "A")
	_, errs["Expire"] = l.Expire(ctx, later, 1)
	for _, errs["Read"] = range l.Read(ctx, "A", 0) {
	}
	for _, errs["Follow"] = range l.Follow(ctx, "A", 0) {
	}
	for _, errs["Logs"] = range l.Logs(ctx) {
	}
	return errs
}

func (s suite) context(t *testing.T) {
	t.Helper()
	l := s.new(t)
	create(t, l, "A", entries("A", 1, 1)...)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, err := range calls(ctx, l) {
		wantErr(t, context.Canceled, name, err)
	}
	wantLog(t, l, "A", later, entries("A", 1, 1))
	wantSnapshot(t, l, "A", ledger.Snapshot{})
	wantGone(t, l, "B")
}

func (s suite) contextWhileReading(t *testing.T) {
	t.Helper()
	l := s.new(t)
	create(t, l, "A", entries("A", 1, 5000)...)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	read := 0
	var last error
	for e, err := range l.Read(ctx, "A", 0) {
		if last = err; err != nil {
			continue
		}
		if read++; !bytes.Equal(e.Data, entry("A", read)) {
			t.Fatalf("entry %d is %q", read, e.Data)
		}
		cancel()
	}
	if read == 5000 {
		t.Errorf("Read went on to the end although its context had ended")
	}
	wantErr(t, context.Canceled, "Read", last)
}

// contextWhileWriting lets contexts end at any moment of a write: it happened
// when it returned nil, and did not when it returned the context's error.
func (s suite) contextWhileWriting(t *testing.T) {
	t.Helper()
	l := s.new(t)
	var wg sync.WaitGroup
	for w := range 8 {
		id := fmt.Sprint("log ", w)
		create(t, l, id, entry(id, 1))
		wg.Go(func() {
			last := 1
			for i := range 50 {
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(w*i)*10*time.Microsecond)
				_, err := l.Append(ctx, id, entry(id, last+1))
				cancel()
				switch {
				case err == nil:
					last++
				case !errors.Is(err, context.DeadlineExceeded):
					t.Errorf("Append: %v", err)
					return
				}
				if info, err := l.Info(t.Context(), id); err != nil || info.Last != uint64(last) {
					t.Errorf("Info = %v, %v, want %d entries", info, err, last)
					return
				}
			}
			wantLog(t, l, id, later, entries(id, 1, last))
		})
	}
	wg.Wait()
}

func (s suite) closed(t *testing.T) {
	t.Helper()
	l := s.new(t)
	create(t, l, "A", entries("A", 1, 1)...)
	if err := l.Close(); err != nil {
		t.Fatalf("Close: %v", err)
	}
	for name, err := range calls(t.Context(), l) {
		wantErr(t, ledger.ErrClosed, name, err)
	}
	wantErr(t, ledger.ErrClosed, "the second Close", l.Close())
}

// closedWhileReading closes the ledger in the loop of a reader, which ends.
func (s suite) closedWhileReading(t *testing.T) {
	t.Helper()
	l := s.new(t)
	create(t, l, "A", entries("A", 1, 5000)...)
	read := 0
	for e, err := range l.Read(t.Context(), "A", 0) {
		if err != nil {
			wantErr(t, ledger.ErrClosed, "Read", err)
			return
		}
		if read++; !bytes.Equal(e.Data, entry("A", read)) {
			t.Fatalf("entry %d is %q", read, e.Data)
		}
		if read == 1 {
			if err := l.Close(); err != nil {
				t.Fatalf("Close: %v", err)
			}
		}
	}
	if read != 5000 {
		t.Errorf("Read ended without an error after %d entries of 5000", read)
	}
}

func (s suite) reopen(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	l := s.open(t, dir)
	create(t, l, "A", entries("A", 1, 2)...)
	if err := l.Create(t.Context(), "B", later.Add(-time.Minute), entry("B", 1)); err != nil {
		t.Fatal(err)
	}
	appendTo(t, l, "A", 2, entries("A", 3, 600)...)
	if err := l.SaveSnapshot(t.Context(), "A", ledger.Snapshot{Sequence: 2, Data: []byte("two")}); err != nil {
		t.Fatal(err)
	}
	if !s.engine {
		sooner := later.Add(-time.Hour)
		if err := l.Create(t.Context(), "gone", sooner, entry("gone", 1)); err != nil {
			t.Fatal(err)
		}
		if ids, err := l.Expire(t.Context(), sooner, 1); err != nil || len(ids) != 1 {
			t.Fatalf("Expire = %q, %v", ids, err)
		}
	}
	for range 3 {
		closeLedger(t, l)
		l = s.open(t, dir)
		wantLog(t, l, "A", later, entries("A", 1, 600))
		wantLog(t, l, "B", later.Add(-time.Minute), entries("B", 1, 1))
		wantSnapshot(t, l, "A", ledger.Snapshot{Sequence: 2, Data: []byte("two")})
		wantSnapshot(t, l, "B", ledger.Snapshot{})
		wantGone(t, l, "gone")
		if got := list(t, l); len(got) != 2 {
			t.Errorf("Logs yields %v", got)
		}
	}
	create(t, l, "gone", entries("again", 1, 1)...)
	appendTo(t, l, "A", 600, entries("A", 601, 601)...)
	closeLedger(t, l)
	l = s.open(t, dir)
	defer closeLedger(t, l)
	wantLog(t, l, "A", later, entries("A", 1, 601))
	wantLog(t, l, "gone", later, entries("again", 1, 1))
}

// closeWhileWriting closes the ledger under its writers: what they were told is
// on disk is there again, and nothing else.
func (s suite) closeWhileWriting(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	l := s.open(t, dir)
	const writers = 16
	var acknowledged [writers]int
	var wg sync.WaitGroup
	started := make(chan struct{}, writers)
	for w := range writers {
		id := fmt.Sprint("log ", w)
		create(t, l, id, entry(id, 1))
		wg.Go(func() {
			for last := 1; ; last++ {
				acknowledged[w] = last
				if _, err := l.Append(t.Context(), id, entry(id, last+1)); err != nil {
					if !errors.Is(err, ledger.ErrClosed) {
						t.Errorf("Append: %v", err)
					}
					return
				}
				if last == 5 {
					started <- struct{}{}
				}
			}
		})
	}
	for range writers {
		<-started
	}
	if err := l.Close(); err != nil {
		t.Fatalf("Close: %v", err)
	}
	wg.Wait()
	l = s.open(t, dir)
	defer closeLedger(t, l)
	for w, last := range acknowledged {
		id := fmt.Sprint("log ", w)
		wantLog(t, l, id, later, entries(id, 1, last))
	}
}
