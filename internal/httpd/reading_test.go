package httpd_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/ballotfile"
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/tally"
	"github.com/caucus-live/caucus/internal/wire"
)

func TestSummary(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		p := h.play("Ann", "Bob")
		p.bob.must("submit_rankings", p.ballot(1))
		res := h.get("/polls/" + strings.ToLower(p.code))
		var got poll.Summary
		res.decode(t, &got)
		want := poll.Summary{
			ID: p.code, Topic: "Where shall we eat?", Phase: poll.Voting,
			ParticipantCount: 2, NominationCount: 3, BallotCount: new(1), ExpiresAt: got.ExpiresAt,
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		for _, unknown := range []string{"ZZZZZZ", "join", "ABC", "%20", "<script>"} {
			problem(t, h.get("/polls/"+unknown), http.StatusNotFound)
		}
	})
}

func TestResults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		p := h.play("Ann", "Bob")
		routes := []string{"/results", "/export.json", "/export.csv", "/export.blt"}
		for _, route := range routes {
			problem(t, h.get("/polls/"+p.code+route), http.StatusConflict)
			problem(t, h.get("/polls/ZZZZZZ"+route), http.StatusNotFound)
		}
		p.ann.must("submit_rankings", p.ballot(1, 0))
		p.ann.must("close_poll", "")
		var got wire.PollResults
		h.get("/polls/"+p.code+"/results").decode(t, &got)
		want := []poll.ExportNomination{{ID: p.options[0], Text: "Ramen"}, {ID: p.options[1], Text: "Tacos"}, {ID: p.options[2], Text: "Pizza"}}
		if diff := cmp.Diff(want, got.Nominations); diff != "" || got.ID != p.code || got.Topic != "Where shall we eat?" {
			t.Error(diff, got.ID, got.Topic)
		}
		if w := got.Results.Official.Winners; len(w) != 1 || w[0] != string(p.options[1]) {
			t.Errorf("winners %v", w)
		}
	})
}

func TestExports(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		p := h.play("Ann", "Bob")
		a := p.ann.must("submit_rankings", p.ballot(1, 0))
		b := p.bob.must("submit_rankings", p.ballot(2))
		p.ann.must("close_poll", "")

		res := h.get("/polls/" + p.code + "/export.json")
		var export poll.Export
		res.decode(t, &export)
		receipts := map[string]bool{}
		for _, ballot := range export.Ballots {
			receipts[ballot.Receipt] = true
		}
		if diff := cmp.Diff(map[string]bool{a.Receipt: true, b.Receipt: true}, receipts); diff != "" {
			t.Error(diff)
		}
		for name, id := range p.users {
			if strings.Contains(string(res.body), string(id)) || strings.Contains(string(res.body), name) {
				t.Errorf("the export tells of %s", name)
			}
		}

		lines := map[string]string{a.Receipt: "Tacos,Ramen,", b.Receipt: "Pizza,,"}
		want := "\uFEFFreceipt,rank 1,rank 2,rank 3\n"
		blt := "3 1\n"
		numbers := map[string]string{a.Receipt: "1 2 1 0\n", b.Receipt: "1 3 0\n"}
		for _, ballot := range export.Ballots {
			want += ballot.Receipt + "," + lines[ballot.Receipt] + "\n"
			blt += numbers[ballot.Receipt]
		}
		blt += "0\n\"Ramen\"\n\"Tacos\"\n\"Pizza\"\n\"Where shall we eat?\"\n"
		for _, c := range []struct{ extension, kind, body string }{
			{"json", "application/json; charset=utf-8", string(res.body)},
			{"csv", "text/csv; charset=utf-8", want},
			{"blt", "text/plain; charset=utf-8", blt},
		} {
			res := h.get("/polls/" + p.code + "/export." + c.extension)
			if diff := cmp.Diff(c.body, string(res.body)); diff != "" {
				t.Error(diff)
			}
			attachment := fmt.Sprintf(`attachment; filename="caucus-%s.%s"`, p.code, c.extension)
			if k, d := res.Header.Get("Content-Type"), res.Header.Get("Content-Disposition"); k != c.kind || d != attachment {
				t.Errorf("%s: %q, %q", c.extension, k, d)
			}
		}
	})
}

