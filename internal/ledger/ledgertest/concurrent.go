package ledgertest

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"

	"github.com/caucus-live/caucus/internal/ledger"
)

// concurrentLogs has one writer for each of many logs.
func (s suite) concurrentLogs(t *testing.T) {
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
				if err := l.Append(t.Context(), id, uint64(last), entries(id, last+1, last+size)...); err != nil {
					t.Errorf("Append: %v", err)
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

// concurrentOneLog has many writers for one log, who try again after a
// conflict, as followers of one log do. Every batch is there once and whole.
func (s suite) concurrentOneLog(t *testing.T) {
	l := s.new(t)
	create(t, l, "A", []byte("first"))
	const writers, batches, size = 12, 8, 2
	want := map[string]int{"first": 1}
	var wg sync.WaitGroup
	for w := range writers {
		for b := range batches {
			want[fmt.Sprintf("writer %d batch %d", w, b)] = size
		}
		wg.Go(func() {
			last := uint64(1)
			for b := 0; b < batches; {
				e := fmt.Appendf(nil, "writer %d batch %d", w, b)
				switch err := l.Append(t.Context(), "A", last, e, e); {
				case err == nil:
					last += size
					b++
				case errors.Is(err, ledger.ErrConflict):
					info, err := l.Info(t.Context(), "A")
					if err != nil {
						t.Errorf("Info: %v", err)
						return
					}
					last = info.Last
				default:
					t.Errorf("Append: %v", err)
					return
				}
			}
		})
	}
	wg.Wait()
	got := make(map[string]int)
	log := collect(t, l, "A", 0)
	for i, e := range log {
		got[string(e)]++
		if i%size == 1 && !bytes.Equal(e, log[min(i+1, len(log)-1)]) {
			t.Errorf("entries %d and %d are not of one batch: %q, %q", i+1, i+2, e, log[i+1])
		}
	}
	if !maps.Equal(got, want) {
		t.Errorf("the log holds %v, want %v", got, want)
	}
}

func (s suite) concurrentCreate(t *testing.T) {
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
	l := s.new(t)
	const size, n = 3, 120
	create(t, l, "A", entries("A", 1, size)...)
	var wg sync.WaitGroup
	wg.Go(func() {
		for last := size; last < n; last += size {
			if err := l.Append(t.Context(), "A", uint64(last), entries("A", last+1, last+size)...); err != nil {
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
