package ledgertest

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/caucus-live/caucus/internal/ledger"
)

func (s suite) read(t *testing.T) {
	t.Helper()
	l := s.new(t)
	create(t, l, "A", entries("A", 1, 2)...)
	appendTo(t, l, "A", 2, entries("A", 3, 3)...)
	appendTo(t, l, "A", 3, entries("A", 4, 7)...)
	create(t, l, "B", entries("B", 1, 1)...)

	wantLog(t, l, "A", later, entries("A", 1, 7))
	wantLog(t, l, "B", later, entries("B", 1, 1))
	for after := range uint64(7) {
		if got, want := collect(t, l, "A", after), entries("A", int(after)+1, 7); !slices.EqualFunc(got, want, bytes.Equal) {
			t.Errorf("Read after %d yields %q, want %q", after, got, want)
		}
	}
	for _, after := range []uint64{7, 8, math.MaxInt32, math.MaxUint32, 1 << 40, math.MaxInt64, math.MaxUint64} {
		if got := collect(t, l, "A", after); len(got) != 0 {
			t.Errorf("Read after %d yields %q, want nothing", after, got)
		}
	}
	for e, err := range l.Read(t.Context(), "A", 0) { // breaking off is not an error
		if err != nil || e.Sequence != 1 {
			t.Fatalf("Read yields %v, %v first", e, err)
		}
		break
	}
	wantGone(t, l, "C")
}

// readLong reads logs that a ledger may have to fetch in several parts.
func (s suite) readLong(t *testing.T) {
	t.Helper()
	l := s.new(t)
	create(t, l, "many", entries("many", 1, 5000)...)
	wantLog(t, l, "many", later, entries("many", 1, 5000))

	var big [][]byte
	for i := range 5 { // more than is fetched at once
		big = append(big, bytes.Repeat([]byte{byte(i)}, 700_000+i))
	}
	create(t, l, "big", big...)
	wantLog(t, l, "big", later, big)
}

func (s suite) createExists(t *testing.T) {
	t.Helper()
	l := s.new(t)
	create(t, l, "A", entries("A", 1, 3)...)
	wantErr(t, ledger.ErrExists, "Create", l.Create(t.Context(), "A", later.AddDate(1, 0, 0), []byte("other")))
	wantLog(t, l, "A", later, entries("A", 1, 3))

	if s.engine { // nothing expired is there
		return
	}
	past := later.AddDate(-200, 0, 0)
	if err := l.Create(t.Context(), "B", past, entry("B", 1)); err != nil {
		t.Fatal(err)
	}
	wantErr(t, ledger.ErrExists, "Create over an expired log", l.Create(t.Context(), "B", later, []byte("other")))
	wantLog(t, l, "B", past, entries("B", 1, 1))
}

func (s suite) append(t *testing.T) {
	t.Helper()
	l := s.new(t)
	create(t, l, "A", entries("A", 1, 3)...)
	create(t, l, "B", entries("B", 1, 1)...)
	appendTo(t, l, "A", 3, entries("A", 4, 4)...)
	appendTo(t, l, "B", 1, entries("B", 2, 5)...)
	appendTo(t, l, "A", 4, entries("A", 5, 7)...)
	appendTo(t, l, "A", 7, entries("A", 7, 7)...) // the same bytes are another entry
	wantLog(t, l, "A", later, append(entries("A", 1, 7), entry("A", 7)))
	wantLog(t, l, "B", later, entries("B", 1, 5))
}

func (s suite) data(t *testing.T) {
	t.Helper()
	l := s.new(t)
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	want := [][]byte{
		nil,
		{},
		{0},
		{0, 0, 0},
		all, []byte("'; DROP TABLE entries; --"), []byte("\xff\xfe not UTF-8"),
		bytes.Repeat([]byte("x"), 900), bytes.Repeat([]byte("y"), 4096), bytes.Repeat(all, 4096),
		{},
		bytes.Repeat(all, 9_001), // more than is read at once
	}
	create(t, l, "together", want...)
	wantLog(t, l, "together", later, want)

	create(t, l, "one by one", want[0])
	for i, d := range want[1:] {
		appendTo(t, l, "one by one", uint64(i)+1, d)
	}
	wantLog(t, l, "one by one", later, want)
}

func (s suite) dataOwners(t *testing.T) {
	t.Helper()
	l := s.new(t)
	mine := []byte("created")
	create(t, l, "A", mine)
	copy(mine, "CHANGED")
	mine = []byte("appended")
	appendTo(t, l, "A", 1, mine)
	copy(mine, "CHANGED!")
	for e, err := range l.Read(t.Context(), "A", 0) {
		if err != nil {
			t.Fatal(err)
		}
		clear(e.Data)
		_ = append(e.Data, "overrun"...)
	}
	wantLog(t, l, "A", later, [][]byte{[]byte("created"), []byte("appended")})

	mine = []byte("snapshot")
	if err := l.SaveSnapshot(t.Context(), "A", ledger.Snapshot{Sequence: 2, Data: mine}); err != nil {
		t.Fatal(err)
	}
	clear(mine)
	got, err := l.Snapshot(t.Context(), "A")
	if err != nil {
		t.Fatal(err)
	}
	clear(got.Data)
	wantSnapshot(t, l, "A", ledger.Snapshot{Sequence: 2, Data: []byte("snapshot")})
}

