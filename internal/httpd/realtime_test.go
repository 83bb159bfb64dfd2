package httpd_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	jsonpatch "github.com/evanphx/json-patch/v5"
	"github.com/gobwas/ws"
	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/httpd"
	"github.com/caucus-live/caucus/internal/live"
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/wire"
	"github.com/caucus-live/caucus/internal/wire/event"
)

func TestConnectError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		ann := h.create("Ann")
		for _, auth := range []string{
			``, `{}`, `{"token":""}`, `{"token":"a.e30.c"}`, `{"token":7}`, `{"token":null}`, `{"token":["x"]}`,
			fmt.Sprintf(`{"token":%q}`, ann.AccessToken+"x"), fmt.Sprintf(`{"token":%q,"patches":"yes"}`, ann.AccessToken),
		} {
			if got := h.dial(auth).connectError(); got != event.Forbidden {
				t.Errorf("%s: %q, want %q", auth, got, event.Forbidden)
			}
		}
	})
}

// A client that cannot send auth may send its token as a header.
func TestTokenInAHeader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		ann := h.create("Ann")
		c := h.dialAs(ws.HandshakeHeaderHTTP{"token": {ann.AccessToken}}, "").mustBeIn()
		if got := last(c, event.PollUpdated).ID; got != ann.PollID {
			t.Errorf("in the poll %q", got)
		}
		// Auth comes first.
		c = h.dialAs(ws.HandshakeHeaderHTTP{"token": {ann.AccessToken}}, `{"token":"a.b.c"}`)
		if got := c.connectError(); got != event.Forbidden {
			t.Errorf("%q, want %q", got, event.Forbidden)
		}
	})
}

func TestConnectToAFullPoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, func(o *httpd.Options) { o.Live.Limits = poll.Limits{Participants: 2, Nominations: 10} })
		ann := h.create("Ann")
		bob, carl := h.join(ann.PollID, "Bob"), h.join(ann.PollID, "Carl")
		h.base(ann)
		h.base(bob)
		c := h.dial(fmt.Sprintf(`{"token":%q}`, carl.AccessToken))
		if got := c.connectError(); got == "" || got == event.Forbidden || got == event.NotFound {
			t.Errorf("connect_error %q, want a sentence", got)
		}
		if got := c.messages(); !strings.HasSuffix(got[len(got)-1], `"data":{"code":"limit","reason":"full_poll","params":{"people":2}}}`) {
			t.Errorf("%q does not tell the code", got)
		}
	})
}

// The base contract sends everybody to everybody. Clients of it are told to leave a
// poll that has become too big for that, and later ones to stay away.
func TestBaseClientsOfABigPoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, func(o *httpd.Options) { o.Live.BasePeople = 2 })
		ann := h.create("Ann")
		a := h.base(ann)
		late, bob, carl := h.join(ann.PollID, "Late"), h.join(ann.PollID, "Bob"), h.join(ann.PollID, "Carl")
		h.patches(bob)
		h.patches(carl)
		settle(time.Second)
		if got := last(a, event.Exception); got.Type != "BadRequest" || got.Message == "" || !a.isOut() {
			t.Errorf("%+v, out %t", got, a.isOut())
		}
		c := h.dial(fmt.Sprintf(`{"token":%q}`, late.AccessToken))
		if got := c.connectError(); !strings.HasPrefix(got, "This poll is too large") {
			t.Errorf("connect_error %q", got)
		}
		problem(t, h.post("/polls/join", wire.JoinPoll{PollID: ann.PollID, Name: "Base"}), http.StatusConflict)
		problem(t, h.post("/polls/rejoin", wire.RejoinPoll{AccessToken: ann.AccessToken}), http.StatusConflict)
		h.patches(ann)
	})
}

// Clients of the base contract get whole polls: at once when they connect, with
// their own ballot, and gathered afterwards, without any.
func TestBaseClients(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		ann := h.create("Ann")
		a := h.base(ann)
		if got := events(a, event.PollUpdated); len(got) == 0 || got[0].Participants[userOf(t, ann)] != "Ann" {
			t.Fatalf("on connect: %v", a.messages())
		}
		bob := h.join(ann.PollID, "Bob")
		b := h.base(bob)
		settle(time.Second)
		everyone := map[poll.UserID]string{userOf(t, ann): "Ann", userOf(t, bob): "Bob"}
		for _, c := range []*client{a, b} {
			if diff := cmp.Diff(everyone, last(c, event.PollUpdated).Participants); diff != "" {
				t.Error(diff)
			}
		}
		for i := range 10 {
			b.emit("nominate", fmt.Sprintf(`{"text":"Option %d"}`, i))
		}
		before := len(events(a, event.PollUpdated))
		settle(time.Second)
		if n := len(events(a, event.PollUpdated)) - before; n > 2 {
			t.Errorf("ten nominations came as %d polls; they are to be gathered", n)
		}
		if n := len(last(a, event.PollUpdated).Nominations); n != 10 {
			t.Errorf("%d nominations", n)
		}
		for _, c := range []*client{a, b} {
			if len(events(c, event.PollState))+len(events(c, event.PollPatch))+len(events(c, event.Me)) > 0 {
				t.Error("a base client was sent what is not of its contract")
			}
		}
	})
}

