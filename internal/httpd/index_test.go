package httpd_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/httpd"
	"github.com/caucus-live/caucus/internal/wire"
)

// The page of a poll has what messengers show of a link, and what the client would ask for next.
func TestPageOfAPoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, withWeb, func(o *httpd.Options) { o.PublicURL = "https://polls.example/vote" })
		ann := h.create("Ann", func(c *wire.CreatePoll) { c.Topic = `<b>"Lunch"` })
		code := ann.Poll.ID
		page := h.get("/p/"+strings.ToLower(code), "Accept-Language", "de")
		for _, want := range []string{
			"<title>&lt;b&gt;&#34;Lunch&#34; · Caucus</title>",
			`og:title" content="&lt;b&gt;&#34;Lunch&#34;"`,
			`og:description" content="Entscheide mit.`,
			`og:image" content="https://polls.example/vote/preview.png"`,
			`id="summary">{"id":"` + code + `"`,
		} {
			if !strings.Contains(string(page.body), want) {
				t.Errorf("the page lacks %s:\n%s", want, page.body[:min(len(page.body), 2000)])
			}
		}
		if strings.Contains(string(page.body), "<b>") {
			t.Error("a topic is markup")
		}
		if got := page.Header.Values("Vary"); !cmp.Equal(got, []string{"Origin", "Accept-Language", "Accept-Encoding"}) {
			t.Errorf("Vary %q", got)
		}
	})
}

// A crowd that follows one link is sent one page, at most a second old.
func TestPageOfAPollIsASecondOld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, withWeb)
		joined := h.create("Ann")
		ann := h.patches(joined).mustBeIn()
		tag := func() string { return h.get("/p/" + joined.Poll.ID).Header.Get("ETag") }
		before := tag()
		ann.must("nominate", `{"text":"Ramen"}`)
		if tag() != before {
			t.Error("the page is made for each who asks")
		}
		<-time.After(time.Second)
		if tag() == before {
			t.Error("the page is older than a second")
		}
	})
}

// Nothing of a room that is locked leaves it with a link.
func TestPageOfALockedRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, withWeb)
		joined := h.create("Ann", func(c *wire.CreatePoll) { c.Topic = "Secret" })
		h.patches(joined).mustBeIn().must("lock_room", `{"locked":true}`)
		if page := h.get("/p/" + joined.Poll.ID); strings.Contains(string(page.body), "Secret") {
			t.Errorf("%s", page.body)
		}
	})
}

// Trying codes through the page is slowed down as everywhere, and shows nothing.
func TestPageOfNoPoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, withWeb, func(o *httpd.Options) { o.FailedJoins = httpd.Rate{N: 2, Per: time.Minute} })
		const marker = `id="summary">null`
		for i, want := range []bool{true, true, false} {
			page := h.get("/p/ZZZZZ" + string(rune('2'+i)))
			if page.StatusCode != http.StatusOK || strings.Contains(string(page.body), marker) != want {
				t.Errorf("page %d: %d %s", i, page.StatusCode, page.body[:600])
			}
		}
		problem(t, h.get("/polls/ZZZZZ9"), http.StatusTooManyRequests)
	})
}
