package sqlite_test

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/ledger"
	"github.com/caucus-live/caucus/internal/ledger/sqlite"
)

// Damage to a row is reported for that log and entry, when it is read and by
// Verify. What comes before it is handed out, and so are all other logs.
func TestDamagedEntry(t *testing.T) {
	const n = 1500 // more than are fetched at once
	whole := t.TempDir()
	l := open(t, whole)
	for _, id := range []string{"A", "B", "C"} {
		create(t, l, id, n)
	}
	closeLedger(t, l)
	for _, test := range []struct {
		name, script string // number 1 is log A, 2 is B, 3 is C
		sequence     uint64
		reason       string
	}{
		{"data", "UPDATE entries SET data = CAST('x' || data AS BLOB) WHERE position = 2 << 32 | 700", 700, "it does not match its checksum"},
		{"data emptied", "UPDATE entries SET data = x'' WHERE position = 2 << 32 | 700", 700, "it does not match its checksum"},
		{"checksum", "UPDATE entries SET checksum = checksum + 1 WHERE position = 2 << 32 | 1", 1, "it does not match its checksum"},
		{"removed, first", "DELETE FROM entries WHERE position = 2 << 32 | 1", 1, "it is missing"},
		{"removed", "DELETE FROM entries WHERE position = 2 << 32 | 1200", 1200, "it is missing"},
		{"removed, first of a page", "DELETE FROM entries WHERE position = 2 << 32 | 1001", 1001, "it is missing"},
		{"removed, last", "DELETE FROM entries WHERE position = 2 << 32 | 1500", 1500, "it is missing"},
		{"removed, many", "DELETE FROM entries WHERE position BETWEEN 2 << 32 | 100 AND 2 << 32 | 1500", 100, "it is missing"},
		{"removed, all", "DELETE FROM entries WHERE position >> 32 = 2", 1, "it is missing"},
		{"moved within its log", "DELETE FROM entries WHERE position = 2 << 32 | 5;" +
			"INSERT INTO entries SELECT 2 << 32 | 5, checksum, data FROM entries WHERE position = 2 << 32 | 6", 5, "it does not match its checksum"},
		{"from another log", "DELETE FROM entries WHERE position = 2 << 32 | 5;" +
			"INSERT INTO entries SELECT 2 << 32 | 5, checksum, data FROM entries WHERE position = 1 << 32 | 5", 5, "it does not match its checksum"},
		{"one too many", "INSERT INTO entries SELECT position + 1, checksum, data FROM entries WHERE position = 2 << 32 | 1500", 1501, "it does not match its checksum"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			copyFile(t, whole, dir, "ledger.db")
			copyFile(t, whole, dir, "ledger.lock")
			execute(test.script)(t, dir)
			l := open(t, dir)
			defer closeLedger(t, l)
			want := &ledger.CorruptError{Log: "B", Sequence: test.sequence, Reason: test.reason}
			read, err := readAll(t, l, "B")
			if diff := cmp.Diff(error(want), err); diff != "" || read != int(test.sequence)-1 {
				t.Errorf("Read yields %d entries, and (-want +got):\n%s", read, diff)
			}
			if diff := cmp.Diff([]error{want}, slices.Collect(l.Verify(t.Context()))); diff != "" {
				t.Errorf("Verify (-want +got):\n%s", diff)
			}
			wantEntries(t, l, "A", n)
			wantEntries(t, l, "C", n)
			appendEntry(t, l, "A", n)
		})
	}
}

// readAll reads a log until it ends or fails.
func readAll(t *testing.T, l ledger.Ledger, id string) (n int, err error) {
	t.Helper()
	for e, err := range l.Read(t.Context(), id, 0) {
		if err != nil {
			return n, err
		}
		if n++; !bytes.Equal(e.Data, entry(id, n)) {
			t.Fatalf("entry %d of %s is %.30q", n, id, e.Data)
		}
	}
	return n, nil
}