// Clients of patches get one state, then patches without a gap, which lead to
// what poll_sync says.
func TestPatchClients(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		ann := h.create("Ann")
		a := h.patches(ann)
		var late *client
		bob := h.base(h.join(ann.PollID, "Bob"))
		for i, text := range []string{"Ramen", "Tacos", "Pizza", "Pho"} {
			a.must("nominate", fmt.Sprintf(`{"text":%q}`, text))
			settle(20 * time.Millisecond)
			if i == 2 {
				late = h.patches(h.join(ann.PollID, "Late"))
			}
		}
		a.must("start_vote", "")
		bob.emit("submit_rankings", `{"rankings":[]}`)
		settle(time.Second)

		var synced wire.Synced
		if err := json.Unmarshal(a.call("poll_sync", ""), &synced); err != nil || !synced.OK {
			t.Fatal(err, synced)
		}
		want, err := json.Marshal(synced.Poll)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []*client{a, late} {
			if n := len(events(c, event.PollUpdated)); n > 0 {
				t.Errorf("%d poll_updated", n)
			}
			version, doc := c.follow()
			if version != synced.Version || !jsonpatch.Equal(doc, want) {
				t.Errorf("patches lead to %d: %s\nsynced %d: %s", version, doc, synced.Version, want)
			}
		}
		if me := last(a, event.Me); me.Role != poll.Admin || me.Name != "Ann" || me.UserID != userOf(t, ann) {
			t.Errorf("me is %+v", me)
		}
	})
}

// follow applies all patches to the state that the client got first.
func (c *client) follow() (version uint64, doc []byte) {
	c.t.Helper()
	states := events(c, event.PollState)
	if len(states) != 1 {
		c.t.Fatalf("%d states, want 1", len(states))
	}
	doc, err := json.Marshal(states[0].Poll)
	if err != nil {
		c.t.Fatal(err)
	}
	version = states[0].Version
	for _, p := range events(c, event.PollPatch) {
		if p.From != version {
			c.t.Fatalf("a patch from %d at version %d", p.From, version)
		}
		if doc, err = jsonpatch.MergePatch(doc, p.Patch); err != nil {
			c.t.Fatal(err)
		}
		version = p.To
	}
	return version, doc
}

// One's own ballot comes back to all one's own sockets, and to them alone.
func TestOwnBallot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		p := h.play("Ann", "Bob")
		answer := p.ann.must("submit_rankings", p.ballot(2, 0))
		p.bob.emit("submit_rankings", p.ballot(1))
		settle(time.Second)
		want := &poll.Me{
			UserID: p.users["Ann"], Name: "Ann", Role: poll.Admin,
			Ballot: []poll.NominationID{p.options[2], p.options[0]}, Voted: true, Receipt: answer.Receipt,
		}
		if diff := cmp.Diff(want, last(p.ann, event.Me)); diff != "" {
			t.Error(diff)
		}
		rankings := map[poll.UserID][]poll.NominationID{p.users["Ann"]: {}, p.users["Bob"]: {p.options[1]}}
		seen := false
		for _, base := range events(p.bob, event.PollUpdated) {
			seen = seen || cmp.Equal(rankings, base.Rankings)
		}
		if !seen {
			t.Error("no poll_updated had the sender's own ballot")
		}
		again := h.dial(fmt.Sprintf(`{"token":%q}`, p.tokens["Bob"])).mustBeIn()
		if diff := cmp.Diff(rankings, events(again, event.PollUpdated)[0].Rankings); diff != "" {
			t.Error("on connect:", diff)
		}
	})
}

