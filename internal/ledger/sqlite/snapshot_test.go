package sqlite_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/caucus-live/caucus/internal/ledger"
	"github.com/caucus-live/caucus/internal/ledger/sqlite"
)

// bigSnapshot is one of four parts.
func bigSnapshot(sequence uint64, text string) ledger.Snapshot {
	return ledger.Snapshot{Sequence: sequence, Data: bytes.Repeat([]byte(text), 1<<20/len(text))}
}

func wantSnapshot(t *testing.T, l *sqlite.Ledger, want ledger.Snapshot) {
	t.Helper()
	if s, err := l.Snapshot(t.Context(), "A"); err != nil || s.Sequence != want.Sequence || !bytes.Equal(s.Data, want.Data) {
		t.Errorf("a snapshot of entry %d with %d bytes, %v, want one of %d with %d", s.Sequence, len(s.Data), err, want.Sequence, len(want.Data))
	}
	for err := range l.Verify(t.Context()) {
		t.Errorf("Verify: %v", err)
	}
}

// A big snapshot has several transactions, and what others append comes between them.
func TestABigSnapshotIsSavedInParts(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir)
	create(t, l, "A", 1)
	if err := l.SaveSnapshot(t.Context(), "A", bigSnapshot(1, "snap")); err != nil {
		t.Fatal(err)
	}
	closeLedger(t, l)
	db := database(t, dir)
	defer func() { _ = db.Close() }()
	var commits int
	if err := db.QueryRowContext(t.Context(), "SELECT commits FROM state").Scan(&commits); err != nil || commits != 1+4 {
		t.Errorf("%d commits, %v, want one for the log and four for its snapshot", commits, err)
	}
}

// An ending context is over after some calls have asked.
type endingContext struct {
	context.Context //nolint:containedctx // it is one

	left int
}

func (c *endingContext) Err() error {
	if c.left--; c.left < 0 {
		return context.Canceled
	}
	return nil
}

// Until all of a snapshot is there the one before is kept.
func TestAnUnfinishedSnapshotChangesNothing(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir)
	create(t, l, "A", 9)
	kept := bigSnapshot(1, "kept")
	if err := l.SaveSnapshot(t.Context(), "A", kept); err != nil {
		t.Fatal(err)
	}
	for i, text := range []string{"once", "twice...", "four"} { // each takes other places than the one before
		next := bigSnapshot(uint64(i)+2, text)
		for parts := range 4 {
			if err := l.SaveSnapshot(&endingContext{t.Context(), parts}, "A", next); !errors.Is(err, context.Canceled) {
				t.Fatalf("SaveSnapshot after %d parts: %v", parts, err)
			}
			wantSnapshot(t, l, kept)
			if parts == 2 {
				closeLedger(t, l)
				l = open(t, dir)
				wantSnapshot(t, l, kept)
			}
		}
		if err := l.SaveSnapshot(t.Context(), "A", next); err != nil {
			t.Fatal(err)
		}
		wantSnapshot(t, l, next)
		kept = next
	}
	closeLedger(t, l)
}

// A part that is damaged, or missing, makes a snapshot that is ignored.
func TestDamagedPartOfASnapshot(t *testing.T) {
	for _, script := range []string{
		"UPDATE snapshot_parts SET data = CAST('x' || data AS BLOB) WHERE position = (1 << 32) + 4",
		"UPDATE snapshot_parts SET checksum = checksum + 1 WHERE position = (1 << 32) + 4",
		"UPDATE snapshot_parts SET position = position + 8 WHERE position = (1 << 32) + 4",
		"DELETE FROM snapshot_parts",
	} {
		dir := t.TempDir()
		l := open(t, dir)
		create(t, l, "A", 3)
		data := strings.Repeat("1", 256<<10) + strings.Repeat("2", 256<<10) + strings.Repeat("3", 256<<10) + strings.Repeat("4", 9)
		if err := l.SaveSnapshot(t.Context(), "A", ledger.Snapshot{Sequence: 2, Data: []byte(data)}); err != nil {
			t.Fatal(err)
		}
		closeLedger(t, l)
		execute(script)(t, dir)
		l = open(t, dir)
		if s, err := l.Snapshot(t.Context(), "A"); err != nil || s.Sequence != 0 || s.Data != nil {
			t.Errorf("%s: a snapshot of entry %d, %v, want none", script, s.Sequence, err)
		}
		closeLedger(t, l)
	}
}
