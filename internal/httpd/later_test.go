package httpd_test

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/caucus-live/caucus/internal/ledger/memory"
	"github.com/caucus-live/caucus/internal/wire"
	"github.com/caucus-live/caucus/internal/wire/event"
)

// While ballots are being written, no goroutine waits for them: ten thousand at once do not
// take ten thousand stacks.
func TestBallotsWaitWithoutGoroutines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const people = 50
		written := make(chan struct{})
		close(written)
		h := openOn(t, appendingLedger{new(memory.Ledger), func(context.Context) error { <-written; return nil }})
		p := h.play("Ann", "Bob")
		var voters []*client
		for i := range people {
			voters = append(voters, h.patches(h.join(p.code, fmt.Sprintf("Voter %d", i))))
		}
		settle(time.Minute)

		written = make(chan struct{})
		before := runtime.NumGoroutine()
		for _, v := range voters {
			if answer := v.call("submit_rankings", p.ballot(0)); answer != nil {
				t.Errorf("answered before it was written: %s", answer)
			}
		}
		if more := runtime.NumGoroutine() - before; more > 5 {
			t.Errorf("%d goroutines for %d ballots", more, people)
		}
		close(written)
		synctest.Wait()
		for _, v := range voters {
			if len(v.answer) != 1 || len(events(v, event.Me)) != 2 {
				t.Errorf("%d answers, %d views of their own", len(v.answer), len(events(v, event.Me)))
			}
		}
	})
}

// Of one socket two commands are under way at most; the others wait behind them, and all
// are carried out in their order.
func TestCommandsOfASocketKeepTheirOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		written := make(chan struct{})
		close(written)
		h := openOn(t, appendingLedger{new(memory.Ledger), func(context.Context) error { <-written; return nil }})
		p := h.play("Ann", "Bob")
		written = make(chan struct{})
		for i := range 4 {
			p.ann.call("submit_rankings", p.ballot(i%3))
		}
		close(written)
		synctest.Wait()
		p.ann.mu.Lock()
		defer p.ann.mu.Unlock()
		version := uint64(0)
		for n := p.ann.calls - 3; n <= p.ann.calls; n++ {
			var answer wire.Answer
			if err := json.Unmarshal(p.ann.answer[n], &answer); err != nil || answer.Version <= version {
				t.Errorf("%s after version %d: %v", p.ann.answer[n], version, err)
			}
			version = answer.Version
		}
	})
}
