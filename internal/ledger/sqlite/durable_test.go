package sqlite_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/caucus-live/caucus/internal/ledger"
	"github.com/caucus-live/caucus/internal/ledger/sqlite"
)

// Every append is synced before it is acknowledged.
func TestAppendSyncs(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir)
	defer closeLedger(t, l)
	d := insertDisk(t, l, dir)
	create(t, l, "A", 1)
	for last := 1; last < 20; last++ {
		before := d.syncs("ledger.db-wal")
		appendEntry(t, l, "A", last)
		if got := d.syncs("ledger.db-wal"); got <= before {
			t.Fatalf("append %d was acknowledged without a sync", last+1)
		}
	}
}

// Appends that gather while the disk is busy share a sync.
func TestAppendsShareSyncs(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir)
	defer closeLedger(t, l)
	d := insertDisk(t, l, dir)
	const writers = 50
	for w := range writers {
		create(t, l, logID(w), 1)
	}
	before := d.syncs("ledger.db-wal")
	d.mu.Lock() // the disk is busy
	var calling, done sync.WaitGroup
	calling.Add(writers)
	for w := range writers {
		done.Go(func() {
			calling.Done()
			appendEntry(t, l, logID(w), 1)
		})
	}
	calling.Wait()
	d.mu.Unlock()
	done.Wait()
	if got := d.syncs("ledger.db-wal") - before; got > writers/2 {
		t.Errorf("%d appends at once took %d syncs", writers, got)
	}
}

// The machine loses power at random moments, with writes that were not synced
// partly on disk: whatever was acknowledged is there.
func TestPowerLoss(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir)
	defer closeLedger(t, l)
	d := insertDisk(t, l, dir)
	const writers, n = 8, 300
	var acknowledged [writers]atomic.Int64
	var wg sync.WaitGroup
	for w := range writers {
		create(t, l, logID(w), 1)
		acknowledged[w].Store(1)
	}
	for w := range writers {
		random := rand.New(rand.NewPCG(1, uint64(w)))
		wg.Go(func() {
			for last := 1; last < n; last++ {
				if _, err := l.Append(t.Context(), logID(w), entry(logID(w), last+1)); err != nil {
					t.Errorf("Append: %v", err)
					return
				}
				acknowledged[w].Store(int64(last + 1))
				if random.IntN(150) == 0 {
					var least [writers]int64
					for w := range least {
						least[w] = acknowledged[w].Load()
					}
					after := t.TempDir()
					d.losePower(t, after, random)
					checkSurvivors(t, after, least[:])
				}
			}
		})
	}
	wg.Wait()
	if d.syncs("ledger.db") == 0 {
		t.Error("the write-ahead log was never copied into the database: write more")
	}
}

// checkSurvivors opens what is left of a ledger, whose logs must have at least
// the expected number of entries, all of them the right ones.
func checkSurvivors(t *testing.T, dir string, least []int64) {
	t.Helper()
	l, err := sqlite.Open(dir, nil)
	if err != nil {
		t.Errorf("Open: %v", err)
		return
	}
	defer closeLedger(t, l)
	for err := range l.Verify(t.Context()) {
		t.Errorf("Verify: %v", err)
	}
	for w, want := range least {
		read := 0
		for e, err := range l.Read(t.Context(), logID(w), 0) {
			if read++; err != nil || !bytes.Equal(e.Data, entry(logID(w), read)) {
				t.Errorf("log %d, entry %d: %.20q, %v", w, read, e.Data, err)
				return
			}
		}
		if read < int(want) {
			t.Errorf("log %d: %d entries, but %d were acknowledged", w, read, want)
		}
	}
}

// A full disk fails what it has no room for. Nothing that was acknowledged is
// lost, reading goes on, and writing too when there is room again.
func TestDiskFull(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir)
	d := insertDisk(t, l, dir)
	create(t, l, "A", 1)
	d.fill("ledger.db-wal", size(t, dir, "ledger.db-wal")+100_000)
	last, failed := 1, 0
	for failed < 5 {
		switch _, err := l.Append(t.Context(), "A", entry("A", last+1)); {
		case err == nil:
			last++
		case !strings.Contains(err.Error(), "full"):
			t.Fatalf("Append: %v", err)
		default:
			failed++
			wantEntries(t, l, "A", last)
		}
	}
	if last < 5 {
		t.Fatalf("only %d appends had room", last)
	}
	d.fill("ledger.db-wal", 0)
	for range 50 {
		appendEntry(t, l, "A", last)
		last++
	}
	closeLedger(t, l)
	l = open(t, dir)
	defer closeLedger(t, l)
	wantEntries(t, l, "A", last)
}