// What people wrote cannot become a formula of a spreadsheet, nor end a text of BLT.
func TestExportsOfHostileTexts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		ann := h.create("Ann", func(c *wire.CreatePoll) { c.Topic = `A "topic"` })
		c := h.patches(ann)
		texts := []string{`=HYPERLINK("http://evil.example")`, "+1", "-1", "@a", `"quoted", and more`}
		var ids []poll.NominationID
		for _, text := range texts {
			ids = append(ids, c.must("nominate", fmt.Sprintf(`{"text":%q}`, text)).Nomination)
		}
		c.must("start_vote", "")
		ben := h.patches(h.join(ann.PollID, "Ben"))
		c.must("submit_rankings", fmt.Sprintf(`{"rankings":[%q,%q,%q]}`, ids[0], ids[1], ids[4]))
		ben.must("submit_rankings", fmt.Sprintf(`{"rankings":[%q,%q]}`, ids[2], ids[3]))
		c.must("close_poll", "")
		csv := string(h.get("/polls/" + ann.PollID + "/export.csv").body)
		if want := `,"'=HYPERLINK(""http://evil.example"")",'+1,"""quoted"", and more"` + "\n"; !strings.Contains(csv, want) {
			t.Errorf("%s\nwant a row with %s", csv, want)
		}
		blt := string(h.get("/polls/" + ann.PollID + "/export.blt").body)
		if want := "\"\"\"quoted\"\", and more\"\n\"A \"\"topic\"\"\"\n"; !strings.HasSuffix(blt, want) {
			t.Errorf("%s\nwant an end of %s", blt, want)
		}
		for name, text := range map[string]string{"x.csv": csv, "x.blt": blt} { // the very texts come back
			f, err := ballotfile.Read(name, "", strings.NewReader(text))
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			for _, text := range texts {
				if !slices.Contains(f.Names, text) {
					t.Errorf("%s: no %q in %q", name, text, f.Names)
				}
			}
		}
	})
}

// Whoever counts an export, in whatever format, finds the same winner.
func TestExportsCountTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		ann := h.create("Ann", func(c *wire.CreatePoll) { c.Method = "irv" })
		voters := []*client{h.patches(ann)}
		for i := range 6 {
			voters = append(voters, h.base(h.join(ann.PollID, fmt.Sprint("Voter ", i))))
		}
		var options []poll.NominationID
		for _, text := range []string{"Ramen, hot", `"Tacos"`, "Pizza"} {
			options = append(options, voters[0].must("nominate", fmt.Sprintf(`{"text":%q}`, text)).Nomination)
		}
		voters[0].must("start_vote", "")
		for i, ranking := range [][]int{{0, 1}, {0}, {0, 2}, {1, 2}, {1, 2, 0}, {2, 1}, {}} {
			chosen := []poll.NominationID{}
			for _, option := range ranking {
				chosen = append(chosen, options[option])
			}
			data, err := json.Marshal(wire.SubmitRankings{Rankings: chosen})
			if err != nil {
				t.Fatal(err)
			}
			voters[i].must("submit_rankings", string(data))
		}
		voters[0].must("close_poll", "")
		for _, format := range []ballotfile.Format{ballotfile.JSON, ballotfile.CSV, ballotfile.BLT} {
			name := "export." + string(format)
			file, err := ballotfile.Read(name, "", bytes.NewReader(h.get("/polls/"+ann.PollID+"/"+name).body))
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			result, err := tally.Count(t.Context(), tally.IRV, &file.Election)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			winner := file.Names[slices.Index(file.Election.Options, result.Winners[0])]
			if winner != "Ramen, hot" || result.Ballots != 7 || result.Blank != 1 {
				t.Errorf("%s: %s wins with %d ballots, %d of them blank", name, winner, result.Ballots, result.Blank)
			}
		}
	})
}

// Each export has all options, also those that nobody ranks, whatever they are called: Borda's
// points depend on how many there are.
func TestExportsKeepOptionsThatNobodyRanks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		ann := h.create("Ann", func(c *wire.CreatePoll) { c.Method = "borda" })
		c := h.patches(ann)
		var ids []string
		for _, text := range []string{"C", "=D", "B", "A", "E (1 = worst)", "Total", "F"} {
			ids = append(ids, string(c.must("nominate", fmt.Sprintf(`{"text":%q}`, text)).Nomination))
		}
		c.must("start_vote", "")
		c.must("submit_rankings", fmt.Sprintf(`{"rankings":[%q]}`, ids[3]))
		h.patches(h.join(ann.PollID, "Ben")).must("submit_rankings", fmt.Sprintf(`{"rankings":[%q]}`, ids[3]))
		for _, name := range []string{"Cleo", "Dan"} {
			h.patches(h.join(ann.PollID, name)).must("submit_rankings", fmt.Sprintf(`{"rankings":[%q,%q]}`, ids[2], ids[3]))
		}
		c.must("close_poll", "")
		var results wire.PollResults
		h.get("/polls/"+ann.PollID+"/results").decode(t, &results)
		for _, format := range []string{"csv", "blt", "json"} {
			f, err := ballotfile.Read("x."+format, "", strings.NewReader(string(h.get("/polls/"+ann.PollID+"/export."+format).body)))
			if err != nil {
				t.Fatal(err)
			}
			r, err := tally.Count(t.Context(), tally.Borda, &f.Election)
			if err != nil {
				t.Fatal(err)
			}
			figures := func(order []tally.Standing) (all []string) {
				for _, s := range order {
					all = append(all, s.Figure.String())
				}
				return all
			}
			if diff := cmp.Diff(figures(results.Results.Official.Order), figures(r.Order)); diff != "" || len(f.Names) != len(ids) {
				t.Errorf("%s, with %q:\n%s", format, f.Names, diff)
			}
		}
	})
}
