package httpd_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/wire"
	"github.com/caucus-live/caucus/internal/wire/event"
)

func approve(c *wire.CreatePoll) { c.Admission = "approve" }

// A newcomer of either kind waits on their socket, and the same socket is let in or ended.
func TestNewcomersWaitForAHost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		ann := h.create("Ann", approve)
		admin := h.patches(ann)
		admin.must("nominate", `{"text":"Secret soup"}`)
		joined := map[string]wire.Joined{}
		for _, name := range []string{"Bob", "Eve", "Kim"} {
			res := h.post("/polls/join", wire.JoinPoll{PollID: ann.PollID, Name: name})
			if strings.Contains(string(res.body), "Secret") {
				t.Errorf("%s is shown %s", name, res.body)
			}
			joined[name] = h.joined(res)
		}
		if body := string(h.post("/polls/rejoin", wire.RejoinPoll{AccessToken: joined["Kim"].AccessToken}).body); strings.Contains(body, "Secret") || !strings.Contains(body, "Kim") {
			t.Errorf("rejoin shows %s", body)
		}
		bob, eve, kim := h.patches(joined["Bob"]), h.patches(joined["Eve"]), h.base(joined["Kim"])
		settle(1e9)
		for _, c := range []*client{bob, eve, kim} {
			if all := strings.Join(c.messages(), "\n"); strings.Contains(all, "Secret") {
				t.Errorf("somebody outside was sent\n%s", all)
			}
			for _, call := range []string{"poll_sync", "roster", "waiting_list", "present", "nominate"} {
				if a := c.command(call, `{"text":"x"}`); a.OK || a.Error.Code != string(poll.Unauthorized) {
					t.Errorf("%s from outside: %+v", call, a)
				}
			}
		}
		door := last(bob, event.Waiting)
		if door.Name != "Bob" || door.Topic == "" || door.PollID != ann.PollID || door.UserID != userOf(t, joined["Bob"]) {
			t.Errorf("%+v", door)
		}
		if view := last(kim, event.PollUpdated); view.Participants[userOf(t, joined["Kim"])] != "Kim" || len(view.Participants) != 1 {
			t.Errorf("a client of the base contract would leave: %+v", view)
		}
		var list wire.Waiting
		if err := json.Unmarshal(admin.call("waiting_list", `{"limit":2}`), &list); err != nil || len(list.Newcomers) != 2 || list.Next == 0 || !list.Newcomers[0].Online {
			t.Errorf("%+v, %v", list, err)
		}
		var rest wire.Waiting
		if err := json.Unmarshal(admin.call("waiting_list", fmt.Sprintf(`{"after":%d}`, list.Next)), &rest); err != nil || len(rest.Newcomers) != 1 || rest.Newcomers[0].Name != "Kim" {
			t.Errorf("%+v, %v", rest, err)
		}
		ids, _ := json.Marshal([]poll.UserID{userOf(t, joined["Bob"]), userOf(t, joined["Kim"])})
		admin.must("admit", fmt.Sprintf(`{"ids":%s}`, ids))
		admin.must("reject", `{"all":true}`)
		settle(1e9)
		if state := last(bob, event.PollState); len(state.Poll.Nominations) != 1 || last(bob, event.Me).Name != "Bob" {
			t.Errorf("%+v", state)
		}
		bob.must("nominate", `{"text":"Bread"}`)
		settle(1e9)
		if view := last(kim, event.PollUpdated); len(view.Participants) != 3 || len(view.Nominations) != 2 {
			t.Errorf("%+v", view)
		}
		if !eve.isOut() || last(eve, event.PollEnded).Reason != wire.EndRejected {
			t.Error("Eve is not told that she was turned away")
		}
		if e := h.dial(fmt.Sprintf(`{"token":%q}`, joined["Eve"].AccessToken)).connectError(); e != event.Forbidden {
			t.Errorf("Eve comes back: %q", e)
		}
		if admin.must("edit_poll", `{"admission":"open"}`); admin.command("edit_poll", `{"admission":"perhaps"}`).OK {
			t.Error("an admission of another kind")
		}
		h.base(h.join(ann.PollID, "Lea")).must("nominate", `{"text":"Tea"}`)
	})
}

// The end of a poll reaches those outside, and tells them nothing else.
func TestTheEndOfAPollReachesThoseOutside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		ann := h.create("Ann", approve)
		admin := h.patches(ann)
		admin.must("nominate", `{"text":"Secret soup"}`)
		bob, kim := h.patches(h.join(ann.PollID, "Bob")), h.base(h.join(ann.PollID, "Kim"))
		admin.must("cancel_poll", "")
		settle(1e9)
		if !bob.isOut() || !kim.isOut() || last(bob, event.PollEnded).Reason != wire.EndCancelled || len(events(kim, event.PollCancelled)) != 1 {
			t.Errorf("outside:\n%v\n%v", bob.messages(), kim.messages())
		}
		if view := last(kim, event.PollUpdated); len(view.Participants) != 0 || len(view.Nominations) != 0 {
			t.Errorf("%+v", view)
		}
	})
}

func TestTheSummarySaysThatNewcomersWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		var s poll.Summary
		h.get("/polls/"+h.create("Ann", approve).PollID).decode(t, &s)
		if s.Admission != poll.ApproveAdmission {
			t.Errorf("%+v", s)
		}
		if res := h.post("/polls", wire.CreatePoll{Topic: "T", VotesPerVoter: 1, Name: "A", Admission: "maybe"}); res.StatusCode != http.StatusBadRequest {
			t.Errorf("%d %s", res.StatusCode, res.body)
		}
	})
}
