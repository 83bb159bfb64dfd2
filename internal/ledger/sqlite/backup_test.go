package sqlite_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/ledger/sqlite"
)

// A backup that is made while others write is of one moment: every log in it is whole,
// nothing that was acknowledged before it began is missing, and it can be gone on with.
func TestBackupWhileOthersWrite(t *testing.T) {
	dir, file, restored := t.TempDir(), filepath.Join(t.TempDir(), "copy.db"), filepath.Join(t.TempDir(), "new", "data")
	l := open(t, dir)
	appendMegabytes(t, l, "big", 8) // more than one step
	const writers = 4
	var acknowledged [writers]int
	for i := range writers {
		create(t, l, logID(i), 1)
		acknowledged[i] = 1
	}
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	for i := range writers {
		running.Go(func() { // ends with ctx; waited for below
			for n := 1; ctx.Err() == nil; n++ {
				if _, err := l.Append(context.WithoutCancel(ctx), logID(i), entry(logID(i), n+1)); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	err := sqlite.Backup(t.Context(), dir, file, 64<<20)
	stop()
	running.Wait()
	closeLedger(t, l)
	if err != nil {
		t.Fatal(err)
	}
	if err := sqlite.Restore(t.Context(), file, restored, nil); err != nil {
		t.Fatal(err)
	}
	l = open(t, restored)
	defer closeLedger(t, l)
	for err := range l.Verify(t.Context()) {
		t.Errorf("Verify: %v", err)
	}
	for i := range writers {
		info, err := l.Info(t.Context(), logID(i))
		if err != nil || info.Last < uint64(acknowledged[i]) {
			t.Fatalf("%+v, %v", info, err)
		}
		wantEntries(t, l, logID(i), int(info.Last))
		appendEntry(t, l, logID(i), int(info.Last))
	}
}

// A backup is made whole or not at all, and replaces nothing; nor does a restoration.
func TestBackupRefuses(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir)
	create(t, l, "A", 100)
	closeLedger(t, l)
	there := filepath.Join(t.TempDir(), "there")
	if err := os.WriteFile(there, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	damaged := t.TempDir()
	if err := os.CopyFS(damaged, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	execute("UPDATE entries SET data = x'00' WHERE rowid IN (SELECT rowid FROM entries LIMIT 1)")(t, damaged)
	for name, c := range map[string]struct {
		ctx       context.Context //nolint:containedctx // of one call
		dir, file string
		want      string
	}{
		"a file that is there":    {t.Context(), dir, there, "file already exists"},
		"a directory without one": {t.Context(), t.TempDir(), "x", "no such file"},
		"given up":                {gone, dir, "x", "context canceled"},
		"damaged":                 {t.Context(), damaged, "x", "the copy cannot be trusted"},
	} {
		folder := t.TempDir()
		if c.file == "x" {
			c.file = filepath.Join(folder, c.file)
		}
		err := sqlite.Backup(c.ctx, c.dir, c.file, 0)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
		if left := files(t, folder); len(left) > 0 {
			t.Errorf("%s: left %v", name, left)
		}
	}
	if mine, err := os.ReadFile(there); err != nil || string(mine) != "mine" {
		t.Errorf("%q, %v", mine, err)
	}

	file := filepath.Join(t.TempDir(), "copy")
	if err := sqlite.Backup(t.Context(), dir, file, 0); err != nil {
		t.Fatal(err)
	}
	before := files(t, dir)
	if err := sqlite.Restore(t.Context(), file, dir, nil); !errors.Is(err, os.ErrExist) {
		t.Errorf("over a ledger: %v", err)
	}
	if diff := cmp.Diff(before, files(t, dir)); diff != "" {
		t.Error("over a ledger:", diff)
	}
	l = open(t, dir)
	if err := sqlite.Restore(t.Context(), file, dir, nil); !errors.Is(err, sqlite.ErrInUse) {
		t.Errorf("over a ledger in use: %v", err)
	}
	closeLedger(t, l)
	if err := sqlite.Restore(t.Context(), there, t.TempDir(), nil); err == nil {
		t.Error("what is not a copy")
	}
}

// Of the disk a backup takes no more a second than it is told to.
func TestBackupIsThrottled(t *testing.T) {
	sqlite.WithoutSync(t)
	dir := t.TempDir()
	l := open(t, dir)
	appendMegabytes(t, l, "big", 3)
	closeLedger(t, l)
	for rate, seconds := range map[int]float64{0: 0, 1 << 20: 3} {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			if err := sqlite.Backup(t.Context(), dir, filepath.Join(t.TempDir(), "copy"), rate); err != nil {
				t.Fatal(err)
			}
			if took := time.Since(start).Seconds(); took < seconds || took > seconds+1 {
				t.Errorf("%d bytes a second: %v seconds", rate, took)
			}
		})
	}
}

// Paths are those of the working directory, if they are not absolute.
func TestBackupWithRelativePaths(t *testing.T) {
	t.Chdir(t.TempDir())
	l := open(t, "data")
	create(t, l, "A", 3)
	closeLedger(t, l)
	for _, file := range []string{"copy", "./other", filepath.Join("..", filepath.Base(t.TempDir())+"-copy")} {
		if err := sqlite.Backup(t.Context(), "data", file, 0); err != nil {
			t.Fatal(err)
		}
		restored := filepath.Join("new", file)
		if err := sqlite.Restore(t.Context(), file, restored, nil); err != nil {
			t.Fatal(err)
		}
		l := open(t, restored)
		wantEntries(t, l, "A", 3)
		closeLedger(t, l)
	}
}

// A restoration that fails before there is a ledger leaves nothing behind, not even directories.
func TestRestoreLeavesNothing(t *testing.T) {
	dir, file := t.TempDir(), filepath.Join(t.TempDir(), "copy")
	l := open(t, dir)
	create(t, l, "A", 100)
	closeLedger(t, l)
	if err := sqlite.Backup(t.Context(), dir, file, 0); err != nil {
		t.Fatal(err)
	}
	folder, full := t.TempDir(), errors.New("no space left")
	sqlite.WatchNames(t, func(string) error { return full })
	if err := sqlite.Restore(t.Context(), file, filepath.Join(folder, "a", "b"), nil); !errors.Is(err, full) {
		t.Error(err)
	}
	if left := files(t, folder); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}

// One who looks sees what was acknowledged, while another process writes.
func TestOpenShared(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir)
	create(t, l, "A", 3)
	for range 2 { // in use, and not
		shared, err := sqlite.OpenShared(dir)
		if err != nil {
			t.Fatal(err)
		}
		wantEntries(t, shared, "A", 3)
		if _, err := shared.Append(t.Context(), "A", []byte("x")); !errors.Is(err, sqlite.ErrReadOnly) {
			t.Error(err)
		}
		closeLedger(t, shared)
		if l != nil {
			closeLedger(t, l)
			l = nil
		}
	}
}

// Compacting gives room back, and changes nothing else.
func TestCompact(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir)
	create(t, l, "A", 3)
	if err := l.Create(t.Context(), "big", time.UnixMilli(1), make([]byte, 4<<20)); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Expire(t.Context(), time.UnixMilli(1), 10); err != nil {
		t.Fatal(err)
	}
	if err := l.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	appendEntry(t, l, "A", 3)
	compactBesideWrites(t, l)
	closeLedger(t, l)
	if n := size(t, dir, "ledger.db"); n > 1<<20 {
		t.Errorf("%d bytes", n)
	}
	l = open(t, dir)
	defer closeLedger(t, l)
	wantEntries(t, l, "A", 4)
}

// compactBesideWrites compacts again and again while logs are created: the two use one
// connection, and SQLite compacts nothing while another of its statements is under way.
func compactBesideWrites(t *testing.T, l *sqlite.Ledger) {
	t.Helper()
	var writers sync.WaitGroup
	for i := range 4 {
		writers.Go(func() {
			for n := range 50 {
				if err := l.Create(t.Context(), fmt.Sprintf("beside-%d-%d", i, n), time.UnixMilli(1), []byte("x")); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 20 {
		if err := l.Compact(t.Context()); err != nil {
			t.Error(err)
		}
	}
	writers.Wait()
}

// A ledger of every format that was ever released opens, and holds what it held. The
// files were made by the programs that wrote the formats, and are never made again.
func TestEveryFormat(t *testing.T) {
	fixtures, err := filepath.Glob("testdata/format-*.db")
	if err != nil || len(fixtures) != sqlite.Formats() {
		t.Fatalf("%q, %v", fixtures, err)
	}
	for _, fixture := range fixtures {
		dir := t.TempDir()
		data, err := os.ReadFile(fixture)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "ledger.db"), data, 0o600); err != nil {
			t.Fatal(err)
		}
		check := func(l *sqlite.Ledger) {
			for err := range l.Verify(t.Context()) {
				t.Errorf("%s: %v", fixture, err)
			}
			if s, err := l.Snapshot(t.Context(), "000000"); err != nil || s.Sequence != 2 || string(s.Data) != "a snapshot" {
				t.Errorf("%s: %+v, %v", fixture, s, err)
			}
		}
		copied, err := sqlite.OpenCopy(fixture)
		if err != nil {
			t.Fatal(err)
		}
		check(copied)
		closeLedger(t, copied)
		replaceFile("ledger.adopt", nil)(t, dir)
		l := open(t, dir)
		check(l)
		for id, n := range map[string]int{"000000": 3, logID(1): 2} {
			wantEntries(t, l, id, n)
			appendEntry(t, l, id, n)
		}
		closeLedger(t, l)
	}
}
