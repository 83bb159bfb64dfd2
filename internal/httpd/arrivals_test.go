package httpd_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gobwas/ws"

	"github.com/caucus-live/caucus/internal/httpd"
	"github.com/caucus-live/caucus/internal/ledger/memory"
	"github.com/caucus-live/caucus/internal/wire"
)

// While too many are on their way into their polls, others are asked to come back,
// and not all at the same moment.
func TestACrowdIsToldToWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		held := make(chan struct{})
		h := openOn(t, appendingLedger{new(memory.Ledger), func(context.Context) error { <-held; return nil }},
			func(o *httpd.Options) { o.Arriving, o.TrustProxy = 2, true })
		ann, ben := h.create("Ann"), h.create("Ben")
		first := h.dialFrom("192.0.2.1", ann)
		h.dialFrom("192.0.2.2", ben)
		waits := map[string]bool{}
		for range 50 {
			res := h.get("/socket.io/?EIO=4&transport=polling")
			problem(t, res, http.StatusServiceUnavailable)
			waits[res.Header.Get("Retry-After")] = true
		}
		if len(waits) < 3 {
			t.Errorf("waits: %v", waits)
		}
		close(held)
		settle(time.Second)
		first.mustBeIn()
		h.patches(ann)
		if text := string(h.metrics().body); !strings.Contains(text, "caucus_sockets_turned_away_total 50\n") {
			t.Error("the metrics do not tell of it")
		}
	})
}

// dialFrom connects from an address, and does not wait to be let in.
func (h *house) dialFrom(address string, j wire.Joined) *client {
	h.t.Helper()
	return h.dialAs(ws.HandshakeHeaderHTTP{"X-Forwarded-For": {address}}, fmt.Sprintf(`{"token":%q,"patches":true}`, j.AccessToken))
}

// A storm of connections to one poll, or from one address, delays nobody else.
func TestAStormDelaysItsOwnPollAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		held := make(chan struct{})
		l := appendingLedger{new(memory.Ledger), func(context.Context) error { <-held; return nil }}
		var storm, other wire.Joined
		h := openOn(t, l, func(o *httpd.Options) { o.Arriving, o.TrustProxy = 8, true })
		storm, other = h.create("Ann"), h.create("Ben")
		var waiting []*client
		for i := range 20 {
			waiting = append(waiting, h.dialFrom(fmt.Sprintf("192.0.2.%d", i), storm))
		}
		ben := h.dialFrom("192.0.2.1", other) // of an address that takes part in the storm
		close(held)
		settle(time.Second)
		ben.mustBeIn()
		for _, c := range waiting {
			c.mustBeIn()
		}
		if text := string(h.metrics().body); !strings.Contains(text, "caucus_sockets_turned_away_total 0\n") {
			t.Error("somebody was turned away")
		}
	})
}
