package httpd_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/caucus-live/caucus/internal/httpd"
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/wire"
)

// huge is a number that overflows what is added to it or multiplied.
const huge = "9223372036854775807"

// Every number, text and list that a client sends has a maximum: exactly that is taken, one more
// is refused, and so is a number that would overflow.
func TestMaximaOfCommands(t *testing.T) {
	text := func(n int) string { return strings.Repeat("é", n) }
	link := func(n int) string { return "https://x.test/" + strings.Repeat("x", n-len("https://x.test/")) }
	list := func(id poll.NominationID, n int) string {
		return `["` + strings.Repeat(string(id)+`","`, n-1) + string(id) + `"]`
	}
	const voting = 21 * 60 * 60 // seconds, of a poll that lives a day
	for name, c := range map[string]struct {
		event     string
		voting    bool
		most      string   // payload
		more      []string // others
		tooMany   string   // reason of their refusal
		mostFails string   // reason, where the most that may be sent is nothing that can be done
	}{
		"text":     {event: "nominate", most: fmt.Sprintf(`{"text":%q}`, text(poll.MaxNomination)), more: []string{fmt.Sprintf(`{"text":%q}`, text(poll.MaxNomination+1))}},
		"note":     {event: "nominate", most: fmt.Sprintf(`{"text":"X","note":%q}`, text(poll.MaxNote)), more: []string{fmt.Sprintf(`{"text":"X","note":%q}`, text(poll.MaxNote+1))}},
		"link":     {event: "nominate", most: fmt.Sprintf(`{"text":"X","link":%q}`, link(poll.MaxLink)), more: []string{fmt.Sprintf(`{"text":"X","link":%q}`, link(poll.MaxLink+1))}},
		"command":  {event: "nominate", most: fmt.Sprintf(`{"text":"X","commandID":%q}`, strings.Repeat("x", poll.MaxCommandID)), more: []string{fmt.Sprintf(`{"text":"X","commandID":%q}`, strings.Repeat("x", poll.MaxCommandID+1))}},
		"topic":    {event: "edit_poll", most: fmt.Sprintf(`{"topic":%q}`, text(poll.MaxTopic)), more: []string{fmt.Sprintf(`{"topic":%q}`, text(poll.MaxTopic+1))}},
		"votes":    {event: "edit_poll", most: fmt.Sprintf(`{"votesPerVoter":%d}`, poll.MaxVotesPerVoter), more: []string{fmt.Sprintf(`{"votesPerVoter":%d}`, poll.MaxVotesPerVoter+1), `{"votesPerVoter":` + huge + `}`, `{"votesPerVoter":-1}`}},
		"seats":    {event: "edit_poll", most: fmt.Sprintf(`{"method":"stv","seats":%d}`, poll.MaxSeats), more: []string{fmt.Sprintf(`{"method":"stv","seats":%d}`, poll.MaxSeats+1), `{"method":"stv","seats":` + huge + `}`, `{"seats":-1}`}},
		"each":     {event: "edit_poll", most: fmt.Sprintf(`{"nominationsPerVoter":%d}`, poll.MaxNominationsPerVoter), more: []string{fmt.Sprintf(`{"nominationsPerVoter":%d}`, poll.MaxNominationsPerVoter+1), `{"nominationsPerVoter":` + huge + `}`}},
		"ids":      {event: "approve_nominations", most: `{"ids":` + list("NOBODYS", 3) + `}`, mostFails: "no_such_nomination", more: []string{`{"ids":` + list("NOBODYS", 4) + `}`}, tooMany: "no_nomination_ids"},
		"vote":     {event: "start_vote", most: fmt.Sprintf(`{"seconds":%d}`, voting), more: []string{fmt.Sprintf(`{"seconds":%d}`, voting+1), `{"seconds":` + huge + `}`, `{"seconds":-1}`}},
		"timer":    {event: "set_timer", voting: true, most: fmt.Sprintf(`{"seconds":%d}`, voting), more: []string{fmt.Sprintf(`{"seconds":%d}`, voting+1), `{"seconds":` + huge + `}`, `{"seconds":-1}`, `{"seconds":` + huge + `,"extend":true}`}},
		"roster":   {event: "roster", most: fmt.Sprintf(`{"limit":%d}`, poll.MaxRosterPage), more: []string{fmt.Sprintf(`{"limit":%d}`, poll.MaxRosterPage+1), `{"limit":` + huge + `}`, `{"limit":-1}`}},
		"waiting":  {event: "waiting_list", most: fmt.Sprintf(`{"limit":%d,"after":18446744073709551615}`, poll.MaxRosterPage), more: []string{fmt.Sprintf(`{"limit":%d}`, poll.MaxRosterPage+1), `{"limit":` + huge + `}`, `{"limit":-1}`}},
		"matching": {event: "roster", most: fmt.Sprintf(`{"matching":%q}`, text(poll.MaxName)), more: []string{fmt.Sprintf(`{"matching":%q}`, text(poll.MaxName+1))}},
		"flood":    {event: "remove_participants", most: fmt.Sprintf(`{"matching":%q}`, text(poll.MaxName)), mostFails: "no_such_participant", more: []string{fmt.Sprintf(`{"matching":%q}`, text(poll.MaxName+1))}, tooMany: "matching_length"},
		"ballot":   {event: "submit_rankings", voting: true, most: `{"rankings":["%1","%2","%3"]}`, more: []string{`{"rankings":["%1","%2","%3","%1"]}`, `{"rankings":["%1","%1"]}`}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := open(t, func(o *httpd.Options) { o.Live.Limits.Nominations, o.Commands = 3, httpd.Unlimited })
				ann := h.create("Ann")
				host := h.patches(ann)
				ids := strings.NewReplacer()
				if c.voting || name == "vote" {
					var pairs []string
					for i := range 3 {
						pairs = append(pairs, fmt.Sprintf("%%%d", i+1), string(host.must("nominate", fmt.Sprintf(`{"text":"Option %d"}`, i)).Nomination))
					}
					ids = strings.NewReplacer(pairs...)
				}
				if c.voting {
					host.must("start_vote", "{}")
				}
				for _, more := range c.more {
					a := host.command(c.event, ids.Replace(more))
					if a.OK || a.Error.Code != "bad_request" && a.Error.Code != "limit" || c.tooMany != "" && a.Error.Reason != c.tooMany {
						t.Errorf("%.60s: %+v", more, a.Error)
					}
				}
				a := host.command(c.event, ids.Replace(c.most))
				if a.OK != (c.mostFails == "") || !a.OK && a.Error.Reason != c.mostFails {
					t.Errorf("%.60s: %+v", c.most, a.Error)
				}
			})
		})
	}
}

