package ledgertest

import (
	"context"
	"errors"
	"iter"
	"sync"
	"testing"
	"time"

	"github.com/caucus-live/caucus/internal/ledger"
	"github.com/caucus-live/caucus/internal/live"
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/wire"
)

// budget tests that a poll on the ledger has a budget of entries and of bytes: changed ballots
// come to an end, a restart gives no more of them, and the poll can be closed.
func (s suite) budget(t *testing.T) {
	t.Helper()
	for _, opts := range []live.Options{{Entries: 40}, {Bytes: 6_000}} {
		opts.SnapshotEvery = 2
		dir := t.TempDir()
		r, stop, _ := s.registry(t, dir, &opts)
		draft := poll.Draft{Topic: "Lunch", VotesPerVoter: 2, Name: "Ada", Method: "irv"}
		created, err := r.Create(t.Context(), draft, "")
		if err != nil {
			t.Fatal(err)
		}
		other, err := r.Create(t.Context(), draft, "")
		if err != nil {
			t.Fatal(err)
		}
		do := func(by poll.UserID, cmd poll.Command) (poll.Outcome, error) {
			return r.Do(t.Context(), created.PollID, by, "", cmd)
		}
		for _, pollID := range []string{created.PollID, other.PollID} {
			enter(t, r, pollID, created.Admin)
			enter(t, r, pollID, "ben")
		}
		var options []poll.NominationID
		for _, text := range []string{"Pizza", "Soup"} {
			outcome, err := do(created.Admin, poll.Nominate{Text: poll.Text{Text: text, Key: text}})
			if err != nil {
				t.Fatal(err)
			}
			options = append(options, outcome.Nomination)
		}
		if _, err := do(created.Admin, poll.StartVote{}); err != nil {
			t.Fatal(err)
		}
		cast := func() (ballots int) {
			for ; ballots < 1000; ballots++ {
				_, err := do("ben", poll.Cast{Ranking: options[:1]})
				if refusal, ok := errors.AsType[*poll.Error](err); ok && refusal.Code == poll.Limit {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			return ballots
		}
		if n := cast(); n < 10 || n > 100 {
			t.Errorf("%+v: %d ballots", opts, n)
		}
		stop()
		r, _, measuring := s.registry(t, dir, &opts)
		// One log is measured at a time: when the other's turn comes, what the first has is known.
		for _, pollID := range []string{created.PollID, other.PollID} {
			enter(t, r, pollID, "ben")
			for begun := ""; begun != pollID; {
				select {
				case begun = <-measuring:
				case <-time.After(time.Minute):
					t.Fatalf("%+v: nobody measured what the log of %s has", opts, pollID)
				}
			}
		}
		if n := cast(); n > 2 {
			t.Errorf("%+v: %d ballots more after a restart", opts, n)
		}
		if _, err := do(created.Admin, poll.Close{}); err != nil {
			t.Error(err)
		}
	}
}

// registry keeps polls on the ledger in dir until stop is called, or the test ends. The channel
// has the polls whose logs begin to be read from the start.
func (s suite) registry(t *testing.T, dir string, opts *live.Options) (r *live.Registry, stop func(), measuring <-chan string) {
	t.Helper()
	begun := make(chan string, 16)
	l := measuredLedger{s.open(t, dir), begun}
	r, err := live.New(l, nobody{}, opts)
	if err != nil {
		t.Fatal(err)
	}
	stop = sync.OnceFunc(func() {
		if err := r.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
		closeLedger(t, l)
	})
	t.Cleanup(stop)
	return r, stop, begun
}

// A measuredLedger tells when a log begins to be read from its start.
type measuredLedger struct {
	ledger.Ledger
	measuring chan<- string
}

func (l measuredLedger) Read(ctx context.Context, id string, after uint64) iter.Seq2[ledger.Entry, error] {
	if after == 0 {
		l.measuring <- id
	}
	return l.Ledger.Read(ctx, id, after)
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
