package ledger_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/ledger"
	"github.com/caucus-live/caucus/internal/ledger/memory"
)

func TestCopy(t *testing.T) {
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	from, to := new(memory.Ledger), new(memory.Ledger)
	for id, n := range map[string]int{"A": 1, "B": 500, "C": 1701} {
		var entries [][]byte
		for i := range n {
			entries = append(entries, fmt.Appendf(nil, "%s %d", id, i))
		}
		if err := from.Create(t.Context(), id, now.Add(time.Hour), entries...); err != nil {
			t.Fatal(err)
		}
		if id == "C" { // begun before
			if err := to.Create(t.Context(), id, now.Add(time.Hour), entries[:700]...); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := from.Create(t.Context(), "old", now, []byte("x")); err != nil {
		t.Fatal(err)
	}
	for _, want := range []ledger.Copied{
		{Logs: 3, Entries: 2202, Appended: 1502, Expired: 1},
		{Logs: 3, Entries: 2202, Expired: 1},
	} {
		got, err := ledger.Copy(t.Context(), from, to, now)
		if err != nil || got != want {
			t.Errorf("Copy = %+v, %v; want %+v", got, err, want)
		}
	}
	if diff := cmp.Diff(contents(t, from, "C"), contents(t, to, "C")); diff != "" {
		t.Error(diff)
	}

	for what, change := range map[string]func(l ledger.Ledger) error{
		"another entry": func(l ledger.Ledger) error { return l.Create(t.Context(), "A", now, []byte("B 0")) },
		"more entries":  func(l ledger.Ledger) error { return l.Create(t.Context(), "A", now, []byte("A 0"), []byte("A 1")) },
	} {
		other := new(memory.Ledger)
		if err := change(other); err != nil {
			t.Fatal(err)
		}
		if got, err := ledger.Copy(t.Context(), from, other, now); err == nil {
			t.Errorf("%s: Copy = %+v", what, got)
		}
	}
}

func contents(t *testing.T, l ledger.Ledger, id string) (all []string) {
	t.Helper()
	for e, err := range l.Read(t.Context(), id, 0) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(e.Data))
	}
	return all
}
