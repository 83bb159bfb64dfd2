package ledgertest

import (
	"bytes"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/caucus-live/caucus/internal/ledger"
)

// concurrentLogs has one writer for each of many logs.
func (s suite) concurrentLogs(t *testing.T) {
	t.Helper()
	l := s.new(t)
	const writers, batches, size = 32, 20, 3
	var wg sync.WaitGroup
	for w := range writers {
		id := fmt.Sprint("log ", w)
		wg.Go(func() {
			if err := l.Create(t.Context(), id, later, entry(id, 1)); err != nil {
				t.Errorf("Create: %v", err)
				return
			}
			for last := 1; last < 1+batches*size; last += size {
				first, err := l.Append(t.Context(), id, entries(id, last+1, last+size)...)
				if err != nil || first != uint64(last)+1 {
					t.Errorf("Append = %d, %v; want %d", first, err, last+1)
					return
				}
			}
		})
	}
	wg.Wait()
	for w := range writers {
		id := fmt.Sprint("log ", w)
		wantLog(t, l, id, later, entries(id, 1, 1+batches*size))
	}
}

// concurrentOneLog has many writers for one log. Every batch is there once and
// whole, where its writer was told.
func (s suite) concurrentOneLog(t *testing.T) {
	t.Helper()
	l := s.new(t)
	create(t, l, "A", []byte("first"))
	s.writeTogether(t, func(int) ledger.Ledger { return l })
}

// writeTogether has many writers for log A, each with the ledger that of returns.
func (s suite) writeTogether(t *testing.T, of func(writer int) ledger.Ledger) {
	t.Helper()
	const writers, batches, size = 12, 8, 2
	var told [writers][batches]uint64
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for b := range batches {
				e := fmt.Appendf(nil, "writer %d batch %d", w, b)
				first, err := of(w).Append(t.Context(), "A", e, e)
				if err != nil {
					t.Errorf("Append: %v", err)
					return
				}
				told[w][b] = first
			}
		})
	}
	wg.Wait()
	log := collect(t, of(0), "A", 0)
	if want := 1 + writers*batches*size; len(log) != want {
		t.Fatalf("the log holds %d entries, want %d", len(log), want)
	}
	seen := make(map[uint64]bool)
	for w := range writers {
		for b, first := range told[w] {
			want := fmt.Sprintf("writer %d batch %d", w, b)
			if first < 2 || int(first) >= len(log) || string(log[first-1]) != want || string(log[first]) != want || seen[first] {
				t.Errorf("%s is not where it was said to be, at %d", want, first)
			}
			seen[first] = true
		}
	}
}

func (s suite) concurrentCreate(t *testing.T) {
	t.Helper()
	l := s.new(t)
	const rivals = 8
	for round := range 5 {
		id := fmt.Sprint("log ", round)
		var errs [rivals]error
		var wg sync.WaitGroup
		for r := range rivals {
			wg.Go(func() { errs[r] = l.Create(t.Context(), id, later, entry("rival", r)) })
		}
		wg.Wait()
		winner := slices.Index(errs[:], nil)
		if winner < 0 {
			t.Fatalf("nobody could make the log: %v", errs)
		}
		for r, err := range errs {
			if r != winner {
				wantErr(t, ledger.ErrExists, "Create by another", err)
			}
		}
		wantLog(t, l, id, later, [][]byte{entry("rival", winner)})
	}
}

// concurrentReaders read, list and describe logs that grow by three entries at
// a time: all of them see whole batches, in order.
func (s suite) concurrentReaders(t *testing.T) {
	t.Helper()
	l := s.new(t)
	const size, n = 3, 120
	create(t, l, "A", entries("A", 1, size)...)
	var wg sync.WaitGroup
	wg.Go(func() {
		for last := size; last < n; last += size {
			if _, err := l.Append(t.Context(), "A", entries("A", last+1, last+size)...); err != nil {
				t.Errorf("Append: %v", err)
				return
			}
		}
	})
	for range 3 {
		wg.Go(func() {
			for seen := 0; seen < n && !t.Failed(); {
				info, err := l.Info(t.Context(), "A")
				if err != nil || info.Last%size != 0 || int(info.Last) < seen {
					t.Errorf("Info = %v, %v after %d entries were seen", info, err, seen)
					return
				}
				read := 0
				for e, err := range l.Read(t.Context(), "A", 0) {
					if read++; err != nil || !bytes.Equal(e.Data, entry("A", read)) {
						t.Errorf("Read yields %q, %v for entry %d", e.Data, err, read)
						return
					}
				}
				if read%size != 0 || read < int(info.Last) {
					t.Errorf("Read yields %d entries of at least %d", read, info.Last)
				}
				seen = read
				for info, err := range l.Logs(t.Context()) {
					if err != nil || int(info.Last) < seen {
						t.Errorf("Logs yields %v, %v after %d entries were seen", info, err, seen)
					}
				}
			}
		})
	}
	wg.Wait()
}
