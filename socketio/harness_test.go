package socketio_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gobwas/ws"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/internal/bubbletest"
	"github.com/caucus-live/caucus/socketio/pipetest"
)

// A world is a server, and the means to talk to it.
type world struct {
	*testing.T
	io   *socketio.Server
	dial func() (net.Conn, error)
	http *http.Client
	log  *bubbletest.Log
}

// bubble runs a test with a server in memory, where time is the test's own.
func bubble(t *testing.T, opts *socketio.Options, test func(w *world)) {
	t.Helper()
	bubbletest.Run(t, func(t *testing.T) {
		t.Helper()
		test(newWorld(t, opts))
	})
}

func newWorld(t *testing.T, opts *socketio.Options) *world {
	t.Helper()
	var o socketio.Options
	if opts != nil {
		o = *opts
	}
	w := &world{T: t, log: new(bubbletest.Log)}
	if o.Logger == nil {
		o.Logger = slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelInfo}))
	}
	var err error
	if w.io, err = socketio.NewServer(&o); err != nil {
		t.Fatal(err)
	}
	listener := pipetest.Listen()
	w.dial = listener.Dial
	server := &http.Server{Handler: w.io, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0)}
	transport := &http.Transport{DialContext: listener.DialContext}
	w.http = &http.Client{Transport: transport}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }() // Close ends it; the clean-up waits for it
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Second)
		defer cancel()
		_ = w.io.Shutdown(ctx) // some tests leave clients that do not answer, or shut down themselves
		transport.CloseIdleConnections()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
	return w
}

// wantLog checks that something was logged, or was not.
func (w *world) wantLog(text string, want bool) {
	w.Helper()
	synctest.Wait()
	if got := strings.Contains(w.log.String(), text); got != want {
		w.Errorf("%q is in the log: %v, want %v:\n%s", text, got, want, w.log)
	}
}

// A client is the other end of a WebSocket connection. It reads all the time,
// answers pings, and remembers the rest.
type client struct {
	t    *testing.T
	conn net.Conn
	mute atomic.Bool // it does not answer pings

	mu     sync.Mutex
	got    []string // text packets of Socket.IO; binary ones as "binary …"
	closed bool
}

// client opens a connection.
func (w *world) client(query ...string) *client {
	w.Helper()
	if len(query) > 0 {
		return w.clientWith(query[0], "")
	}
	return w.clientWith("EIO=4&transport=websocket", "")
}

// clientWith opens a connection and sends a packet of Socket.IO in one write with
// the handshake, unless it is empty.
func (w *world) clientWith(query, packet string) *client {
	w.Helper()
	conn, br := w.upgrade(query, packet)
	c := &client{t: w.T, conn: conn}
	open := make(chan struct{})
	go c.read(br, open) // ends with the connection
	<-open
	return c
}

// upgrade opens a WebSocket.
func (w *world) upgrade(query, packet string) (net.Conn, *bufio.Reader) {
	w.Helper()
	conn, err := w.dial()
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { _ = conn.Close() }) // the test may have closed it
	early := ""
	if packet != "" {
		early = string(ws.MustCompileFrame(ws.MaskFrame(ws.NewTextFrame([]byte("4" + packet)))))
	}
	_, err = fmt.Fprintf(conn, "GET /socket.io/?%s HTTP/1.1\r\nHost: caucus.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nX-Test: yes\r\n\r\n%s", query, early)
	if err != nil {
		w.Fatal(err)
	}
	br := bufio.NewReader(conn)
	resp, err := http.ReadResponse(br, nil)
	if err != nil || resp.StatusCode != http.StatusSwitchingProtocols {
		w.Fatalf("upgrade: %v, %v", resp, err)
	}
	_ = resp.Body.Close() // it has none
	return conn, br
}

// read takes frames until the connection ends.
func (c *client) read(br *bufio.Reader, open chan struct{}) {
	defer func() {
		c.mu.Lock()
		c.closed = true
		c.mu.Unlock()
		_ = c.conn.Close() // whoever ended it
	}()
	for first := true; ; first = false {
		f, err := readFrame(br)
		if err != nil || f.Header.OpCode == ws.OpClose {
			return
		}
		if first {
			close(open) // the open packet
			continue
		}
		c.take(f)
	}
}

