package httpd_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gobwas/ws/wsutil"

	"github.com/caucus-live/caucus/internal/httpd"
	"github.com/caucus-live/caucus/internal/wire"
	"github.com/caucus-live/caucus/internal/wire/event"
)

func TestParseRate(t *testing.T) {
	for text, want := range map[string]httpd.Rate{
		"30/5m":    {N: 30, Per: 5 * time.Minute},
		"1/500ms":  {N: 1, Per: 500 * time.Millisecond},
		"30/5m0s":  {N: 30, Per: 5 * time.Minute},
		"off":      httpd.Unlimited,
		"":         {},
		"30":       {},
		"30/":      {},
		"/5m":      {},
		"0/5m":     {},
		"-1/5m":    {},
		"30/-5m":   {},
		"30/5":     {},
		"30/5m/1m": {},
	} {
		got, err := httpd.ParseRate(text)
		if got != want || (err != nil) != (want == httpd.Rate{}) {
			t.Errorf("%q: %v, %v", text, got, err)
		}
		if err == nil {
			if again, err := httpd.ParseRate(got.String()); err != nil || again != got {
				t.Errorf("%q written as %q reads as %v, %v", text, got, again, err)
			}
		}
	}
}

// tooMany checks a 429 and returns how long to wait.
func tooMany(t *testing.T, res *response) time.Duration {
	t.Helper()
	problem(t, res, http.StatusTooManyRequests)
	n, err := strconv.Atoi(res.Header.Get("Retry-After"))
	if err != nil || n < 1 {
		t.Fatalf("Retry-After %q", res.Header.Get("Retry-After"))
	}
	return time.Duration(n) * time.Second
}

func TestCreationsAreLimited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, func(o *httpd.Options) { o.Creations = httpd.Rate{N: 3, Per: time.Minute} })
		body := wire.CreatePoll{Topic: "T", VotesPerVoter: 2, Name: "N"}
		for range 3 {
			h.joined(h.post("/polls", body))
		}
		wait := tooMany(t, h.post("/polls", body))
		if wait != 20*time.Second {
			t.Errorf("wait %s", wait)
		}
		settle(wait)
		h.joined(h.post("/polls", body))
		tooMany(t, h.post("/polls", body))
		settle(time.Hour)
		for range 3 {
			h.joined(h.post("/polls", body))
		}
		tooMany(t, h.post("/polls", body))
	})
}

// A whole school behind one address joins at full speed; who guesses codes is
// slowed down, by whatever route, and does not lock the others out.
func TestOnlyFailedJoinsAreLimited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, func(o *httpd.Options) { o.FailedJoins, o.TrustProxy = httpd.Rate{N: 4, Per: time.Minute}, true })
		ann, other, another := h.create("Ann"), h.createAt("192.0.2.1"), h.createAt("192.0.2.1")
		for i := range 200 {
			h.join(ann.PollID, fmt.Sprint("Pupil ", i))
		}
		guess := wire.JoinPoll{PollID: "ZZZZZZ", Name: "Eve"}
		for range 2 {
			problem(t, h.post("/polls/join", guess), http.StatusBadRequest)
			problem(t, h.get("/polls/YYYYYY"), http.StatusNotFound)
		}
		tooMany(t, h.get("/polls/XXXXXX/export.json"))
		tooMany(t, h.get("/polls/XXXXXX/results"))
		wait := tooMany(t, h.post("/polls/join", guess))
		h.join(ann.PollID, "Late")
		if res := h.get("/polls/" + ann.PollID); res.StatusCode != http.StatusOK {
			t.Errorf("status %d for a poll that was found before", res.StatusCode)
		}
		h.join(h.create("Just now").PollID, "Bob")
		h.join(other.PollID, "Bob") // that of another address, which nobody here has asked for before
		problem(t, h.post("/polls/join", wire.JoinPoll{PollID: "ZZ", Name: "Eve"}), http.StatusBadRequest)
		settle(wait)
		problem(t, h.post("/polls/join", guess), http.StatusBadRequest)
		for range 1000 { // more than are looked up at once
			_ = h.post("/polls/join", guess)
		}
		tooMany(t, h.post("/polls/join", guess))
		h.join(another.PollID, "Bob")
	})
}

// createAt makes a poll from another address.
func (h *house) createAt(address string) wire.Joined {
	h.t.Helper()
	body := `{"topic":"Where shall we eat?","votesPerVoter":3,"name":"Ann"}`
	return h.joined(h.do(http.MethodPost, "/polls", body, "X-Forwarded-For", address))
}

// An address knows the polls that somebody there is connected to, also with a token that
// was given elsewhere.
func TestConnectedCodesAreKnown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, func(o *httpd.Options) { o.FailedJoins, o.TrustProxy = httpd.Rate{N: 1, Per: time.Minute}, true })
		first, second, third := h.createAt("192.0.2.1"), h.createAt("192.0.2.1"), h.createAt("192.0.2.1")
		h.patches(first)
		problem(t, h.get("/polls/ZZZZZZ"), http.StatusNotFound)
		h.join(second.PollID, "Bob") // is all that the address may find
		tooMany(t, h.get("/polls/"+third.PollID))
		h.join(first.PollID, "Bob")
	})
}

