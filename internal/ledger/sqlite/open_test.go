package sqlite_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/ledger"
	"github.com/caucus-live/caucus/internal/ledger/sqlite"
)

// What is not a whole ledger of a known format is refused with a sentence, and
// stays as it is, byte for byte.
func TestOpenRefuses(t *testing.T) {
	for _, test := range []struct {
		name    string
		prepare func(t *testing.T, dir string)
		want    string // in the error
		corrupt bool
	}{
		{"empty file", replace(nil), "ledger.db is cut short", true},
		{"half a header", replace([]byte("SQLite format 3\x00\x10")), "ledger.db is cut short", true},
		{"text", replace(bytes.Repeat([]byte("Dear diary, "), 100)), "is not a ledger", true},
		{"another database", another, "is not a ledger", true},
		{"newer", execute("PRAGMA user_version = 9"), "made by a newer version", false},
		{"newer in its write-ahead log", newerInLog, "made by a newer version", false},
		{"version 0", execute("PRAGMA user_version = 0"), "which there never was", true},
		{"version below 0", execute("PRAGMA user_version = -1"), "which there never was", true},
		{"no schema", execute("DROP VIEW log_entries; DROP TABLE logs"), "no such table", false},
		{"state of another type", execute("DROP TABLE state; CREATE TABLE state (commits); INSERT INTO state VALUES ('many')"), "a row does not have the types of its table", true},
		{"no state", execute("DELETE FROM state"), "has lost its state", true},
		{"damaged row", execute("UPDATE logs SET last = last - 1 WHERE id = 'B'"), "log B: its row in logs does not match its checksum", true},
		{"swapped rows", execute("UPDATE logs SET number = 3 - number WHERE number < 3"), "does not match its checksum", true},
		{"missing", remove("ledger.db"), "ledger.db is missing, and it was not empty", true},
		{"missing, but its log is there", logAlone, "ledger.db is missing, and it was not empty", true},
		{"cut", truncate("ledger.db", 8192), "SQLite cannot read the database", true},
		{"without its witness", remove("ledger.lock"), "make an empty file ledger.adopt", true},
		{"an empty witness", truncate("ledger.lock", 0), "make an empty file ledger.adopt", true},
		{"a damaged witness", replaceFile("ledger.lock", []byte("00000000000000000004 commits acknowledged 00000000\n")), "make an empty file ledger.adopt", true},
		{"older than acknowledged", execute("UPDATE state SET commits = commits - 1"), "commits, but 4 were acknowledged", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			l := open(t, dir)
			for _, id := range []string{"A", "B", "C"} {
				create(t, l, id, 100)
			}
			appendEntry(t, l, "A", 100)
			closeLedger(t, l)
			test.prepare(t, dir)
			before := files(t, dir)
			for range 2 {
				l, err := sqlite.Open(dir, nil)
				if err == nil {
					closeLedger(t, l)
					t.Fatal("Open has no objection")
				}
				if !strings.Contains(err.Error(), test.want) {
					t.Errorf("Open: %v, want %q", err, test.want)
				}
				if _, corrupt := errors.AsType[*ledger.CorruptError](err); corrupt != test.corrupt {
					t.Errorf("Open: %T, want a *CorruptError: %v", err, test.corrupt)
				}
			}
			if after := files(t, dir); !maps.Equal(before, after) {
				t.Errorf("files %v before, %v after", slices.Sorted(maps.Keys(before)), slices.Sorted(maps.Keys(after)))
			}
		})
	}
}

// files returns what is in a directory, but for an empty write-ahead log and its
// index, which SQLite makes when it likes.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := make(map[string]string)
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		content, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		empty := strings.HasSuffix(e.Name(), "-wal") && len(content) == 0
		if !empty && !strings.HasSuffix(e.Name(), "-shm") {
			all[e.Name()] = string(content)
		}
	}
	return all
}

func replace(content []byte) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, "ledger.db"), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func remove(name string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		t.Helper()
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
}

func truncate(name string, size int64) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		t.Helper()
		if err := os.Truncate(filepath.Join(dir, name), size); err != nil {
			t.Fatal(err)
		}
	}
}

// execute changes a database behind the ledger's back.
func execute(script string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		t.Helper()
		db := database(t, dir)
		if _, err := db.ExecContext(t.Context(), script); err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func database(t *testing.T, dir string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, "ledger.db"))
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	return db
}

