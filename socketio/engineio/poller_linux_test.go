//go:build !nopoller

package engineio_test

import (
	"context"
	"net"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gobwas/ws"

	"github.com/caucus-live/caucus/socketio/engineio"
)

// wantParked waits until the given number of connections have no goroutine.
func (w *world) wantParked(n int) {
	w.Helper()
	w.eventually(func() bool { return w.eio.Parked() == n })
}

func TestQuietConnectionsHaveNoGoroutine(t *testing.T) {
	const n = 50
	w := tcpWorld(t, &engineio.Options{PingInterval: time.Hour})
	w.onAccept = echo
	before := runtime.NumGoroutine()
	var peers []*peer
	for range n {
		p := w.openWebsocket()
		p.send("4hello")
		p.want("4hello")
		peers = append(peers, p)
	}
	w.wantParked(n)
	w.eventually(func() bool { return runtime.NumGoroutine() < before+n/2 }) // net/http's end a moment later
	for _, p := range peers {
		p.send("4again", "3") // and is quiet again
		p.want("4again")
	}
	w.wantParked(n)
	for _, p := range peers {
		p.close()
	}
	w.eventually(func() bool { return w.eio.NumSessions() == 0 })
	w.wantParked(0)
}

// A client that speaks rarely has no goroutine between its messages; one that speaks often
// keeps it until it is quiet.
func TestConnectionsThatSpeakRarelyHaveNoGoroutine(t *testing.T) {
	for name, tt := range map[string]struct {
		interval time.Duration
		parked   int
	}{"rarely": {0, 1}, "often": {time.Hour, 0}} {
		t.Run(name, func(t *testing.T) {
			w := tcpWorld(t, &engineio.Options{PingInterval: time.Hour})
			w.eio.SpeakInterval(tt.interval)
			w.onAccept = echo
			p := w.openWebsocket()
			for range 10 { // the first is rare, whatever comes behind it
				p.send("4hello")
				p.want("4hello")
			}
			w.wantParked(tt.parked)
			p.send("3")
			w.wantParked(1)
		})
	}
}

// However a parked connection ends, the end is noticed.
func TestParkedConnectionsEnd(t *testing.T) {
	for name, tt := range map[string]struct {
		end  func(w *world, p *peer)
		want engineio.Reason
	}{
		"the client closes":     {func(_ *world, p *peer) { p.close() }, engineio.ReasonTransportClose},
		"the client resets":     {func(w *world, p *peer) { reset(w, p) }, engineio.ReasonTransportClose},
		"the client says so":    {func(_ *world, p *peer) { p.send("1") }, engineio.ReasonTransportClose},
		"the client is wrong":   {func(_ *world, p *peer) { p.send("x"); p.wantClose(ws.StatusPolicyViolation) }, engineio.ReasonParseError},
		"the session is closed": {func(w *world, _ *peer) { w.last().Close("because") }, "because"},
		"at once":               {func(w *world, _ *peer) { w.last().Abort("because") }, "because"},
		"the ping times out":    {func(w *world, _ *peer) { w.last().PingTimeout() }, engineio.ReasonPingTimeout},
		"the queue is full": {func(w *world, _ *peer) {
			for w.last().text(strings.Repeat("x", 1<<20)) == nil {
			}
		}, engineio.ReasonQueueFull},
		"Shutdown": {func(w *world, p *peer) {
			go p.drain() // ends with the connection
			if err := w.eio.Shutdown(w.Context()); err != nil {
				w.Error(err)
			}
		}, engineio.ReasonShutdown},
	} {
		t.Run(name, func(t *testing.T) {
			w := tcpWorld(t, nil)
			p := w.openWebsocket()
			p.send("3")
			w.wantParked(1)
			tt.end(w, p)
			w.last().wantClosed(tt.want)
			_ = p.conn.Close() // it may be closed
			w.eventually(func() bool { return w.eio.NumConns() == 0 })
		})
	}
}

// A WebSocket that takes over from polling is parked afterwards, not before: its
// time is bounded.
func TestProbesAreNotParked(t *testing.T) {
	w := tcpWorld(t, &engineio.Options{UpgradeTimeout: 100 * time.Millisecond})
	probe := w.probe(w.openPolling())
	probe.send("2probe")
	probe.want("3probe")
	probe.wantEnd()
	p := w.probe(w.openPolling())
	p.send("2probe")
	p.want("3probe")
	p.send("5")
	w.wantParked(1)
}

// File descriptors are used again at once; no end may be missed because of that.
func TestParkedConnectionsComeAndGo(t *testing.T) {
	w := tcpWorld(t, nil)
	w.onAccept = func(s *session) {
		s.onMessage = func(engineio.Kind, []byte) error { s.Abort("asked for"); return nil }
	}
	var clients sync.WaitGroup
	for i := range 8 {
		clients.Go(func() { // ends after its rounds
			for range 50 {
				p := w.openWebsocket()
				p.send("3")
				if i%2 == 0 { // the server ends it
					p.send("4end")
					p.wantClose(ws.StatusNormalClosure)
				}
				p.close()
			}
		})
	}
	clients.Wait()
	w.eventually(func() bool { return w.eio.NumConns() == 0 })
	w.wantParked(0)
}

// A collector is a listener that keeps what it accepts.
type collector struct {
	net.Listener
	mu    sync.Mutex // guards conns
	conns []net.Conn
}

func (c *collector) Accept() (net.Conn, error) {
	conn, err := c.Listener.Accept()
	if err == nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.conns = append(c.conns, conn)
	}
	return conn, err
}

func (c *collector) closeAll() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, conn := range c.conns {
		_ = conn.Close() // the server may have done so
	}
}

// The owner of the listener may close parked connections beneath the server. The system does not
// report that, and gives their file descriptors to others. Shutdown ends all the same.
func TestParkedConnectionsThatOthersClose(t *testing.T) {
	const n = 20
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	all := &collector{Listener: listener}
	w := newWorld(t, &engineio.Options{PingInterval: time.Hour}, all, func() (net.Conn, error) { return net.Dial("tcp", listener.Addr().String()) })
	open := func() {
		for range n {
			p := w.openWebsocket()
			p.send("3")
			go p.drain() // ends with the connection
		}
	}
	open()
	w.wantParked(n)
	all.closeAll()
	open() // with the file descriptors of those
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := w.eio.Shutdown(ctx); err != nil {
		t.Error(err)
	}
	if left := w.eio.NumConns(); left > 0 {
		t.Errorf("%d connections are left", left)
	}
}
