package sqlite_test

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/ledger/sqlite"
)

// The name of every file and directory that is made is on disk before the call returns, or
// the call fails.
func TestNamesAreSynced(t *testing.T) {
	opened := func(dir string) error {
		l, err := sqlite.Open(dir, nil)
		if err != nil {
			return err
		}
		return l.Close()
	}
	source := t.TempDir()
	l := open(t, source)
	create(t, l, "A", 3)
	closeLedger(t, l)
	whole := filepath.Join(t.TempDir(), "whole.db")
	if err := sqlite.Backup(t.Context(), source, whole, 0); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		do   func(dir string) error
		want []string // what is synced, with the files that it has by then
	}{
		"a new ledger":           {opened, []string{". ledger.db ledger.lock"}},
		"in a new directory":     {func(dir string) error { return opened(filepath.Join(dir, "a")) }, []string{". a", "a ledger.db ledger.lock"}},
		"in several":             {func(dir string) error { return opened(filepath.Join(dir, "a", "b")) }, []string{"a b", ". a", "a/b ledger.db ledger.lock"}},
		"a backup":               {func(dir string) error { return sqlite.Backup(t.Context(), source, filepath.Join(dir, "x"), 0) }, []string{". x"}},
		"what is restored":       {func(dir string) error { return sqlite.Restore(t.Context(), whole, dir, nil) }, []string{". ledger.db ledger.lock"}},
		"in another, restored":   {func(dir string) error { return sqlite.Restore(t.Context(), whole, filepath.Join(dir, "a"), nil) }, []string{". a", "a ledger.db ledger.lock"}},
		"a ledger that is there": {func(string) error { return opened(source) }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			var got []string
			sqlite.WatchNames(t, func(at string) error {
				line, err := filepath.Rel(dir, at)
				if err != nil {
					return err
				}
				line = filepath.ToSlash(line)
				for _, pattern := range []string{"[abx]", "ledger.db", "ledger.lock"} {
					found, err := filepath.Glob(filepath.Join(at, pattern))
					if err != nil {
						return err
					}
					for _, file := range found {
						line += " " + filepath.Base(file)
					}
				}
				got = append(got, line)
				return nil
			})
			if err := test.do(dir); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("synced (-want +got):\n%s", diff)
			}
			for failing := range test.want {
				failed, calls := errors.New("the disk fails"), 0
				sqlite.WatchNames(t, func(string) error {
					if calls++; calls == failing+1 {
						return failed
					}
					return nil
				})
				dir = t.TempDir()
				if err := test.do(dir); !errors.Is(err, failed) {
					t.Errorf("without sync %d: %v, want %v", failing+1, err, failed)
				}
			}
		})
	}
}
