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

// The tests of this file are named for the faults of the original application
// (section 3 of the contract) that must not come back.

func TestFault01_CancelThenDisconnect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		people := h.people(3)
		base := h.baseClient("base").connect()
		h.do(h.admin, poll.Cancel{})
		for _, c := range append(people, base) {
			if reason := c.look().ended; reason != wire.EndCancelled {
				t.Errorf("%s: ended: %q", c.id, reason)
			}
			c.close()
			c.close()
		}
		synctest.Wait()
		if n := h.Stats().Connections; n != 0 {
			t.Errorf("%d connections", n)
		}
		h.refused(people[1], nominate("Soup"), poll.WrongPhase)
	})
}

func TestFault01_ConnectToACancelledPoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		h.admin.connect()
		bob := h.client("bob").connect()
		h.do(h.admin, poll.Cancel{})
		for range 2 { // while it is in memory, and when it is not
			for _, c := range []*client{bob, h.client("eve"), h.baseClient("base")} {
				if err := c.tryConnect(); !errors.Is(err, live.ErrNotFound) {
					t.Errorf("%s: %v", c.id, err)
				}
			}
			if err := h.Read(t.Context(), h.created.PollID, func(live.View) { t.Error("shown") }); !errors.Is(err, live.ErrNotFound) {
				t.Errorf("read: %v", err)
			}
			pass(time.Hour)
		}
	})
}

func TestFault01_ConnectToAnExpiredPoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, &live.Options{PollTTL: time.Hour, SweepInterval: 24 * time.Hour})
		h.admin.connect()
		pass(time.Hour)
		for range 2 { // before it is removed from the ledger, and after
			if err := h.admin.tryConnect(); !errors.Is(err, live.ErrNotFound) {
				t.Errorf("error %v", err)
			}
			pass(24 * time.Hour)
		}
	})
}

func TestFault04_RemovedParticipantHasNoRights(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		bob := h.people(2)[1]
		tab := bob.tab().connect()
		options := h.vote()
		h.do(bob, poll.Cast{Ranking: options})
		h.do(h.admin, poll.RemoveParticipant{ID: bob.id})
		for _, c := range []*client{bob, tab} {
			if reason := c.look().ended; reason != wire.EndRemoved {
				t.Errorf("ended: %q", reason)
			}
		}
		h.refused(bob, poll.Cast{Ranking: options}, poll.Unauthorized)
		if err := bob.tab().tryConnect(); !errors.Is(err, live.ErrForbidden) {
			t.Errorf("connect: %v", err)
		}
		pass(time.Hour)
		if err := bob.tab().tryConnect(); !errors.Is(err, live.ErrForbidden) {
			t.Errorf("connect an hour later: %v", err)
		}
		h.do(h.admin, poll.Close{})
		h.settled()
		if d := h.admin.document(); d.Results.Ballots != 0 || d.OnlineCount != 1 {
			t.Errorf("%d ballots, %d online", d.Results.Ballots, d.OnlineCount)
		}
	})
}

// Somebody who is removed while they connect is not let in.
func TestFault04_RemovedWhileConnecting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		bob := h.people(2)[1]
		h.do(bob, poll.Leave{})
		release := h.gate()
		busy := h.start(h.admin, "", nominate("Soup"))
		synctest.Wait()
		removal := h.start(h.admin, "", poll.RemoveParticipant{ID: bob.id})
		synctest.Wait()
		refused := make(chan error, 1)
		go func() { refused <- bob.tab().tryConnect() }() // ends with the attempt
		synctest.Wait()
		close(release)
		if a := <-busy; a.err != nil {
			t.Fatal(a.err)
		}
		if a := <-removal; a.err != nil {
			t.Fatal(a.err)
		}
		if err := <-refused; !errors.Is(err, live.ErrForbidden) {
			t.Errorf("connect: %v", err)
		}
	})
}

func TestFault05_TwoTabsOneClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		bob := h.people(2)[1]
		tab := bob.tab().connect()
		bob.close()
		pass(time.Hour)
		if !h.participates(bob) || tab.look().ended != "" {
			t.Error("closing a tab removed the person")
		}
		h.settled()
	})
}

func TestFault05_AnotherNetwork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		bob := h.people(2)[1]
		mobile := bob.tab().connect() // before the server notices that the first is lost
		pass(20 * time.Second)
		bob.close()
		pass(time.Hour)
		if !h.participates(mobile) {
			t.Error("changing the network removed the person")
		}
	})
}

