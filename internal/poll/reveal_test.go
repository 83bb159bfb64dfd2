package poll_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/tally"
)

func withReveal(method tally.Method) func(*poll.Create) {
	return func(c *poll.Create) { c.Settings.Method, c.Settings.Reveal = method, true }
}

// counted is a closed poll whose result nobody has seen.
func counted(t *testing.T, method tally.Method) *table {
	t.Helper()
	tb := openVoting(t, withReveal(method))
	tb.join(dora, "eve")
	tb.vote(anna, pizza, sushi)
	tb.vote(ben, sushi, tacos)
	tb.vote(carla, sushi)
	tb.vote(dora, pizza)
	tb.vote("eve", tacos, pizza)
	tb.do(anna, poll.Close{})
	return tb
}

// What anybody can see of a poll, the admin included, is the same whoever wins, until
// the result is revealed.
func TestTheCloseShowsNobodyTheResult(t *testing.T) {
	play := func(last ...poll.NominationID) *table {
		tb := openVoting(t, withReveal(tally.IRV))
		tb.vote(anna, pizza)
		tb.vote(ben, last...)
		tb.do(anna, poll.Close{})
		return tb
	}
	one, other := play(pizza), play(sushi)
	for _, id := range []poll.UserID{anna, carla} {
		if diff := cmp.Diff(views(t, one.State, id), views(t, other.State, id)); diff != "" {
			t.Errorf("%s sees the difference:\n%s", id, diff)
		}
	}
	if one.Results() != nil || one.Revealed() || one.Document().Seed != "" {
		t.Error("there is a result, or its seed, before the reveal")
	}
	if _, err := one.Export(); refusal(t, err).Code != poll.WrongPhase {
		t.Errorf("Export = %v", err)
	}
	one.do(anna, poll.RevealResult{})
	if d := one.Document(); d.Results == nil || d.Seed == "" || len(one.Base("").Results) != 3 || !one.Summary().Revealed {
		t.Errorf("after the reveal: %+v", d)
	}
	if _, err := one.Export(); err != nil {
		t.Error(err)
	}
}

func TestPollsWithoutAReveal(t *testing.T) {
	tb := openVoting(t)
	tb.refuse(anna, poll.RevealResult{}, poll.WrongPhase)
	tb.do(anna, poll.Close{})
	if !tb.Revealed() || tb.Document().Reveal != nil {
		t.Error("the close is not the reveal")
	}
	tb.refuse(anna, poll.RevealResult{}, poll.WrongPhase)
	tb.refuse(anna, poll.PlayResult{Step: 1}, poll.WrongPhase)
}

// Each step tells what it adds and nothing more; the last one is the result.
func TestSteps(t *testing.T) {
	for method, want := range map[tally.Method]int{tally.IRV: 3, tally.STV: 3, tally.Schulze: 2, tally.Borda: 3} {
		tb := counted(t, method)
		if diff := cmp.Diff(&poll.Reveal{Speed: 1}, tb.Document().Reveal); diff != "" {
			t.Fatalf("%s:\n%s", method, diff)
		}
		for step := 1; step < want; step++ {
			tb.do(anna, poll.PlayResult{Step: step})
			d := tb.Document()
			if d.Reveal.Step != step || d.Reveal.Steps != 0 || d.Reveal.Shown == nil || d.Results != nil || d.Seed == "" {
				t.Fatalf("%s, step %d: %+v", method, step, d.Reveal)
			}
			shown := d.Reveal.Shown
			switch {
			case method == tally.Schulze && len(shown.Matrix) != 3,
				method == tally.Borda && len(shown.Order) != step,
				(method == tally.IRV || method == tally.STV) && len(shown.Rounds) != step:
				t.Errorf("%s, step %d shows %+v", method, step, shown)
			}
			if method == tally.Borda && shown.Order[0].Place == 1 {
				t.Error("the winner is told before the last step")
			}
		}
		tb.do(anna, poll.PlayResult{Step: want})
		if d := tb.Document(); d.Results == nil || !d.Reveal.Revealed || d.Reveal.Steps != want || d.Reveal.Shown != nil {
			t.Errorf("%s: %+v", method, d.Reveal)
		}
		tb.do(anna, poll.PlayResult{Step: 1}) // once more, for the screen
		if d := tb.Document(); d.Results == nil || !d.Reveal.Revealed || d.Reveal.Step != 1 {
			t.Errorf("%s: what was revealed is hidden again: %+v", method, d.Reveal)
		}
	}
}

// A tie is told with the round that it is of.
func TestARoundIsShownWithItsTies(t *testing.T) {
	tb := openVoting(t, withReveal(tally.IRV))
	tb.join(dora, "eve", "fay", "gil")
	for _, by := range []poll.UserID{anna, ben, carla} {
		tb.vote(by, pizza)
	}
	tb.vote(dora, sushi)
	tb.vote("eve", sushi, tacos)
	tb.vote("fay", tacos)
	tb.vote("gil", tacos, sushi)
	tb.do(anna, poll.Close{})
	tb.do(anna, poll.PlayResult{Step: 1})
	shown := tb.Document().Reveal.Shown
	tb.do(anna, poll.RevealResult{})
	if diff := cmp.Diff(tb.Results().Official.Ties[:1], shown.Ties); diff != "" {
		t.Errorf("%+v\n%s", shown, diff)
	}
}

