package live_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/ledger"
	"github.com/caucus-live/caucus/internal/live"
	"github.com/caucus-live/caucus/internal/poll"
)

var errDisk = errors.New("the disk is on fire")

// answer is what Do returned.
type answer struct {
	poll.Outcome
	err error
}

// start has by do cmd in the background.
func (h *house) start(by *client, commandID string, cmd poll.Command) <-chan answer {
	ch := make(chan answer, 1)
	go func() { // ends with the command, at the latest when the test's context does
		outcome, err := h.Do(h.t.Context(), h.created.PollID, by.id, commandID, cmd)
		ch <- answer{outcome, err}
	}()
	return ch
}

// gate makes appends wait until it is closed, or their context ends.
func (h *house) gate() (release chan struct{}) {
	release = make(chan struct{})
	h.ledger.onAppend(holdUp(release))
	return release
}

func holdUp(release <-chan struct{}) func(ctx context.Context, _ int, do func() error) error {
	return func(ctx context.Context, _ int, do func() error) error {
		select {
		case <-release:
			return do()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func TestBurstIsOneAppend(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		people := h.people(500)
		options := h.vote()
		release := h.gate()
		h.ledger.batches()

		first := h.start(people[0], "", poll.Cast{Ranking: options})
		synctest.Wait() // it is being written
		var rest []<-chan answer
		for _, p := range people[1:] {
			rest = append(rest, h.start(p, "", poll.Cast{Ranking: options[:1]}))
		}
		synctest.Wait() // they have gathered
		close(release)

		for _, ch := range append(rest, first) {
			if a := <-ch; a.err != nil || a.Receipt == "" || a.Version == 0 {
				t.Fatalf("answer %+v", a)
			}
		}
		if diff := cmp.Diff([]int{1, 499}, h.ledger.batches()); diff != "" {
			t.Errorf("sizes of appends: %s", diff)
		}
	})
}

func TestBatchIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil, func(d *poll.Draft) { d.NominationsPerVoter = 1 })
		h.admin.connect()
		release := h.gate()
		h.ledger.batches()
		waiting := []<-chan answer{h.start(h.admin, "", nominate("Soup"))}
		synctest.Wait()
		for range 2500 {
			waiting = append(waiting, h.start(h.admin, "", poll.MakeAdmin{ID: h.admin.id}))
		}
		synctest.Wait()
		close(release)
		for _, ch := range waiting {
			if a := <-ch; a.err != nil {
				t.Fatal(a.err)
			}
		}
		if diff := cmp.Diff([]int{1, 1000, 1000, 500}, h.ledger.batches()); diff != "" {
			t.Errorf("sizes of appends: %s", diff)
		}
	})
}

func TestAcknowledgedOnlyWhenDurable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		h.admin.connect()
		release := h.gate()
		before := h.version()
		ch := h.start(h.admin, "", nominate("Soup"))
		pass(time.Hour)
		select {
		case a := <-ch:
			t.Fatalf("acknowledged before it was durable: %+v", a)
		default:
		}
		close(release)
		if a := <-ch; a.err != nil || a.Version != before+1 || h.version() != before+1 {
			t.Fatalf("answer %+v, the log is at %d", a, h.version())
		}
	})
}

func TestContextEndsTheWaitNotTheCommand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		h.admin.connect()
		release := h.gate()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := h.Do(ctx, h.created.PollID, h.admin.id, "soup", nominate("Soup"))
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("error %v", err)
		}
		close(release)
		synctest.Wait()
		outcome, err := h.Do(t.Context(), h.created.PollID, h.admin.id, "soup", nominate("Soup"))
		if err != nil || outcome.Version != h.version() {
			t.Fatalf("the command was not carried out: %+v, %v", outcome, err)
		}
		if _, err := h.Do(ctx, h.created.PollID, h.admin.id, "", nominate("Salad")); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("a context that has ended: %v", err)
		}
	})
}

// Of each entry in a batch, its author hears the answer and then what it means for them,
// before the next author does: so both leave in one write.
func TestAnswersComeWithWhatConcernsTheirAuthors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		people := h.people(5)
		options := h.vote()
		release := h.gate()
		h.start(h.admin, "", poll.EditPoll{}) // holds up the others
		synctest.Wait()
		h.audience.count("Me")
		var heard []int
		for _, p := range people {
			h.Submit(h.created.PollID, p.id, "", poll.Cast{Ranking: options}, func(_ poll.Outcome, err error) {
				if err != nil {
					t.Error(err)
				}
				heard = append(heard, h.audience.count("Me"))
			})
		}
		close(release)
		synctest.Wait()
		heard = append(heard, h.audience.count("Me"))
		if diff := cmp.Diff([]int{0, 1, 1, 1, 1, 1}, heard); diff != "" {
			t.Errorf("heard between the answers: %s", diff)
		}
	})
}

