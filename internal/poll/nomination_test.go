package poll_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/poll"
)

func TestNominate(t *testing.T) {
	tb := open(t)
	tb.join(ben)
	outcome := tb.do(ben, poll.Nominate{ID: pizza, Text: text(t, "  Pízza ")})
	if want := (poll.Outcome{Version: 4, Nomination: pizza}); outcome != want {
		t.Errorf("outcome = %+v, want %+v", outcome, want)
	}
	tb.nominate(anna, sushi)
	want := map[poll.NominationID]poll.Nomination{
		pizza: {UserID: ben, Text: "Pízza", Order: 4},
		sushi: {UserID: anna, Text: "sushi", Order: 5},
	}
	if diff := cmp.Diff(want, tb.Document().Nominations); diff != "" {
		t.Error(diff)
	}
}

func TestNominateRefuses(t *testing.T) {
	tb := open(t)
	tb.nominate(anna, pizza)
	tb.refuse(ben, poll.Nominate{ID: sushi, Text: text(t, "Sushi")}, poll.Unauthorized)
	tb.refuse(anna, poll.Nominate{ID: pizza, Text: text(t, "Sushi")}, poll.BadRequest)
	tb.refuse(anna, poll.Nominate{ID: "", Text: text(t, "Sushi")}, poll.BadRequest)
	tb.refuse(anna, poll.Nominate{ID: sushi}, poll.BadRequest)
}

func TestNominationLimits(t *testing.T) {
	tb := open(t, func(c *poll.Create) { c.Settings.NominationsPerVoter, c.Limits.Nominations = 2, 3 })
	tb.join(ben)
	tb.nominate(anna, "a", "b")
	tb.refuse(anna, poll.Nominate{ID: "c", Text: text(t, "c")}, poll.Limit)
	tb.do(anna, poll.RemoveNomination{ID: "a"}) // makes room
	tb.nominate(anna, "c")

	tb.do(anna, poll.Leave{})
	tb.join(anna) // does not
	tb.refuse(anna, poll.Nominate{ID: "d", Text: text(t, "d")}, poll.Limit)

	tb.nominate(ben, "e")
	tb.refuse(ben, poll.Nominate{ID: "f", Text: text(t, "f")}, poll.Limit)
}

func TestRemoveNomination(t *testing.T) {
	tb := open(t)
	tb.join(ben, carla)
	tb.nominate(ben, pizza, sushi)
	tb.refuse(carla, poll.RemoveNomination{ID: pizza}, poll.Unauthorized)
	tb.refuse(dora, poll.RemoveNomination{ID: pizza}, poll.Unauthorized)
	tb.refuse(ben, poll.RemoveNomination{ID: tacos}, poll.NotFound)
	tb.do(ben, poll.RemoveNomination{ID: pizza})
	tb.refuse(ben, poll.RemoveNomination{ID: pizza}, poll.NotFound)
	tb.do(ben, poll.Leave{})
	tb.refuse(ben, poll.RemoveNomination{ID: sushi}, poll.Unauthorized)
	tb.do(anna, poll.RemoveNomination{ID: sushi})
	if n := len(tb.Document().Nominations); n != 0 {
		t.Errorf("%d nominations are left", n)
	}
	tb.do(anna, poll.Nominate{ID: pizza, Text: text(t, "PIZZA")}) // no longer a duplicate
}

// What a poll is created with counts as nobody's nomination, and is nominated already.
func TestOptionsThatAreGiven(t *testing.T) {
	tb := open(t, func(c *poll.Create) {
		c.Settings.NominationsPerVoter = 1
		c.Options = []poll.Option{{ID: pizza, Text: text(t, "Pizza")}, {ID: sushi, Text: text(t, "Sushi")}}
	})
	if err := tb.refusal(anna, poll.Nominate{ID: "p", Text: text(t, "PIZZA")}, poll.Duplicate); err.Existing != pizza {
		t.Errorf("%+v", err)
	}
	tb.nominate(anna, tacos)
	tb.do(anna, poll.RemoveNomination{ID: pizza})
	tb.refuse(anna, poll.Nominate{ID: "p", Text: text(t, "Pizza")}, poll.Limit)
}
