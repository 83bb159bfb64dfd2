package ledgertest

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/caucus-live/caucus/internal/ledger"
)

const handles = 3

// share opens several handles on one empty ledger.
func (s suite) share(t *testing.T) (all [handles]ledger.Ledger) {
	t.Helper()
	dir := t.TempDir()
	for i := range all {
		l := s.open(t, dir)
		t.Cleanup(func() { closeLedger(t, l) })
		all[i] = l
	}
	return all
}

// sharedRead has each handle see at once what another has written.
func (s suite) sharedRead(t *testing.T) {
	t.Helper()
	all := s.share(t)
	create(t, all[0], "A", entries("A", 1, 2)...)
	for last := 2; last < 20; last++ {
		appendTo(t, all[last%handles], "A", uint64(last), entry("A", last+1))
		for _, l := range all {
			wantLog(t, l, "A", later, entries("A", 1, last+1))
		}
	}
	snapshot := ledger.Snapshot{Sequence: 4, Data: []byte("four")}
	if err := all[1].SaveSnapshot(t.Context(), "A", snapshot); err != nil {
		t.Fatal(err)
	}
	for _, l := range all {
		wantSnapshot(t, l, "A", snapshot)
	}
}

// sharedWriters has writers with different handles for one log, and followers
// that all see it in one order.
func (s suite) sharedWriters(t *testing.T) {
	t.Helper()
	all := s.share(t)
	create(t, all[0], "A", []byte("first"))
	const entries = 1 + 12*8*2 // see writeTogether
	var orders [handles][]string
	var following sync.WaitGroup
	for i, l := range all {
		following.Go(func() {
			for e, err := range l.Follow(t.Context(), "A", 0) {
				if err != nil || e.Sequence != uint64(len(orders[i]))+1 {
					t.Errorf("Follow yields %d, %v after %d entries", e.Sequence, err, len(orders[i]))
					return
				}
				if orders[i] = append(orders[i], string(e.Data)); len(orders[i]) == entries {
					return
				}
			}
		})
	}
	s.writeTogether(t, func(writer int) ledger.Ledger { return all[writer%handles] })
	following.Wait()
	for _, order := range orders[1:] {
		if !slices.Equal(order, orders[0]) {
			t.Error("two followers saw two orders")
		}
	}
}

// sharedCreate has rivals with different handles for each id.
func (s suite) sharedCreate(t *testing.T) {
	t.Helper()
	all := s.share(t)
	for round := range 5 {
		id := fmt.Sprint("log ", round)
		var errs [handles]error
		var wg sync.WaitGroup
		for i, l := range all {
			wg.Go(func() { errs[i] = l.Create(t.Context(), id, later, entry("rival", i)) })
		}
		wg.Wait()
		winners := 0
		for i, err := range errs {
			if err == nil {
				winners++
				wantLog(t, all[(i+1)%handles], id, later, [][]byte{entry("rival", i)})
			} else if !errors.Is(err, ledger.ErrExists) {
				t.Errorf("Create: %v", err)
			}
		}
		if winners != 1 {
			t.Errorf("%d of the rivals made the log", winners)
		}
	}
}
