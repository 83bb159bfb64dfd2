package httpd_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/caucus-live/caucus/internal/ledger"
	"github.com/caucus-live/caucus/internal/ledger/memory"
	"github.com/caucus-live/caucus/internal/wire"
	"github.com/caucus-live/caucus/internal/wire/event"
)

// An appending ledger appends as a test wants.
type appendingLedger struct {
	ledger.Ledger
	append func(context.Context) error
}

func (l appendingLedger) Append(ctx context.Context, id string, entries ...[]byte) (uint64, error) {
	if err := l.append(ctx); err != nil {
		return 0, err
	}
	return l.Ledger.Append(ctx, id, entries...)
}

// A creating ledger makes logs as a test wants.
type creatingLedger struct {
	ledger.Ledger
	create func() error
}

func (l creatingLedger) Create(ctx context.Context, id string, expires time.Time, entries ...[]byte) error {
	if err := l.create(); err != nil {
		return err
	}
	return l.Ledger.Create(ctx, id, expires, entries...)
}

// When the ledger fails, or takes for ever, people are told so, and nobody is
// told what went wrong but the log.
func TestTroubleOfTheLedger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var trouble func(context.Context) error
		h := openOn(t, appendingLedger{new(memory.Ledger), func(ctx context.Context) error {
			if trouble != nil {
				return trouble(ctx)
			}
			return nil
		}})
		p := h.play("Ann", "Bob")

		trouble = func(context.Context) error { return errors.New("no space left on device") }
		answer := p.ann.command("submit_rankings", p.ballot(0))
		faults := logged(t, h, "fault")
		if answer.Error == nil || answer.Error.Code != "internal" || strings.Contains(answer.Error.Message, "space") {
			t.Errorf("%+v", answer)
		}
		if len(faults) != 1 || !strings.Contains(answer.Error.Message, faults[0].ID) || !strings.Contains(faults[0].Error, "no space left on device") {
			t.Errorf("%+v", faults)
		}
		if faults[0].Poll != p.code {
			t.Errorf("%+v does not tell the poll", faults[0])
		}
		p.bob.emit("submit_rankings", p.ballot(0))
		if got := last(p.bob, event.Exception); got.Type != "Unknown" {
			t.Errorf("%+v", got)
		}

		well := make(chan struct{})
		trouble = func(context.Context) error { <-well; return nil }
		p.ann.call("submit_rankings", p.ballot(1))
		settle(20 * time.Second)
		if err := json.Unmarshal(p.ann.answer[p.ann.calls], &answer); err != nil || answer.Error == nil || answer.Error.Code != "internal" {
			t.Errorf("%v %+v", err, answer)
		}
		if got := problem(t, h.get("/polls/"+p.code), http.StatusServiceUnavailable); !strings.HasPrefix(got[0], "The server is too busy") {
			t.Errorf("%q", got)
		}
		close(well)
		synctest.Wait()
		p.ann.must("submit_rankings", p.ballot(2))
		if n := len(logged(t, h, "fault")); n != 2 {
			t.Errorf("%d faults; what is late is none", n)
		}
	})
}

// What cannot be saved just now may be sent again, whatever keeps it from being saved: the
// answers to requests and to events say so.
func TestWhatCannotBeSavedMayBeSentAgain(t *testing.T) {
	for name, cause := range map[string]error{"disk": errors.New("no space left on device"), "cluster": context.DeadlineExceeded} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var trouble error
				appending := appendingLedger{new(memory.Ledger), func(context.Context) error { return trouble }}
				h := openOn(t, creatingLedger{appending, func() error { return trouble }})
				p := h.play("Ann", "Bob")
				trouble = fmt.Errorf("ledger: log %s: %w", p.code, &ledger.UnwritableError{Reason: "too little of something", Err: cause})
				want := "The server cannot save anything just now: too little of something. Try again in a moment."
				if answer := p.ann.command("submit_rankings", p.ballot(0)); answer.Error == nil || answer.Error.Message != want {
					t.Errorf("%+v", answer.Error)
				}
				res := h.post("/polls", wire.CreatePoll{Topic: "T", VotesPerVoter: 2, Name: "N", Patches: true})
				if got := problem(t, res, http.StatusServiceUnavailable); got[0] != want || res.Header.Get("Retry-After") == "" {
					t.Errorf("%q, Retry-After %q", got, res.Header.Get("Retry-After"))
				}
				if n := len(logged(t, h, "fault")); n != 2 {
					t.Errorf("%d faults", n)
				}
			})
		})
	}
}