func TestFailedAppendIsNotAcknowledged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		h.admin.connect()
		before := h.version()
		h.ledger.onAppend(func(context.Context, int, func() error) error { return errDisk })
		_, err := h.Do(t.Context(), h.created.PollID, h.admin.id, "soup", nominate("Soup"))
		if !errors.Is(err, errDisk) {
			t.Fatalf("error %v", err)
		}
		h.read(func(v live.View) {
			if n := len(v.State().Document().Nominations); n != 0 {
				t.Errorf("%d nominations", n)
			}
		})
		h.ledger.onAppend(nil)
		outcome, err := h.Do(t.Context(), h.created.PollID, h.admin.id, "soup", nominate("Soup"))
		if err != nil || outcome.Version != before+1 {
			t.Fatalf("sent again: %+v, %v", outcome, err)
		}
	})
}

func TestUnknownOutcomeOfAnAppendThatHappened(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		h.admin.connect()
		before := h.version()
		h.ledger.onAppend(func(_ context.Context, _ int, do func() error) error {
			return errors.Join(do(), errDisk)
		})
		outcome := h.do(h.admin, nominate("Soup"))
		if outcome.Version != before+1 || outcome.Nomination == "" {
			t.Fatalf("outcome %+v", outcome)
		}
		if h.version() != before+1 {
			t.Errorf("the log is at %d", h.version())
		}
	})
}

func TestUnknownOutcomeOfAnAppendThatHappensLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		h.admin.connect()
		before := h.version()
		late := make(chan func() error, 1)
		h.ledger.onAppend(func(_ context.Context, _ int, do func() error) error {
			late <- do
			return errDisk
		})
		if _, err := h.Do(t.Context(), h.created.PollID, h.admin.id, "soup", nominate("Soup")); !errors.Is(err, errDisk) {
			t.Fatalf("error %v", err)
		}
		h.ledger.onAppend(nil)
		if err := (<-late)(); err != nil {
			t.Fatal(err)
		}
		outcome, err := h.Do(t.Context(), h.created.PollID, h.admin.id, "soup", nominate("Soup"))
		if err != nil || outcome.Version != before+1 || h.version() != before+1 {
			t.Fatalf("outcome %+v, %v, the log is at %d: carried out twice", outcome, err, h.version())
		}
		h.settled()
	})
}

func TestUnknownOutcomeWhileTheLogCannotBeRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		h.admin.connect()
		before := h.version()
		h.ledger.onAppend(func(_ context.Context, _ int, do func() error) error {
			h.ledger.failReads(errDisk)
			return errors.Join(do(), errDisk)
		})
		for _, what := range []string{"Soup", "Salad"} {
			if _, err := h.Do(t.Context(), h.created.PollID, h.admin.id, what, nominate(what)); !errors.Is(err, errDisk) {
				t.Fatalf("error %v", err)
			}
		}
		h.ledger.onAppend(nil)
		h.ledger.failReads(nil)
		pass(2 * time.Second) // it comes round automatically
		if v := h.admin.look().version; v != before+1 {
			t.Errorf("the admin was last shown version %d", v)
		}
		h.settled()
		outcome, err := h.Do(t.Context(), h.created.PollID, h.admin.id, "Soup", nominate("Soup"))
		if err != nil || outcome.Version != before+1 || h.version() != before+1 {
			t.Fatalf("outcome %+v, %v, the log is at %d", outcome, err, h.version())
		}
	})
}

func TestConflictWithAnotherServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		h.admin.connect()
		other := h.again(nil)
		bob := other.client("bob").connect()
		before := h.version()

		soup := h.do(h.admin, nominate("Soup")) // this server does not know of bob yet
		salad := other.do(bob, nominate("Salad"))
		if soup.Version != before+1 || salad.Version != before+2 {
			t.Errorf("versions %d, %d after %d", soup.Version, salad.Version, before)
		}
		h.refused(h.admin, nominate("salad"), poll.Duplicate)
		if h.Stats().Overtaken == 0 || other.Stats().Overtaken == 0 {
			t.Errorf("overtaken: %d, %d", h.Stats().Overtaken, other.Stats().Overtaken)
		}

		other.do(bob, poll.Leave{}) // a conflict again: it catches up first
		h.do(h.admin, nominate("Pizza"))
		other.do(other.client("eve").connect(), nominate("Fish"))
		pass(time.Second)
		h.do(h.admin, nominate("Bread"))
		h.settled()
	})
}

// A ledger that says yes and has nothing in its log is out of its mind; nobody is
// told that the command was carried out.
func TestAppendThatIsNotInTheLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		h.admin.connect()
		h.ledger.onAppend(func(context.Context, int, func() error) error { return nil })
		if outcome, err := h.Do(t.Context(), h.created.PollID, h.admin.id, "", nominate("Soup")); err == nil {
			t.Fatalf("outcome %+v", outcome)
		}
	})
}