func another(t *testing.T, dir string) {
	t.Helper()
	remove("ledger.db")(t, dir)
	execute("PRAGMA journal_mode = WAL; CREATE TABLE contacts (name TEXT); INSERT INTO contacts VALUES ('Ada')")(t, dir)
}

// newerInLog leaves a newer version in the write-ahead log alone.
func newerInLog(t *testing.T, dir string) {
	t.Helper()
	db := database(t, dir)
	if _, err := db.ExecContext(t.Context(), "PRAGMA user_version = 9"); err != nil {
		t.Fatal(err)
	}
	left := t.TempDir()
	copyFile(t, dir, left, "ledger.db")
	copyFile(t, dir, left, "ledger.db-wal")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	copyFile(t, left, dir, "ledger.db")
	copyFile(t, left, dir, "ledger.db-wal")
}

func logAlone(t *testing.T, dir string) {
	t.Helper()
	newerInLog(t, dir)
	remove("ledger.db")(t, dir)
	truncate("ledger.lock", 0)(t, dir)
}

func TestOpenInUse(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir)
	create(t, l, "A", 1)
	for range 2 {
		if _, err := sqlite.Open(dir, nil); !errors.Is(err, sqlite.ErrInUse) {
			t.Fatalf("the second Open: %v, want ErrInUse", err)
		}
	}
	appendEntry(t, l, "A", 1)
	closeLedger(t, l)
	l = open(t, dir)
	wantEntries(t, l, "A", 2)
	closeLedger(t, l)
}

// A ledger that was closed is one file, and the one that was locked.
func TestOpenAndClose(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "not there", "a b?mode=ro&x=%41#é'\"")
	for i := range 3 {
		l := open(t, dir)
		create(t, l, logID(i), 10)
		for _, name := range []string{".", "ledger.db", "ledger.db-wal", "ledger.db-shm", "ledger.lock"} {
			info, err := os.Stat(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			if others := info.Mode().Perm() & 0o077; others != 0 {
				t.Errorf("others have the rights %o to %s", others, name)
			}
		}
		closeLedger(t, l)
		got := slices.Sorted(maps.Keys(files(t, dir)))
		if want := []string{"ledger.db", "ledger.lock"}; !slices.Equal(got, want) {
			t.Errorf("files %q, want %q", got, want)
		}
	}
}

// A process that dies while it makes a ledger leaves a draft, which is made again.
func TestOpenAfterDraft(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"ledger.db.new", "ledger.db.new-journal", "ledger.db.new-wal", "ledger.db.new-shm"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	l := open(t, dir)
	create(t, l, "A", 1)
	closeLedger(t, l)
	if got := slices.Sorted(maps.Keys(files(t, dir))); len(got) != 2 {
		t.Errorf("files %q", got)
	}
}

// replaceFile gives a file other content.
func replaceFile(name string, content []byte) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// A copy, or an older ledger, is taken on purpose by making a file beside it, once.
func TestOpenOlderCopy(t *testing.T) {
	dir, backup := t.TempDir(), t.TempDir()
	l := open(t, dir)
	create(t, l, "A", 1)
	closeLedger(t, l)
	copyFile(t, dir, backup, "ledger.db")
	l = open(t, dir)
	appendEntry(t, l, "A", 1)
	closeLedger(t, l)
	copyFile(t, backup, dir, "ledger.db")
	if _, err := sqlite.Open(dir, nil); err == nil || !strings.Contains(err.Error(), "has 1 commits, but 2 were acknowledged") {
		t.Fatalf("Open: %v", err)
	}
	replaceFile("ledger.adopt", nil)(t, dir)
	l = open(t, dir)
	defer closeLedger(t, l)
	wantEntries(t, l, "A", 1)
	if _, err := os.Stat(filepath.Join(dir, "ledger.adopt")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("ledger.adopt is still there: %v", err)
	}
}

// A copy made as the package says is a ledger.
func TestOpenBackup(t *testing.T) {
	dir, restored := t.TempDir(), t.TempDir()
	l := open(t, dir)
	create(t, l, "A", 100)
	db := database(t, dir)
	if _, err := db.ExecContext(t.Context(), "VACUUM INTO ?", filepath.Join(restored, "ledger.db")); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	appendEntry(t, l, "A", 100)
	closeLedger(t, l)

	replaceFile("ledger.adopt", nil)(t, restored)
	l = open(t, restored)
	defer closeLedger(t, l)
	wantEntries(t, l, "A", 100)
	appendEntry(t, l, "A", 100)
	for err := range l.Verify(t.Context()) {
		t.Errorf("Verify: %v", err)
	}
	if size(t, restored, "ledger.db-wal") == 0 {
		t.Error("the copy has no write-ahead log")
	}
}

