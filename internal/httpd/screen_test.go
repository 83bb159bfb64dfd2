package httpd_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/caucus-live/caucus/internal/wire"
	"github.com/caucus-live/caucus/internal/wire/event"
)

// The screens of a host who is removed end with them, and nobody comes back with their
// tokens. Those of others go on.
func TestScreensOfARemovedHostEnd(t *testing.T) {
	for removal, payload := range map[string]string{
		"remove_participant":  `{"id":%q}`,
		"remove_participants": `{"matching":"Bob"}`,
	} {
		t.Run(removal, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := open(t)
				ann := h.create("Ann")
				bob := h.join(ann.PollID, "Bob")
				a, b := h.patches(ann), h.patches(bob)
				a.must("add_host", fmt.Sprintf(`{"id":%q}`, userOf(t, bob)))
				auth := func(c *client) string {
					var made wire.Screen
					(&response{body: c.call("present", "")}).decode(t, &made)
					return fmt.Sprintf(`{"token":%q,"patches":true}`, made.AccessToken)
				}
				theirs := auth(b)
				bobs, bobsToo, anns := h.dial(theirs).mustBeIn(), h.dial(theirs).mustBeIn(), h.dial(auth(a)).mustBeIn()
				if removal == "remove_participants" {
					a.must("remove_host", fmt.Sprintf(`{"id":%q}`, userOf(t, bob))) // it spares hosts
				} else {
					payload = fmt.Sprintf(payload, userOf(t, bob))
				}
				a.must(removal, payload)
				settle(time.Second)
				a.must("nominate", `{"text":"After the removal"}`)
				settle(time.Second)
				for _, screen := range []*client{bobs, bobsToo} {
					if got := last(screen, event.PollEnded); got.Reason != wire.EndRemoved {
						t.Errorf("a screen was told %q", got.Reason)
					}
					if all := strings.Join(screen.messages(), ""); strings.Contains(all, "After") {
						t.Errorf("a screen of a removed host goes on: %s", all)
					}
				}
				if got := h.dial(theirs).connectError(); got != event.Forbidden {
					t.Errorf("with the token of such a screen: %q", got)
				}
				if all := strings.Join(anns.messages(), ""); !strings.Contains(all, "After") {
					t.Error("the admin's screen does not go on")
				}
			})
		})
	}
}