func (c *client) take(f ws.Frame) {
	text := string(f.Payload)
	switch {
	case f.Header.OpCode == ws.OpBinary:
		text = "binary " + text
	case text == "2":
		if !c.mute.Load() {
			go c.raw("3") // a pipe has no buffer: the server may be writing
		}
		return
	case !strings.HasPrefix(text, "4"):
		return // another packet of Engine.IO
	default:
		text = text[1:]
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.got = append(c.got, text)
}

func readFrame(r io.Reader) (f ws.Frame, err error) {
	if f.Header, err = ws.ReadHeader(r); err != nil {
		return f, err
	}
	f.Payload = make([]byte, f.Header.Length)
	_, err = io.ReadFull(r, f.Payload)
	return f, err
}

// raw sends text packets of Engine.IO. That the connection is closed shows
// elsewhere.
func (c *client) raw(texts ...string) {
	for _, text := range texts {
		c.frame(ws.NewTextFrame([]byte(text)))
	}
}

func (c *client) frame(f ws.Frame) {
	b, err := ws.CompileFrame(ws.MaskFrame(f))
	if err != nil {
		c.t.Error(err)
	}
	_, _ = c.conn.Write(b) // it may be closed
}

// send sends text packets of Socket.IO.
func (c *client) send(packets ...string) {
	for _, p := range packets {
		c.raw("4" + p)
	}
}

// binary sends binary messages.
func (c *client) binary(attachments ...string) {
	for _, a := range attachments {
		c.frame(ws.NewBinaryFrame([]byte(a)))
	}
}

// received returns, and forgets, what has come when nothing more happens.
func (c *client) received() []string {
	synctest.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	got := c.got
	c.got = nil
	return got
}

// want checks that exactly these packets have come since the last time.
func (c *client) want(packets ...string) {
	c.t.Helper()
	if diff := cmp.Diff(packets, c.received(), cmpopts.EquateEmpty()); diff != "" {
		c.t.Errorf("packets (-want +got):\n%s", diff)
	}
}

func (c *client) wantClosed(want bool) {
	c.t.Helper()
	synctest.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed != want {
		c.t.Errorf("connection is closed: %v, want %v", c.closed, want)
	}
}

func (c *client) close() { _ = c.conn.Close() } // it may be closed

// joined is what a server tells a client that it lets in.
type joined struct{ SID, PID string }

// enter asks to be let into a namespace, with auth data if that is not empty, and
// returns what the server says.
func (c *client) enter(namespace, auth string) joined {
	c.t.Helper()
	prefix := "0" + namespace + ","
	if namespace == "/" {
		prefix = "0"
	}
	c.send(prefix + auth)
	got := c.received()
	if len(got) == 0 || !strings.HasPrefix(got[0], prefix+"{") {
		c.t.Fatalf("asked to enter %s, got %q", namespace, got)
	}
	var j joined
	if err := json.Unmarshal([]byte(strings.TrimPrefix(got[0], prefix)), &j); err != nil || j.SID == "" {
		c.t.Fatalf("asked to enter %s, got %q", namespace, got)
	}
	c.mu.Lock()
	c.got = append(got[1:], c.got...) // for the next want
	c.mu.Unlock()
	return j
}

// in opens a connection and enters a namespace.
func (w *world) in(namespace string) (*client, string) {
	w.Helper()
	c := w.client()
	return c, c.enter(namespace, "").SID
}

// in1 is in, for those who do not need the id.
func (w *world) in1(namespace string) *client {
	w.Helper()
	c, _ := w.in(namespace)
	return c
}

// try fails the test if there is an error.
func (w *world) try(err error) {
	w.Helper()
	if err != nil {
		w.Error(err)
	}
}

// pass lets time pass, and all that has to happen in it.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

type record = bubbletest.Record
