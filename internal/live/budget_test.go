package live_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/caucus-live/caucus/internal/live"
	"github.com/caucus-live/caucus/internal/poll"
)

// A storm of nominations leaves room for ballots, a storm of ballots for those who run
// the poll, and whatever they do, the poll can be closed; also after it was read again.
func TestBudget(t *testing.T) {
	for name, opts := range map[string]live.Options{
		"entries": {Entries: 80},
		"bytes":   {Bytes: 12_000},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				opts.SnapshotEvery, opts.Idle = 10, time.Second
				h := open(t, &opts)
				ben := h.client("ben").connect()
				h.admin.connect()
				eve := h.client("eve").connect()
				options := h.vote()[:1:1]
				last := h.version()
				until := func(by *client, cmd func(int) poll.Command) (entries uint64) {
					t.Helper()
					for i := range 10_000 {
						_, err := h.Do(t.Context(), h.created.PollID, by.id, "", cmd(i))
						if refusal, ok := errors.AsType[*poll.Error](err); ok {
							if refusal.Code != poll.Limit {
								t.Fatalf("%+v", refusal)
							}
							break
						}
						if err != nil {
							t.Fatal(err)
						}
					}
					entries, last = h.version()-last, h.version()
					return entries
				}
				cast := func(int) poll.Command { return poll.Cast{Ranking: options} }
				if n := until(ben, cast); n < 20 {
					t.Errorf("%d ballots", n)
				}
				pass(time.Minute) // out of memory, but for the connections
				if _, err := h.Do(t.Context(), h.created.PollID, ben.id, "", cast(0)); err == nil {
					t.Error("a ballot beyond the budget")
				}
				h.do(eve, cast(0)) // the first of somebody else
				if n := until(eve, cast); n > 2 {
					t.Errorf("%d more ballots beyond the budget", n)
				}
				for _, late := range []poll.UserID{"late", "later"} {
					h.do(h.client(late).connect(), cast(0))
				}
				h.do(h.admin, poll.MakeAdmin{ID: ben.id})
				h.do(ben, poll.Close{})
			})
		})
	}
}

func TestBudgetOfNominations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, &live.Options{Entries: 40})
		ben, cleo := h.client("ben").connect(), h.client("cleo").connect()
		h.admin.connect()
		var err error
		n := 0
		for ; err == nil && n < 1000; n++ {
			var made poll.Outcome
			if made, err = h.Do(t.Context(), h.created.PollID, ben.id, "", nominate(fmt.Sprint(n))); err == nil {
				_, err = h.Do(t.Context(), h.created.PollID, ben.id, "", poll.RemoveNomination{ID: made.Nomination})
			}
		}
		if refusal, ok := errors.AsType[*poll.Error](err); !ok || refusal.Code != poll.Limit || h.version() != 23 { // three have joined
			t.Fatalf("after %d: %v, version %d", n, err, h.version())
		}
		options := h.vote()
		for range 3 {
			h.do(ben, poll.Cast{Ranking: options})
		}
		h.do(h.admin, poll.AddHost{ID: cleo.id}) // those who run the poll go on
		spent := 0
		for err = nil; err == nil && spent < 1000; spent++ {
			_, err = h.Do(t.Context(), h.created.PollID, cleo.id, "", poll.LockRoom{Locked: spent%2 == 0})
		}
		if refusal, ok := errors.AsType[*poll.Error](err); !ok || refusal.Code != poll.Limit || spent < 5 {
			t.Fatalf("after %d of a host's: %v", spent, err)
		}
		h.do(h.admin, poll.RemoveHost{ID: cleo.id}) // and none of them can keep the admin from it
		h.refused(cleo, poll.LockRoom{}, poll.Unauthorized)
		h.do(h.admin, poll.RemoveParticipant{ID: cleo.id})
		h.do(h.admin, poll.Close{})
	})
}

// People who join and leave without end slow newcomers down and end nothing: once they stop,
// newcomers come in again; all the while everybody whom the poll remembers can come back, and
// people nominate and vote. So it is after the poll was read again.
func TestComingAndGoingDoesNotCloseAPoll(t *testing.T) {
	for name, hidden := range map[string]bool{"open turnout": false, "hidden turnout": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				opts := live.Options{Entries: 200, SnapshotEvery: 10}
				h := open(t, &opts, func(d *poll.Draft) { d.ShowTurnout = new(!hidden) })
				h.admin.connect()
				ben := h.client("ben").connect()
				flood := func(h *house) (came int) { // until one is refused
					for ; came < 1000; came++ {
						c := h.client(poll.UserID(fmt.Sprint("stranger", h.version())))
						if err := c.tryConnect(); err != nil {
							if refusal, ok := errors.AsType[*poll.Error](err); !ok || refusal.Code != poll.Limit {
								t.Error(err)
							}
							break
						}
						h.do(c, poll.Leave{})
					}
					return came
				}
				if n := flood(h); n < 45 || n > 50 {
					t.Errorf("%d came and went", n)
				}
				h.do(ben, poll.Leave{}) // who is known comes back
				ben.connect()
				options := h.vote()
				h.do(ben, poll.Cast{Ranking: options})

				h = h.again(&opts)
				if n := flood(h); n > 2 {
					t.Errorf("%d came and went after the poll was read again", n)
				}
				pass(time.Minute)
				if n := flood(h); n < 50 || n > 62 {
					t.Errorf("%d came and went a minute later", n)
				}
				pass(2 * time.Second)
				h.client("late").connect()
				h.do(h.admin, poll.Close{})
			})
		})
	}
}