// Somebody outside who writes to the database is waited for, as long as a person may wait
// for an answer, and then the error says what it was.
func TestLockedOutside(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir)
	defer closeLedger(t, l)
	create(t, l, "A", 1)
	db := database(t, dir)
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(t.Context(), "BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(func() {
			_, err := l.Append(t.Context(), "A", []byte("x"))
			if why, ok := errors.AsType[*ledger.UnwritableError](err); !ok || why.Reason != "another program has locked the ledger" {
				t.Errorf("Append: %v", err)
			}
		})
	}
	wg.Wait()
	if took := time.Since(start); took < 5*time.Second {
		t.Errorf("they were given up after %s", took)
	}
	wantEntries(t, l, "A", 1)

	// One that ends sooner costs nobody more than the wait.
	released := time.AfterFunc(time.Second, func() {
		if _, err := db.ExecContext(context.WithoutCancel(t.Context()), "ROLLBACK"); err != nil {
			t.Error(err)
		}
	})
	defer released.Stop()
	appendEntry(t, l, "A", 1)
}

// Files that are removed or replaced under an open ledger take nothing that is
// acknowledged.
func TestFilesAreReplaced(t *testing.T) {
	for _, name := range []string{"ledger.db", "ledger.db-wal", "ledger.db-shm", "ledger.lock"} {
		for kind, spoil := range map[string]func(string) error{
			"removed": os.Remove,
			"replaced": func(path string) error {
				return errors.Join(os.Rename(path, path+".old"), os.WriteFile(path, nil, 0o600))
			},
		} {
			t.Run(name+" "+kind, func(t *testing.T) {
				dir := t.TempDir()
				l := open(t, dir)
				defer func() { _ = l.Close() }() // it may fail, too
				create(t, l, "A", 1)
				if err := spoil(filepath.Join(dir, name)); err != nil {
					t.Fatal(err)
				}
				_, err := l.Append(t.Context(), "A", []byte("x"))
				for op, err := range map[string]error{
					"Append": err, "Create": l.Create(t.Context(), "B", later, []byte("x")), "Probe": l.Probe(t.Context()),
				} {
					if why, ok := errors.AsType[*ledger.UnwritableError](err); !ok || !strings.Contains(why.Reason, name+" was removed or replaced") {
						t.Errorf("%s: %v", op, err)
					}
				}
			})
		}
	}
}

// What a probe writes is in no log, and lasts.
func TestProbe(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir)
	create(t, l, "A", 1)
	d := insertDisk(t, l, dir)
	before := d.syncs("ledger.db-wal")
	if err := l.Probe(t.Context()); err != nil || d.syncs("ledger.db-wal") == before {
		t.Errorf("%v; synced: %t", err, d.syncs("ledger.db-wal") > before)
	}
	d.fill("ledger.db-wal", 1)
	if why, ok := errors.AsType[*ledger.UnwritableError](l.Probe(t.Context())); !ok || why.Reason != "the disk is full" {
		t.Errorf("on a full disk: %v", why)
	}
	d.fill("ledger.db-wal", 0)
	appendEntry(t, l, "A", 1)
	closeLedger(t, l)
	l = open(t, dir)
	defer closeLedger(t, l)
	wantEntries(t, l, "A", 2)
}

func TestFree(t *testing.T) {
	l := open(t, t.TempDir())
	defer closeLedger(t, l)
	if bytes, known := l.Free(); known && bytes <= 0 {
		t.Errorf("%d bytes free", bytes)
	}
}

