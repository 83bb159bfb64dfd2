package live_test

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/live"
	"github.com/caucus-live/caucus/internal/poll"
)

// While the cluster elects who leads the log, people come back and see the poll; only what
// has to be written down waits.
func TestLooksDoNotWaitForTheLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, houses := openCluster(t, 2, live.Options{})
		here, away := houses[1], houses[0]
		away.admin.connect()
		bob, eve := away.client("bob").connect(), here.client("eve").connect()
		pass(time.Second)
		release := make(chan struct{})
		here.ledger.onAppend(holdUp(release))
		soup := here.start(eve, "", nominate("Soup"))
		synctest.Wait()
		began := time.Now()

		bob.close() // its server is killed, and bob comes to the other
		here.client("bob").connect()
		here.read(func(v live.View) {
			if n := len(v.State().Document().Nominations); n != 0 {
				t.Errorf("%d nominations before one is in the log", n)
			}
		})
		stranger := make(chan error, 1)
		go func() { stranger <- here.client("joe").tryConnect() }()
		synctest.Wait()
		if time.Since(began) > 0 {
			t.Errorf("waited for %v", time.Since(began))
		}
		select {
		case a := <-soup:
			t.Errorf("answered %+v before it was in the log", a)
		case err := <-stranger:
			t.Errorf("a newcomer, who is written down, did not wait: %v", err)
		default:
		}
		close(release)
		if a, err := <-soup, <-stranger; a.err != nil || err != nil {
			t.Errorf("afterwards: %v, %v", a.err, err)
		}
		pass(time.Second)
		here.settled()
		away.settled()
		if diff := cmp.Diff(snapshot(houses[0]), snapshot(houses[1])); diff != "" {
			t.Errorf("the servers differ:\n%s", diff)
		}
	})
}

// A server that has lost the others shows the poll as it knows it, and writes nothing. It
// waits each time until the ledger gives up.
func TestLooksWithoutAQuorum(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, houses := openCluster(t, 2, live.Options{})
		here := houses[1]
		houses[0].admin.connect()
		eve := here.client("eve").connect()
		pass(time.Second)
		giveUp := func(context.Context, int, func() error) error {
			pass(12 * time.Second)
			return errDisk
		}
		here.ledger.onAppend(giveUp)
		here.ledger.failReads(errDisk)
		if a := <-here.start(eve, "", nominate("Soup")); !errors.Is(a.err, errDisk) {
			t.Fatalf("acknowledged without a quorum: %v", a.err)
		}
		for range 3 {
			began := time.Now()
			here.read(func(v live.View) {
				if v.State().ParticipantCount() != 2 {
					t.Errorf("%d people", v.State().ParticipantCount())
				}
			})
			eve.close()
			eve = here.client("eve").connect()
			if waited := time.Since(began); waited > 0 {
				t.Errorf("waited for %v", waited)
			}
			if err := here.client("joe").tryConnect(); !errors.Is(err, errDisk) {
				t.Errorf("a newcomer: %v", err)
			}
			pass(time.Minute)
		}
		here.ledger.onAppend(nil)
		here.ledger.failReads(nil)
		here.do(eve, nominate("Pizza"))
		pass(time.Second)
		here.settled()
		if diff := cmp.Diff(snapshot(houses[0]), snapshot(houses[1])); diff != "" {
			t.Errorf("the servers differ:\n%s", diff)
		}
	})
}

// A look that comes while the poll is opened waits for that.
func TestALookWhileThePollOpens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, houses := openCluster(t, 1, live.Options{})
		seen := make(chan error, 1)
		var away *house
		slow := slowSeat{seat{b, "away"}, func() {
			go func() { seen <- away.Read(t.Context(), houses[0].created.PollID, func(live.View) {}) }() // ends with the answer, below
			pass(time.Millisecond)
		}}
		away = reopen(t, houses[0].ledger, &live.Options{Cluster: slow})
		away.created = houses[0].created
		away.read(func(live.View) {})
		if err := <-seen; err != nil {
			t.Error(err)
		}
	})
}

// A slowSeat takes time to listen to the others.
type slowSeat struct {
	seat

	meanwhile func()
}