// The same of what is sent over REST.
func TestMaximaOfRequests(t *testing.T) {
	text := func(n int) string { return strings.Repeat("é", n) }
	options := func(n int) []poll.DraftOption {
		all := make([]poll.DraftOption, n)
		for i := range all {
			all[i].Text = fmt.Sprint("Option ", i)
		}
		return all
	}
	for name, set := range map[string]struct {
		most int
		set  func(c *wire.CreatePoll, n int)
	}{
		"Topic":               {poll.MaxTopic, func(c *wire.CreatePoll, n int) { c.Topic = text(n) }},
		"Name":                {poll.MaxName, func(c *wire.CreatePoll, n int) { c.Name = text(n) }},
		"VotesPerVoter":       {poll.MaxVotesPerVoter, func(c *wire.CreatePoll, n int) { c.VotesPerVoter = n }},
		"Seats":               {poll.MaxSeats, func(c *wire.CreatePoll, n int) { c.Method, c.Seats = "stv", n }},
		"NominationsPerVoter": {poll.MaxNominationsPerVoter, func(c *wire.CreatePoll, n int) { c.NominationsPerVoter = n }},
		"Options":             {5, func(c *wire.CreatePoll, n int) { c.Options = options(n) }},
		"Lifetime":            {30 * 24 * 60 * 60, func(c *wire.CreatePoll, n int) { c.Lifetime = n }},
		"CommandID":           {poll.MaxCommandID, func(c *wire.CreatePoll, n int) { c.CommandID = strings.Repeat("x", n) }},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := open(t, func(o *httpd.Options) { o.Live.Limits.Nominations = 5 })
				ask := func(n int) int {
					body := wire.CreatePoll{Topic: "T", VotesPerVoter: 2, Name: "N", Patches: true}
					set.set(&body, n)
					return h.post("/polls", body).StatusCode
				}
				if got := ask(set.most + 1); got != http.StatusBadRequest && got != http.StatusConflict {
					t.Errorf("one more: %d", got)
				}
				if got := ask(set.most); got != http.StatusCreated {
					t.Errorf("as much as may be: %d", got)
				}
			})
		})
	}
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		ann := h.create("Ann")
		for field := range reflect.TypeFor[wire.CreatePoll]().Fields() {
			if field.Type.Kind() != reflect.Int {
				continue
			}
			for _, n := range []string{huge, "-" + huge, "9223372036854775808", "1e999", "1.5", "-1"} {
				name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
				body := map[string]any{"topic": "T", "votesPerVoter": 2, "name": "N", name: json.Number(n)}
				if got := h.post("/polls", body).StatusCode; got != http.StatusBadRequest {
					t.Errorf("%s %s: %d", name, n, got)
				}
			}
		}
		for n, want := range map[int]int{25: http.StatusCreated, 26: http.StatusBadRequest} {
			if got := h.post("/polls/join", wire.JoinPoll{PollID: ann.PollID, Name: text(n)}).StatusCode; got != want {
				t.Errorf("a name of %d: %d", n, got)
			}
		}
		for n, want := range map[int]int{128 << 10: http.StatusBadRequest, 128<<10 + 1: http.StatusRequestEntityTooLarge} {
			const frame = `{"name":"Ben","pollID":""}`
			if got := h.do(http.MethodPost, "/polls/join", `{"name":"Ben","pollID":"`+strings.Repeat("x", n-len(frame))+`"}`).StatusCode; got != want {
				t.Errorf("a body of %d bytes: %d", n, got)
			}
		}
	})
}
