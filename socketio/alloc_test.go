package socketio_test

import (
	"bufio"
	"context"
	"encoding/json"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsutil"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
)

// TestBroadcastAllocates shows that a broadcast's allocations do not grow with its
// receivers, once their queues have room.
func TestBroadcastAllocates(t *testing.T) {
	const receivers = 10_000
	synctest.Test(t, func(t *testing.T) {
		io, err := socketio.NewServer(&socketio.Options{Engine: engineio.Options{PingInterval: time.Hour}})
		if err != nil {
			t.Fatal(err)
		}
		ns := io.Of("/")
		ns.OnConnect(func(_ context.Context, s *socketio.Socket) error { return s.Join("room") })
		for range receivers {
			enterWithoutPolling(t, io)
		}
		synctest.Wait()
		if got := ns.RoomLen("room"); got != receivers {
			t.Fatalf("%d sockets in the room, want %d", got, receivers)
		}
		news, room := socketio.Event[string]("news"), ns.To("room")
		emit := func() {
			if err := news.Emit(t.Context(), room, "a message"); err != nil {
				t.Fatal(err)
			}
		}
		for range 17 { // slots double: there will be 32
			emit()
		}
		if got := testing.AllocsPerRun(10, emit); got > 40 {
			t.Errorf("a broadcast to %d sockets makes %v allocations, want at most 40", receivers, got)
		}
		if err := io.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// TestIdleConnectionTakes shows what memory the server needs for a connection that has
// nothing to say, beside that of package net.
func TestIdleConnectionTakes(t *testing.T) {
	const want = 1_300
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }() // nothing is left to be done with it
	bare := heapPer(t, math.MaxInt, func() []net.Conn {
		conn := dial(t, listener.Addr())
		accepted, err := listener.Accept()
		if err != nil {
			t.Fatal(err)
		}
		return []net.Conn{conn, accepted}
	})

	io, err := socketio.NewServer(&socketio.Options{Engine: engineio.Options{
		HandshakeHeaders: []string{},
		HandshakeContext: func(*http.Request) context.Context { return context.Background() },
	}})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(io)
	served := heapPer(t, bare+want, func() []net.Conn { return []net.Conn{enterRaw(t, server.Listener.Addr())} })
	if err := io.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	server.Close()
	if got := served - bare; got > want {
		t.Errorf("an idle connection takes %d bytes, want at most %d", got, want)
	}
}

// heapPer returns what memory each of many connections takes, behind the first ones, with which a
// server makes what it has once: a buffer of 64 KiB for each of its flushers, tables that grow. It
// waits for that to be at most so much, since net/http's goroutines may end a while after a client has
// been answered.
func heapPer(t *testing.T, most int, open func() []net.Conn) int {
	t.Helper()
	const first, n = 100, 500
	var conns []net.Conn
	for range first {
		conns = append(conns, open()...)
	}
	before := heap()
	for range n {
		conns = append(conns, open()...)
	}
	taken := heap() - before
	for rounds := 0; taken/n > most && rounds < 100; rounds++ {
		taken = heap() - before
	}
	for _, conn := range conns {
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	}
	return taken / n
}

// heap returns how many bytes are in use.
func heap() int {
	runtime.GC() // what is in a sync.Pool survives one
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc) //nolint:gosec // some megabytes
}

func dial(t *testing.T, addr net.Addr) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", addr.String())
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

// enterRaw enters "/" and keeps nothing but the connection.
func enterRaw(t *testing.T, addr net.Addr) net.Conn {
	t.Helper()
	conn := dial(t, addr)
	br := bufio.NewReader(conn)
	request := "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: caucus.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
	if _, err := conn.Write([]byte(request)); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(br, nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close() // it has none
	if err := ws.WriteFrame(conn, ws.MaskFrame(ws.NewTextFrame([]byte("40")))); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the handshakes of both protocols
		if _, err := wsutil.ReadServerText(&buffered{conn, br.Read}); err != nil {
			t.Fatal(err)
		}
	}
	return conn
}

// enterWithoutPolling enters "/" as a client that polls, but does not poll: what
// is sent to it stays in its queue.
func enterWithoutPolling(t *testing.T, h http.Handler) {
	t.Helper()
	const url = "/socket.io/?EIO=4&transport=polling"
	request := func(method, target, body string) string {
		w := httptest.NewRecorder()
		r, err := http.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		h.ServeHTTP(w, r)
		return w.Body.String()
	}
	var open struct{ SID string }
	if err := json.Unmarshal([]byte(strings.TrimPrefix(request(http.MethodGet, url, ""), "0")), &open); err != nil {
		t.Fatal(err)
	}
	if got := request(http.MethodPost, url+"&sid="+open.SID, "40"); got != "ok" {
		t.Fatalf("entering is answered with %q", got)
	}
}
