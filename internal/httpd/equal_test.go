package httpd_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/caucus-live/caucus/internal/audit"
	"github.com/caucus-live/caucus/internal/ballotfile"
	"github.com/caucus-live/caucus/internal/tally"
	"github.com/caucus-live/caucus/internal/wire"
	"github.com/caucus-live/caucus/internal/wire/event"
)

// Ballots with equal ranks are cast, shown, exported in each format, verified, and counted from
// each format with the poll's own result.
func TestEqualRanksReachEveryExport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		ann := h.create("Ann", func(c *wire.CreatePoll) { c.EqualRanks, c.Method, c.VotesPerVoter = true, "irv", 2 })
		a, b := h.patches(ann), h.base(h.join(ann.PollID, "Bob"))
		var ids []string
		for _, text := range []string{"Ramen", "Tacos", "=Soup"} {
			ids = append(ids, string(a.must("nominate", fmt.Sprintf(`{"text":%q}`, text)).Nomination))
		}
		a.must("start_vote", "")
		a.must("submit_rankings", fmt.Sprintf(`{"rankings":[%q,%q],"ranks":[1,1],"restLast":true}`, ids[0], ids[1]))
		b.must("submit_rankings", fmt.Sprintf(`{"rankings":[%q]}`, ids[1])) // an old client
		if me := last(a, event.Me); !slices.Equal(me.Ranks, []int{1, 1, 2}) || len(me.Ballot) != 3 {
			t.Errorf("%+v", me)
		}
		settle(1e9)
		if view := last(b, event.PollUpdated); len(view.Rankings) != 2 {
			t.Errorf("%+v", view)
		}
		a.must("close_poll", "")
		settle(1e9)
		e, err := audit.Read(bytes.NewReader(h.get("/polls/" + ann.PollID + "/export.json").body))
		if err == nil {
			err = audit.Check(e)
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, format := range []string{"json", "csv", "blt"} {
			data := h.get("/polls/" + ann.PollID + "/export." + format).body
			f, err := ballotfile.Read("export."+format, ballotfile.Format(format), bytes.NewReader(data))
			if err != nil {
				t.Errorf("%v in\n%s", err, data)
				continue
			}
			f.Election.Overvotes = tally.OvervoteShare
			r, err := tally.Count(t.Context(), tally.IRV, &f.Election)
			if err != nil || r.Ballots != 2 || len(r.Rounds) == 0 {
				t.Errorf("%s: %+v, %v", format, r, err)
				continue
			}
			winner := slices.Index(f.Election.Options, r.Winners[0])
			first := slices.IndexFunc(r.Rounds[0].Tallies, func(t tally.Tally) bool { return t.Option == r.Winners[0] })
			if votes := r.Rounds[0].Tallies[first].Votes.String(); f.Names[winner] != "Tacos" || votes != "1.5" {
				t.Errorf("%s: %s won with %s", format, f.Names[winner], votes)
			}
		}
		if res := h.post("/polls", wire.CreatePoll{Topic: "T", VotesPerVoter: 1, Name: "A", Method: "stv", EqualRanks: true}); res.StatusCode != 400 {
			t.Errorf("%d %s", res.StatusCode, res.body)
		}
	})
}
