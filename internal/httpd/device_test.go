package httpd_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/caucus-live/caucus/internal/httpd"
	"github.com/caucus-live/caucus/internal/live"
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/wire"
	"github.com/caucus-live/caucus/internal/wire/event"
)

func TestContinueOnAnotherDevice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		ann := h.create("Ann")
		a := h.patches(ann)
		code := func() string {
			t.Helper()
			var c wire.DeviceCode
			(&response{body: a.call("device_code", "")}).decode(t, &c)
			if !c.OK || !c.ExpiresAt.Equal(time.Now().Add(time.Minute)) {
				t.Fatalf("%+v", c)
			}
			return c.Code
		}
		first := code()
		j := h.joined(h.post("/polls/device", wire.UseDevice{Code: first}))
		if userOf(t, j) != userOf(t, ann) || j.PollID != ann.PollID {
			t.Errorf("%+v", j)
		}
		if me := last(h.patches(j), event.Me); me.Role != poll.Admin {
			t.Errorf("on the other device she is %s", me.Role)
		}
		replaced, late := code(), ""
		late = code()
		settle(time.Minute)
		for name, code := range map[string]string{"used": first, "replaced": replaced, "late": late, "none": "", "guessed": "ABC"} {
			if got := problem(t, h.post("/polls/device", wire.UseDevice{Code: code}), http.StatusNotFound); len(got) != 1 {
				t.Errorf("%s: %q", name, got)
			}
		}
		var refused wire.DeviceCode
		(&response{body: h.screen(a).call("device_code", "")}).decode(t, &refused)
		if refused.OK {
			t.Error("a screen goes on as somebody")
		}
	})
}

func TestLifetime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, func(o *httpd.Options) { o.Live = live.Options{PollTTL: 2 * time.Hour, MaxLifetime: 48 * time.Hour} })
		for lifetime, want := range map[int]time.Duration{0: 2 * time.Hour, 3600: time.Hour, 48 * 3600: 48 * time.Hour} {
			j := h.create("Ann", func(c *wire.CreatePoll) { c.Lifetime = lifetime })
			if got := time.Until(j.ExpiresAt); got != want {
				t.Errorf("a lifetime of %d seconds is %v", lifetime, got)
			}
		}
		for _, lifetime := range []int{-1, 1, 3599, 48*3600 + 1} {
			got := problem(t, h.post("/polls", wire.CreatePoll{Topic: " ", VotesPerVoter: 2, Name: "Ann", Lifetime: lifetime}), http.StatusBadRequest)
			if len(got) != 2 || got[1] != "lifetime must be a whole number from 3600 to 172800" {
				t.Errorf("%d: %q", lifetime, got)
			}
		}
	})
}
