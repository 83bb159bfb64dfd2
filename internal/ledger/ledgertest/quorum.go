package ledgertest

import (
	"errors"
	"testing"
	"time"

	"github.com/caucus-live/caucus/internal/ledger"
)

// RunQuorum tests what a replicated ledger does while too few of its replicas are
// there: within bound it returns a *[ledger.UnwritableError], never an acknowledgement, and goes on where
// it was once restore has returned. What was not acknowledged is in the log once or
// not at all. Two handles are on the ledger: one waits for a quorum as long as bound,
// and the other gives up at once.
func RunQuorum(t *testing.T, patient, impatient ledger.Ledger, bound time.Duration, lose, restore func()) {
	t.Helper()
	create(t, patient, "A", entries("A", 1, 5)...)
	if err := patient.SaveSnapshot(t.Context(), "A", ledger.Snapshot{Sequence: 3, Data: []byte("three")}); err != nil {
		t.Fatal(err)
	}
	lose()
	start := time.Now()
	doubtful := []byte("not acknowledged")
	_, err := impatient.Append(t.Context(), "A", doubtful)
	wantRefusal(t, "Append", err, start, bound)
	start = time.Now()
	wantRefusal(t, "Create", impatient.Create(t.Context(), "B", later, entry("B", 1)), start, bound)
	restore()

	first, err := patient.Append(t.Context(), "A", entry("A", 6))
	if err != nil {
		t.Fatalf("Append to a quorum that is back: %v", err)
	}
	log := collect(t, patient, "A", 0)
	if first != 6 && first != 7 || int(first) != len(log) || string(log[first-1]) != string(entry("A", 6)) {
		t.Fatalf("the log holds %q, and an append said %d", log, first)
	}
	if first == 7 && string(log[5]) != string(doubtful) {
		t.Fatalf("the log holds %q", log)
	}
	wantSnapshot(t, patient, "A", ledger.Snapshot{Sequence: 3, Data: []byte("three")})
}

func wantRefusal(t *testing.T, what string, err error, start time.Time, bound time.Duration) {
	t.Helper()
	if err == nil {
		t.Fatalf("%s was acknowledged without a quorum", what)
	}
	if _, ok := errors.AsType[*ledger.UnwritableError](err); !ok {
		t.Errorf("%s without a quorum: %v, and not that nothing can be written for now", what, err)
	}
	for _, certain := range []error{ledger.ErrNotFound, ledger.ErrExists, ledger.ErrInvalid, ledger.ErrClosed} {
		if errors.Is(err, certain) {
			t.Fatalf("%s without a quorum: %v", what, err)
		}
	}
	if took := time.Since(start); took > bound {
		t.Errorf("%s without a quorum took %s", what, took)
	}
}
