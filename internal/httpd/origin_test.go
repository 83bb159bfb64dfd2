package httpd_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/caucus-live/caucus/internal/httpd"
)

// advice returns the lines of the log at Warn, as message and remedy.
func advice(t *testing.T, h *house) (lines []string) {
	t.Helper()
	for line := range strings.Lines(h.logs.String()) {
		var entry struct{ Level, Msg, Remedy string }
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Fatal(err)
		}
		if entry.Remedy != "" && entry.Level == "WARN" && !strings.Contains(entry.Msg, "web client") {
			lines = append(lines, entry.Msg+": "+entry.Remedy)
		}
	}
	return lines
}

// A page that may not use the server is told so before there is a poll, on REST and on
// sockets alike, and the log says what an operator would change.
func TestOrigins(t *testing.T) {
	const lan = "http://192.168.1.7"
	for _, c := range []struct {
		name   string
		change func(*httpd.Options)
		header []string
		remedy string // words of the log; "" where the page is welcome
	}{
		{"no page", nil, nil, ""},
		{"the host", nil, []string{"Origin", "http://caucus.test"}, ""},
		{"the host with the scheme's port", nil, []string{"Host", "caucus.test:443", "Origin", "https://caucus.test"}, ""},
		{"the browser says so", nil, []string{"Origin", lan, "Sec-Fetch-Site", "same-origin"}, ""},
		{"a proxy without Host", nil, []string{"Host", "127.0.0.1:3000", "Origin", lan}, "proxy_set_header Host"},
		{"a proxy without the port", nil, []string{"Host", "192.168.1.7", "Origin", lan + ":8080"}, "-public-url " + lan + ":8080"},
		{"a proxy that is not believed", nil, []string{"Host", "127.0.0.1:3000", "X-Forwarded-Host", "192.168.1.7", "Origin", lan}, "-trust-proxy"},
		{"a proxy that is believed", trusting, []string{"Host", "127.0.0.1:3000", "X-Forwarded-Host", "192.168.1.7", "X-Forwarded-For", "192.0.2.1", "Origin", lan}, ""},
		{"the public URL", publicAt(lan + "/vote"), []string{"Host", "127.0.0.1:3000", "Origin", lan}, ""},
		{"the public URL's host, another scheme", publicAt(lan), []string{"Host", "127.0.0.1:3000", "Origin", "https://192.168.1.7"}, "-public-url https://192.168.1.7"},
		{"allowed", func(o *httpd.Options) { o.AllowOrigins = []string{lan} }, []string{"Origin", lan}, ""},
		{"allowed with the scheme's port", func(o *httpd.Options) { o.AllowOrigins = []string{"https://Polls.example:443"} }, []string{"Origin", "https://polls.example"}, ""},
		{"allowed without the port", func(o *httpd.Options) { o.AllowOrigins = []string{lan} }, []string{"Origin", lan + ":80"}, ""},
		{"allowed on another port", func(o *httpd.Options) { o.AllowOrigins = []string{lan} }, []string{"Origin", lan + ":8080"}, "-allow-origin"},
		{"allowed in another scheme", func(o *httpd.Options) { o.AllowOrigins = []string{lan} }, []string{"Origin", "https://192.168.1.7"}, "-allow-origin"},
		{"an IPv6 address in another form", func(o *httpd.Options) { o.AllowOrigins = []string{"http://[0:0::1]:3000"} }, []string{"Origin", "http://[::1]:3000"}, ""},
		{"an IPv6 host", nil, []string{"Host", "[0:0::1]:3000", "Origin", "http://[::1]:3000"}, ""},
		{"everybody", func(o *httpd.Options) { o.AllowOrigins = []string{"*"} }, []string{"Origin", "null"}, ""},
		{"a page without an origin", nil, []string{"Origin", "null"}, "-allow-origin"},
	} {
		synctest.Test(t, func(t *testing.T) {
			change := []func(*httpd.Options){withWeb}
			if c.change != nil {
				change = append(change, c.change)
			}
			h := open(t, change...)
			create := h.do(http.MethodPost, "/polls", `{"topic":"Lunch?","votesPerVoter":2,"name":"Ann"}`, c.header...)
			socket := h.get("/socket.io/?EIO=4&transport=polling", c.header...)
			wantCreate, wantSocket := http.StatusCreated, http.StatusOK
			if c.remedy != "" {
				wantCreate, wantSocket = http.StatusForbidden, http.StatusForbidden
			}
			if create.StatusCode != wantCreate || socket.StatusCode != wantSocket {
				t.Errorf("%s: %d %s, %d %s", c.name, create.StatusCode, create.body, socket.StatusCode, socket.body)
			}
			said := advice(t, h)
			if c.remedy == "" && len(said) > 0 || c.remedy != "" && (len(said) == 0 || !strings.Contains(said[0], c.remedy)) {
				t.Errorf("%s: %q", c.name, said)
			}
		})
	}
}

