package httpd_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/caucus-live/caucus/internal/wire"
)

// A browser whose person was removed is refused a new token for that poll, and for no other; a mark
// that the server did not make counts for nothing.
func TestARemovedBrowserGetsNoNewToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		ann, other := h.create("Ann"), h.create("Zoe")
		admin := h.patches(ann)
		join := func(pollID, name, cookie string) *response {
			t.Helper()
			data, _ := json.Marshal(wire.JoinPoll{PollID: pollID, Name: name, Patches: true})
			return h.do(http.MethodPost, "/polls/join", string(data), "Cookie", cookie)
		}
		res := join(ann.PollID, "Bob", "")
		cookies := res.Cookies()
		if len(cookies) != 1 || !cookies[0].HttpOnly || cookies[0].SameSite != http.SameSiteLaxMode || cookies[0].Path != "/" {
			t.Fatalf("the mark: %+v", cookies)
		}
		mark := cookies[0].Name + "=" + cookies[0].Value
		bob := h.joined(res)
		h.patches(bob)
		second := join(ann.PollID, "Bob too", mark)
		if len(second.Cookies()) > 0 {
			t.Error("a browser that has a mark is given another")
		}
		h.patches(h.joined(second))
		admin.must("remove_participant", fmt.Sprintf(`{"id":%q}`, userOf(t, bob)))
		for cookie, want := range map[string]int{
			mark:                         http.StatusForbidden,
			"":                           http.StatusCreated,
			"other=1; " + mark:           http.StatusForbidden,
			cookies[0].Name + "=made.up": http.StatusCreated,
			strings.ToLower(mark):        http.StatusCreated,
		} {
			if res := join(ann.PollID, "Bob again", cookie); res.StatusCode != want {
				t.Errorf("with %q: %d %s", cookie, res.StatusCode, res.body)
			}
		}
		if res := join(other.PollID, "Bob", mark); res.StatusCode != http.StatusCreated {
			t.Errorf("another poll: %d %s", res.StatusCode, res.body)
		}
		if h.dial(fmt.Sprintf(`{"token":%q}`, h.joined(second).AccessToken)).connectError() != "" {
			t.Error("somebody else who was in before, on that device, is out")
		}

		// The poll that runs this one again knows the browser, whether its person was removed here or there.
		res = join(ann.PollID, "Eve", "")
		eve, evesMark := h.joined(res), res.Cookies()[0].Name+"="+res.Cookies()[0].Value
		e := h.patches(eve)
		admin.must("nominate", `{"text":"Ramen"}`)
		admin.must("nominate", `{"text":"Tacos"}`)
		admin.must("start_vote", "")
		admin.must("close_poll", "")
		var again, evesNext wire.Moved
		(&response{body: admin.call("run_again", "")}).decode(t, &again)
		(&response{body: e.call("next_poll", "")}).decode(t, &evesNext)
		next := h.patches(wire.Joined{AccessToken: again.AccessToken})
		h.patches(wire.Joined{AccessToken: evesNext.AccessToken})
		if res := join(again.PollID, "Eve too", evesMark); res.StatusCode != http.StatusCreated {
			t.Errorf("a browser of which nobody was removed: %d %s", res.StatusCode, res.body)
		}
		next.must("remove_participant", fmt.Sprintf(`{"id":%q}`, userOf(t, eve)))
		for name, cookie := range map[string]string{"removed before": mark, "removed here": evesMark} {
			if res := join(again.PollID, "Bob", cookie); res.StatusCode != http.StatusForbidden {
				t.Errorf("%s: %d %s", name, res.StatusCode, res.body)
			}
		}
	})
}
