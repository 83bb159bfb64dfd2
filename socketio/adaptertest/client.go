package adaptertest

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/caucus-live/caucus/socketio"
)

// A client is one over polling, in the namespace "/", that needs no network.
type client struct {
	t    *testing.T
	srv  *socketio.Server
	url  string
	name string // in the tests
	id   string // of its socket

	pending []string // packets that have come
}

// dial connects.
func dial(t *testing.T, srv *socketio.Server, name string) *client {
	t.Helper()
	var connected struct{ SID, PID string }
	return dialWith(t, srv, name, "", &connected)
}

// dialWith connects with auth data. The server's answer is stored in connected, nothing if it
// has closed the connection.
func dialWith(t *testing.T, srv *socketio.Server, name, auth string, connected *struct{ SID, PID string }) *client {
	t.Helper()
	c := &client{t: t, srv: srv, name: name, url: "/socket.io/?EIO=4&transport=polling"}
	var open struct{ SID string }
	c.decode(c.next(), "0", &open)
	c.url += "&sid=" + open.SID
	t.Cleanup(c.leave)
	c.send("40" + auth)
	if answer := c.next(); answer != "1" {
		c.decode(answer, "40", connected)
	}
	c.id = connected.SID
	return c
}

func (c *client) decode(packet, prefix string, v any) {
	c.t.Helper()
	data, ok := strings.CutPrefix(packet, prefix)
	if err := json.Unmarshal([]byte(data), v); err != nil || !ok {
		c.t.Fatalf("%s got %q, want %s{…}: %v", c.name, packet, prefix, err)
	}
}

// next returns the next packet of Engine.IO, but for what keeps the connection open.
func (c *client) next() string {
	c.t.Helper()
	for ctx := soon(c.t); len(c.pending) == 0; {
		body := c.do(ctx, http.MethodGet, "")
		for packet := range strings.SplitSeq(body, "\x1e") {
			switch packet {
			case "2":
				c.send("3")
			case "6":
			default:
				c.pending = append(c.pending, packet)
			}
		}
	}
	packet := c.pending[0]
	c.pending = c.pending[1:]
	return packet
}

func (c *client) send(packet string) {
	c.t.Helper()
	c.do(c.t.Context(), http.MethodPost, packet)
}

func (c *client) do(ctx context.Context, method, body string) string {
	c.t.Helper()
	w := httptest.NewRecorder()
	c.srv.ServeHTTP(w, httptest.NewRequestWithContext(ctx, method, c.url, strings.NewReader(body)))
	if w.Code != http.StatusOK || ctx.Err() != nil {
		c.t.Fatalf("%s: %s %q: %d %s", c.name, method, body, w.Code, w.Body)
	}
	return w.Body.String()
}

// leave closes the connection, if it is still open.
func (c *client) leave() {
	ctx := context.WithoutCancel(c.t.Context())
	c.srv.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, http.MethodPost, c.url, strings.NewReader("1")))
}

// wants checks that exactly these packets come next.
func (c *client) wants(packets ...string) {
	c.t.Helper()
	got := make([]string, 0, len(packets))
	for range packets {
		got = append(got, c.next())
	}
	if !slices.Equal(got, packets) {
		c.t.Errorf("%s got %q, want %q", c.name, got, packets)
	}
}

// answers waits for a call of the event "ready" and answers it.
func (c *client) answers(with string) {
	c.t.Helper()
	packet := c.next()
	id, ok := strings.CutSuffix(strings.TrimPrefix(packet, "42"), `["ready","?"]`)
	if !ok {
		c.t.Fatalf("%s got %q, want a call", c.name, packet)
	}
	c.send("43" + id + "[" + with + "]")
}