func TestRoster(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		p := h.play("Ann", "Bob")
		p.bob.emit("submit_rankings", p.ballot(0))
		ask := func(c *client, payload string) (r wire.Roster) {
			t.Helper()
			if err := json.Unmarshal(c.call("roster", payload), &r); err != nil {
				t.Fatal(err)
			}
			return r
		}
		ann := poll.RosterEntry{ID: p.users["Ann"], Name: "Ann", Online: true, Role: poll.Admin}
		bob := poll.RosterEntry{ID: p.users["Bob"], Name: "Bob", Online: true, Voted: true}
		if diff := cmp.Diff(wire.Roster{OK: true, Participants: []poll.RosterEntry{ann, bob}, Total: 2}, ask(p.ann, "")); diff != "" {
			t.Error(diff)
		}
		first := ask(p.ann, `{"limit":1}`)
		if diff := cmp.Diff(wire.Roster{OK: true, Participants: []poll.RosterEntry{ann}, Next: ann.ID, Total: 2}, first); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(wire.Roster{OK: true, Participants: []poll.RosterEntry{bob}, Total: 1}, ask(p.ann, `{"matching":"BO"}`)); diff != "" {
			t.Errorf("those with a name like it (-want +got):\n%s", diff)
		}
		if r := ask(p.ann, `{"matching":" "}`); r.OK || r.Error.Code != string(poll.BadRequest) {
			t.Errorf("a search for nothing: %+v", r)
		}
		if diff := cmp.Diff([]poll.RosterEntry{bob}, ask(p.ann, fmt.Sprintf(`{"limit":1,"after":%q}`, first.Next)).Participants); diff != "" {
			t.Error(diff)
		}
		for payload, code := range map[string]string{`{"limit":501}`: "bad_request", `{"limit":-1}`: "bad_request", `{"limit":"x"}`: "bad_request"} {
			if r := ask(p.ann, payload); r.OK || r.Error.Code != code {
				t.Errorf("%s: %+v", payload, r)
			}
		}
		if r := ask(p.bob, ""); r.OK || r.Error.Code != "unauthorized" || len(r.Participants) > 0 {
			t.Errorf("the roster for others: %+v", r)
		}
		for _, question := range []string{"roster", "poll_sync"} {
			before := len(events(p.ann, event.Exception))
			p.ann.emit(question, "")
			if got := events(p.ann, event.Exception)[before:]; len(got) != 1 || got[0].Type != "BadRequest" {
				t.Errorf("%s without acknowledgement: %+v", question, got)
			}
		}
	})
}

// A handed-over poll is run by somebody else.
func TestMakeAdmin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		p := h.play("Ann", "Bob")
		p.ann.must("make_admin", fmt.Sprintf(`{"id":%q}`, p.users["Bob"]))
		if a := p.ann.command("close_poll", ""); a.OK || a.Error.Code != "unauthorized" {
			t.Errorf("%+v", a)
		}
		p.bob.must("close_poll", "")
		settle(time.Second)
		if me := last(p.ann, event.Me); me.Role != poll.Participant {
			t.Errorf("role %q", me.Role)
		}
	})
}

// Anyone who leaves is out of the poll, in all their tabs, and has the answer.
func TestLeave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		ann := h.create("Ann")
		bob := h.join(ann.PollID, "Bob")
		a, b, tab, base := h.patches(ann), h.patches(bob), h.patches(bob), h.base(bob)
		b.must("leave", "")
		settle(time.Second)
		for _, c := range []*client{b, tab, base} {
			if !c.isOut() {
				t.Error("still connected after leaving")
			}
		}
		for _, c := range []*client{b, tab} {
			if got := events(c, event.PollEnded); len(got) != 1 || got[0].Reason != wire.EndLeft {
				t.Errorf("poll_ended %+v", got)
			}
		}
		_, doc := a.follow()
		var d poll.Document
		if err := json.Unmarshal(doc, &d); err != nil || d.ParticipantCount != 1 {
			t.Errorf("%v %s", err, doc)
		}
		h.patches(bob) // may come back
	})
}

// The clients of a poll that ends are told, once, and let go.
func TestExpiry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, func(o *httpd.Options) { o.Live = live.Options{PollTTL: time.Hour} })
		ann := h.create("Ann")
		a, b := h.patches(ann), h.base(h.join(ann.PollID, "Bob"))
		settle(time.Hour + time.Second)
		if got := events(a, event.PollEnded); len(got) != 1 || got[0].Reason != wire.EndExpired {
			t.Errorf("poll_ended %+v", got)
		}
		if got := events(b, event.PollCancelled); len(got) != 1 {
			t.Errorf("%d poll_cancelled", len(got))
		}
		if end := last(b, event.PollUpdated); len(end.Participants) > 0 {
			t.Errorf("the last view has the participants %v", end.Participants)
		}
		if !a.isOut() || !b.isOut() {
			t.Error("still connected")
		}
	})
}
