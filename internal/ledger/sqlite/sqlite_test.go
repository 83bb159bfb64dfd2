package sqlite_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"

	"github.com/caucus-live/caucus/internal/ledger"
	"github.com/caucus-live/caucus/internal/ledger/ledgertest"
	"github.com/caucus-live/caucus/internal/ledger/sqlite"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(victimDir); dir != "" {
		fmt.Fprintln(os.Stderr, "victim:", victim(dir))
		return
	}
	goleak.VerifyTestMain(m)
}

func open(tb testing.TB, dir string) *sqlite.Ledger {
	tb.Helper()
	l, err := sqlite.Open(dir, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return l
}

// verified is a ledger that is looked at, all of it, before it is closed.
type verified struct {
	*sqlite.Ledger
	tb testing.TB
}

func (v verified) Close() error {
	v.tb.Helper()
	for err := range v.Verify(context.Background()) {
		if !errors.Is(err, ledger.ErrClosed) {
			v.tb.Errorf("Verify: %v", err)
		}
	}
	return v.Ledger.Close()
}

func openVerified(tb testing.TB, dir string) ledger.Ledger {
	tb.Helper()
	return verified{open(tb, dir), tb}
}

func TestLedger(t *testing.T) {
	sqlite.WithoutSync(t)
	ledgertest.Run(t, openVerified)
}