func TestRepeatedCommand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		h.admin.connect()
		salad := h.do(h.admin, nominate("Salad")).Nomination
		release := h.gate()
		busy := h.start(h.admin, "", nominate("Bread"))
		synctest.Wait()
		var soups, salads []<-chan answer
		for range 3 { // while the first is still in flight
			soups = append(soups, h.start(h.admin, "soup", nominate("Soup")))
			salads = append(salads, h.start(h.admin, "salad", nominate("Salad")))
		}
		synctest.Wait()
		close(release)
		first := <-soups[0]
		for _, ch := range soups[1:] {
			if a := <-ch; a.err != nil || a != first {
				t.Errorf("soup: %+v; want %+v", a, first)
			}
		}
		if a := <-busy; a.err != nil || first.err != nil {
			t.Fatal(a.err, first.err)
		}
		var refusal error
		for _, ch := range salads {
			a := <-ch
			if refusal == nil {
				refusal = a.err
			}
			if a.err == nil || !errors.Is(a.err, refusal) {
				t.Errorf("salad: %v; want %v", a.err, refusal)
			}
		}
		// What refused it is gone; the answer to that command stays.
		h.do(h.admin, poll.RemoveNomination{ID: salad})
		if a := <-h.start(h.admin, "salad", nominate("Salad")); !errors.Is(a.err, refusal) {
			t.Errorf("sent again later: %v", a.err)
		}
		h.do(h.admin, nominate("Salad"))
	})
}

func TestRestartIsTheSamePoll(t *testing.T) {
	for name, opts := range map[string]*live.Options{"log": nil, "snapshots": {SnapshotEvery: 3}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := open(t, opts)
				people := h.people(5)
				options := h.vote()
				for _, p := range people[1:] {
					h.do(p, poll.Cast{Ranking: options[:2]})
				}
				h.do(h.admin, poll.RemoveParticipant{ID: people[4].id})
				cast, err := h.Do(t.Context(), h.created.PollID, people[1].id, "mine", poll.Cast{Ranking: options})
				if err != nil {
					t.Fatal(err)
				}
				h.settled()
				if err := h.Shutdown(t.Context()); err != nil {
					t.Fatal(err)
				}

				after := h.again(opts)
				bob := after.client(people[1].id).connect()
				if diff := cmp.Diff(people[1].look().me, bob.look().me); diff != "" {
					t.Errorf("what bob sees of himself: %s", diff)
				}
				before := people[1].document()
				before.OnlineCount = 1
				if diff := cmp.Diff(before, bob.document()); diff != "" {
					t.Errorf("document: %s", diff)
				}
				again, err := after.Do(t.Context(), h.created.PollID, bob.id, "mine", poll.Cast{Ranking: options})
				if err != nil || again != cast {
					t.Errorf("the ballot sent again: %+v, %v; want %+v", again, err, cast)
				}
				if err := after.client(people[4].id).tryConnect(); !errors.Is(err, live.ErrForbidden) {
					t.Errorf("the removed connect: %v", err)
				}
			})
		})
	}
}

// An entry that this program does not understand stops the poll: what comes after
// it would not mean what it says.
func TestEntryOfANewerVersion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		h.admin.connect()
		if _, err := h.ledger.Ledger.Append(t.Context(), h.created.PollID, []byte("from the future")); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if a := <-h.start(h.admin, "", nominate("Soup")); a.err == nil {
				t.Errorf("answer %+v", a)
			}
			if err := h.Read(t.Context(), h.created.PollID, func(live.View) { t.Error("served") }); err == nil {
				t.Error("read")
			}
			h.admin.close()
			pass(time.Hour)
			if n := h.Stats().Rooms; n != 0 { // so that it is opened again
				t.Errorf("%d rooms in memory", n)
			}
		}
	})
}

// A room remembers its newest refusals; it cannot be made to remember them all.
func TestRefusalsAreForgottenInTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		h.admin.connect()
		soup := h.do(h.admin, nominate("Soup")).Nomination
		for i := range 1030 {
			if a := <-h.start(h.admin, fmt.Sprint(i), nominate("soup")); a.err == nil {
				t.Fatalf("answer %+v", a)
			}
		}
		h.do(h.admin, poll.RemoveNomination{ID: soup})
		if a := <-h.start(h.admin, "6", nominate("soup")); a.err == nil {
			t.Error("the 1,024th newest refusal is forgotten")
		}
		if a := <-h.start(h.admin, "5", nominate("soup")); a.err != nil {
			t.Errorf("the one before it is not: %v", a.err)
		}
	})
}

func TestUnreadablePoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		damage := &ledger.CorruptError{Log: h.created.PollID, Sequence: 1, Reason: "flipped bits"}
		h.ledger.failReads(damage)
		for range 2 {
			err := h.Read(t.Context(), h.created.PollID, func(live.View) { t.Error("served") })
			if !errors.Is(err, damage) {
				t.Errorf("error %v", err)
			}
		}
		if n := h.Stats().Rooms; n != 0 {
			t.Errorf("%d rooms in memory", n)
		}
		h.ledger.failReads(nil)
		h.admin.connect()
	})
}
