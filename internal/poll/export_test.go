package poll_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/poll"
)

func TestExport(t *testing.T) {
	tb := openVoting(t)
	ballots := map[string][]poll.NominationID{}
	cast := func(by poll.UserID, ranking ...poll.NominationID) {
		ballots[tb.vote(by, ranking...).Receipt] = ranking
	}
	tb.vote(ben, tacos) // replaced
	cast(ben, pizza, sushi)
	cast(anna, sushi)
	cast(carla)
	refused := refusal(t, func() error { _, err := tb.Export(); return err }())
	if refused.Code != poll.WrongPhase {
		t.Errorf("before the close: %v", refused)
	}
	tb.do(anna, poll.Close{})

	e, err := tb.Export()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]poll.NominationID{}
	var places []string
	for _, b := range e.Ballots {
		got[b.Receipt] = b.Ranking
		mac := hmac.New(sha256.New, seed)
		mac.Write([]byte(b.Receipt))
		places = append(places, string(mac.Sum(nil)))
	}
	if diff := cmp.Diff(ballots, got, cmp.Comparer(slices.Equal[[]poll.NominationID])); diff != "" || len(e.Ballots) != 3 {
		t.Errorf("%d ballots:\n%s", len(e.Ballots), diff)
	}
	if !slices.IsSorted(places) {
		t.Error("the ballots are not in the order of the seed")
	}
	want := []poll.ExportNomination{{ID: pizza, Text: "pizza"}, {ID: sushi, Text: "sushi"}, {ID: tacos, Text: "tacos"}}
	if diff := cmp.Diff(want, e.Nominations); diff != "" {
		t.Error(diff)
	}
	if e.Format != "caucus-poll-1" || e.ID != "ABC234" || e.Commitment != commitment() || e.Results != tb.Results() {
		t.Errorf("export = %+v", e)
	}
}

func TestExportNamesNobody(t *testing.T) {
	tb := open(t)
	for _, u := range []poll.UserID{"voter1", "voter2"} {
		tb.join(u)
	}
	tb.nominate("voter1", pizza, sushi)
	tb.do(anna, poll.StartVote{Seed: seed})
	tb.do("voter1", poll.Cast{Ranking: []poll.NominationID{pizza}, Receipt: "r1"})
	tb.do("voter2", poll.Cast{Ranking: []poll.NominationID{sushi}, Receipt: "r2"})
	tb.do(anna, poll.Close{})
	e, err := tb.Export()
	if err != nil {
		t.Fatal(err)
	}
	export := strings.ToLower(toJSON(t, e))
	for _, secret := range []string{"voter1", "voter2", "anna", "2026-"} {
		if strings.Contains(export, secret) {
			t.Errorf("the export holds %q:\n%s", secret, export)
		}
	}
}
