package sqlite_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/ledger"
	"github.com/caucus-live/caucus/internal/ledger/sqlite"
)

// openReadOnly opens a ledger that only reads, until the test ends.
func openReadOnly(t *testing.T, dir string) *sqlite.Ledger {
	t.Helper()
	l, err := sqlite.OpenReadOnly(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l
}

// Everything can be read, nothing written, and the directory stays as it is.
func TestReadOnly(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir)
	create(t, l, "A", 1500)
	if err := l.SaveSnapshot(t.Context(), "A", ledger.Snapshot{Sequence: 7, Data: []byte("seven")}); err != nil {
		t.Fatal(err)
	}
	closeLedger(t, l)
	before := files(t, dir)
	t.Run("a reader", func(t *testing.T) {
		l := openReadOnly(t, dir)
		wantEntries(t, l, "A", 1500)
		if s, err := l.Snapshot(t.Context(), "A"); err != nil || s.Sequence != 7 || string(s.Data) != "seven" {
			t.Errorf("snapshot %v, %v", s, err)
		}
		if found := slices.Collect(l.Verify(t.Context())); found != nil {
			t.Errorf("Verify: %v", found)
		}
		_, appended := l.Append(t.Context(), "A", []byte("x"))
		_, expired := l.Expire(t.Context(), time.Now().AddDate(99, 0, 0), 9)
		for name, err := range map[string]error{
			"Create":       l.Create(t.Context(), "B", time.Now(), []byte("x")),
			"Append":       appended,
			"SaveSnapshot": l.SaveSnapshot(t.Context(), "A", ledger.Snapshot{Sequence: 8}),
			"Expire":       expired,
		} {
			if !errors.Is(err, sqlite.ErrReadOnly) {
				t.Errorf("%s: %v, want ErrReadOnly", name, err)
			}
		}
		if _, err := sqlite.Open(dir, nil); !errors.Is(err, sqlite.ErrInUse) {
			t.Errorf("a server opens what somebody reads: %v", err)
		}
	})
	if diff := cmp.Diff(before, files(t, dir)); diff != "" {
		t.Errorf("the directory (-before +after):\n%s", diff)
	}
	if left, err := filepath.Glob(filepath.Join(dir, "*-*")); err != nil || left != nil {
		t.Errorf("SQLite left %v, %v", left, err)
	}
}

// What a killed server left is read to the last commit, and stays as it is.
func TestReadOnlyAfterACrash(t *testing.T) {
	whole, dir := t.TempDir(), t.TempDir()
	l := open(t, whole)
	defer closeLedger(t, l)
	create(t, l, "A", 3)
	for _, name := range []string{"ledger.db", "ledger.db-wal", "ledger.lock"} {
		copyFile(t, whole, dir, name)
	}
	before := files(t, dir)
	t.Run("a reader", func(t *testing.T) { wantEntries(t, openReadOnly(t, dir), "A", 3) })
	if diff := cmp.Diff(before, files(t, dir)); diff != "" {
		t.Errorf("the directory (-before +after):\n%s", diff)
	}
}

// A backup has no ledger.lock, and gets none.
func TestReadOnlyOfABackup(t *testing.T) {
	whole, dir := t.TempDir(), t.TempDir()
	l := open(t, whole)
	create(t, l, "A", 3)
	closeLedger(t, l)
	copyFile(t, whole, dir, "ledger.db")
	wantEntries(t, openReadOnly(t, dir), "A", 3)
	if _, err := os.Stat(filepath.Join(dir, "ledger.lock")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a lock was made: %v", err)
	}
}

func TestOpenReadOnlyRefuses(t *testing.T) {
	used := t.TempDir()
	defer closeLedger(t, open(t, used))
	if _, err := sqlite.OpenReadOnly(used); !errors.Is(err, sqlite.ErrInUse) {
		t.Errorf("a ledger in use: %v", err)
	}
	empty := t.TempDir()
	if _, err := sqlite.OpenReadOnly(empty); !errors.Is(err, os.ErrNotExist) || len(files(t, empty)) > 0 {
		t.Errorf("an empty directory: %v, %v", err, files(t, empty))
	}
	old := t.TempDir()
	l := open(t, old)
	create(t, l, "A", 3)
	closeLedger(t, l)
	execute("UPDATE state SET commits = commits - 1")(t, old)
	for range 2 { // the first leaves no lock behind
		if _, err := sqlite.OpenReadOnly(old); err == nil || errors.Is(err, sqlite.ErrInUse) {
			t.Errorf("a ledger that has lost a commit: %v", err)
		}
	}
}
