package httpd_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsutil"

	"github.com/caucus-live/caucus/internal/wire"
	"github.com/caucus-live/caucus/socketio"
)

// A client is a Socket.IO client, as little of one as the tests need: over
// WebSocket, in the /polls namespace, and everything it is sent is kept.
type client struct {
	t    *testing.T
	conn net.Conn
	in   io.Reader // of conn, with what came with the handshake

	calls int // made

	mu     sync.Mutex // guards the fields below
	raw    []string   // messages, as they came
	gone   bool       // the connection is closed
	answer map[int]json.RawMessage
}

// dial connects with the given auth and waits for the answer.
func (h *house) dial(auth string) *client {
	h.t.Helper()
	return h.dialAs(nil, auth)
}

// dialAs is dial with header fields.
func (h *house) dialAs(header ws.HandshakeHeaderHTTP, auth string) *client {
	h.t.Helper()
	d := ws.Dialer{NetDial: h.ln.DialContext, Header: header}
	conn, early, _, err := d.Dial(h.t.Context(), "ws://caucus.test/socket.io/?EIO=4&transport=websocket")
	if err != nil {
		h.t.Fatal(err)
	}
	c := &client{t: h.t, conn: conn, in: conn, answer: map[int]json.RawMessage{}}
	if early != nil {
		c.in = io.MultiReader(io.LimitReader(early, int64(early.Buffered())), conn)
	}
	var done sync.WaitGroup
	done.Go(c.read) // ends with the connection; waited for below
	h.t.Cleanup(func() {
		_ = conn.Close()
		done.Wait()
	})
	c.send("40/polls," + auth)
	synctest.Wait()
	return c
}

// base and patches connect the two kinds of clients.
func (h *house) base(j wire.Joined) *client {
	h.t.Helper()
	return h.dial(fmt.Sprintf(`{"token":%q}`, j.AccessToken)).mustBeIn()
}

func (h *house) patches(j wire.Joined) *client {
	h.t.Helper()
	return h.dial(fmt.Sprintf(`{"token":%q,"patches":true}`, j.AccessToken)).mustBeIn()
}

func (c *client) mustBeIn() *client {
	c.t.Helper()
	if e := c.connectError(); e != "" || c.isGone() {
		c.t.Fatalf("not let in: %s %v", e, c.messages())
	}
	return c
}

func (c *client) read() {
	rw := struct {
		io.Reader
		io.Writer
	}{bufio.NewReader(c.in), c.conn}
	for {
		data, _, err := wsutil.ReadServerData(rw)
		if err != nil {
			break
		}
		switch text := string(data); {
		case text == "2": // ping
			c.send("3")
		case text[0] == '4':
			c.keep(text[1:])
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gone = true
}

func (c *client) keep(message string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.raw = append(c.raw, message)
	if rest, ok := strings.CutPrefix(message, "3/polls,"); ok {
		i := strings.IndexByte(rest, '[')
		id, _ := strconv.Atoi(rest[:i])
		var args []json.RawMessage
		if json.Unmarshal([]byte(rest[i:]), &args) == nil && len(args) == 1 {
			c.answer[id] = args[0]
		}
	}
}

func (c *client) send(packet string) {
	c.t.Helper()
	if err := wsutil.WriteClientText(c.conn, []byte(packet)); err != nil && !c.isGone() {
		c.t.Error(err)
	}
}

func (c *client) sendBinary(data []byte) {
	c.t.Helper()
	if err := wsutil.WriteClientBinary(c.conn, data); err != nil {
		c.t.Error(err)
	}
}

// emit sends an event without acknowledgement; payload is JSON or "" for none.
func (c *client) emit(event, payload string) {
	c.t.Helper()
	c.send("42/polls," + array(event, payload))
	synctest.Wait()
}

// call sends an event and returns what is acknowledged, nil if nothing is.
func (c *client) call(event, payload string) json.RawMessage {
	c.t.Helper()
	c.calls++
	c.send(fmt.Sprintf("42/polls,%d%s", c.calls, array(event, payload)))
	synctest.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.answer[c.calls]
}

func array(event, payload string) string {
	if payload == "" {
		return fmt.Sprintf("[%q]", event)
	}
	return fmt.Sprintf("[%q,%s]", event, payload)
}

// command is call for what is answered by an Answer.
func (c *client) command(event, payload string) (a wire.Answer) {
	c.t.Helper()
	data := c.call(event, payload)
	if err := json.Unmarshal(data, &a); err != nil {
		c.t.Fatalf("%s %s: %v in %q; %v", event, payload, err, data, c.messages())
	}
	return a
}

// must is command for what must succeed.
func (c *client) must(event, payload string) wire.Answer {
	c.t.Helper()
	a := c.command(event, payload)
	if !a.OK {
		c.t.Fatalf("%s %s: %+v", event, payload, a.Error)
	}
	return a
}

func (c *client) messages() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]string(nil), c.raw...)
}

func (c *client) isGone() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.gone
}

// connectError is the whole message of it, or "".
func (c *client) connectError() string {
	for _, m := range c.messages() {
		if data, ok := strings.CutPrefix(m, "4/polls,"); ok {
			var e struct{ Message string }
			if err := json.Unmarshal([]byte(data), &e); err != nil {
				c.t.Fatal(err)
			}
			return e.Message
		}
	}
	return ""
}

// isOut reports whether the server disconnected the client.
func (c *client) isOut() bool {
	return c.isGone() || slices.Contains(c.messages(), "1/polls,")
}

// events returns what an event carried, each time it came.
func events[T any](c *client, e socketio.Event[T]) []T {
	c.t.Helper()
	var all []T
	for _, m := range c.messages() {
		var args []json.RawMessage
		data, ok := strings.CutPrefix(m, "2/polls,")
		if !ok {
			continue
		}
		var name string
		if err := json.Unmarshal([]byte(data), &args); err != nil {
			c.t.Fatal(err)
		}
		if err := json.Unmarshal(args[0], &name); err != nil {
			c.t.Fatal(err)
		}
		if name != string(e) {
			continue
		}
		var v T
		if len(args) > 1 {
			if err := json.Unmarshal(args[1], &v); err != nil {
				c.t.Fatal(err)
			}
		}
		all = append(all, v)
	}
	return all
}

// last returns what an event carried last.
func last[T any](c *client, e socketio.Event[T]) T {
	c.t.Helper()
	all := events(c, e)
	if len(all) == 0 {
		c.t.Fatalf("no %s in %v", e, c.messages())
	}
	return all[len(all)-1]
}
