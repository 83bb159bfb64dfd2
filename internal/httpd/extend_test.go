package httpd_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/wire"
	"github.com/caucus-live/caucus/internal/wire/event"
)

// When a poll is extended, its tokens, screens and results live on with it, every view says until
// when, and with the poll all of them end.
func TestExtendedPollsKeepTheirTokensAndResults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		ann := h.create("Ann")
		bob := h.join(ann.PollID, "Bob")
		a, b := h.patches(ann), h.base(bob)
		options := []string{string(a.must("nominate", `{"text":"Ramen"}`).Nomination), string(a.must("nominate", `{"text":"Tacos"}`).Nomination)}
		var screen wire.Screen
		_ = json.Unmarshal(a.call("present", ""), &screen)
		a.must("start_vote", "")
		b.must("submit_rankings", fmt.Sprintf(`{"rankings":[%q]}`, options[0]))
		a.must("close_poll", "")
		end := ann.ExpiresAt.Add(12 * time.Hour)
		for _, payload := range []string{"", `{"expiresAt":"tomorrow"}`, fmt.Sprintf(`{"expiresAt":%q}`, ann.ExpiresAt.Format(time.RFC3339))} {
			if answer := a.command("extend", payload); answer.OK || answer.Error.Code != string(poll.BadRequest) {
				t.Errorf("extend %s: %+v", payload, answer)
			}
		}
		a.must("extend", fmt.Sprintf(`{"expiresAt":%q}`, end.Format(time.RFC3339Nano)))
		settle(time.Until(ann.ExpiresAt) + 6*time.Hour)
		if a.isOut() || b.isOut() {
			t.Fatal("the connections ended at the first end")
		}
		for name, token := range map[string]string{"Ann": ann.AccessToken, "Bob": bob.AccessToken, "the screen": screen.AccessToken} {
			c := h.dial(fmt.Sprintf(`{"token":%q,"patches":true}`, token)).mustBeIn()
			if d := last(c, event.PollState).Poll; !d.ExpiresAt.Equal(end) || !d.Extendable.After(end) {
				t.Errorf("%s sees %s", name, d.ExpiresAt)
			}
		}
		if res := h.post("/polls/rejoin", wire.RejoinPoll{AccessToken: bob.AccessToken}); res.StatusCode != http.StatusCreated {
			t.Errorf("rejoin: %d %s", res.StatusCode, res.body)
		}
		var code wire.DeviceCode
		_ = json.Unmarshal(b.call("device_code", ""), &code)
		if other := h.joined(h.post("/polls/device", wire.UseDevice{Code: code.Code})); !other.ExpiresAt.Equal(end) {
			t.Errorf("another device is told %s", other.ExpiresAt)
		}
		for _, path := range []string{"", "/results", "/export.json"} {
			var view struct{ ExpiresAt time.Time }
			h.get("/polls/"+ann.PollID+path).decode(t, &view)
			if !view.ExpiresAt.Equal(end) {
				t.Errorf("%s says %s", path, view.ExpiresAt)
			}
		}
		settle(time.Until(end) + time.Second)
		if !a.isOut() || h.dial(fmt.Sprintf(`{"token":%q}`, ann.AccessToken)).connectError() != event.NotFound {
			t.Error("a token outlives its poll")
		}
	})
}
