package main

import (
	"fmt"
	"io"
	"net/http"
	"sync"
	"syscall"
	"testing"

	"github.com/caucus-live/caucus/internal/ledger/sqlite"
	"github.com/caucus-live/caucus/internal/live"
	"github.com/caucus-live/caucus/internal/poll"
)

// BenchmarkStart starts the program, in a process of its own, over a ledger with
// many polls, and has it show one of them. It also reports what memory it has then.
func BenchmarkStart(b *testing.B) {
	for _, polls := range []int{1, 1000, 100_000} {
		b.Run(fmt.Sprintf("polls=%d", polls), func(b *testing.B) {
			data := b.TempDir()
			code := makePolls(b, data, polls)
			memory := int64(0)
			for b.Loop() {
				p, err := startProcess(b, data, io.Discard)
				if err != nil {
					b.Fatal(err)
				}
				if status, answer := get(b, p.URL()+"/polls/"+code); status != http.StatusOK {
					b.Fatalf("%d %s", status, answer)
				}
				b.StopTimer()
				memory, _ = p.Memory("VmRSS")
				if err := p.End(syscall.SIGTERM); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
			}
			b.ReportMetric(float64(memory)/1e6, "MB")
		})
	}
}

// makePolls makes a ledger of the given number of polls, and returns the code of one.
func makePolls(b *testing.B, data string, polls int) (code string) {
	b.Helper()
	l, err := sqlite.Open(data, nil)
	if err != nil {
		b.Fatal(err)
	}
	r, err := live.New(l, nil, nil) // what nobody follows is not published
	if err != nil {
		b.Fatal(err)
	}
	var writers sync.WaitGroup
	todo := make(chan int)
	for range 256 { // whose writes are committed together
		writers.Go(func() { // ends with todo; waited for below
			for i := range todo {
				made, err := r.Create(b.Context(), poll.Draft{Topic: "What shall we have?", VotesPerVoter: 3, Name: "Ann"}, "")
				if err != nil {
					b.Error(err)
				}
				if i == 0 {
					code = made.PollID
				}
			}
		})
	}
	for i := range polls {
		todo <- i
	}
	close(todo)
	writers.Wait()
	if err := r.Shutdown(b.Context()); err != nil {
		b.Fatal(err)
	}
	if err := l.Close(); err != nil {
		b.Fatal(err)
	}
	return code
}