func TestAShowOfManyPlacesBeginsWithTheLastOnes(t *testing.T) {
	tb := open(t, withReveal(tally.Borda), func(c *poll.Create) { c.Settings.NominationsPerVoter = 30 })
	var ids []poll.NominationID
	for i := range 30 {
		ids = append(ids, poll.NominationID("n"+strings.Repeat("x", i%15)+strings.Repeat("y", i/15)))
		tb.nominate(anna, ids[i])
	}
	tb.do(anna, poll.StartVote{Seed: seed})
	tb.vote(anna, ids[:3]...)
	tb.do(anna, poll.Close{})
	tb.do(anna, poll.PlayResult{Step: 1})
	if n := len(tb.Document().Reveal.Shown.Order); n != 21 {
		t.Errorf("the first step tells %d places", n)
	}
	tb.do(anna, poll.RevealResult{})
	if r := tb.Document().Reveal; r.Steps != 10 {
		t.Errorf("%+v", r)
	}
}

func TestAPollWithoutBallotsHasOneStep(t *testing.T) {
	tb := openVoting(t, withReveal(tally.IRV))
	tb.do(anna, poll.Close{})
	tb.do(anna, poll.PlayResult{Playing: new(true)})
	if d := tb.Document(); !d.Reveal.Revealed || d.Reveal.Playing || d.Results == nil {
		t.Errorf("%+v", d.Reveal)
	}
}

// A show that plays goes on in its time, which System says, and nobody else.
func TestPlaying(t *testing.T) {
	tb := counted(t, tally.IRV)
	next := func() (time.Duration, bool) {
		_, at := tb.NextStep()
		return at.Sub(tb.now), !at.IsZero()
	}
	if _, plays := next(); plays {
		t.Error("it plays before anybody said so")
	}
	tb.refuse(poll.System, poll.PlayResult{Step: 1}, poll.WrongPhase)
	tb.do(anna, poll.PlayResult{Playing: new(true)})
	if wait, _ := next(); wait != poll.StepTime || tb.Document().Reveal.Step != 1 {
		t.Errorf("the next step comes in %v after %+v", wait, tb.Document().Reveal)
	}
	tb.refuse(poll.System, poll.PlayResult{Step: 2}, poll.WrongPhase) // too early
	tb.do(anna, poll.PlayResult{Speed: 2.5})
	if wait, _ := next(); wait != 2*time.Second {
		t.Errorf("the next step comes in %v", wait)
	}
	tb.now = tb.now.Add(time.Minute)
	tb.refuse(poll.System, poll.PlayResult{Step: 3}, poll.WrongPhase)
	tb.refuse(poll.System, poll.PlayResult{Step: 2, Speed: 1}, poll.WrongPhase)
	tb.do(poll.System, poll.PlayResult{Step: 2})
	tb.do(anna, poll.PlayResult{Playing: new(false)})
	if _, plays := next(); plays {
		t.Error("it plays on after the pause")
	}
	tb.do(anna, poll.PlayResult{Playing: new(true)})
	tb.now = tb.now.Add(time.Minute)
	tb.do(poll.System, poll.PlayResult{Step: 3})
	if _, plays := next(); plays || !tb.Revealed() {
		t.Error("the show did not end with the result")
	}
}

func TestPlayResultRefuses(t *testing.T) {
	tb := openVoting(t, withReveal(tally.IRV))
	tb.refuse(anna, poll.PlayResult{Step: 1}, poll.WrongPhase)
	tb.vote(ben, pizza)
	tb.do(anna, poll.Close{})
	tb.refuse(ben, poll.PlayResult{Step: 1}, poll.Unauthorized)
	tb.refuse(ben, poll.RevealResult{}, poll.Unauthorized)
	for _, bad := range []poll.PlayResult{{Step: -1}, {Step: 2}, {Speed: -1}, {Speed: 0.1}, {Speed: 5}} {
		tb.refuse(anna, bad, poll.BadRequest)
	}
	tb.do(anna, poll.RevealResult{})
	tb.refuse(anna, poll.RevealResult{}, poll.WrongPhase)
}

func TestAShowIsInTheSnapshot(t *testing.T) {
	tb := counted(t, tally.IRV)
	for _, cmd := range []poll.Command{
		poll.PlayResult{Playing: new(true), Speed: 0.5}, poll.PlayResult{Playing: new(false)}, poll.RevealResult{}, poll.Cancel{},
	} {
		tb.do(anna, cmd)
		restored, err := poll.Restore(tb.Snapshot())
		if err != nil {
			t.Fatal(err)
		}
		same(t, restored, tb.State)
		same(t, replay(t, tb.log), tb.State)
	}
}