// A row of logs that is older than its entries would have them overwritten, or
// ignored.
func TestDamagedLast(t *testing.T) {
	for _, more := range []int{1, 2, 1100} { // one more than are fetched at once
		testDamagedLast(t, more)
	}
}

func testDamagedLast(t *testing.T, more int) {
	t.Helper()
	dir := t.TempDir()
	l := open(t, dir)
	create(t, l, "A", 10)
	closeLedger(t, l)
	db := database(t, dir)
	var row [4]any
	if err := db.QueryRowContext(t.Context(), "SELECT id, last, checksum, number FROM logs").Scan(&row[0], &row[1], &row[2], &row[3]); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	l = open(t, dir)
	var batch [][]byte
	for i := range more {
		batch = append(batch, entry("A", 11+i))
	}
	if _, err := l.Append(t.Context(), "A", batch...); err != nil {
		t.Fatal(err)
	}
	closeLedger(t, l)
	db = database(t, dir)
	if _, err := db.ExecContext(t.Context(), "UPDATE logs SET last = ?, checksum = ?", row[1], row[2]); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}

	l = open(t, dir)
	defer closeLedger(t, l)
	want := error(&ledger.CorruptError{Log: "A", Sequence: 11, Reason: "it is after the last one"})
	if read, err := readAll(t, l, "A"); read != 10 || !cmp.Equal(want, err) {
		t.Errorf("Read yields %d entries and %v, want 10 and %v", read, err, want)
	}
	_, err := l.Append(t.Context(), "A", []byte("another 11"))
	if want := error(&ledger.CorruptError{Log: "A", Reason: "there is an entry after the last one"}); !cmp.Equal(want, err) {
		t.Errorf("Append: %v, want %v", err, want)
	}
	if diff := cmp.Diff([]error{want}, slices.Collect(l.Verify(t.Context()))); diff != "" {
		t.Errorf("Verify (-want +got):\n%s", diff)
	}
}

// A reader ignores a damaged snapshot; Verify reports it.
func TestDamagedSnapshot(t *testing.T) {
	for _, script := range []string{
		"UPDATE snapshots SET data = CAST('x' || data AS BLOB) WHERE log = 2",
		"UPDATE snapshots SET checksum = checksum + 1 WHERE log = 2",
		"UPDATE snapshots SET sequence = sequence + 1 WHERE log = 2",
		"UPDATE snapshots SET sequence = 100 WHERE log = 2",
		"UPDATE snapshots SET sequence = 0 WHERE log = 2",
		"DELETE FROM snapshots WHERE log = 2; UPDATE snapshots SET log = 2 WHERE log = 3",
	} {
		dir := t.TempDir()
		l := open(t, dir)
		for _, id := range []string{"A", "B", "C"} {
			create(t, l, id, 3)
			if err := l.SaveSnapshot(t.Context(), id, ledger.Snapshot{Sequence: 2, Data: []byte(id)}); err != nil {
				t.Fatal(err)
			}
		}
		closeLedger(t, l)
		execute(script)(t, dir)
		l = open(t, dir)
		if s, err := l.Snapshot(t.Context(), "B"); err != nil || s.Sequence != 0 || s.Data != nil {
			t.Errorf("%s: Snapshot = %v, %v, want none", script, s, err)
		}
		if s, err := l.Snapshot(t.Context(), "A"); err != nil || s.Sequence != 2 || string(s.Data) != "A" {
			t.Errorf("%s: Snapshot of another = %v, %v", script, s, err)
		}
		want := []error{&ledger.CorruptError{Log: "B", Reason: "its snapshot is damaged, and will not be used"}}
		if diff := cmp.Diff(want, slices.Collect(l.Verify(t.Context()))); diff != "" {
			t.Errorf("%s: Verify (-want +got):\n%s", script, diff)
		}
		closeLedger(t, l)
	}
}