// An append that is too large for the disk fails alone: those that were to be
// committed with it are.
func TestDiskFullForOne(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir)
	d := insertDisk(t, l, dir)
	create(t, l, "huge", 1)
	const writers, n = 16, 10
	for w := range writers {
		create(t, l, logID(w), 1)
	}
	// Room for all small ones, each in a commit of its own, in which it takes some 15,000 bytes.
	d.fill("ledger.db-wal", size(t, dir, "ledger.db-wal")+writers*n*20_000)
	huge := make([]byte, 4<<20)
	var small, large sync.WaitGroup
	var done atomic.Bool
	failed := 0
	large.Go(func() {
		for ; !done.Load(); failed++ {
			if _, err := l.Append(t.Context(), "huge", huge); err == nil {
				t.Error("an append had room that there was not")
				return
			}
		}
	})
	for w := range writers {
		small.Go(func() {
			for last := 1; last <= n; last++ {
				appendEntry(t, l, logID(w), last)
			}
		})
	}
	small.Wait()
	done.Store(true)
	large.Wait()
	if failed == 0 {
		t.Error("no append was too large")
	}
	d.fill("ledger.db-wal", 0)
	for w := range writers {
		wantEntries(t, l, logID(w), n+1)
	}
	wantEntries(t, l, "huge", 1)
	closeLedger(t, l)
}

// A commit that cannot be synced is not acknowledged, and the next one that can
// is, in its place.
func TestSyncFails(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir)
	d := insertDisk(t, l, dir)
	create(t, l, "A", 1)
	last := 1
	for range 10 {
		d.fail("ledger.db-wal", true)
		if _, err := l.Append(t.Context(), "A", []byte("not synced")); err == nil {
			t.Fatal("Append was acknowledged without a sync")
		}
		if err := l.Create(t.Context(), fmt.Sprint("B", last), later, []byte("not synced")); err == nil {
			t.Fatal("Create was acknowledged without a sync")
		}
		wantEntries(t, l, "A", last)
		d.fail("ledger.db-wal", false)
		appendEntry(t, l, "A", last)
		last++
	}
	least := t.TempDir()
	d.losePower(t, least, rand.New(rand.NewPCG(1, 2)))
	closeLedger(t, l)
	for _, dir := range []string{dir, least} {
		l := open(t, dir)
		wantEntries(t, l, "A", last)
		if _, err := l.Info(t.Context(), "B1"); !errors.Is(err, ledger.ErrNotFound) {
			t.Errorf("Info of a log that was not made: %v", err)
		}
		closeLedger(t, l)
	}
}

func logID(i int) string { return fmt.Sprintf("%06X", i*7919%(1<<24)) }

// entry is the entry of a log: about half of them fit in a page of the database.
func entry(id string, sequence int) []byte {
	return bytes.Repeat(fmt.Appendf(nil, "%d of %s ", sequence, id), 1+sequence%7*sequence%90)
}

func create(t *testing.T, l ledger.Ledger, id string, entries int) {
	t.Helper()
	var all [][]byte
	for i := range entries {
		all = append(all, entry(id, i+1))
	}
	if err := l.Create(t.Context(), id, later, all...); err != nil {
		t.Fatal(err)
	}
}

func appendEntry(t *testing.T, l ledger.Ledger, id string, after int) {
	t.Helper()
	if _, err := l.Append(t.Context(), id, entry(id, after+1)); err != nil {
		t.Errorf("Append(%s, %d): %v", id, after, err)
	}
}

func wantEntries(t *testing.T, l ledger.Ledger, id string, n int) {
	t.Helper()
	read := 0
	for e, err := range l.Read(t.Context(), id, 0) {
		if err != nil {
			t.Fatalf("Read(%s): %v", id, err)
		}
		if read++; !bytes.Equal(e.Data, entry(id, read)) {
			t.Fatalf("entry %d of %s is %.30q", read, id, e.Data)
		}
	}
	if read != n {
		t.Fatalf("%s has %d entries, want %d", id, read, n)
	}
}

func size(tb testing.TB, dir, name string) int64 {
	tb.Helper()
	info, err := os.Stat(filepath.Join(dir, name))
	if err != nil {
		tb.Fatal(err)
	}
	return info.Size()
}
