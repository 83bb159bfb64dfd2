package httpd_test

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/caucus-live/caucus/internal/httpd"
	"github.com/caucus-live/caucus/internal/ledger/memory"
	"github.com/caucus-live/caucus/internal/wire/event"
	"github.com/caucus-live/caucus/socketio/pipetest"
)

// A restart loses nothing: what was acknowledged is there, and tokens are good.
func TestServeAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ledger := new(memory.Ledger)
		h := openOn(t, ledger)
		p := h.play("Ann", "Bob")
		want := p.bob.must("submit_rankings", p.ballot(2, 1)).Receipt
		if err := h.end(); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		for _, c := range []*client{p.ann, p.bob} {
			if !c.isGone() {
				t.Error("a client was left behind")
			}
			if len(events(c, event.PollEnded))+len(events(c, event.PollCancelled)) > 0 {
				t.Error("a client was told that the poll is over")
			}
		}
		h = openOn(t, ledger)
		bob := h.dial(fmt.Sprintf(`{"token":%q,"patches":true}`, p.tokens["Bob"])).mustBeIn()
		if me := last(bob, event.Me); me.Receipt != want || len(me.Ballot) != 2 {
			t.Errorf("%+v", me)
		}
	})
}

// While sockets are closed one after the other, load balancers are told to go
// elsewhere, and so are new sockets.
func TestDrain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, func(o *httpd.Options) { o.DrainWindow = 10 * time.Second })
		p := h.play("Ann", "Bob")
		h.shut()
		settle(time.Second)
		if got := problem(t, h.get("/readyz"), http.StatusServiceUnavailable); got[0] != "The server is shutting down." {
			t.Errorf("%q", got)
		}
		if res := h.get("/healthz"); res.StatusCode != http.StatusOK {
			t.Errorf("status %d", res.StatusCode)
		}
		if res := h.get("/socket.io/?EIO=4&transport=polling"); res.StatusCode < 400 {
			t.Errorf("a new socket: status %d", res.StatusCode)
		}
		for _, line := range logged(t, h, "request") {
			if line.Level == "WARN" {
				t.Errorf("the operator, who ends the server, is warned: %+v", line)
			}
		}
		if p.ann.isGone() && p.bob.isGone() {
			t.Error("all sockets were closed at once")
		}
		settle(10 * time.Second)
		if !p.ann.isGone() || !p.bob.isGone() {
			t.Error("sockets are open after their time")
		}
	})
}

// A client that does not take what is sent to it cannot keep the server from its end.
func TestDrainOfADeafClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, func(o *httpd.Options) { o.DrainTimeout = 3 * time.Second })
		if res := h.get("/socket.io/?EIO=4&transport=polling"); res.StatusCode != http.StatusOK { // and never again
			t.Fatalf("status %d", res.StatusCode)
		}
		start := time.Now()
		if err := h.end(); err != nil {
			t.Error(err)
		}
		if took := time.Since(start); took > 3*time.Second {
			t.Errorf("the end took %s", took)
		}
	})
}

// A connection that a browser has opened in advance does not hold up the end.
func TestDrainOfASilentConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		conn, err := h.ln.DialContext(t.Context(), "", "")
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		settle(time.Second)
		start := time.Now()
		if err := h.end(); err != nil {
			t.Error(err)
		}
		if took := time.Since(start); took > time.Second {
			t.Errorf("the end took %s", took)
		}
	})
}

func TestServeSaysWhyItEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ln := pipetest.Listen()
		s, err := httpd.New(new(memory.Ledger), &httpd.Options{TokenKey: key, Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		_ = ln.Close()
		if err := s.Serve(t.Context(), ln); !errors.Is(err, net.ErrClosed) || !strings.HasPrefix(err.Error(), "httpd: serve: ") {
			t.Error(err)
		}
	})
}

// A request whose header has more than 16 KiB is refused; one that has almost that is not.
func TestLongHeaders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		for size, status := range map[int]int{15 << 10: http.StatusOK, 17 << 10: http.StatusRequestHeaderFieldsTooLarge} {
			for _, path := range []string{"/healthz", "/socket.io/?EIO=4&transport=polling"} {
				if res := h.get(path, "X-Filler", strings.Repeat("x", size)); res.StatusCode != status {
					t.Errorf("%s with %d bytes: status %d, want %d", path, size, res.StatusCode, status)
				}
			}
		}
	})
}

// A client that does not send what it announced, or does not take the answer,
// keeps nothing for long.
func TestSlowClients(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, withWeb)
		for name, request := range map[string]string{
			"slow head":   "POST /polls HTTP/1.1\r\nHost: caucus.test\r\n",
			"slow body":   "POST /polls HTTP/1.1\r\nHost: caucus.test\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{",
			"slow reader": "GET / HTTP/1.1\r\nHost: caucus.test\r\n\r\n",
		} {
			conn, err := h.ln.Dial()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := conn.Write([]byte(request)); err != nil {
				t.Fatal(err)
			}
			settle(time.Minute + time.Second)
			before := time.Now()
			if _, err := io.Copy(io.Discard, conn); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if took := time.Since(before); took > 0 {
				t.Errorf("%s: closed only after %s more", name, took)
			}
			_ = conn.Close()
		}
	})
}