func (s slowSeat) Receive(pollID string, f func(server string, data []byte)) (stop func(), err error) {
	s.meanwhile()
	return s.seat.Receive(pollID, f)
}

// A look that comes in the very turn that finds the ledger in trouble, behind the first answer that
// says so, gets what those after it get.
func TestALookInTheTurnThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, houses := openCluster(t, 2, live.Options{})
		here := houses[1]
		eve := here.client("eve").connect()
		pass(time.Second)
		here.ledger.onAppend(func(context.Context, int, func() error) error { return errDisk })
		here.ledger.failReads(errDisk)
		seen := make(chan error, 1)
		here.Submit(here.created.PollID, eve.id, "", nominate("Soup"), func(_ poll.Outcome, err error) {
			if !errors.Is(err, errDisk) {
				t.Errorf("acknowledged without a quorum: %v", err)
			}
			go func() { seen <- here.Read(t.Context(), here.created.PollID, func(live.View) {}) }() // ends with the answer, below
			synctest.Wait()
		})
		if err := <-seen; err != nil {
			t.Error(err)
		}
		here.ledger.onAppend(nil)
		here.ledger.failReads(nil)
	})
}

// A server that was in trouble sees at once what others append afterwards, though an entry
// arrived while it was.
func TestTheOthersAreHeardAfterTrouble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, houses := openCluster(t, 2, live.Options{})
		here, away := houses[1], houses[0]
		away.admin.connect()
		eve := here.client("eve").connect()
		pass(time.Second)
		here.ledger.onAppend(func(context.Context, int, func() error) error {
			pass(100 * time.Millisecond)
			return errDisk
		})
		here.ledger.failReads(errDisk)
		soup := here.start(eve, "", nominate("Soup"))
		away.do(away.admin, nominate("Tacos"))
		if a := <-soup; !errors.Is(a.err, errDisk) {
			t.Fatal(a.err)
		}
		here.ledger.onAppend(nil)
		here.ledger.failReads(nil)
		pass(1500 * time.Millisecond) // it tries again after a second
		away.do(away.admin, nominate("Pizza"))
		pass(100 * time.Millisecond)
		if doc := eve.look().doc; !bytes.Contains(doc, []byte("Pizza")) {
			t.Errorf("eve does not see it in %s", doc)
		}
	})
}

// Someone who comes back while their leaving is being written down is not shown a poll from
// which they are about to be taken; they join again.
func TestLooksOfOneWhoIsLeaving(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, houses := openCluster(t, 1, live.Options{Grace: 10 * time.Second})
		h := houses[0]
		h.admin.connect()
		bob := h.client("bob").connect()
		bob.close()
		release := make(chan struct{})
		h.ledger.onAppend(holdUp(release))
		pass(time.Minute) // the leave waits to be written
		back := h.client("bob")
		connected := make(chan error, 1)
		go func() { connected <- back.tryConnect() }()
		synctest.Wait()
		close(release)
		if err := <-connected; err != nil || !h.participates(back) || back.look().ended != "" {
			t.Errorf("%v; participates %v, ended %q", err, h.participates(back), back.look().ended)
		}
		h.settled()
	})
}

// A look that panics costs its own poll, and is answered, as are those behind it.
func TestPanicOfALook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, houses := openCluster(t, 1, live.Options{})
		h := houses[0]
		h.admin.connect()
		release := make(chan struct{})
		h.ledger.onAppend(holdUp(release))
		soup := h.start(h.admin, "", nominate("Soup"))
		synctest.Wait()
		failed := make(chan error, 2)
		go func() {
			failed <- h.Read(t.Context(), h.created.PollID, func(live.View) { panic("of a test") }) //nolint:forbidigo // what is tested
		}()
		synctest.Wait()
		go func() { failed <- h.Read(t.Context(), h.created.PollID, func(live.View) {}) }()
		synctest.Wait()
		close(release)
		if err := <-failed; err == nil {
			t.Error("a look that panicked was answered")
		}
		_, _ = <-failed, <-soup // whatever is said
		h.ledger.onAppend(nil)
		h.read(func(v live.View) {
			if n := len(v.State().Document().Nominations); n != 1 {
				t.Errorf("%d nominations", n)
			}
		})
	})
}
