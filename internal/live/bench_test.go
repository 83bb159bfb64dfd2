package live_test

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/caucus-live/caucus/internal/ledger/memory"
	"github.com/caucus-live/caucus/internal/live"
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/wire"
)

// nobody is a Publisher to nobody.
type nobody struct{}

func (nobody) Patch(string, wire.PollPatch)                                {}
func (nobody) Base(string, *live.BaseEdition)                              {}
func (nobody) Me(string, poll.UserID, *poll.Me)                            {}
func (nobody) BaseMe(string, poll.UserID, *live.BaseEdition, poll.BaseOwn) {}
func (nobody) Outgrown(string, *poll.Error)                                {}
func (nobody) Flushed(f func())                                            { f() }
func (nobody) Lost(string)                                                 {}
func (nobody) Admitted(live.View, poll.UserID)                             {}
func (nobody) Ended(string, poll.UserID, wire.EndReason)                   {}

func look(live.View) {}

// A hall is a poll that votes, with everybody connected.
type hall struct {
	*live.Registry
	b       *testing.B
	id      string
	people  []poll.UserID // the admin first
	options []poll.NominationID
}

func newHall(b *testing.B, l *memory.Ledger, people int, opts *live.Options) *hall {
	b.Helper()
	r, err := live.New(l, nobody{}, opts)
	if err != nil {
		b.Fatal(err)
	}
	created, err := r.Create(b.Context(), draft(), "")
	if err != nil {
		b.Fatal(err)
	}
	h := &hall{Registry: r, b: b, id: created.PollID, people: []poll.UserID{created.Admin}}
	for i := range people - 1 {
		h.people = append(h.people, poll.UserID(fmt.Sprintf("person%d", i)))
	}
	h.each(func(_ int, who poll.UserID) error {
		_, err := r.Connect(b.Context(), h.id, live.Member{ID: who, Name: created.Name, Patches: true}, look)
		return err
	})
	for _, what := range []string{"Pizza", "Soup", "Salad"} {
		h.options = append(h.options, h.do(h.people[0], nominate(what)).Nomination)
	}
	h.do(h.people[0], poll.StartVote{})
	return h
}

func (h *hall) do(by poll.UserID, cmd poll.Command) poll.Outcome {
	outcome, err := h.Do(h.b.Context(), h.id, by, "", cmd)
	if err != nil {
		h.b.Error(err)
	}
	return outcome
}

// each calls f for all people at once.
func (h *hall) each(f func(i int, who poll.UserID) error) {
	var all sync.WaitGroup
	for i, who := range h.people {
		all.Go(func() { // ends with f
			if err := f(i, who); err != nil {
				h.b.Error(err)
			}
		})
	}
	all.Wait()
}

func (h *hall) shutdown() {
	if err := h.Shutdown(h.b.Context()); err != nil {
		h.b.Error(err)
	}
}

// BenchmarkCast has everybody in a room cast ballots, each of them waiting for the
// answer to one before the next.
func BenchmarkCast(b *testing.B) {
	for _, people := range []int{1, 100, 10_000} {
		b.Run(fmt.Sprintf("people=%d", people), func(b *testing.B) {
			h := newHall(b, new(memory.Ledger), people, nil)
			before := h.Stats()
			b.ReportAllocs()
			b.ResetTimer()
			var next atomic.Int64
			h.each(func(_ int, who poll.UserID) error {
				for next.Add(1) <= int64(b.N) {
					h.do(who, poll.Cast{Ranking: h.options})
				}
				return nil
			})
			b.StopTimer()
			after := h.Stats()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "ballots/s")
			b.ReportMetric(float64(after.Entries-before.Entries)/float64(after.Batches-before.Batches), "entries/append")
			h.shutdown()
		})
	}
}

// BenchmarkOpen opens a poll in which everybody has joined and voted.
func BenchmarkOpen(b *testing.B) {
	for _, people := range []int{10, 10_000} {
		for from, every := range map[string]int{"log": 1 << 30, "snapshot": 4000} {
			b.Run(fmt.Sprintf("people=%d/from=%s", people, from), func(b *testing.B) {
				l := new(memory.Ledger)
				opts := &live.Options{SnapshotEvery: every}
				h := newHall(b, l, people, opts)
				h.each(func(_ int, who poll.UserID) error {
					h.do(who, poll.Cast{Ranking: h.options})
					return nil
				})
				h.shutdown()
				b.ReportAllocs()
				for b.Loop() {
					r, err := live.New(l, nobody{}, opts)
					if err != nil {
						b.Fatal(err)
					}
					if err := r.Read(b.Context(), h.id, look); err != nil {
						b.Fatal(err)
					}
					if err := r.Shutdown(b.Context()); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// BenchmarkMemory reports what a poll takes in memory while nobody is connected to
// it, and what a person takes who is connected to one.
func BenchmarkMemory(b *testing.B) {
	b.Run("polls=10000", func(b *testing.B) {
		for b.Loop() {
			r, err := live.New(new(memory.Ledger), nobody{}, &live.Options{Idle: time.Hour})
			if err != nil {
				b.Fatal(err)
			}
			ids := make([]string, 10_000)
			for i := range ids {
				created, err := r.Create(b.Context(), draft(), "")
				if err != nil {
					b.Fatal(err)
				}
				ids[i] = created.PollID
			}
			before := heap()
			for _, id := range ids {
				if err := r.Read(b.Context(), id, look); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(heap()-before)/float64(len(ids)), "B/poll")
			if err := r.Shutdown(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("people=10000", func(b *testing.B) {
		for b.Loop() {
			l := new(memory.Ledger) // what is in the log does not count
			h := newHall(b, l, 10_000, nil)
			with := heap()
			h.shutdown()
			people := len(h.people)
			h.Registry = nil
			b.ReportMetric(float64(with-heap())/float64(people), "B/person")
			runtime.KeepAlive(l)
		}
	})
}

// heap is what is in use after all that can be is collected.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
