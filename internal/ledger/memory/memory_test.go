package memory_test

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/caucus-live/caucus/internal/ledger"
	"github.com/caucus-live/caucus/internal/ledger/ledgertest"
	"github.com/caucus-live/caucus/internal/ledger/memory"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestLedger(t *testing.T) {
	ledgertest.RunVolatile(t, func(testing.TB, string) ledger.Ledger { return new(memory.Ledger) })
}

func TestHandles(t *testing.T) {
	var mu sync.Mutex
	ledgers := make(map[string]*memory.Ledger)
	ledgertest.RunHandles(t, func(_ testing.TB, dir string) ledger.Ledger {
		mu.Lock()
		defer mu.Unlock()
		if l := ledgers[dir]; l != nil {
			return l.Another()
		}
		ledgers[dir] = new(memory.Ledger)
		return ledgers[dir]
	})
}

// The clock of a bubble moves only when every goroutine in it waits for it.
func TestBubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := new(memory.Ledger)
		start := time.Now()
		if err := l.Create(t.Context(), "A", start.Add(time.Hour), []byte("x")); err != nil {
			t.Fatal(err)
		}
		<-time.After(time.Hour)
		removed, err := l.Expire(t.Context(), time.Now(), 1)
		if err != nil {
			t.Fatal(err)
		}
		if len(removed) != 1 || removed[0] != "A" {
			t.Errorf("Expire removed %q, want A", removed)
		}
	})
}