// Verify finds what no log misses.
func TestStrays(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir)
	create(t, l, "A", 3)
	closeLedger(t, l)
	execute(`INSERT INTO entries SELECT position + (7 << 32), checksum, data FROM entries;
		INSERT INTO snapshots VALUES (9, 1, 1, x'00');
		INSERT INTO snapshot_parts VALUES (9 << 32, 1, x'00')`)(t, dir)
	l = open(t, dir)
	defer closeLedger(t, l)
	want := []error{
		&ledger.CorruptError{Reason: "3 entries belong to no log"},
		&ledger.CorruptError{Reason: "1 snapshots belong to no log"},
		&ledger.CorruptError{Reason: "1 parts of snapshots belong to no log"},
	}
	if diff := cmp.Diff(want, slices.Collect(l.Verify(t.Context()))); diff != "" {
		t.Errorf("Verify (-want +got):\n%s", diff)
	}
	for err := range l.Verify(t.Context()) { // breaking off is not an error
		if err == nil {
			t.Error("Verify yields nil")
		}
		break
	}
}

// A page that SQLite cannot read is in the way of those alone who need it.
func TestDamagedPage(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir)
	create(t, l, "A", 3)
	closeLedger(t, l)
	db := database(t, dir)
	var page int64
	if err := db.QueryRowContext(t.Context(), "SELECT rootpage FROM sqlite_schema WHERE name = 'logs_by_expiry'").Scan(&page); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(filepath.Join(dir, "ledger.db"), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = file.WriteAt(make([]byte, 4096), (page-1)*4096)
	if err := errors.Join(err, file.Close()); err != nil {
		t.Fatal(err)
	}

	l = open(t, dir)
	defer closeLedger(t, l)
	wantEntries(t, l, "A", 3)
	appendEntry(t, l, "A", 3)
	_, err = l.Expire(t.Context(), later, 1)
	if damage, ok := errors.AsType[*ledger.CorruptError](err); !ok || damage.Log != "" {
		t.Errorf("Expire: %v, want a *CorruptError", err)
	}
	found := 0
	for err := range l.Verify(t.Context()) {
		if _, ok := errors.AsType[*ledger.CorruptError](err); !ok {
			t.Errorf("Verify: %v", err)
		}
		found++
	}
	if found == 0 {
		t.Error("Verify finds nothing")
	}
	wantEntries(t, l, "A", 4)
}

func TestVerifyEnds(t *testing.T) {
	l := open(t, t.TempDir())
	create(t, l, "A", 3)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got := slices.Collect(l.Verify(ctx)); len(got) != 1 || !errors.Is(got[0], context.Canceled) {
		t.Errorf("Verify without time: %v", got)
	}
	closeLedger(t, l)
	if got := slices.Collect(l.Verify(t.Context())); len(got) != 1 || !errors.Is(got[0], ledger.ErrClosed) {
		t.Errorf("Verify after Close: %v", got)
	}
}

