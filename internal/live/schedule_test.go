package live_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/caucus-live/caucus/internal/ledger"
	"github.com/caucus-live/caucus/internal/live"
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/wire"
)

// closingIn sets the time at which voting ends on its own.
func closingIn(d time.Duration) func(*poll.Draft) {
	return func(draft *poll.Draft) { draft.ClosesAt = time.Now().Add(d).Format(time.RFC3339) }
}

func TestVoteClosesOnTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil, closingIn(time.Hour))
		bob := h.people(2)[1]
		options := h.vote()
		h.do(bob, poll.Cast{Ranking: options})
		pass(time.Hour - time.Second)
		h.do(h.admin, poll.Cast{Ranking: options[:1]})
		pass(2 * time.Second)
		h.settled()
		if d := bob.document(); d.Phase != poll.Closed || d.Results == nil || d.Results.Ballots != 2 {
			t.Errorf("phase %s, results %+v", d.Phase, d.Results)
		}
		h.refused(bob, poll.Cast{Ranking: options}, poll.WrongPhase)
	})
}

func TestVoteClosesOnTimeThoughNobodyIsThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil, closingIn(time.Hour))
		h.admin.connect()
		options := h.vote()
		h.do(h.admin, poll.Cast{Ranking: options})
		h.admin.close()
		pass(10 * time.Minute)
		if n := h.Stats().Rooms; n != 0 {
			t.Errorf("%d rooms in memory", n)
		}
		pass(time.Hour)
		h.read(func(v live.View) {
			if v.State().Phase() != poll.Closed || v.Edition().Document.Results.Ballots != 1 {
				t.Errorf("phase %s, results %+v", v.State().Phase(), v.Edition().Document.Results)
			}
		})
	})
}

func TestVoteClosesOnTimeAfterARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil, closingIn(time.Hour))
		h.admin.connect()
		options := h.vote()
		if err := h.Shutdown(t.Context()); err != nil {
			t.Fatal(err)
		}
		pass(2 * time.Hour)
		after := h.again(nil)
		after.refused(after.admin, poll.Cast{Ranking: options}, poll.WrongPhase)
		if after.phase() != poll.Closed {
			t.Errorf("phase %s", after.phase())
		}
	})
}

// While the close of a vote cannot be written nothing else happens, and nobody is
// shown a vote that is open beyond its time.
func TestCloseThatCannotBeWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil, closingIn(time.Hour))
		h.admin.connect()
		options := h.vote()
		h.ledger.onAppend(func(context.Context, int, func() error) error { return errDisk })
		pass(time.Hour)
		if _, err := h.Do(t.Context(), h.created.PollID, h.admin.id, "", poll.Cast{Ranking: options}); !errors.Is(err, errDisk) {
			t.Errorf("cast: %v", err)
		}
		if err := h.Read(t.Context(), h.created.PollID, func(live.View) { t.Error("shown") }); !errors.Is(err, errDisk) {
			t.Errorf("read: %v", err)
		}
		h.ledger.batches()
		pass(time.Minute)
		if n := len(h.ledger.batches()); n < 59 || n > 61 {
			t.Errorf("tried %d times in a minute", n)
		}
		h.ledger.onAppend(nil)
		pass(2 * time.Second)
		h.settled()
		if d := h.admin.document(); d.Phase != poll.Closed {
			t.Errorf("phase %s", d.Phase)
		}
	})
}

func TestExpiry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, &live.Options{PollTTL: time.Hour})
		bob, base := h.people(2)[1], h.baseClient("base").connect()
		pass(time.Until(h.created.Expires) - time.Second)
		h.do(bob, nominate("Soup"))
		pass(time.Second)
		synctest.Wait()
		for _, c := range []*client{bob, base} {
			if reason := c.look().ended; reason != wire.EndExpired {
				t.Errorf("%s: ended: %q", c.id, reason)
			}
			c.close()
		}
		if err := h.Read(t.Context(), h.created.PollID, func(live.View) { t.Error("shown") }); !errors.Is(err, live.ErrNotFound) {
			t.Errorf("read: %v", err)
		}
		if _, err := h.Do(t.Context(), h.created.PollID, bob.id, "", nominate("Salad")); !errors.Is(err, live.ErrNotFound) {
			t.Errorf("nominate: %v", err)
		}
		if n := h.audience.count("Ended"); n != 2 { // once, counted for each kind of client
			t.Errorf("%d ends", n)
		}
		if s := h.Stats(); s.Rooms != 0 || s.Connections != 0 {
			t.Errorf("%+v", s)
		}
	})
}

func TestExpiryAfterARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opts := &live.Options{PollTTL: time.Hour}
		h := open(t, opts)
		h.people(2)
		if err := h.Shutdown(t.Context()); err != nil {
			t.Fatal(err)
		}
		pass(59 * time.Minute)
		after := h.again(opts)
		after.admin.connect()
		pass(time.Minute)
		synctest.Wait()
		if reason := after.admin.look().ended; reason != wire.EndExpired {
			t.Errorf("ended: %q", reason)
		}
		after = h.again(opts)
		if err := after.Read(t.Context(), h.created.PollID, func(live.View) { t.Error("shown") }); !errors.Is(err, live.ErrNotFound) {
			t.Errorf("read: %v", err)
		}
	})
}

func TestExpiredPollsAreRemoved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, &live.Options{PollTTL: time.Hour, SweepInterval: time.Minute})
		for range 250 {
			if _, err := h.Create(t.Context(), draft(), ""); err != nil {
				t.Fatal(err)
			}
		}
		pass(62 * time.Minute)
		if _, err := h.ledger.Info(t.Context(), h.created.PollID); !errors.Is(err, ledger.ErrNotFound) {
			t.Errorf("the log is there: %v", err)
		}
		if n := h.Stats().Expired; n != 251 {
			t.Errorf("%d polls expired", n)
		}
	})
}

// A log that vanishes under a poll in use ends the poll as its expiry does.
func TestLogThatVanishes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		h.admin.connect()
		if _, err := h.ledger.Expire(t.Context(), h.created.Expires, 1); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Do(t.Context(), h.created.PollID, h.admin.id, "", nominate("Soup")); err == nil {
			t.Error("accepted")
		}
		if err := h.Read(t.Context(), h.created.PollID, func(live.View) { t.Error("shown") }); !errors.Is(err, live.ErrNotFound) {
			t.Errorf("read: %v", err)
		}
		if reason := h.admin.look().ended; reason != wire.EndExpired {
			t.Errorf("ended: %q", reason)
		}
	})
}

func TestIdlePollLeavesMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, &live.Options{Idle: time.Minute})
		h.admin.connect()
		h.vote()
		pass(24 * time.Minute)
		if n := h.Stats().Rooms; n != 1 {
			t.Errorf("%d rooms while somebody is connected", n)
		}
		h.admin.close()
		pass(59 * time.Second)
		h.read(func(live.View) {})
		pass(59 * time.Second)
		if n := h.Stats().Rooms; n != 1 {
			t.Errorf("%d rooms: it was used a minute ago", n)
		}
		pass(2 * time.Second)
		if n := h.Stats().Rooms; n != 0 {
			t.Errorf("%d rooms", n)
		}
		h.admin = h.admin.tab().connect()
		if d := h.admin.document(); d.Phase != poll.Voting || len(d.Nominations) != 3 {
			t.Errorf("it came back as %+v", d)
		}
		h.settled()
	})
}

// Where the servers of a cluster go by another time than this machine's clock has, whatever happens
// to a poll at a time happens by theirs.
func TestPollsGoByTheTimeOfAll(t *testing.T) {
	for _, ahead := range []time.Duration{-48 * time.Hour, 0, 48 * time.Hour} {
		t.Run(ahead.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				now := func() time.Time { return time.Now().Add(ahead) }
				h := open(t, &live.Options{Now: now, PollTTL: 3 * time.Hour, Grace: time.Minute}, closingIn(ahead+time.Hour))
				bob := h.people(2)[1]
				options := h.vote()
				bob.close()
				pass(time.Hour - time.Second)
				h.do(h.admin, poll.Cast{Ranking: options[:1]})
				h.read(func(v live.View) {
					if off := now().Sub(v.State().Created()); off.Abs() > 2*time.Hour {
						t.Errorf("the poll was made %s ago", off)
					}
				})
				pass(2 * time.Second)
				if got := h.phase(); got != poll.Closed {
					t.Errorf("after an hour: phase %s", got)
				}
				pass(2*time.Hour - time.Minute)
				h.read(func(live.View) {}) // it is there
				pass(2 * time.Minute)
				if err := h.Read(t.Context(), h.created.PollID, func(live.View) {}); !errors.Is(err, live.ErrNotFound) {
					t.Errorf("after three hours: %v", err)
				}
				if n := h.Stats().Expired; n != 1 {
					t.Errorf("%d polls were removed", n)
				}
			})
		})
	}
}
