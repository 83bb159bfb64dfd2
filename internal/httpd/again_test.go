package httpd_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/wire"
	"github.com/caucus-live/caucus/internal/wire/event"
)

// The admin runs a poll again once; everybody sees where, and gets a token of their own for it.
func TestAPollIsRunAgainWithTheSamePeople(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		ann := h.create("Ann", approve)
		bob := h.join(ann.PollID, "Bob")
		a, b := h.patches(ann), h.patches(bob)
		a.must("admit", `{"all":true}`)
		eve := h.patches(h.join(ann.PollID, "Eve")) // waits
		option := a.must("nominate", `{"text":"Ramen"}`).Nomination
		a.must("nominate", `{"text":"Tacos"}`)
		var screen wire.Screen
		_ = json.Unmarshal(a.call("present", ""), &screen)
		show := h.dial(fmt.Sprintf(`{"token":%q,"patches":true}`, screen.AccessToken)).mustBeIn()
		ask := func(c *client, what string) (m wire.Moved) {
			t.Helper()
			if err := json.Unmarshal(c.call(what, ""), &m); err != nil {
				t.Fatal(err)
			}
			return m
		}
		a.must("start_vote", "")
		if m := ask(a, "run_again"); m.OK || m.Error.Code != string(poll.WrongPhase) {
			t.Errorf("while voting is open: %+v", m)
		}
		b.must("submit_rankings", fmt.Sprintf(`{"rankings":[%q]}`, option))
		for _, c := range []*client{a, b, eve, show} {
			if m := ask(c, "next_poll"); m.OK {
				t.Errorf("before there is one: %+v", m)
			}
		}
		a.must("close_poll", "")
		for _, c := range []*client{b, show} {
			if m := ask(c, "run_again"); m.OK || m.Error.Code != string(poll.Unauthorized) {
				t.Errorf("somebody else: %+v", m)
			}
		}
		first, second := ask(a, "run_again"), ask(a, "run_again")
		if !first.OK || first.PollID == ann.PollID || second.PollID != first.PollID {
			t.Fatalf("%+v, then %+v", first, second)
		}
		settle(1e9)
		if d := last(h.patches(bob), event.PollState).Poll; d.NextPoll != first.PollID {
			t.Errorf("Bob is told %q", d.NextPoll)
		}
		for c, role := range map[*client]poll.Role{a: poll.Admin, b: poll.Participant} {
			m := ask(c, "next_poll")
			in := h.dial(fmt.Sprintf(`{"token":%q,"patches":true}`, m.AccessToken)).mustBeIn()
			state, me := last(in, event.PollState).Poll, last(in, event.Me)
			if me.Role != role || len(state.Nominations) != 2 || state.Phase != poll.Lobby || !m.ExpiresAt.Equal(state.ExpiresAt) {
				t.Errorf("%+v in %+v", me, state)
			}
		}
		h.dial(fmt.Sprintf(`{"token":%q,"patches":true}`, ask(show, "next_poll").AccessToken)).mustBeIn()
	})
}
