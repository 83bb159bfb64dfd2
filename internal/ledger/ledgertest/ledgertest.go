// Package ledgertest is the suite that every ledger passes: it says in tests
// what [ledger.Ledger] says in words.
package ledgertest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/caucus-live/caucus/internal/ledger"
)

// An Opener opens the ledger that is kept in dir, and makes it when dir is
// empty. It fails the test when it cannot. The suite calls it concurrently, closes what it
// opened, and has two of one dir open at a time only where RunShared and RunHandles say so.
type Opener func(t testing.TB, dir string) ledger.Ledger

// Run tests a ledger that outlives its process: besides all that RunVolatile
// tests, what was acknowledged is there again after Close and Open.
func Run(t *testing.T, open Opener) {
	t.Helper()
	s := suite{open: open, durable: true}
	s.run(t)
	s.runDurable(t)
}

// RunVolatile tests a ledger that may forget everything when it is closed.
func RunVolatile(t *testing.T, open Opener) {
	t.Helper()
	s := suite{open: open}
	s.run(t)
}

// RunHandles tests that handles which open returns for one dir are on the same logs.
func RunHandles(t *testing.T, open Opener) {
	t.Helper()
	suite{open: open}.runShared(t)
}

func (s suite) runDurable(t *testing.T) {
	t.Helper()
	runTogether(t, map[string]func(*testing.T){
		"Budget":            s.budget,
		"Reopen":            s.reopen,
		"CloseWhileWriting": s.closeWhileWriting,
	})
}

func (s suite) runShared(t *testing.T) {
	t.Helper()
	runTogether(t, map[string]func(*testing.T){
		"Shared/read":    s.sharedRead,
		"Shared/writers": s.sharedWriters,
		"Shared/create":  s.sharedCreate,
	})
}

// RunShared tests a ledger that several servers share: open is called more than
// once for one dir, and returns another server's handle on the same logs. All that
// Run tests holds for it, and what one server wrote, the others read and follow.
// Its engine removes logs at their time, and logs can be extended for a hundred years.
func RunShared(t *testing.T, open Opener) {
	t.Helper()
	s := suite{open: open, durable: true, engine: true}
	s.run(t)
	s.runDurable(t)
	s.runShared(t)
}

// run tests what all ledgers have in common. Tests that move megabytes have the engine for
// themselves; most of the others wait for it most of the time.
func (s suite) run(t *testing.T) {
	t.Helper()
	t.Run("Model", s.model)
	t.Run("ReadLong", s.readLong)
	t.Run("Data", s.data)
	t.Run("Snapshot", s.snapshot)
	runTogether(t, map[string]func(*testing.T){
		"Read":                 s.read,
		"Create/exists":        s.createExists,
		"Append":               s.append,
		"Data/owners":          s.dataOwners,
		"IDs":                  s.ids,
		"Invalid":              s.invalid,
		"Logs":                 s.logs,
		"Snapshot/refused":     s.snapshotRefused,
		"Expiry/instants":      s.expiryInstants,
		"Extend":               s.extend,
		"Extend/concurrent":    s.extendConcurrently,
		"Follow":               s.follow,
		"Follow/slow":          s.followSlowly,
		"Follow/late":          s.followLate,
		"Follow/ends":          s.followEnds,
		"Context":              s.context,
		"Context/whileReading": s.contextWhileReading,
		"Context/whileWriting": s.contextWhileWriting,
		"Closed":               s.closed,
		"Closed/whileReading":  s.closedWhileReading,
		"Concurrent/logs":      s.concurrentLogs,
		"Concurrent/oneLog":    s.concurrentOneLog,
		"Concurrent/create":    s.concurrentCreate,
		"Concurrent/readers":   s.concurrentReaders,
	})
	if s.engine {
		runTogether(t, map[string]func(*testing.T){
			"Expire/engine": s.expireEngine,
			"Extend/engine": s.extendEngine,
		})
		return
	}
	runTogether(t, map[string]func(*testing.T){
		"Expire":                s.expire,
		"Expire/steps":          s.expireSteps,
		"Expire/thenCreate":     s.expireThenCreate,
		"Expire/whileReading":   s.expireWhileReading,
		"Expire/whileFollowing": s.expireWhileFollowing,
	})
}

// runTogether runs tests in parallel, once the caller's sequential ones are over.
func runTogether(t *testing.T, tests map[string]func(*testing.T)) {
	t.Helper()
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t)
		})
	}
}

type suite struct {
	open    Opener
	durable bool // what was acknowledged outlives Close
	engine  bool // logs are removed at their time, without Expire
}