// A reason is logged at once, and then once a minute with how often it came up.
func TestAdviceIsNotAFlood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		for range 3 {
			for range 20 {
				h.get("/socket.io/?EIO=4&transport=polling", "Origin", "https://elsewhere.example")
			}
			settle(time.Minute)
		}
		if n := strings.Count(h.logs.String(), "a page may not use this server"); n != 3 {
			t.Errorf("%d lines", n)
		}
		if !strings.Contains(h.logs.String(), `"missed":19`) {
			t.Error(h.logs)
		}
		for i := range 600 { // causes that nobody has
			h.get("/socket.io/?EIO=4&transport=polling", "Origin", "https://x.example", "Host", strings.Repeat("x", i+1))
		}
		if n := len(advice(t, h)); n > 300 {
			t.Errorf("%d lines", n)
		}
	})
}

// What proxies break between clients and the server is in the log, with its remedy.
func TestAdviceOnProxies(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(*testing.T, *house)
		want string
	}{
		"no upgrade": {func(_ *testing.T, h *house) { h.get("/socket.io/?EIO=4&transport=websocket") }, "proxy_set_header Upgrade"},
		"another server": {func(t *testing.T, h *house) {
			t.Helper()
			other := open(t, func(o *httpd.Options) { o.TokenKey = []byte(strings.Repeat("another key", 5)) })
			h.get("/socket.io/?EIO=4&transport=polling&sid=" + handshake(t, other))
		}, "same one"},
		"another server with the same key": {func(t *testing.T, h *house) {
			t.Helper()
			other := open(t)
			settle(5 * time.Minute)
			h.get("/socket.io/?EIO=4&transport=polling&sid=" + handshake(t, other))
		}, "same one"},
		"a server before this one": {func(t *testing.T, h *house) {
			t.Helper()
			h.get("/socket.io/?EIO=4&transport=polling&sid=" + handshake(t, open(t)))
		}, ""},
		"an invented session": {func(_ *testing.T, h *house) { h.get("/socket.io/?EIO=4&transport=polling&sid=nonsense") }, ""},
		"a session that ended": {func(t *testing.T, h *house) {
			t.Helper()
			sid := handshake(t, h)
			settle(5 * time.Minute)
			h.get("/socket.io/?EIO=4&transport=polling&sid=" + sid)
		}, ""},
	} {
		synctest.Test(t, func(t *testing.T) {
			h := open(t, withWeb)
			c.do(t, h)
			said := strings.Join(advice(t, h), "\n")
			if c.want == "" && said != "" || !strings.Contains(said, c.want) {
				t.Errorf("%s: %q", name, said)
			}
		})
	}
}

// handshake opens a session and returns its id.
func handshake(t *testing.T, h *house) string {
	t.Helper()
	var opened struct{ SID string }
	res := h.get("/socket.io/?EIO=4&transport=polling")
	if err := json.Unmarshal(res.body[1:], &opened); err != nil {
		t.Fatalf("%v in %s", err, res.body)
	}
	return opened.SID
}