// What a foreign page asks through the browsers of its visitors costs those nothing; one
// of an allowed origin asks for them.
func TestForeignPagesCostTheirVisitorsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const friend = "https://polls.example"
		h := open(t, func(o *httpd.Options) {
			o.FailedJoins, o.AllowOrigins = httpd.Rate{N: 2, Per: time.Minute}, []string{friend}
		})
		for _, site := range []string{"cross-site", "same-site", "cross-site"} {
			_ = h.get("/polls/ZZZZZZ", "Sec-Fetch-Site", site)
		}
		tooMany(t, h.get("/polls/ZZZZZZ", "Sec-Fetch-Site", "cross-site"))
		problem(t, h.get("/polls/ZZZZZZ", "Sec-Fetch-Site", "same-origin"), http.StatusNotFound)
		problem(t, h.get("/polls/ZZZZZZ", "Sec-Fetch-Site", "cross-site", "Origin", friend), http.StatusNotFound)
		tooMany(t, h.get("/polls/ZZZZZZ"))
	})
}

// Guessing in parallel gains nothing.
func TestFailedJoinsInParallel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, func(o *httpd.Options) { o.FailedJoins = httpd.Rate{N: 5, Per: time.Minute} })
		statuses := make(chan int)
		for range 50 {
			go func() { statuses <- h.get("/polls/ZZZZZZ").StatusCode }() // ends with the loop below
		}
		count := map[int]int{}
		for range 50 {
			count[<-statuses]++
		}
		if count[http.StatusNotFound] != 5 || count[http.StatusTooManyRequests] != 45 {
			t.Errorf("%v", count)
		}
	})
}

// What counts as one address: the peer's, one /64 of IPv6, and X-Forwarded-For
// only where a proxy is trusted.
func TestAddresses(t *testing.T) {
	for _, c := range []struct {
		name  string
		trust bool
		lists []string // of X-Forwarded-For, one a request
		one   bool     // they count as one address
	}{
		{"the header of a stranger", false, []string{"198.51.100.1", "198.51.100.2"}, true},
		{"a proxy", true, []string{"198.51.100.1", "198.51.100.2"}, false},
		{"a client that claims more", true, []string{"203.0.113.1, 198.51.100.1", "203.0.113.2, 198.51.100.1"}, true},
		{"one IPv6 network", true, []string{"2001:db8:1:2::1", "2001:db8:1:2:ffff::2"}, true},
		{"two IPv6 networks", true, []string{"2001:db8:1:2::1", "2001:db8:1:3::1"}, false},
		{"one address in two forms", true, []string{"198.51.100.1", "::ffff:198.51.100.1"}, true},
		{"nothing", true, []string{"", ","}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := open(t, func(o *httpd.Options) {
					o.TrustProxy = c.trust
					o.FailedJoins = httpd.Rate{N: 1, Per: time.Minute}
				})
				var last int
				for _, list := range c.lists {
					last = h.get("/polls/ZZZZZZ", "X-Forwarded-For", list).StatusCode
				}
				want := http.StatusNotFound
				if c.one {
					want = http.StatusTooManyRequests
				}
				if last != want {
					t.Errorf("status %d, want %d", last, want)
				}
			})
		})
	}
}

// Commands are limited by token, over all sockets of a person.
func TestCommandsAreLimited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, func(o *httpd.Options) { o.Commands = httpd.Rate{N: 4, Per: 8 * time.Second} })
		ann := h.create("Ann")
		bob := h.join(ann.PollID, "Bob")
		a, b, tab := h.patches(ann), h.patches(bob), h.base(bob)
		for i, c := range []*client{b, tab, b, tab} {
			c.must("nominate", fmt.Sprintf(`{"text":"Option %d"}`, i))
		}
		for _, name := range []string{"nominate", "poll_sync", "roster", "made_up"} {
			if got := b.command(name, `{"text":"Too much","commandID":"again"}`); got.OK || got.Error.Code != "rate_limited" {
				t.Errorf("%s: %+v", name, got)
			}
		}
		tab.emit("nominate", `{"text":"Too much"}`)
		if got := last(tab, event.Exception); got.Type != "BadRequest" || !strings.Contains(got.Message, "again in 2 seconds") {
			t.Errorf("%+v", got)
		}
		a.must("nominate", `{"text":"Somebody else's"}`)
		settle(2 * time.Second)
		b.must("nominate", `{"text":"After the wait","commandID":"again"}`) // the refusal is not remembered
	})
}

// A message that is longer than any that means something costs its sender the connection.
func TestMessagesAreLimited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, func(o *httpd.Options) { o.MaxMessage = 1000 })
		ann := h.patches(h.create("Ann"))
		packet := func(size int) []byte {
			const around = `42/polls,["nominate",{"text":"Pizza","why":""}]`
			return fmt.Appendf(nil, `42/polls,["nominate",{"text":"Pizza","why":%q}]`, strings.Repeat("x", size-len(around)))
		}
		ann.send(string(packet(1000)))
		settle(time.Second)
		if ann.isGone() || len(events(ann, event.Exception)) > 0 {
			t.Errorf("gone %t: %q", ann.isGone(), ann.messages())
		}
		_ = wsutil.WriteClientText(ann.conn, packet(1001)) // is cut off
		settle(time.Second)
		if !ann.isGone() {
			t.Error("still there")
		}
	})
}
