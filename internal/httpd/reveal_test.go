package httpd_test

import (
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/wire"
	"github.com/caucus-live/caucus/internal/wire/event"
)

// A poll whose result is revealed: nobody has it before, and all have it at once, those
// of the base contract too.
func TestReveal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		ann := h.create("Ann", func(c *wire.CreatePoll) { c.Reveal, c.Method = true, "irv" })
		a, b := h.patches(ann), h.base(h.join(ann.PollID, "Bob"))
		screen := h.screen(a)
		var ids []poll.NominationID
		for _, text := range []string{"Ramen", "Tacos", "Pizza"} {
			ids = append(ids, a.must("nominate", fmt.Sprintf(`{"text":%q}`, text)).Nomination)
		}
		a.must("start_vote", "")
		b.must("submit_rankings", fmt.Sprintf(`{"rankings":[%q]}`, ids[1]))
		a.must("close_poll", "")
		settle(time.Second)
		if p := last(b, event.PollUpdated); len(p.Results) > 0 {
			t.Errorf("the close shows %v", p.Results)
		}
		for _, path := range []string{"results", "export.json", "export.csv", "export.blt"} {
			problem(t, h.get("/polls/"+ann.PollID+"/"+path), http.StatusConflict)
		}
		if got := b.command("reveal_result", ""); got.OK || got.Error.Code != "unauthorized" {
			t.Errorf("a guest reveals: %+v", got)
		}
		a.must("play_result", `{"step":1,"playing":true}`)
		settle(poll.StepTime + time.Second)
		if p := last(b, event.PollUpdated); len(p.Results) != 3 || p.Results[0].NominationID != ids[1] {
			t.Errorf("the last step shows %v", p.Results)
		}
		if d := screen.document(); d.Results == nil || !d.Reveal.Revealed || d.OnlineCount != 2 || d.ParticipantCount != 2 {
			t.Errorf("the screen shows %+v", d)
		}
		if res := h.get("/polls/" + ann.PollID + "/results"); res.StatusCode != http.StatusOK {
			t.Errorf("status %d: %s", res.StatusCode, res.body)
		}
	})
}

// screen connects a screen that the admin's client asks for.
func (h *house) screen(admin *client) *client {
	h.t.Helper()
	var made wire.Screen
	(&response{body: admin.call("present", "")}).decode(h.t, &made)
	if !made.OK {
		h.t.Fatalf("present: %+v", made.Error)
	}
	return h.patches(wire.Joined{AccessToken: made.AccessToken})
}

// document is what the client was sent when it asks for it.
func (c *client) document() *poll.Document {
	c.t.Helper()
	var synced wire.Synced
	(&response{body: c.call("poll_sync", "")}).decode(c.t, &synced)
	if !synced.OK {
		c.t.Fatalf("poll_sync: %+v", synced.Error)
	}
	return synced.Poll
}

// A screen can show a poll and do nothing else.
func TestAScreenCommandsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		p := h.play("Ann", "Bob")
		screen := h.screen(p.ann)
		for _, name := range append(commands, "roster", "present") {
			var answer wire.Answer
			(&response{body: screen.call(name, `{"id":"x","text":"x","rankings":[]}`)}).decode(t, &answer)
			if answer.OK || answer.Error.Code != "unauthorized" {
				t.Errorf("%s: %+v", name, answer)
			}
		}
		if got := events(screen, event.Me); len(got) > 0 {
			t.Errorf("a screen is somebody: %+v", got)
		}
		var denied wire.Screen
		(&response{body: p.bob.call("present", "")}).decode(t, &denied)
		if denied.OK || denied.AccessToken != "" || denied.Error.Code != "unauthorized" {
			t.Errorf("a guest gets a screen: %+v", denied)
		}
		p.ann.must("cancel_poll", "")
		settle(time.Second)
		if !screen.isOut() {
			t.Error("the screen of a cancelled poll is still connected")
		}
	})
}

// The base contract has no screens, and a screen has no place to come back to.
func TestAScreenFollowsPatchesAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		a := h.patches(h.create("Ann"))
		var made wire.Screen
		(&response{body: a.call("present", "")}).decode(t, &made)
		if got := h.dial(fmt.Sprintf(`{"token":%q}`, made.AccessToken)).connectError(); got != event.Forbidden {
			t.Errorf("connect_error %q", got)
		}
		problem(t, h.post("/polls/rejoin", wire.RejoinPoll{AccessToken: made.AccessToken}), http.StatusForbidden)
		for range 20 {
			h.patches(wire.Joined{AccessToken: made.AccessToken})
		}
		if got := h.dial(fmt.Sprintf(`{"token":%q,"patches":true}`, made.AccessToken)).connectError(); got == "" {
			t.Error("more screens than a person may have tabs")
		}
		if d := a.document(); d.ParticipantCount != 1 || d.OnlineCount != 1 {
			t.Errorf("screens are counted: %+v", d)
		}
	})
}
