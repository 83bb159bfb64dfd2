package poll_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/poll"
)

func TestBase(t *testing.T) {
	tb := open(t)
	want := `{"id":"ABC234","topic":"Lunch?","votesPerVoter":3,"participants":{"anna":"ANNA"},"nominations":{},` +
		`"rankings":{},"results":[],"adminID":"anna","hasStarted":false,"expiresAt":"2026-01-02T12:00:00Z"}`
	if diff := cmp.Diff(want, toJSON(t, tb.Base(""))); diff != "" {
		t.Error(diff)
	}
	tb.join(ben)
	tb.nominate(ben, pizza, sushi)
	tb.do(anna, poll.StartVote{Seed: seed})
	tb.vote(ben, sushi, pizza)
	tb.vote(anna)
	rest := `"participants":{"anna":"ANNA","ben":"BEN"},` +
		`"nominations":{"pizza":{"userID":"ben","text":"pizza"},"sushi":{"userID":"ben","text":"sushi"}},`
	head := `{"id":"ABC234","topic":"Lunch?","votesPerVoter":3,` + rest
	for id, rankings := range map[poll.UserID]string{
		"":       `{"anna":[],"ben":[]}`,
		anna:     `{"anna":[],"ben":[]}`,
		ben:      `{"anna":[],"ben":["sushi","pizza"]}`,
		"nobody": `{"anna":[],"ben":[]}`,
	} {
		want := head + `"rankings":` + rankings + `,"results":[],"adminID":"anna","hasStarted":true,"expiresAt":"2026-01-02T12:00:00Z"}`
		if diff := cmp.Diff(want, toJSON(t, tb.Base(id))); diff != "" {
			t.Errorf("Base(%q):\n%s", id, diff)
		}
	}
}

func TestBaseResultsListEveryNominationInOrder(t *testing.T) {
	tb := openVoting(t)
	tb.vote(anna, sushi, pizza)
	tb.vote(ben, sushi)
	tb.vote(carla, pizza, sushi)
	tb.do(anna, poll.Close{})
	want := []poll.BaseResult{ // with 3 places: 1, (5/6)², (4/6)³
		{NominationID: sushi, NominationText: "sushi", Score: 2 + 25./36},
		{NominationID: pizza, NominationText: "pizza", Score: 1 + 25./36},
		{NominationID: tacos, NominationText: "tacos", Score: 0},
	}
	if diff := cmp.Diff(want, tb.Base("").Results); diff != "" {
		t.Error(diff)
	}
}

// Clients of the base contract show the options as they come, so they come in the order
// in which they were nominated, whatever their ids.
func TestBaseNominationsKeepTheirOrder(t *testing.T) {
	tb := open(t)
	ids := []poll.NominationID{"zz", "aa", "mm", "<&>"}
	tb.nominate(anna, ids...)
	tb.do(anna, poll.RemoveNomination{ID: "mm"})
	data := toJSON(t, tb.Base("").Nominations)
	want := `{"zz":{"userID":"anna","text":"zz"},"aa":{"userID":"anna","text":"aa"},"\u003c\u0026\u003e":{"userID":"anna","text":"\u003c\u0026\u003e"}}`
	if data != want {
		t.Errorf("%s, want %s", data, want)
	}
	var back poll.BaseNominations
	for range 2 { // the second time nothing is left of the first
		if err := json.Unmarshal([]byte(data), &back); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tb.Base("").Nominations, back); diff != "" {
			t.Error(diff)
		}
	}
	for _, bad := range []string{`[]`, `7`, `{"a":7}`} {
		if json.Unmarshal([]byte(bad), &back) == nil {
			t.Errorf("%s was read", bad)
		}
	}
}

func TestBaseEndHasNobody(t *testing.T) {
	tb := openVoting(t)
	tb.vote(ben, pizza)
	if end := tb.BaseEnd(); len(end.Participants) > 0 || len(end.Rankings) > 0 || len(end.Nominations) != 3 {
		t.Errorf("%+v", end)
	}
}
