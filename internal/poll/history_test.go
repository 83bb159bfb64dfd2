package poll_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/poll"
)

func TestARepeatedCommandIsAppliedOnce(t *testing.T) {
	tb := open(t)
	tb.join(ben)
	first := tb.doAs(ben, "c1", poll.Nominate{ID: pizza, Text: text(t, "Pizza")})
	before := tb.Document()

	// The same name is the same command, whatever it says.
	for _, cmd := range []poll.Command{
		poll.Nominate{ID: pizza, Text: text(t, "Pizza")},
		poll.Nominate{ID: sushi, Text: text(t, "Sushi")},
		poll.Leave{},
		poll.Cancel{},
	} {
		if got := tb.doAs(ben, "c1", cmd); got != first {
			t.Errorf("%+v: outcome %+v, want %+v", cmd, got, first)
		}
	}
	if diff := cmp.Diff(before, tb.Document()); diff != "" {
		t.Error(diff)
	}
	if got, ok := tb.Repeated(ben, "c1"); !ok || got != first {
		t.Errorf("Repeated = %+v, %t", got, ok)
	}
}

func TestCommandsOfOthersAreNoRepeats(t *testing.T) {
	tb := open(t)
	tb.join(ben)
	tb.doAs(ben, "c1", poll.Nominate{ID: pizza, Text: text(t, "Pizza")})
	tb.doAs(anna, "c1", poll.Nominate{ID: sushi, Text: text(t, "Sushi")})
	for _, by := range []poll.UserID{carla, poll.System, ""} {
		if got, ok := tb.Repeated(by, "c1"); ok {
			t.Errorf("Repeated(%q) = %+v", by, got)
		}
	}
	if _, ok := tb.Repeated(ben, ""); ok {
		t.Error("a command without a name is repeated")
	}
}

func TestARefusedCommandMayBeAcceptedLater(t *testing.T) {
	tb := open(t)
	tb.join(ben)
	tb.nominate(ben, pizza, sushi)
	cast := tb.cast(ben, pizza)
	if _, err := tb.apply(tb.entry(ben, "c1", cast)); refusal(t, err).Code != poll.WrongPhase {
		t.Fatal(err)
	}
	tb.do(anna, poll.StartVote{Seed: seed})
	if got := tb.doAs(ben, "c1", cast); got.Receipt != cast.Receipt {
		t.Errorf("outcome = %+v", got)
	}
}

func TestAnEarlierBallotKeepsItsAnswer(t *testing.T) {
	tb := openVoting(t)
	first := tb.doAs(ben, "c1", tb.cast(ben, pizza))
	second := tb.doAs(ben, "c2", tb.cast(ben, sushi))
	if got := tb.doAs(ben, "c1", tb.cast(ben, tacos)); got != first {
		t.Errorf("outcome = %+v, want %+v", got, first)
	}
	if me, _ := tb.Me(ben); me.Receipt != second.Receipt || me.Ballot[0] != sushi {
		t.Errorf("Me = %+v", me)
	}
}

func TestCommandsOfTheRemovedAreForgotten(t *testing.T) {
	tb := open(t)
	tb.join(ben)
	tb.doAs(ben, "c1", poll.Nominate{ID: pizza, Text: text(t, "Pizza")})
	tb.do(anna, poll.RemoveParticipant{ID: ben})
	if got, ok := tb.Repeated(ben, "c1"); ok {
		t.Errorf("Repeated = %+v", got)
	}
	_, err := tb.apply(tb.entry(ben, "c1", poll.Nominate{ID: pizza, Text: text(t, "Pizza")}))
	if refusal(t, err).Code != poll.Unauthorized {
		t.Errorf("error %v", err)
	}
}

func TestCommandsAreRememberedAcrossLeaving(t *testing.T) {
	tb := open(t)
	tb.join(ben)
	left := tb.doAs(ben, "bye", poll.Leave{})
	tb.join(ben)
	if got := tb.doAs(ben, "bye", poll.Leave{}); got != left || !tb.IsParticipant(ben) {
		t.Errorf("outcome = %+v, want %+v", got, left)
	}
}

func TestTheLastCommandsAreRemembered(t *testing.T) {
	tb := openVoting(t)
	outcomes := map[string]poll.Outcome{}
	name := func(i int) string { return fmt.Sprintf("%02d%s", i, strings.Repeat("x", 62)) }
	for i := range poll.RememberedCommands + 3 {
		outcomes[name(i)] = tb.doAs(ben, name(i), tb.cast(ben, pizza))
	}
	restored, err := poll.Restore(tb.Snapshot())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []*poll.State{tb.State, restored} {
		for i := range poll.RememberedCommands + 3 {
			got, ok := s.Repeated(ben, name(i))
			if want := i >= 3; ok != want || ok && got != outcomes[name(i)] {
				t.Errorf("command %d: %+v, %t", i, got, ok)
			}
		}
	}
}
