package sqlite_test

import (
	"bytes"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/caucus-live/caucus/internal/ledger/sqlite"
)

const megabyte = 1 << 20

// The write-ahead log of a ledger that is never idle begins again, again and
// again, although there are always readers.
func TestLogStaysShort(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir)
	defer closeLedger(t, l)
	create(t, l, "read", 300)
	var writers, readers sync.WaitGroup
	done := make(chan struct{})
	for range 2 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
					wantEntries(t, l, "read", 300)
				}
			}
		})
	}
	for w := range 8 {
		writers.Go(func() { appendMegabytes(t, l, logID(w), 4) })
	}
	writers.Wait()
	close(done)
	readers.Wait()
	if got := size(t, dir, "ledger.db-wal"); got > 20*megabyte {
		t.Errorf("after 32 MiB of appends, the write-ahead log has %d MiB", got/megabyte)
	}
}

// appendMegabytes makes a log and writes so much to it, in entries of 32 KiB.
func appendMegabytes(t *testing.T, l *sqlite.Ledger, id string, n int) {
	t.Helper()
	data := bytes.Repeat([]byte(id), 32<<10/len(id))
	if err := l.Create(t.Context(), id, later, data); err != nil {
		t.Errorf("Create: %v", err)
		return
	}
	for range n * 32 {
		if _, err := l.Append(t.Context(), id, data); err != nil {
			t.Errorf("Append: %v", err)
			return
		}
	}
}

// Somebody who reads from an old state of the database, such as a backup, keeps
// the write-ahead log from beginning again, and nobody from writing.
func TestLogWithReaderOutside(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir)
	defer closeLedger(t, l)
	db := database(t, dir)
	defer func() { _ = db.Close() }()
	backup, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var commits int
	if err := backup.QueryRowContext(t.Context(), "SELECT commits FROM state").Scan(&commits); err != nil {
		t.Fatal(err)
	}
	appendMegabytes(t, l, "during", 10)
	during := size(t, dir, "ledger.db-wal")
	if during < 10*megabyte {
		t.Errorf("the write-ahead log has %d bytes: it was cut under a reader", during)
	}
	if err := backup.Rollback(); err != nil {
		t.Fatal(err)
	}
	appendMegabytes(t, l, "after", 24)
	if got := size(t, dir, "ledger.db-wal"); got > during+12*megabyte {
		t.Errorf("the write-ahead log grew from %d to %d MiB", during/megabyte, got/megabyte)
	}
}

// A database that cannot be written costs nobody an append: the write-ahead log
// has it all, and is copied when that is possible again.
func TestLogCannotBeCopied(t *testing.T) {
	var told strings.Builder
	dir := t.TempDir()
	l, err := sqlite.Open(dir, &sqlite.Options{Logger: slog.New(slog.NewTextHandler(&told, nil))})
	if err != nil {
		t.Fatal(err)
	}
	create(t, l, "A", 1)
	d := insertDisk(t, l, dir)
	d.fail("ledger.db", true)
	appendMegabytes(t, l, "B", 12)
	during := size(t, dir, "ledger.db-wal")
	if during < 12*megabyte {
		t.Errorf("the write-ahead log has %d bytes, though it could not be copied", during)
	}
	d.fail("ledger.db", false)
	appendMegabytes(t, l, "C", 24)
	if got := size(t, dir, "ledger.db-wal"); got > during+12*megabyte {
		t.Errorf("the write-ahead log grew from %d to %d MiB", during/megabyte, got/megabyte)
	}
	closeLedger(t, l)
	if !strings.Contains(told.String(), "the write-ahead log cannot be copied") {
		t.Errorf("the log says %q", told.String())
	}
	l = open(t, dir)
	defer closeLedger(t, l)
	wantEntries(t, l, "A", 1)
	for err := range l.Verify(t.Context()) {
		t.Errorf("Verify: %v", err)
	}
}
