package ledgertest

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/caucus-live/caucus/internal/ledger"
	"github.com/caucus-live/caucus/internal/ledger/memory"
)

// rounds is how often the model is played unless -rapid.checks says so.
const rounds = 40

// model plays the rounds, those of a shared ledger in two halves at a time: it is slow
// because it waits.
func (s suite) model(t *testing.T) {
	t.Helper()
	checks := flag.Lookup("rapid.checks").Value
	before := checks.String()
	n, err := strconv.Atoi(before)
	if err != nil {
		t.Fatal(err)
	}
	asked := false
	flag.Visit(func(f *flag.Flag) { asked = asked || f.Name == "rapid.checks" })
	if !asked {
		n = min(n, rounds)
	}
	set := func(n int) {
		if err := checks.Set(strconv.Itoa(n)); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { _ = checks.Set(before) }) // after both halves
	if !s.engine {
		set(n)
		s.playModel(t)
		return
	}
	const halves = 2
	set((n + halves - 1) / halves)
	for range halves {
		t.Run("Half", func(t *testing.T) {
			t.Parallel()
			s.playModel(t)
		})
	}
}

// playModel makes random calls on the ledger and on the one in memory, which must
// agree on every answer and hold the same. A durable ledger is closed and opened
// again now and then. A shared one, which takes its time to be made, is used for several
// rounds, with other ids in each; not for all, because each of them looks at every log.
func (s suite) playModel(t *testing.T) {
	t.Helper()
	const roundsOfOne = 10
	var dir string
	round := 0
	rapid.Check(t, func(r *rapid.T) {
		m := &machine{model: new(memory.Ledger)}
		if s.engine {
			m.prefix = fmt.Sprintf("%d ", round)
		}
		if !s.engine || round%roundsOfOne == 0 {
			dir = t.TempDir()
		}
		round++
		m.real = s.open(t, dir)
		defer func() { closeLedger(r, m.real) }()
		actions := rapid.StateMachineActions(m)
		if s.engine {
			delete(actions, "Expire")
		}
		if s.durable {
			actions["Reopen"] = func(r *rapid.T) {
				if rapid.IntRange(0, 4).Draw(r, "often enough") == 0 {
					closeLedger(r, m.real)
					m.real = s.open(t, dir)
				}
			}
		}
		r.Repeat(actions)
		m.compareAll(r)
	})
}

type machine struct {
	real, model ledger.Ledger
	prefix      string // of the round's ids
}

var (
	anyID    = rapid.SampledFrom([]string{"A", "B", "C", "a", "A\x00", "\xff"})
	anyTime  = rapid.Map(rapid.IntRange(0, 6), func(i int) time.Time { return later.Add(time.Duration(i) * time.Second) })
	anyData  = rapid.SliceOfN(rapid.Byte(), 0, 40)
	anyBatch = rapid.SliceOfN(anyData, 0, 5)
)

func (m *machine) Create(r *rapid.T) {
	id, expires, batch := m.prefix+anyID.Draw(r, "id"), anyTime.Draw(r, "expires"), anyBatch.Draw(r, "entries")
	m.both(r, func(l ledger.Ledger) error { return l.Create(r.Context(), id, expires, batch...) })
}

func (m *machine) Append(r *rapid.T) {
	id, batch := m.prefix+anyID.Draw(r, "id"), anyBatch.Draw(r, "entries")
	var firsts []uint64
	m.both(r, func(l ledger.Ledger) error {
		first, err := l.Append(r.Context(), id, batch...)
		firsts = append(firsts, first)
		return err
	})
	if firsts[0] != firsts[1] {
		r.Fatalf("Append says %d, want %d", firsts[0], firsts[1])
	}
}

func (m *machine) SaveSnapshot(r *rapid.T) {
	id := m.prefix + anyID.Draw(r, "id")
	snapshot := ledger.Snapshot{Sequence: rapid.Uint64Range(0, m.last(r, id)+1).Draw(r, "sequence"), Data: anyData.Draw(r, "data")}
	m.both(r, func(l ledger.Ledger) error { return l.SaveSnapshot(r.Context(), id, snapshot) })
}

func (m *machine) Extend(r *rapid.T) {
	id, expires := m.prefix+anyID.Draw(r, "id"), anyTime.Draw(r, "expires")
	m.both(r, func(l ledger.Ledger) error { return l.Extend(r.Context(), id, expires) })
}

func (m *machine) Expire(r *rapid.T) {
	now, limit := anyTime.Draw(r, "now"), rapid.IntRange(0, 3).Draw(r, "limit")
	var ids [][]string
	m.both(r, func(l ledger.Ledger) error {
		got, err := l.Expire(r.Context(), now, limit)
		ids = append(ids, got)
		return err
	})
	if !slices.Equal(ids[0], ids[1]) {
		r.Fatalf("Expire removed %q, want %q", ids[0], ids[1])
	}
}

// Check compares what the two ledgers hold of one log.
func (m *machine) Check(r *rapid.T) {
	id := m.prefix + anyID.Draw(r, "checked")
	info, err := m.model.Info(r.Context(), id)
	if err != nil {
		wantGone(r, m.real, id)
		return
	}
	m.compare(r, info)
	after := rapid.Uint64Range(0, info.Last+1).Draw(r, "after")
	want := collect(r, m.model, id, after)
	if got := collect(r, m.real, id, after); !slices.EqualFunc(got, want, bytes.Equal) {
		r.Fatalf("Read(%q, %d) yields %q, want %q", id, after, got, want)
	}
}

func (m *machine) compareAll(r *rapid.T) {
	infos := list(r, m.model)
	got := slices.DeleteFunc(list(r, m.real), func(info ledger.Info) bool { return !strings.HasPrefix(info.ID, m.prefix) })
	if !slices.EqualFunc(got, infos, sameInfo) {
		r.Fatalf("Logs yields %v, want %v", got, infos)
	}
	for _, info := range infos {
		m.compare(r, info)
	}
}

func (m *machine) compare(r *rapid.T, info ledger.Info) {
	wantLog(r, m.real, info.ID, info.Expires, collect(r, m.model, info.ID, 0))
	want, err := m.model.Snapshot(r.Context(), info.ID)
	if err != nil {
		r.Fatal(err)
	}
	wantSnapshot(r, m.real, info.ID, want)
}

// last returns the sequence of a log's last entry, or 0 when it is not there.
func (m *machine) last(r *rapid.T, id string) uint64 {
	info, err := m.model.Info(r.Context(), id)
	if err != nil {
		return 0
	}
	return info.Last
}

// both makes one call on each ledger and compares the errors.
func (m *machine) both(r *rapid.T, call func(ledger.Ledger) error) {
	got, want := call(m.real), call(m.model)
	for _, err := range []error{ledger.ErrInvalid, ledger.ErrExists, ledger.ErrNotFound, nil} {
		if errors.Is(got, err) != errors.Is(want, err) {
			r.Fatalf("error %v, want %v", got, want)
		}
	}
}