// Where turnout is hidden, ballots use up a part of the budget that nothing else depends on: with ballots
// and without, everybody else is refused at the same command, until the result is revealed.
func TestTheBudgetTellsNothingOfHiddenBallots(t *testing.T) {
	for name, test := range map[string]struct {
		closed bool
		spend  func(h *house, i int) error
	}{
		"newcomers": {spend: func(h *house, i int) error {
			return h.client(poll.UserID(fmt.Sprint("newcomer", i))).tryConnect()
		}},
		"the admin": {spend: func(h *house, i int) error {
			_, err := h.Do(h.t.Context(), h.created.PollID, h.admin.id, "", poll.LockRoom{Locked: i%2 == 0})
			return err
		}},
		"the admin, before the result": {true, func(h *house, i int) error {
			_, err := h.Do(h.t.Context(), h.created.PollID, h.admin.id, "", poll.PlayResult{Speed: float64(1 + i%2)})
			return err
		}},
	} {
		let := func(ballots int) (spent int) {
			synctest.Test(t, func(t *testing.T) {
				h := open(t, &live.Options{Entries: 80}, func(d *poll.Draft) { d.ShowTurnout, d.Reveal = new(false), true })
				h.admin.connect()
				bob := h.client("bob").connect()
				options := h.vote()
				for range ballots {
					h.do(bob, poll.Cast{Ranking: options})
				}
				if test.closed {
					h.do(h.admin, poll.Close{})
				}
				for test.spend(h, spent) == nil {
					spent++
				}
				if test.closed {
					return
				}
				if ballots == 21 { // the first counts for nothing
					h.refused(bob, poll.Cast{Ranking: options}, poll.Limit)
				}
				h.do(h.admin, poll.Close{})
			})
			return spent
		}
		without := let(0)
		for _, ballots := range []int{1, 10, 21} {
			if with := let(ballots); with != without || with < 10 {
				t.Errorf("%s: %d commands beside %d ballots, and %d without", name, with, ballots, without)
			}
		}
	}
}

// A poll that was read again, from a snapshot, has as much left of its budget as without that: where
// ballots are hidden, or were when they were cast; when the log cannot be read at once; after batches
// that did not come to be in it.
func TestBudgetOutlivesARestart(t *testing.T) {
	errBroken := errors.New("broken")
	for name, c := range map[string]struct{ hidden, closed, cut, failed bool }{
		"open turnout":                      {},
		"hidden turnout":                    {hidden: true},
		"hidden turnout, read while closed": {hidden: true, closed: true},
		"a log that is not read at once":    {cut: true},
		"batches that failed":               {failed: true},
	} {
		left := func(restart bool) (ballots, commands int) {
			synctest.Test(t, func(t *testing.T) {
				opts := live.Options{Bytes: 12_000, SnapshotEvery: 10}
				h := open(t, &opts, func(d *poll.Draft) { d.ShowTurnout, d.Reveal = new(!c.hidden), true })
				h.admin.connect()
				ben := h.client("ben").connect()
				ballot := poll.Cast{Ranking: h.vote()[:1:1]}
				cast := func(most int) (n int) {
					for ; n < most; n++ {
						if _, err := h.Do(t.Context(), h.created.PollID, ben.id, "", ballot); err != nil {
							break
						}
					}
					return n
				}
				if c.failed {
					h.ledger.onAppend(func(context.Context, int, func() error) error { return errBroken })
					for range 10 {
						cast(1)
					}
					h.ledger.onAppend(nil)
				}
				synctest.Wait() // the first snapshot is saved
				cast(15)
				if c.closed {
					h.do(h.admin, poll.Close{})
				}
				if restart {
					synctest.Wait() // the second one is
					if c.cut {
						h.ledger.cutRead(errBroken)
					}
					h = h.again(&opts)
					h.admin.connect()
					pass(time.Minute) // the log is measured
				}
				if c.closed {
					h.do(h.admin, poll.Reopen{})
				}
				ballots = cast(1000)
				for ; commands < 1000; commands++ {
					if _, err := h.Do(t.Context(), h.created.PollID, h.admin.id, "", poll.LockRoom{Locked: commands%2 == 0}); err != nil {
						break
					}
				}
			})
			return ballots, commands
		}
		ballots, commands := left(false)
		if b, n := left(true); b != ballots || n != commands || b < 5 || b > 100 || n < 5 || n > 200 {
			t.Errorf("%s: %d ballots and %d commands are left; without a restart %d and %d", name, b, n, ballots, commands)
		}
	}
}
