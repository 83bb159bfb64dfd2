package poll_test

import (
	"fmt"
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
	d := tb.Document().Results
	if d.Ballots != 3 || d.Abridged || d.Official.Winners[0] != string(sushi) || len(d.Official.Rounds) != len(r.Official.Rounds) {
		t.Errorf("the document's results = %+v", d)
	}
	if got := d.Others; len(got.Outcomes) != len(r.Others.Outcomes) || got.Condorcet != string(sushi) {
		t.Errorf("the document says of others: %+v", got)
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

// Everybody is sent the results at once, so they must not grow with the square of
// the options, as the whole count does.
func TestWhatEverybodyIsSentOfAResultIsShort(t *testing.T) {
	const options, voters = 50, 60
	for _, method := range tally.Methods() {
		tb := open(t, func(c *poll.Create) { c.Settings.Method, c.Settings.NominationsPerVoter = method, 100 })
		var ids []poll.NominationID
		for i := range options {
			ids = append(ids, poll.NominationID(fmt.Sprintf("OPTION%02d", i)))
		}
		tb.nominate(anna, ids...)
		tb.do(anna, poll.StartVote{Seed: seed})
		for i := range voters {
			voter := poll.UserID(fmt.Sprintf("voter%d", i))
			tb.join(voter)
			tb.vote(voter, ids[i*7%options], ids[(i*7+1+i%4)%options], ids[(i*7+9+i%8)%options])
		}
		tb.do(anna, poll.Close{})
		d := tb.Document()
		if size := len(toJSON(t, d.Results)); size > 12<<10 {
			t.Errorf("%s: %d bytes", method, size)
		}
		if r := d.Results; r.Abridged != (method == tally.IRV || method == tally.STV) || r.Abridged && (len(r.Official.Rounds) > 0 || len(r.Official.Ties) > 0) {
			t.Errorf("%s: abridged is %t, with %d rounds and %d ties", method, r.Abridged, len(r.Official.Rounds), len(r.Official.Ties))
		}
	}
}
