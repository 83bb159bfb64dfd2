package live_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/caucus-live/caucus/internal/live"
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/wire"
)

func TestGraceOfTheLobby(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, &live.Options{Grace: 10 * time.Second})
		bob := h.people(2)[1]

		bob.close()
		pass(9 * time.Second)
		bob = bob.tab().connect() // from another network
		pass(time.Minute)
		if !h.participates(bob) {
			t.Error("bob came back in time and lost his place")
		}

		bob.close()
		pass(10*time.Second - time.Millisecond)
		if !h.participates(bob) {
			t.Error("bob lost his place early")
		}
		pass(time.Second)
		if h.participates(bob) {
			t.Error("bob kept his place")
		}
		h.settled()

		bob = bob.tab().connect()
		if !h.participates(bob) {
			t.Error("bob came back late and does not take part")
		}
		h.settled()
	})
}

func TestPlaceIsKeptOnceVotingIsOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		people := h.people(3)
		people[1].close() // in its grace period when voting opens
		pass(time.Second)
		h.vote()
		people[2].close()
		pass(time.Hour)
		for _, p := range people {
			if !h.participates(p) {
				t.Errorf("%s lost their place", p.id)
			}
		}
		h.settled()
	})
}

func TestGraceBeginsAnewAfterARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		h.people(3)
		if err := h.Shutdown(t.Context()); err != nil {
			t.Fatal(err)
		}
		pass(time.Hour)
		after := h.again(nil)
		after.admin.connect()
		bob, eve := after.client("person1"), after.client("person2")
		pass(29 * time.Second)
		bob.connect()
		pass(2 * time.Second)
		if !after.participates(bob) || after.participates(eve) {
			t.Errorf("bob came back and takes part: %t; eve did not: %t", after.participates(bob), after.participates(eve))
		}
	})
}

func TestAdminComesBackToAnEmptyLobby(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		h.admin.connect().close()
		pass(time.Hour)
		h.admin = h.admin.tab().connect()
		if me := h.admin.look().me; me.Role != poll.Admin {
			t.Errorf("came back as %s", me.Role)
		}
	})
}

// The trouble of the ledger ends nobody's participation, nor anybody's grace.
func TestGraceThatCannotBeWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		bob := h.people(2)[1]
		h.ledger.onAppend(func(context.Context, int, func() error) error { return errDisk })
		bob.close()
		pass(45 * time.Second)
		if !h.participates(bob) {
			t.Error("bob left although it could not be written")
		}
		h.ledger.onAppend(nil)
		pass(30 * time.Second)
		if h.participates(bob) {
			t.Error("bob kept his place for ever")
		}
	})
}

// Whoever gives up while their Join is being written takes part without a
// connection: the lobby gives them their grace and no more.
func TestGivingUpToConnect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		h.admin.connect()
		release := h.gate()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		bob := h.client("bob")
		_, err := h.Connect(ctx, h.created.PollID, bob.member(), func(live.View) { t.Error("welcomed") })
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v", err)
		}
		close(release)
		synctest.Wait()
		if !h.participates(bob) {
			t.Error("bob does not take part")
		}
		pass(31 * time.Second)
		if h.participates(bob) {
			t.Error("bob takes part for ever")
		}
	})
}

// Giving up in one tab does not end what another has.
func TestGivingUpToConnectAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		bob := h.people(2)[1]
		release := h.gate()
		busy := h.start(h.admin, "", nominate("Soup"))
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := h.Connect(ctx, h.created.PollID, bob.member(), func(live.View) { t.Error("welcomed") })
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v", err)
		}
		close(release)
		if a := <-busy; a.err != nil {
			t.Fatal(a.err)
		}
		pass(time.Hour)
		if !h.participates(bob) {
			t.Error("bob lost his place")
		}
	})
}

func TestOnline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		people := h.people(3)
		tab := people[1].tab().connect()
		people[1].close()
		people[2].close()
		people[2].conn.Close() // twice is once
		online := func() (n int) {
			h.read(func(v live.View) {
				n = v.OnlineCount()
				page, _ := v.Roster("", 0, "")
				for _, p := range page {
					if p.Online != v.Online(p.ID) || p.Online != (p.ID != people[2].id) {
						t.Errorf("%+v", p)
					}
				}
			})
			return n
		}
		if n := online(); n != 2 {
			t.Errorf("%d online; want the admin and one other", n)
		}
		h.settled()
		if d := h.admin.document(); d.OnlineCount != 2 || d.ParticipantCount != 3 {
			t.Errorf("the document says %d of %d", d.OnlineCount, d.ParticipantCount)
		}
		if n := h.Stats().Connections; n != 2 {
			t.Errorf("%d connections", n)
		}
		tab.close()
		h.settled()
	})
}

func TestLeaving(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		bob := h.people(2)[1]
		tab := bob.tab().connect()
		h.do(bob, poll.Leave{})
		for _, c := range []*client{bob, tab} {
			if reason := c.look().ended; reason != wire.EndLeft {
				t.Errorf("ended: %q", reason)
			}
		}
		bob.close() // as the end of the socket does
		if h.participates(bob) {
			t.Error("takes part")
		}
		h.settled()
		if h.Stats().Connections != 1 {
			t.Errorf("%d connections", h.Stats().Connections)
		}
		again := bob.tab().connect() // the same token is the same person
		tab.close()                  // what ended long ago does not count against the new one
		if !h.participates(again) {
			t.Error("came back and does not take part")
		}
		if n := h.Stats().Connections; n != 2 {
			t.Errorf("%d connections", n)
		}
		h.read(func(v live.View) {
			if !v.Online(again.id) {
				t.Error("came back and is not online")
			}
		})
	})
}

// The base contract sends everybody to everybody: past some size its clients are
// sent away instead, once.
func TestBaseClientsOfABigPoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, &live.Options{BasePeople: 3})
		h.admin.connect()
		base := h.baseClient("base").connect()
		h.client("base").connect() // the same person, with another client
		alone := h.baseClient("alone").connect()
		if err := h.baseClient("late").tryConnect(); !isLimit(err) {
			t.Errorf("let in: %v", err)
		}
		h.client("big").connect()
		h.settled()
		if n := h.audience.count("Outgrown"); n != 1 {
			t.Errorf("sent away %d times", n)
		}
		if n := h.Stats().Connections; n != 3 {
			t.Errorf("%d connections, want those of patches alone", n)
		}
		h.read(func(v live.View) {
			if !v.Online("base") || v.Online("alone") {
				t.Errorf("online: base %t, alone %t", v.Online("base"), v.Online("alone"))
			}
		})
		base.conn.Close()
		alone.conn.Close()
		h.settled()
		if n := h.Stats().Connections; n != 3 {
			t.Errorf("%d connections after those sent away were closed", n)
		}
	})
}

func TestTooManyTabs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, &live.Options{Connections: 2})
		h.admin.connect()
		second := h.admin.tab().connect()
		if err := h.admin.tab().tryConnect(); !isLimit(err) {
			t.Errorf("a third tab: %v", err)
		}
		second.conn.Close()
		h.admin.tab().connect()
		h.settled()
	})
}

func isLimit(err error) bool {
	refusal, ok := errors.AsType[*poll.Error](err)
	return ok && refusal.Code == poll.Limit
}

func TestFullPoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, &live.Options{Limits: poll.Limits{Participants: 2, Nominations: 5}})
		h.people(2)
		if err := h.client("eve").tryConnect(); !isLimit(err) {
			t.Errorf("error %v", err)
		}
		h.settled()
	})
}
