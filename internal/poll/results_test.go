package poll_test

import (
	"testing"

	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/tally"
)

func TestResultsHaveTheOfficialOutcomeAndTheOthers(t *testing.T) {
	tb := openVoting(t, func(c *poll.Create) { c.Settings.Method = tally.IRV })
	if tb.Results() != nil || tb.Document().Results != nil {
		t.Fatal("there are results while voting is open")
	}
	tb.vote(anna, pizza, sushi, tacos)
	tb.vote(ben, sushi, pizza, tacos)
	tb.vote(carla, sushi, tacos)
	tb.do(anna, poll.Close{})

	r := tb.Results()
	if r.Ballots != 3 || r.Official.Method != tally.IRV || r.Official.Winners[0] != string(sushi) {
		t.Errorf("results = %+v", r)
	}
	if got, want := len(r.Others.Outcomes), len(tally.Methods()); got != want {
		t.Errorf("%d methods are compared, want %d", got, want)
	}
	if r.Others.Condorcet != string(sushi) {
		t.Errorf("Condorcet winner = %q", r.Others.Condorcet)
	}
	if tb.Document().Results != r {
		t.Error("the document's results are others")
	}
}

func TestResultsDoNotDependOnTheOrderOfVoters(t *testing.T) {
	closed := func(voters ...poll.UserID) string {
		tb := openVoting(t)
		rankings := map[poll.UserID][]poll.NominationID{anna: {pizza}, ben: {sushi, pizza}, carla: {tacos}}
		for _, v := range voters {
			tb.vote(v, rankings[v]...)
		}
		tb.do(anna, poll.Close{})
		return toJSON(t, tb.Results())
	}
	if a, b := closed(anna, ben, carla), closed(carla, ben, anna); a != b {
		t.Errorf("%s\n%s", a, b)
	}
}
