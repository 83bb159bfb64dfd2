package jetstream_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/caucus-live/caucus/internal/ledger"
	"github.com/caucus-live/caucus/internal/ledger/jetstream"
	"github.com/caucus-live/caucus/internal/live"
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/wire"
)

// A poll's budget of entries and of bytes holds in NATS as it does on a disk: changed ballots
// come to an end, the poll can be closed, and a restart gives no more of them.
func TestBudgetOfAPoll(t *testing.T) {
	c := start(t, 1, 2)
	for account, opts := range []live.Options{{Entries: 80}, {Bytes: 12_000}} {
		opts.SnapshotEvery = 10
		r := registry(t, c.open(t, 0, account, jetstream.Options{}), &opts)
		created, err := r.Create(t.Context(), poll.Draft{Topic: "Lunch", VotesPerVoter: 2, Name: "Ada", Method: "irv"}, "")
		if err != nil {
			t.Fatal(err)
		}
		do := func(r *live.Registry, by poll.UserID, cmd poll.Command) (poll.Outcome, error) {
			return r.Do(t.Context(), created.PollID, by, "", cmd)
		}
		enter(t, r, created.PollID, created.Admin)
		enter(t, r, created.PollID, "ben")
		var options []poll.NominationID
		for _, text := range []string{"Pizza", "Soup"} {
			outcome, err := do(r, created.Admin, poll.Nominate{Text: poll.Text{Text: text, Key: text}})
			if err != nil {
				t.Fatal(err)
			}
			options = append(options, outcome.Nomination)
		}
		if _, err := do(r, created.Admin, poll.StartVote{}); err != nil {
			t.Fatal(err)
		}
		cast := func(r *live.Registry) (ballots int) {
			for range 1000 {
				_, err := do(r, "ben", poll.Cast{Ranking: options[:1]})
				if refusal, ok := errors.AsType[*poll.Error](err); ok && refusal.Code == poll.Limit {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				ballots++
			}
			return ballots
		}
		if n := cast(r); n < 20 || n > 200 {
			t.Errorf("%+v: %d ballots", opts, n)
		}
		if opts.Entries > 0 { // bytes are measured beside the poll's turns after a restart
			if err := r.Shutdown(context.Background()); err != nil {
				t.Fatal(err)
			}
			r = registry(t, c.open(t, 0, account, jetstream.Options{}), &opts)
			enter(t, r, created.PollID, "ben")
			if n := cast(r); n > 2 {
				t.Errorf("%d ballots more after a restart", n)
			}
		}
		if _, err := do(r, created.Admin, poll.Close{}); err != nil {
			t.Error(err)
		}
	}
}

// registry keeps polls on a ledger, until the test ends.
func registry(t *testing.T, l ledger.Ledger, opts *live.Options) *live.Registry {
	t.Helper()
	r, err := live.New(l, nobody{}, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		if err := r.Shutdown(ctx); err != nil {
			t.Error(err)
		}
	})
	return r
}

// enter connects somebody to a poll.
func enter(t *testing.T, r *live.Registry, pollID string, id poll.UserID) {
	t.Helper()
	name := poll.Text{Text: "Name of " + string(id), Key: "name of " + string(id)}
	if _, err := r.Connect(t.Context(), pollID, live.Member{ID: id, Name: name, Patches: true}, func(live.View) {}); err != nil {
		t.Fatal(err)
	}
}

// nobody is an audience that hears nothing.
type nobody struct{}

func (nobody) Patch(string, wire.PollPatch)                                {}
func (nobody) Base(string, *live.BaseEdition)                              {}
func (nobody) Me(string, poll.UserID, *poll.Me)                            {}
func (nobody) BaseMe(string, poll.UserID, *live.BaseEdition, poll.BaseOwn) {}
func (nobody) Admitted(live.View, poll.UserID)                             {}
func (nobody) Outgrown(string, *poll.Error)                                {}
func (nobody) Lost(string)                                                 {}
func (nobody) Flushed(f func())                                            { f() }
func (nobody) Ended(string, poll.UserID, wire.EndReason)                   {}
