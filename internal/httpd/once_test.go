package httpd_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/caucus-live/caucus/internal/httpd"
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/wire"
	"github.com/caucus-live/caucus/internal/wire/event"
)

const secret = "jJ7Vb2pYw0t1mZkQ9rXcEg" // 128 bits, as its creator draws them

func named(commandID string) func(*wire.CreatePoll) {
	return func(c *wire.CreatePoll) { c.CommandID = commandID }
}

// A creation whose answer was lost is asked for again, and is the same poll and person.
func TestACreationIsCarriedOutOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		first, again, other := h.create("Ann", named(secret)), h.create("Ann", named(secret)), h.create("Ann", named(secret+"x"))
		if again.PollID != first.PollID || userOf(t, again) != userOf(t, first) || other.PollID == first.PollID {
			t.Errorf("%+v, %+v, %+v", first, again, other)
		}
		if me := last(h.patches(again), event.Me); me.Role != poll.Admin {
			t.Errorf("the second token is that of %+v", me)
		}
		if one, two := h.create("Ann"), h.create("Ann"); one.PollID == two.PollID {
			t.Error("creations without a name are one")
		}
	})
}

// The name of a creation gives its sender the poll: it must not be one that others think of.
func TestANameOfACreationIsASecret(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		for _, id := range []string{"1", secret[1:], strings.Repeat("x", poll.MaxCommandID+1)} {
			body := wire.CreatePoll{Topic: "T", VotesPerVoter: 1, Name: "N", CommandID: id}
			if got := problem(t, h.post("/polls", body), http.StatusBadRequest); !strings.HasPrefix(got[0], "commandID must be 22 to 64") {
				t.Errorf("%q: %q", id, got)
			}
		}
		made := h.create("Ann", named(secret))
		elsewhere := open(t, func(o *httpd.Options) { o.TokenKey = []byte(strings.Repeat("k", httpd.MinTokenKey)) })
		if there := elsewhere.create("Ann", named(secret)); there.PollID == made.PollID || userOf(t, there) == userOf(t, made) {
			t.Errorf("a code can be chosen: %+v", there)
		}
	})
}

// A join whose answer was lost leaves nothing behind: who joins takes part by connecting.
func TestAJoinIsRepeatable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		ann := h.create("Ann")
		h.join(ann.PollID, "Bob")
		bob := h.patches(h.join(ann.PollID, "Bob"))
		if d := last(bob, event.PollState).Poll; d.ParticipantCount != 1 || d.Newest[0].Name != "Bob" {
			t.Errorf("%+v", d)
		}
	})
}

func TestADeviceCodeWorksAgainForTheRequestThatUsedIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		ann := h.create("Ann")
		a := h.patches(ann)
		var c wire.DeviceCode
		(&response{body: a.call("device_code", "")}).decode(t, &c)
		use := func(id string) *response {
			return h.post("/polls/device", wire.UseDevice{Code: c.Code, CommandID: id})
		}
		problem(t, use(strings.Repeat("x", poll.MaxCommandID+1)), http.StatusBadRequest)
		for range 2 {
			if j := h.joined(use(secret)); userOf(t, j) != userOf(t, ann) {
				t.Errorf("%+v", j)
			}
		}
		problem(t, use(secret+"x"), http.StatusNotFound)
		problem(t, use(""), http.StatusNotFound)
		settle(60e9)
		problem(t, use(secret), http.StatusNotFound)
	})
}
