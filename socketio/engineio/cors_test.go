package engineio_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/socketio/engineio"
)

func TestOrigins(t *testing.T) {
	for _, tt := range []struct {
		name     string
		patterns []string
		check    func(*http.Request) bool
		header   []string
		want     int
		cors     string // Access-Control-Allow-Origin
	}{
		{name: "not a web page", want: 200},
		{name: "own page", header: []string{"Origin", "https://caucus.test"}, want: 200},
		{name: "own page, in capitals", header: []string{"Origin", "https://Caucus.Test"}, want: 200},
		{name: "own page behind a proxy", header: []string{"Origin", "https://public.test", "Sec-Fetch-Site", "same-origin"}, want: 200},
		{name: "stranger", header: []string{"Origin", "https://evil.test"}, want: 403},
		{name: "stranger, by the browser's word", header: []string{"Origin", "https://evil.test", "Sec-Fetch-Site", "cross-site"}, want: 403},
		{name: "other port", header: []string{"Origin", "https://caucus.test:8443"}, want: 403},
		{name: "opaque origin", header: []string{"Origin", "null"}, want: 403},
		{name: "not an origin", header: []string{"Origin", "%zz"}, want: 403},
		{name: "host", patterns: []string{"app.test"}, header: []string{"Origin", "https://app.test"}, want: 200, cors: "https://app.test"},
		{name: "host of another", patterns: []string{"app.test"}, header: []string{"Origin", "https://app.test.evil.test"}, want: 403},
		{name: "subdomain", patterns: []string{"*.app.test"}, header: []string{"Origin", "https://a.app.test"}, want: 200, cors: "https://a.app.test"},
		{name: "subdomain only", patterns: []string{"*.app.test"}, header: []string{"Origin", "https://evilapp.test"}, want: 403},
		{name: "any port", patterns: []string{"localhost:*"}, header: []string{"Origin", "http://localhost:5173"}, want: 200, cors: "http://localhost:5173"},
		{name: "scheme", patterns: []string{"https://app.test"}, header: []string{"Origin", "https://app.test"}, want: 200, cors: "https://app.test"},
		{name: "other scheme", patterns: []string{"https://app.test"}, header: []string{"Origin", "http://app.test"}, want: 403},
		{name: "every origin", patterns: []string{"*"}, header: []string{"Origin", "https://evil.test"}, want: 200, cors: "*"},
		{name: "every origin, opaque", patterns: []string{"*"}, header: []string{"Origin", "null"}, want: 200, cors: "*"},
		{
			name: "asked for", check: func(r *http.Request) bool { return r.Header.Get("Origin") == "https://late.test" },
			header: []string{"Origin", "https://late.test"}, want: 200, cors: "https://late.test",
		},
		{name: "asked for in vain", check: func(*http.Request) bool { return false }, header: []string{"Origin", "https://late.test"}, want: 403},
	} {
		bubble(t, &engineio.Options{OriginPatterns: tt.patterns, CheckOrigin: tt.check}, func(w *world) {
			resp, _ := w.do("GET", "EIO=4&transport=polling", "", tt.header...)
			if resp.StatusCode != tt.want {
				w.Errorf("%s: polling: %d, want %d", tt.name, resp.StatusCode, tt.want)
			}
			if got := resp.Header.Get("Access-Control-Allow-Origin"); got != tt.cors {
				w.Errorf("%s: Access-Control-Allow-Origin %q, want %q", tt.name, got, tt.cors)
			}
			if got := resp.Header.Get("Vary") == "Origin"; got != strings.HasPrefix(tt.cors, "http") {
				w.Errorf("%s: Vary %q", tt.name, resp.Header.Get("Vary"))
			}
			_, resp = w.upgrade("EIO=4&transport=websocket", tt.header...)
			if want := map[int]int{200: 101, 403: 400}[tt.want]; resp.StatusCode != want {
				w.Errorf("%s: websocket: %d, want %d", tt.name, resp.StatusCode, want)
			}
		})
	}
}

func TestPreflight(t *testing.T) {
	for _, tt := range []struct {
		name   string
		cors   engineio.CORS
		header []string
		want   http.Header
	}{
		{
			name:   "defaults",
			header: []string{"Origin", "https://app.test", "Access-Control-Request-Headers", "x-a,x-b"},
			want: http.Header{
				"Access-Control-Allow-Origin":  {"https://app.test"},
				"Access-Control-Allow-Methods": {"GET,POST"},
				"Access-Control-Allow-Headers": {"x-a,x-b"},
				"Vary":                         {"Origin", "Access-Control-Request-Headers"},
			},
		},
		{
			name: "refined",
			cors: engineio.CORS{
				Credentials: true, AllowedHeaders: []string{"x-a", "x-c"}, ExposedHeaders: []string{"x-d"}, MaxAge: time.Minute,
			},
			header: []string{"Origin", "https://app.test", "Access-Control-Request-Headers", "x-a,x-b"},
			want: http.Header{
				"Access-Control-Allow-Origin":      {"https://app.test"},
				"Access-Control-Allow-Methods":     {"GET,POST"},
				"Access-Control-Allow-Headers":     {"x-a,x-c"},
				"Access-Control-Allow-Credentials": {"true"},
				"Access-Control-Expose-Headers":    {"x-d"},
				"Access-Control-Max-Age":           {"60"},
				"Vary":                             {"Origin"},
			},
		},
		{name: "own page", header: []string{"Origin", "https://caucus.test"}, want: http.Header{}},
	} {
		bubble(t, &engineio.Options{OriginPatterns: []string{"app.test"}, CORS: tt.cors}, func(w *world) {
			resp, body := w.do("OPTIONS", "EIO=4&transport=polling", "", tt.header...)
			if resp.StatusCode != http.StatusNoContent || body != "" {
				w.Errorf("%s: %d %q", tt.name, resp.StatusCode, body)
			}
			resp.Header.Del("Date")
			if diff := cmp.Diff(tt.want, resp.Header); diff != "" {
				w.Errorf("%s (-want +got):\n%s", tt.name, diff)
			}
		})
	}
}
