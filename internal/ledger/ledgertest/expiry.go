package ledgertest

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/caucus-live/caucus/internal/ledger"
)

func (s suite) snapshot(t *testing.T) {
	t.Helper()
	l := s.new(t)
	create(t, l, "A", entries("A", 1, 9)...)
	create(t, l, "B", entries("B", 1, 9)...)
	wantSnapshot(t, l, "A", ledger.Snapshot{})
	save := func(sequence uint64, data []byte) {
		t.Helper()
		if err := l.SaveSnapshot(t.Context(), "A", ledger.Snapshot{Sequence: sequence, Data: data}); err != nil {
			t.Fatalf("SaveSnapshot(%d): %v", sequence, err)
		}
	}
	want := ledger.Snapshot{Sequence: 4, Data: []byte("four")}
	save(want.Sequence, want.Data)
	wantSnapshot(t, l, "A", want)
	save(3, []byte("older: ignored"))
	wantSnapshot(t, l, "A", want)
	for _, want := range []ledger.Snapshot{
		{Sequence: 4, Data: []byte("four again")},
		{Sequence: 9, Data: bytes.Repeat([]byte("nine"), 1<<20)},
		{Sequence: 9, Data: bytes.Repeat([]byte("more"), 2<<20)},
		{Sequence: 9, Data: bytes.Repeat([]byte("more"), 2<<20)},
		{Sequence: 9, Data: bytes.Repeat([]byte("less"), 1<<18)},
		{Sequence: 9, Data: bytes.Repeat([]byte("even"), 1<<16)},
		{Sequence: 9},
	} {
		save(want.Sequence, want.Data)
		wantSnapshot(t, l, "A", want)
	}
	wantSnapshot(t, l, "B", ledger.Snapshot{})
	wantLog(t, l, "A", later, entries("A", 1, 9))
}

func (s suite) snapshotRefused(t *testing.T) {
	t.Helper()
	l := s.new(t)
	create(t, l, "A", entries("A", 1, 2)...)
	want := ledger.Snapshot{Sequence: 1, Data: []byte("one")}
	if err := l.SaveSnapshot(t.Context(), "A", want); err != nil {
		t.Fatal(err)
	}
	wantErr(t, ledger.ErrInvalid, "SaveSnapshot", l.SaveSnapshot(t.Context(), "A", ledger.Snapshot{Sequence: 3}))
	wantErr(t, ledger.ErrNotFound, "SaveSnapshot", l.SaveSnapshot(t.Context(), "B", want))
	wantSnapshot(t, l, "A", want)
}

func (s suite) expiryInstants(t *testing.T) {
	t.Helper()
	l := s.new(t)
	instants := []time.Time{
		later.In(time.FixedZone("east", 5*3600)),
		later.Add(time.Millisecond),
	}
	if !s.engine { // which would remove the first ones at once, and counts in nanoseconds
		instants = append(instants, time.Time{}, time.UnixMilli(-1), time.UnixMilli(0),
			time.Date(9999, 12, 31, 23, 59, 59, 999_000_000, time.UTC))
	}
	for _, expires := range instants {
		id := expires.String()
		if err := l.Create(t.Context(), id, expires, entry(id, 1)); err != nil {
			t.Fatalf("Create(%v): %v", expires, err)
		}
		wantLog(t, l, id, expires, entries(id, 1, 1))
	}
	if err := l.Create(t.Context(), "finer", later.Add(999*time.Microsecond), entry("A", 1)); err != nil {
		t.Fatal(err)
	}
	wantLog(t, l, "finer", later, entries("A", 1, 1))
}

// expireEngine waits for an engine to remove a log at its time, and makes another
// of that id: nothing shines through.
func (s suite) expireEngine(t *testing.T) {
	t.Helper()
	l := s.new(t)
	create(t, l, "kept", entries("kept", 1, 2)...)
	if err := l.Create(t.Context(), "A", time.Now().Add(5*time.Second), entries("first A", 1, 3)...); err != nil {
		t.Fatal(err)
	}
	appendTo(t, l, "A", 3, entries("first A", 4, 5)...)
	if err := l.SaveSnapshot(t.Context(), "A", ledger.Snapshot{Sequence: 3, Data: []byte("first")}); err != nil {
		t.Fatal(err)
	}
	var last error
	followed := 0
	for _, err := range l.Follow(t.Context(), "A", 0) { // ends when the log does
		if last = err; err == nil {
			followed++
		}
	}
	wantErr(t, ledger.ErrNotFound, "Follow", last)
	if followed != 5 {
		t.Errorf("Follow yields %d entries of 5", followed)
	}
	wantGone(t, l, "A")
	if ids, err := l.Expire(t.Context(), time.Now(), 10); err != nil || len(ids) > 0 {
		t.Errorf("Expire = %q, %v", ids, err)
	}
	create(t, l, "A", entries("second A", 1, 2)...)
	wantLog(t, l, "A", later, entries("second A", 1, 2))
	wantSnapshot(t, l, "A", ledger.Snapshot{})
	appendTo(t, l, "A", 2, entries("second A", 3, 3)...)
	wantLog(t, l, "kept", later, entries("kept", 1, 2))
}