// A log has room for a number of entries, and the one of the next number begins there.
func TestLogIsFull(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir)
	create(t, l, "A", 1)
	create(t, l, "B", 2)
	closeLedger(t, l)
	const last = 1<<32 - 2
	row := []byte("A\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\xff\xff\xff\xfe")
	row = binary.BigEndian.AppendUint64(row, uint64(later.UnixMilli()))
	execute(fmt.Sprintf("UPDATE logs SET last = %d, checksum = %d WHERE id = 'A'",
		last, int32(crc32.Checksum(row, crc32.MakeTable(crc32.Castagnoli)))))(t, dir)
	l = open(t, dir)
	defer closeLedger(t, l)
	for _, entries := range [][][]byte{{nil, nil}, {nil, nil, nil}} {
		if _, err := l.Append(t.Context(), "A", entries...); err == nil || !strings.Contains(err.Error(), "last BETWEEN") {
			t.Errorf("Append of %d entries: %v", len(entries), err)
		}
	}
	if _, err := l.Append(t.Context(), "A", nil); err != nil {
		t.Errorf("Append: %v", err)
	}
	if _, err := l.Append(t.Context(), "A", nil); err == nil {
		t.Error("Append to a full log")
	}
	wantEntries(t, l, "B", 2)
}

// The format that the package describes is what a person finds with a shell.
func TestFormat(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir)
	if err := l.Create(t.Context(), "A", time.UnixMilli(1234), []byte("one"), []byte("two")); err != nil {
		t.Fatal(err)
	}
	if err := l.SaveSnapshot(t.Context(), "A", ledger.Snapshot{Sequence: 2, Data: []byte("both")}); err != nil {
		t.Fatal(err)
	}
	create(t, l, "B", 1)
	big := strings.Repeat("b", 256<<10) + "x"
	if err := l.SaveSnapshot(t.Context(), "B", ledger.Snapshot{Sequence: 1, Data: []byte(big)}); err != nil {
		t.Fatal(err)
	}
	closeLedger(t, l)
	db := database(t, dir)
	defer func() { _ = db.Close() }()
	castagnoli := crc32.MakeTable(crc32.Castagnoli)
	sum := func(format string, numbers ...any) any {
		return int64(int32(crc32.Checksum(fmt.Appendf(nil, format, numbers...), castagnoli)))
	}
	const be64 = "\x00\x00\x00\x00\x00\x00"
	for query, want := range map[string][]any{
		"PRAGMA application_id":                              {int64(0x43617563)},
		"PRAGMA user_version":                                {int64(2)},
		"SELECT * FROM logs":                                 {"A", int64(1), int64(2), int64(1234), sum("A" + be64 + "\x00\x01" + be64 + "\x00\x02" + be64 + "\x04\xd2")},
		"SELECT * FROM entries WHERE position = 1 << 32 | 2": {int64(1<<32 | 2), sum("A" + be64 + "\x00\x02two"), []byte("two")},
		"SELECT * FROM snapshots":                            {int64(1), int64(2), sum("A" + be64 + "\x00\x02both"), []byte("both")},
		"SELECT * FROM snapshot_parts":                       {int64(2<<32 | 2), sum("B"+be64+"\x00\x01%s", big), []byte("x")},
		"SELECT * FROM state":                                {int64(5), int64(2)},
		"SELECT group_concat(log || sequence || ' ' || CAST(data AS TEXT)) FROM log_entries WHERE log = 'A'": {"A1 one,A2 two"},
	} {
		got := make([]any, len(want))
		into := make([]any, len(want))
		for i := range got {
			into[i] = &got[i]
		}
		if err := db.QueryRowContext(t.Context(), query).Scan(into...); err != nil {
			t.Errorf("%s: %v", query, err)
		} else if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", query, diff)
		}
	}
}

// What was removed is not in the files any more.
func TestExpireOverwrites(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir)
	secret := []byte("Grace ranks Ada first")
	for i := range 50 {
		if err := l.Create(t.Context(), logID(i), later.Add(-time.Hour), bytes.Repeat(secret, 1+i*10), secret); err != nil {
			t.Fatal(err)
		}
		if err := l.SaveSnapshot(t.Context(), logID(i), ledger.Snapshot{Sequence: 1, Data: bytes.Repeat(secret, 1+i*1000)}); err != nil {
			t.Fatal(err)
		}
	}
	create(t, l, "kept", 10)
	for removed := 0; removed < 50; {
		ids, err := l.Expire(t.Context(), later.Add(-time.Hour), 20)
		if err != nil {
			t.Fatal(err)
		}
		removed += len(ids)
	}
	closeLedger(t, l)
	for name, content := range files(t, dir) {
		if i := strings.Index(content, string(secret)); i >= 0 {
			t.Errorf("%s has what was removed, at %d", name, i)
		}
	}
}