// A tester is what a test and a property have in common.
type tester interface {
	Helper()
	Context() context.Context
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// later is an expiry that no test reaches.
var later = time.Date(2100, 1, 2, 3, 4, 5, 678_000_000, time.UTC)

// new opens an empty ledger and closes it after the test.
func (s suite) new(t *testing.T) ledger.Ledger {
	t.Helper()
	l := s.open(t, t.TempDir())
	t.Cleanup(func() { closeLedger(t, l) })
	return l
}

func closeLedger(t tester, l ledger.Ledger) {
	t.Helper()
	if err := l.Close(); err != nil && !errors.Is(err, ledger.ErrClosed) {
		t.Errorf("Close: %v", err)
	}
}

// entries makes the entries from…to of a log, each telling its log and sequence.
func entries(id string, from, to int) [][]byte {
	var all [][]byte
	for i := from; i <= to; i++ {
		all = append(all, entry(id, i))
	}
	return all
}

func entry(id string, sequence int) []byte { return fmt.Appendf(nil, "%d of %s", sequence, id) }

func create(t *testing.T, l ledger.Ledger, id string, entries ...[]byte) {
	t.Helper()
	if err := l.Create(t.Context(), id, later, entries...); err != nil {
		t.Fatalf("Create(%.20q): %v", id, err)
	}
}

// appendTo appends to a log that nobody else writes, after its last sequence.
func appendTo(t tester, l ledger.Ledger, id string, last uint64, entries ...[]byte) {
	t.Helper()
	first, err := l.Append(t.Context(), id, entries...)
	if err != nil || first != last+1 {
		t.Fatalf("Append(%.20q) = %d, %v; want %d", id, first, err, last+1)
	}
}

// collect reads a log to its end and checks that its sequences have no gap.
func collect(t tester, l ledger.Ledger, id string, after uint64) [][]byte {
	t.Helper()
	var all [][]byte
	for e, err := range l.Read(t.Context(), id, after) {
		if err != nil {
			t.Fatalf("Read(%.20q, %d): %v after %d entries", id, after, err, len(all))
		}
		if want := after + uint64(len(all)) + 1; e.Sequence != want {
			t.Fatalf("Read(%.20q, %d): sequence %d, want %d", id, after, e.Sequence, want)
		}
		all = append(all, e.Data)
	}
	return all
}

// readError reads a log until it fails, and returns how many entries came before.
func readError(t tester, l ledger.Ledger, id string) (n int, err error) {
	t.Helper()
	for e, err := range l.Read(t.Context(), id, 0) {
		if err != nil {
			if e.Sequence != 0 || e.Data != nil {
				t.Errorf("Read(%.20q) yields an entry with its error", id)
			}
			return n, err
		}
		n++
	}
	return n, nil
}

// wantLog checks all that can be read of a log.
func wantLog(t tester, l ledger.Ledger, id string, expires time.Time, want [][]byte) {
	t.Helper()
	if got := collect(t, l, id, 0); !slices.EqualFunc(got, want, bytes.Equal) {
		t.Fatalf("log %.20q holds %d entries %.80q, want %d %.80q", id, len(got), got, len(want), want)
	}
	info, err := l.Info(t.Context(), id)
	if err != nil {
		t.Fatalf("Info(%.20q): %v", id, err)
	}
	if wantInfo := (ledger.Info{ID: id, Last: uint64(len(want)), Expires: expires}); !sameInfo(info, wantInfo) {
		t.Fatalf("Info(%.20q) = %v, want %v", id, info, wantInfo)
	}
}

// wantSnapshot checks the snapshot of a log; a zero want stands for none.
func wantSnapshot(t tester, l ledger.Ledger, id string, want ledger.Snapshot) {
	t.Helper()
	got, err := l.Snapshot(t.Context(), id)
	if err != nil {
		t.Fatalf("Snapshot(%.20q): %v", id, err)
	}
	if got.Sequence != want.Sequence || !bytes.Equal(got.Data, want.Data) {
		t.Fatalf("Snapshot(%.20q) = %d %.20q, want %d %.20q", id, got.Sequence, got.Data, want.Sequence, want.Data)
	}
}

// wantGone checks that nothing is left of a log.
func wantGone(t tester, l ledger.Ledger, id string) {
	t.Helper()
	ctx := t.Context()
	n, err := readError(t, l, id)
	if n != 0 {
		t.Fatalf("Read(%.20q) yields %d entries of a log that is gone", id, n)
	}
	wantErr(t, ledger.ErrNotFound, "Read", err)
	_, err = l.Info(ctx, id)
	wantErr(t, ledger.ErrNotFound, "Info", err)
	_, err = l.Snapshot(ctx, id)
	wantErr(t, ledger.ErrNotFound, "Snapshot", err)
	_, err = l.Append(ctx, id, []byte("x"))
	wantErr(t, ledger.ErrNotFound, "Append", err)
	for _, err = range l.Follow(ctx, id, 0) {
	}
	wantErr(t, ledger.ErrNotFound, "Follow", err)
	wantErr(t, ledger.ErrNotFound, "Extend", l.Extend(ctx, id, later))
	wantErr(t, ledger.ErrNotFound, "SaveSnapshot", l.SaveSnapshot(ctx, id, ledger.Snapshot{Sequence: 1}))
}

func wantErr(t tester, want error, what string, err error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("%s: error %v, want %v", what, err, want)
	}
}

// list returns every log, in the order in which Logs yields them.
func list(t tester, l ledger.Ledger) []ledger.Info {
	t.Helper()
	var all []ledger.Info
	for info, err := range l.Logs(t.Context()) {
		if err != nil {
			t.Fatalf("Logs: %v", err)
		}
		all = append(all, info)
	}
	return all
}

func sameInfo(a, b ledger.Info) bool {
	return a.ID == b.ID && a.Last == b.Last && a.Expires.Equal(b.Expires)
}