// expireWhileFollowing removes a log under its followers.
func (s suite) expireWhileFollowing(t *testing.T) {
	t.Helper()
	l := s.new(t)
	create(t, l, "A", entries("A", 1, 3)...)
	followed := 0
	var last error
	for e, err := range l.Follow(t.Context(), "A", 0) {
		if last = err; err != nil {
			break
		}
		followed++
		if e.Sequence == 3 {
			if ids, err := l.Expire(t.Context(), later, 1); err != nil || len(ids) != 1 {
				t.Fatalf("Expire = %q, %v", ids, err)
			}
			create(t, l, "A", entries("another A", 1, 9)...)
		}
	}
	wantErr(t, ledger.ErrNotFound, "Follow", last)
	if followed != 3 {
		t.Errorf("Follow yields %d entries of 3", followed)
	}
}

func (s suite) expire(t *testing.T) {
	t.Helper()
	l := s.new(t)
	noon := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	for id, minute := range map[string]int{"E": 0, "C": 2, "B": 3, "A": 1, "F": 2} {
		if err := l.Create(t.Context(), id, noon.Add(time.Duration(minute)*time.Minute), entry(id, 1), entry(id, 2)); err != nil {
			t.Fatal(err)
		}
	}
	create(t, l, "D", entries("D", 1, 2)...)
	if err := l.SaveSnapshot(t.Context(), "E", ledger.Snapshot{Sequence: 1, Data: []byte("s")}); err != nil {
		t.Fatal(err)
	}
	wantExpired := func(now time.Time, limit int, want ...string) {
		t.Helper()
		got, err := l.Expire(t.Context(), now, limit)
		if err != nil {
			t.Fatalf("Expire: %v", err)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("Expire(%v, %d) = %q, want %q", now, limit, got, want)
		}
		for _, id := range want {
			wantGone(t, l, id)
		}
	}
	wantExpired(noon.Add(-time.Millisecond), 10)
	wantExpired(noon.Add(time.Hour), 0)
	wantExpired(noon.Add(time.Hour), -1)
	wantExpired(noon, 10, "E")
	wantExpired(noon, 10)
	wantExpired(noon.Add(time.Hour), 2, "A", "C")
	wantExpired(noon.Add(time.Hour), 2, "F", "B")
	wantExpired(noon.Add(time.Hour), 2)
	wantLog(t, l, "D", later, entries("D", 1, 2))
}

// expireSteps removes many logs, some of them long, in as many calls as it takes.
func (s suite) expireSteps(t *testing.T) {
	t.Helper()
	l := s.new(t)
	want := make(map[string]bool)
	for i := range 24 {
		id := fmt.Sprint("log ", i)
		create(t, l, id, entries(id, 1, 1+i%4*600)...)
		want[id] = true
	}
	if err := l.Create(t.Context(), "kept", later.Add(time.Second), entries("kept", 1, 5)...); err != nil {
		t.Fatal(err)
	}
	for {
		ids, err := l.Expire(t.Context(), later, 7)
		if err != nil {
			t.Fatalf("Expire: %v", err)
		}
		if len(ids) > 7 {
			t.Fatalf("Expire removed %d logs, of at most 7", len(ids))
		}
		if len(ids) == 0 {
			break
		}
		for _, id := range ids {
			if !want[id] {
				t.Fatalf("Expire names %q, which was not there", id)
			}
			delete(want, id)
			wantGone(t, l, id)
		}
	}
	if len(want) != 0 {
		t.Errorf("Expire left %d logs that had expired", len(want))
	}
	wantLog(t, l, "kept", later.Add(time.Second), entries("kept", 1, 5))
}

// expireThenCreate uses the id of a removed log again: nothing shines through.
func (s suite) expireThenCreate(t *testing.T) {
	t.Helper()
	l := s.new(t)
	create(t, l, "A", entries("first A", 1, 3)...)
	if err := l.SaveSnapshot(t.Context(), "A", ledger.Snapshot{Sequence: 3, Data: []byte("first")}); err != nil {
		t.Fatal(err)
	}
	if ids, err := l.Expire(t.Context(), later, 1); err != nil || len(ids) != 1 {
		t.Fatalf("Expire = %q, %v", ids, err)
	}
	create(t, l, "A", entries("second A", 1, 2)...)
	wantLog(t, l, "A", later, entries("second A", 1, 2))
	wantSnapshot(t, l, "A", ledger.Snapshot{})
	appendTo(t, l, "A", 2, entries("second A", 3, 3)...)
	wantLog(t, l, "A", later, entries("second A", 1, 3))
}

// expireWhileReading removes a log under its reader, and makes another of that
// id: the reader sees entries of the first alone, to the end or to ErrNotFound.
func (s suite) expireWhileReading(t *testing.T) {
	t.Helper()
	l := s.new(t)
	const n = 6000
	create(t, l, "A", entries("first A", 1, n)...)
	read := 0
	for e, err := range l.Read(t.Context(), "A", 0) {
		if err != nil {
			wantErr(t, ledger.ErrNotFound, "Read", err)
			return
		}
		if read++; !bytes.Equal(e.Data, entry("first A", read)) {
			t.Fatalf("entry %d is %q", read, e.Data)
		}
		if read == 1 {
			if ids, err := l.Expire(t.Context(), later, 1); err != nil || len(ids) != 1 {
				t.Fatalf("Expire = %q, %v", ids, err)
			}
			create(t, l, "A", entries("second A", 1, n+1)...)
		}
	}
	if read != n {
		t.Errorf("Read ended after %d entries of %d", read, n)
	}
}