// hostileIDs are ids that a careless ledger confuses, cuts or takes for syntax,
// in the order of their bytes.
var hostileIDs = []string{
	"\x00", "\x00\x00", "\x00a", "\n", " ", "  ", "%", "%s%n", "'", "'; DROP TABLE logs; --", "*", "..", "../../etc/passwd", "/",
	"0", "00", "0x1", "1", "1.0", "1e0", ">", "?1", "A", "A\x00", "A\x00B", "A ", "AB", "Ab", "NULL", "\\", "_", "a", "a.b.*", "ab", "null",
	"e\u0301", "\u00e9", "\u202egnp", "日本", "\U0001f5f3\ufe0f", "\xc3", "\xff", "\xff\xfe",
	strings.Repeat("\xff", ledger.MaxID-1), strings.Repeat("\xff", ledger.MaxID),
}

func (s suite) ids(t *testing.T) {
	t.Helper()
	l := s.new(t)
	ids := slices.Sorted(slices.Values(hostileIDs))
	for _, id := range hostileIDs {
		create(t, l, id, entry(id, 1))
	}
	for _, id := range hostileIDs {
		appendTo(t, l, id, 1, entry(id, 2))
		if err := l.SaveSnapshot(t.Context(), id, ledger.Snapshot{Sequence: 1, Data: entry(id, 0)}); err != nil {
			t.Fatalf("SaveSnapshot(%.20q): %v", id, err)
		}
	}
	for _, id := range hostileIDs {
		wantLog(t, l, id, later, entries(id, 1, 2))
		wantSnapshot(t, l, id, ledger.Snapshot{Sequence: 1, Data: entry(id, 0)})
	}
	var got []string
	for _, info := range list(t, l) {
		got = append(got, info.ID)
	}
	if !slices.Equal(got, ids) {
		t.Errorf("Logs yields %.20q, want %.20q", got, ids)
	}
}

func (s suite) invalid(t *testing.T) {
	t.Helper()
	l := s.new(t)
	ctx := t.Context()
	create(t, l, "A", entries("A", 1, 1)...)
	tooMuch := make([]byte, ledger.MaxData+1)
	for what, err := range map[string]error{
		"Create: no id":            l.Create(ctx, "", later, []byte("x")),
		"Create: a long id":        l.Create(ctx, strings.Repeat("i", ledger.MaxID+1), later, []byte("x")),
		"Create: no entries":       l.Create(ctx, "B", later),
		"Create: too much":         l.Create(ctx, "B", later, []byte("x"), tooMuch),
		"Append: no entries":       second(l.Append(ctx, "A")),
		"Append: too much":         second(l.Append(ctx, "A", []byte("x"), tooMuch)),
		"SaveSnapshot: too much":   l.SaveSnapshot(ctx, "A", ledger.Snapshot{Sequence: 1, Data: tooMuch}),
		"SaveSnapshot: no entry":   l.SaveSnapshot(ctx, "A", ledger.Snapshot{Sequence: 0}),
		"SaveSnapshot: the future": l.SaveSnapshot(ctx, "A", ledger.Snapshot{Sequence: 2}),
		"SaveSnapshot: far future": l.SaveSnapshot(ctx, "A", ledger.Snapshot{Sequence: math.MaxUint64}),
	} {
		wantErr(t, ledger.ErrInvalid, what, err)
	}
	wantLog(t, l, "A", later, entries("A", 1, 1))
	wantSnapshot(t, l, "A", ledger.Snapshot{})
	wantGone(t, l, "B")
}

func second(_ uint64, err error) error { return err }

func (s suite) logs(t *testing.T) {
	t.Helper()
	l := s.new(t)
	if got := list(t, l); len(got) != 0 {
		t.Fatalf("Logs of an empty ledger yields %v", got)
	}
	const n = 1100 // more than a ledger may fetch at once
	want := make([]ledger.Info, n)
	for i := range want {
		want[i] = ledger.Info{ID: string(entry("log", i)), Last: 1, Expires: later.AddDate(0, 0, -i)}
	}
	var wg sync.WaitGroup
	for together := range slices.Chunk(want, n/20) { // some of them wait too long if all are made at once
		wg.Go(func() {
			for _, info := range together {
				if err := l.Create(t.Context(), info.ID, info.Expires, []byte("x")); err != nil {
					t.Errorf("Create: %v", err)
				}
			}
		})
	}
	wg.Wait()
	slices.SortFunc(want, func(a, b ledger.Info) int { return strings.Compare(a.ID, b.ID) })
	if got := list(t, l); !slices.EqualFunc(got, want, sameInfo) {
		t.Errorf("Logs yields %d logs, not the %d that were made", len(got), len(want))
	}
	for info, err := range l.Logs(t.Context()) { // breaking off is not an error
		if err != nil || !sameInfo(info, want[0]) {
			t.Fatalf("Logs yields %v, %v first, want %v", info, err, want[0])
		}
		break
	}
}
