package live_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/caucus-live/caucus/internal/ledger/memory"
	"github.com/caucus-live/caucus/internal/live"
	"github.com/caucus-live/caucus/internal/poll"
)

func TestCreate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, &live.Options{PollTTL: time.Hour})
		if code, err := poll.ParseCode(h.created.PollID); err != nil || code != h.created.PollID {
			t.Errorf("code %q: %v", h.created.PollID, err)
		}
		if h.created.Name.Text != "Ada" || time.Until(h.created.Expires) != time.Hour {
			t.Errorf("created %+v", h.created)
		}
		info, err := h.ledger.Info(t.Context(), h.created.PollID)
		if err != nil || info.Last != 1 || !info.Expires.Equal(h.created.Expires) {
			t.Errorf("the log is %+v, %v", info, err)
		}
		h.read(func(v live.View) {
			if s := v.State(); s.Admin() != h.created.Admin || !s.Expires().Equal(h.created.Expires) {
				t.Errorf("the poll is %+v", v.Edition().Document)
			}
		})
	})
}

func TestCreateRefusesWhatIsWrongWithTheDraft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		_, err := h.Create(t.Context(), poll.Draft{Topic: " ", VotesPerVoter: 0, Name: ""}, "")
		if problems, ok := errors.AsType[poll.Problems](err); !ok || len(problems) != 3 {
			t.Errorf("error %v", err)
		}
	})
}

func TestUnknownPoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		h.created.PollID = "222222"
		if err := h.Read(t.Context(), "222222", func(live.View) { t.Error("shown") }); !errors.Is(err, live.ErrNotFound) {
			t.Errorf("read: %v", err)
		}
		if _, err := h.Do(t.Context(), "222222", "bob", "", poll.Leave{}); !errors.Is(err, live.ErrNotFound) {
			t.Errorf("do: %v", err)
		}
		if err := h.admin.tryConnect(); !errors.Is(err, live.ErrNotFound) {
			t.Errorf("connect: %v", err)
		}
		synctest.Wait()
		if n := h.Stats().Rooms; n != 0 {
			t.Errorf("%d rooms in memory", n)
		}
	})
}

func TestNobodySpeaksForTheSystem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		h.admin.connect()
		h.vote()
		h.refused(h.client(poll.System), poll.Close{}, poll.Unauthorized)
	})
}

// What chance decides is not the client's to choose.
func TestDraws(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		h.admin.connect()
		soup := nominate("Soup")
		soup.ID = "mine"
		first, second := h.do(h.admin, soup), h.do(h.admin, nominate("Salad"))
		if first.Nomination == "mine" || first.Nomination == second.Nomination {
			t.Errorf("nominations %q, %q", first.Nomination, second.Nomination)
		}
		h.do(h.admin, poll.StartVote{Seed: make([]byte, 32)})
		cast := h.do(h.admin, poll.Cast{Ranking: []poll.NominationID{first.Nomination}, Receipt: "mine"})
		again := h.do(h.admin, poll.Cast{Ranking: []poll.NominationID{first.Nomination}})
		if cast.Receipt == "mine" || len(cast.Receipt) < 26 || cast.Receipt == again.Receipt {
			t.Errorf("receipts %q, %q", cast.Receipt, again.Receipt)
		}
		h.do(h.admin, poll.Close{})
		h.settled()
		if seed := h.admin.document().Seed; len(seed) != 64 || strings.Trim(seed, "0") == "" {
			t.Errorf("seed %q", seed)
		}
	})
}

func TestOptions(t *testing.T) {
	set := func(name string, value int64) *live.Options {
		opts := new(live.Options)
		reflect.ValueOf(opts).Elem().FieldByName(name).SetInt(value)
		return opts
	}
	for field := range reflect.TypeFor[live.Options]().Fields() {
		switch {
		case field.Type.ConvertibleTo(reflect.TypeFor[int64]()): // a duration is, too
			if _, err := live.New(new(memory.Ledger), nil, set(field.Name, -1)); err == nil || !strings.Contains(err.Error(), field.Name) {
				t.Errorf("%s of -1: %v", field.Name, err)
			}
		case !slices.Contains([]string{"Logger", "Limits", "Cluster", "Now"}, field.Name): // which have tests of their own
			t.Errorf("no test of %s", field.Name)
		}
	}
	if _, err := live.New(new(memory.Ledger), nil, &live.Options{Limits: poll.Limits{Participants: -1}}); err == nil {
		t.Error("limits of -1")
	}
	if _, err := live.New(new(memory.Ledger), nil, &live.Options{PollTTL: time.Millisecond}); err == nil {
		t.Error("a poll of a millisecond")
	}
}

func TestShutdownInABurst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		people := h.people(100)
		options := h.vote()
		release := h.gate()
		var waiting []<-chan answer
		for _, p := range people {
			waiting = append(waiting, h.start(p, "", poll.Cast{Ranking: options}))
		}
		synctest.Wait()
		done := make(chan error, 1)
		go func() { done <- h.Shutdown(t.Context()) }() // ends when the gate opens
		synctest.Wait()
		select {
		case err := <-done:
			t.Fatalf("shutdown did not wait: %v", err)
		default:
		}
		if _, err := h.Do(t.Context(), h.created.PollID, h.admin.id, "", poll.Close{}); !errors.Is(err, live.ErrClosed) {
			t.Errorf("after shutdown: %v", err)
		}
		if _, err := h.Create(t.Context(), draft(), ""); !errors.Is(err, live.ErrClosed) {
			t.Errorf("create after shutdown: %v", err)
		}
		people[1].close()
		close(release)
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		for _, ch := range waiting {
			if a := <-ch; a.err != nil {
				t.Fatal(a.err)
			}
		}
		for _, p := range people[2:] {
			if d := p.document(); *d.BallotCount != 100 {
				t.Fatalf("%s was last shown %d ballots", p.id, *d.BallotCount)
			}
			p.close()
		}
		h.again(nil).read(func(v live.View) {
			if n := *v.Edition().Document.BallotCount; n != 100 {
				t.Errorf("%d ballots after the restart", n)
			}
		})
	})
}

func TestShutdownThatTakesTooLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		h.admin.connect()
		h.gate()
		waiting := h.start(h.admin, "", nominate("Soup"))
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := h.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("shutdown: %v", err)
		}
		if a := <-waiting; a.err == nil {
			t.Error("acknowledged what was given up")
		}
		if err := h.Shutdown(t.Context()); err != nil {
			t.Errorf("shutdown again: %v", err)
		}
	})
}