// Bits flip, files are cut short, pages go to the wrong place or are not written,
// anywhere. Then Open refuses, or every log that was acknowledged is there, up to
// what is said to be damaged; nothing is ever handed out that was not appended.
func TestRandomDamage(t *testing.T) {
	sqlite.WithoutSync(t)
	const logs, n = 10, 25
	early, closed, killed := t.TempDir(), t.TempDir(), t.TempDir()
	l := open(t, closed)
	for last := range 2 * n { // interleaved, so that logs share pages
		for i := range logs {
			if last == 0 {
				create(t, l, logID(i), 1)
			} else {
				appendEntry(t, l, logID(i), last)
			}
		}
		if last == n {
			closeLedger(t, l)
			copyFile(t, closed, early, "ledger.db")
			copyFile(t, closed, early, "ledger.lock")
			l = open(t, closed)
		}
	}
	for _, name := range []string{"ledger.db", "ledger.db-wal", "ledger.lock"} {
		copyFile(t, closed, killed, name) // as a process leaves them that is killed
	}
	closeLedger(t, l)
	stale := func(content []byte, random *rand.Rand) []byte {
		page := random.IntN(int(size(t, early, "ledger.db")/pageSize)) * pageSize
		copy(content[page:page+pageSize], files(t, early)["ledger.db"][page:])
		return content
	}

	for _, kind := range []struct {
		name, dir, file string
		damage          func([]byte, *rand.Rand) []byte
	}{
		{"database/flip", closed, "ledger.db", flip},
		{"database/cut", closed, "ledger.db", cut},
		{"database/zero", closed, "ledger.db", zero},
		{"database/swap", closed, "ledger.db", swap},
		{"database/stale", closed, "ledger.db", stale},
		{"log/flip", killed, "ledger.db-wal", flip},
		{"log/cut", killed, "ledger.db-wal", cut},
		{"log/zero", killed, "ledger.db-wal", zero},
		{"witness/flip", killed, "ledger.lock", flip},
		{"witness/cut", killed, "ledger.lock", cut},
	} {
		t.Run(kind.name, func(t *testing.T) {
			for seed := range uint64(12) {
				dir := t.TempDir()
				for name, content := range files(t, kind.dir) {
					damaged := []byte(content)
					if name == kind.file {
						damaged = kind.damage(damaged, rand.New(rand.NewPCG(1, seed)))
					}
					if err := os.WriteFile(filepath.Join(dir, name), damaged, 0o600); err != nil {
						t.Fatal(err)
					}
				}
				l, err := sqlite.Open(dir, nil)
				if err == nil {
					exercise(t, l, logs, 2*n)
					closeLedger(t, l)
				} else if _, ok := errors.AsType[*ledger.CorruptError](err); !ok {
					t.Errorf("seed %d: Open: %v", seed, err)
				}
				if t.Failed() {
					t.Fatalf("failed with seed %d", seed)
				}
			}
		})
	}
}

const pageSize = 4096

func flip(content []byte, random *rand.Rand) []byte {
	content[random.IntN(len(content))] ^= 1 << random.IntN(8)
	return content
}

func cut(content []byte, random *rand.Rand) []byte { return content[:random.IntN(len(content))] }

func zero(content []byte, random *rand.Rand) []byte {
	from := random.IntN(len(content))
	clear(content[from:min(from+1+random.IntN(2*pageSize), len(content))])
	return content
}

func swap(content []byte, random *rand.Rand) []byte {
	pages := len(content) / pageSize
	a, b := random.IntN(pages)*pageSize, random.IntN(pages)*pageSize
	was := slices.Clone(content[a : a+pageSize])
	copy(content[a:a+pageSize], content[b:b+pageSize])
	copy(content[b:b+pageSize], was)
	return content
}

// exercise reads logs of n entries, appends to those that are intact, and reads
// all again, since writing to a damaged database may damage it more.
func exercise(t *testing.T, l *sqlite.Ledger, logs, n int) {
	t.Helper()
	want := make(map[string]int)
	for i := range logs {
		id := logID(i)
		if !intact(t, l, id, n) {
			continue
		}
		want[id] = n
		_, err := l.Append(t.Context(), id, entry(id, n+1))
		if _, corrupt := errors.AsType[*ledger.CorruptError](err); err != nil && !corrupt {
			t.Errorf("Append(%s): %v", id, err)
		} else if err == nil {
			want[id]++
		}
	}
	for id, n := range want {
		intact(t, l, id, n)
	}
}

// intact reads a log, which must have n entries unless it is said to be damaged.
func intact(t *testing.T, l *sqlite.Ledger, id string, n int) bool {
	t.Helper()
	read := 0
	for e, err := range l.Read(t.Context(), id, 0) {
		if err != nil {
			damage, ok := errors.AsType[*ledger.CorruptError](err)
			if !ok || damage.Log != id {
				t.Errorf("Read(%s): %v", id, err)
			}
			return false
		}
		if read++; !bytes.Equal(e.Data, entry(id, read)) {
			t.Fatalf("entry %d of %s is %.30q", read, id, e.Data)
		}
	}
	if read != n {
		t.Fatalf("%s has %d entries, want %d", id, read, n)
	}
	return true
}