func TestFault06_NewPollDoesNotTakeALiveCode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		var drawn []string
		h.ledger.onCreate(func(id string) error {
			drawn = append(drawn, id)
			if len(drawn) < 3 {
				return ledger.ErrExists
			}
			return nil
		})
		created, err := h.Create(t.Context(), draft(), "")
		if err != nil || len(drawn) != 3 || created.PollID != drawn[2] || drawn[0] == drawn[1] {
			t.Errorf("created %+v, %v, of the codes %v", created, err, drawn)
		}
		h.ledger.onCreate(func(string) error { return ledger.ErrExists })
		if _, err := h.Create(t.Context(), draft(), ""); !errors.Is(err, ledger.ErrExists) {
			t.Errorf("when no code is free: %v", err)
		}
	})
}

func TestFault10_ExpiryInMidVoteCountsFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, &live.Options{PollTTL: 8 * time.Hour})
		bob := h.people(2)[1]
		options := h.vote()
		h.do(bob, poll.Cast{Ranking: options})
		pass(7*time.Hour - time.Minute)
		if h.phase() != poll.Voting {
			t.Errorf("phase %s an hour and a minute before the end", h.phase())
		}
		pass(time.Minute)
		h.settled()
		if d := bob.document(); d.Phase != poll.Closed || d.Results == nil || d.Results.Ballots != 1 {
			t.Errorf("phase %s, results %+v", d.Phase, d.Results)
		}
		if bob.look().ended != "" {
			t.Error("the poll ended before its results were seen")
		}
		pass(time.Hour)
		if reason := bob.look().ended; reason != wire.EndExpired {
			t.Errorf("ended: %q", reason)
		}
	})
}

// A panic costs the poll its place in memory, and its people their connections;
// nothing that is in the log, and no other poll.
func TestAPanicStaysInItsPoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		h.people(2)
		h.do(h.admin, nominate("Pizza"))
		err := h.Read(t.Context(), h.created.PollID, func(live.View) { panic("a fault of the test") }) //nolint:forbidigo // what is tested
		if err == nil {
			t.Error("no error")
		}
		synctest.Wait()
		if n := h.audience.count("Lost"); n != 1 {
			t.Errorf("connections were broken %d times", n)
		}
		if n := h.Stats().Connections; n != 0 {
			t.Errorf("%d connections", n)
		}
		h.admin.tab().connect()
		h.do(h.admin, nominate("Soup"))
		h.read(func(v live.View) {
			if n := len(v.State().Document().Nominations); n != 2 {
				t.Errorf("%d nominations", n)
			}
		})
		h.settled()
	})
}

// Requests in the same turn as one that panics are answered, with an error.
func TestOthersOfATurnThatPanicsAreAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		read := func(f func(live.View)) <-chan error {
			answer := make(chan error, 1)
			go func() { answer <- h.Read(t.Context(), h.created.PollID, f) }() // ends with the answer
			synctest.Wait()
			return answer
		}
		gate := make(chan struct{})
		before := read(func(live.View) { <-gate })
		panics := read(func(live.View) { panic("a fault of the test") }) //nolint:forbidigo // what is tested
		other := read(func(live.View) { t.Error("a request was handled after the panic") })
		close(gate)
		if err := <-before; err != nil {
			t.Errorf("the turn before: %v", err)
		}
		for name, answer := range map[string]<-chan error{"the one that panicked": panics, "another one": other} {
			select {
			case err := <-answer:
				if err == nil {
					t.Errorf("%s was answered without an error", name)
				}
			case <-time.After(time.Minute):
				t.Errorf("%s is not answered", name)
			}
		}
		h.settled()
	})
}

// A command whose turn panics, before or after the command was decided, is answered once.
func TestCommandsOfATurnThatPanicsAreAnsweredOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		h.admin.connect()
		h.ledger.onAppend(func(context.Context, int, func() error) error {
			panic("a fault of the test") //nolint:forbidigo // what is tested
		})
		answers := 0
		h.Submit(h.created.PollID, h.admin.id, "", nominate("Soup"), func(_ poll.Outcome, err error) {
			if err == nil {
				t.Error("no error")
			}
			answers++
		})
		synctest.Wait()
		if answers != 1 {
			t.Errorf("%d answers", answers)
		}
	})
}

// A command that no poll takes is answered at once.
func TestSubmitAnswersWhatNoPollTakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		submit := func(by poll.UserID) (answer error) {
			h.Submit(h.created.PollID, by, "", poll.Leave{}, func(_ poll.Outcome, err error) { answer = err })
			return answer
		}
		if _, refused := errors.AsType[*poll.Error](submit(poll.System)); !refused {
			t.Error("a command in the name of the system was taken")
		}
		if err := h.Shutdown(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := submit(h.admin.id); !errors.Is(err, live.ErrClosed) {
			t.Errorf("after Shutdown: %v", err)
		}
	})
}
