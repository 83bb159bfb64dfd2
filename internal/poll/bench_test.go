package poll_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/caucus-live/caucus/internal/poll"
)

// room is the log of a poll in which everybody has voted, with ids of the lengths
// that the product draws.
func room(people int) []poll.Entry {
	at := opened
	log := []poll.Entry{}
	add := func(by poll.UserID, cmd poll.Command) {
		at = at.Add(time.Millisecond)
		log = append(log, poll.Entry{At: at, By: by, CommandID: fmt.Sprintf("%036d", len(log)), Command: cmd})
	}
	add(anna, creation(func(c *poll.Create) { c.Limits.Participants = 100_000 }))
	add(anna, poll.Join{Name: poll.Text{Text: "Anna", Key: "anna"}})
	options := make([]poll.NominationID, 10)
	for i := range options {
		options[i] = poll.NominationID(fmt.Sprintf("option%02d", i))
		name := fmt.Sprintf("Option %d", i)
		add(anna, poll.Nominate{ID: options[i], Text: poll.Text{Text: name, Key: name}})
	}
	for i := range people {
		name := fmt.Sprintf("Participant %d", i)
		add(userID(i), poll.Join{Name: poll.Text{Text: name, Key: name}})
	}
	add(anna, poll.StartVote{Seed: seed})
	for i := range people {
		add(userID(i), ballotOf(i, options))
	}
	return log
}

func ballotOf(i int, options []poll.NominationID) poll.Cast {
	n := len(options)
	return poll.Cast{
		Ranking: []poll.NominationID{options[i%n], options[(i+1+i/n%3)%n], options[(i+5)%n]},
		Receipt: fmt.Sprintf("%026d", i),
	}
}

func applied(tb testing.TB, log []poll.Entry) *poll.State {
	tb.Helper()
	s := poll.New()
	for i, e := range log {
		if _, err := s.Apply(uint64(i+1), e); err != nil {
			tb.Fatal(err)
		}
	}
	return s
}

func BenchmarkApplyBallot(b *testing.B) {
	for _, people := range []int{10, 10_000} {
		b.Run(fmt.Sprintf("participants=%d", people), func(b *testing.B) {
			log := room(people)
			s := applied(b, log)
			votes := log[len(log)-people:]
			ids := make([]string, 1024) // never one that is remembered
			for i := range ids {
				ids[i] = fmt.Sprintf("%036x", i)
			}
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				e := votes[i%people]
				e.CommandID = ids[i%len(ids)]
				if err := s.Check(e); err != nil {
					b.Fatal(err)
				}
				if _, err := s.Apply(s.Version()+1, e); err != nil {
					b.Fatal(err)
				}
				i++
			}
		})
	}
}

func BenchmarkDocument(b *testing.B) {
	for _, people := range []int{10, 10_000} {
		b.Run(fmt.Sprintf("participants=%d", people), func(b *testing.B) {
			s := applied(b, room(people))
			b.ReportAllocs()
			for b.Loop() {
				_ = s.Document()
			}
		})
	}
}

func BenchmarkBase(b *testing.B) {
	for _, people := range []int{10, 500} {
		b.Run(fmt.Sprintf("participants=%d", people), func(b *testing.B) {
			s := applied(b, room(people))
			b.ReportAllocs()
			for b.Loop() {
				_ = s.Base("")
			}
		})
	}
}

// BenchmarkClose is the count, by every method.
func BenchmarkClose(b *testing.B) {
	log := room(10_000)
	data := applied(b, log).Snapshot()
	for b.Loop() {
		b.StopTimer()
		s, err := poll.Restore(data)
		if err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		if _, err := s.Apply(s.Version()+1, poll.Entry{At: opened.Add(time.Hour), Command: poll.Close{}}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSnapshot(b *testing.B) {
	s := applied(b, room(10_000))
	b.Run("freeze", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = s.Freeze()
		}
	})
	b.Run("encode", func(b *testing.B) {
		frozen := s.Freeze()
		b.ReportAllocs()
		for b.Loop() {
			b.SetBytes(int64(len(frozen.Encode())))
		}
	})
}

func BenchmarkRestore(b *testing.B) {
	data := applied(b, room(10_000)).Snapshot()
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := poll.Restore(data); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkReplay is what Restore saves: 20,000 entries, from their bytes.
func BenchmarkReplay(b *testing.B) {
	var stored [][]byte
	for _, e := range room(10_000) {
		data, err := poll.MarshalEntry(e)
		if err != nil {
			b.Fatal(err)
		}
		stored = append(stored, data)
	}
	b.ReportAllocs()
	for b.Loop() {
		s := poll.New()
		for i, data := range stored {
			e, err := poll.UnmarshalEntry(data)
			if err != nil {
				b.Fatal(err)
			}
			if _, err := s.Apply(uint64(i+1), e); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkEntry(b *testing.B) {
	data, err := poll.MarshalEntry(storedBallot)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("marshal", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = poll.MarshalEntry(storedBallot)
		}
		b.ReportMetric(float64(len(data)), "bytes/ballot")
	})
	b.Run("unmarshal", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = poll.UnmarshalEntry(data)
		}
	})
}

// BenchmarkMemory restores polls to see what they hold of the heap, a participant who
// joined and voted once, both with a commandID.
func BenchmarkMemory(b *testing.B) {
	for _, people := range []int{10, 10_000} {
		b.Run(fmt.Sprintf("participants=%d", people), func(b *testing.B) {
			data := applied(b, room(people)).Snapshot()
			var polls []*poll.State
			before := heap()
			for b.Loop() {
				s, err := poll.Restore(data)
				if err != nil {
					b.Fatal(err)
				}
				polls = append(polls, s)
			}
			perPoll := float64(heap()-before) / float64(len(polls))
			b.ReportMetric(perPoll, "heap-B/poll")
			b.ReportMetric(perPoll/float64(people), "heap-B/participant")
			runtime.KeepAlive(polls)
		})
	}
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
