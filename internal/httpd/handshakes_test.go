package httpd_test

import (
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/caucus-live/caucus/internal/httpd"
)

// handshake opens a session from an address, and asks for no poll.
func (h *house) handshake(address string) *response {
	h.t.Helper()
	return h.get("/socket.io/?EIO=4&transport=polling", "X-Forwarded-For", address)
}

// How often an address, and all together, open a session is limited; beyond it they are told
// when to come back.
func TestHandshakesAreLimitedInRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, func(o *httpd.Options) { o.Handshakes, o.TrustProxy = httpd.Rate{N: 5, Per: 10 * time.Second}, true })
		want := func(address string, status int) {
			t.Helper()
			res := h.handshake(address)
			if res.StatusCode != status || status == http.StatusTooManyRequests && res.Header.Get("Retry-After") == "" {
				t.Errorf("from %s: status %d, Retry-After %q, want %d", address, res.StatusCode, res.Header.Get("Retry-After"), status)
			}
		}
		for range 5 {
			want("192.0.2.1", http.StatusOK)
			want("192.0.2.2", http.StatusOK)
		}
		want("192.0.2.1", http.StatusTooManyRequests)
		want("192.0.2.3", http.StatusTooManyRequests) // all have opened enough
		settle(2 * time.Second)
		want("192.0.2.1", http.StatusOK)
		want("192.0.2.1", http.StatusTooManyRequests)
		want("192.0.2.3", http.StatusOK)
	})
}

// Sessions that ask for nothing keep nobody out, not even people behind the same address.
func TestBareHandshakesKeepNobodyOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, func(o *httpd.Options) { o.Unconfirmed, o.TrustProxy = 20, true })
		ann := h.create("Ann")
		a := h.dialFrom("192.0.2.1", ann)
		synctest.Wait()
		a.mustBeIn()
		for i := range 100 { // 5 times as many as there may be
			if res := h.handshake(fmt.Sprintf("192.0.2.%d", 1+i%2)); res.StatusCode != http.StatusOK {
				t.Fatalf("handshake %d: status %d %s", i, res.StatusCode, res.body)
			}
		}
		for i := 1; i <= 3; i++ {
			c := h.dialFrom(fmt.Sprintf("192.0.2.%d", i), h.join(ann.PollID, fmt.Sprint("Ben ", i)))
			synctest.Wait()
			c.mustBeIn()
		}
		a.must("nominate", `{"text":"Still here"}`)
	})
}
