package sioclient_test

import (
	"net"
	"net/http"
	"runtime"
	"sync"
	"testing"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsutil"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

// BenchmarkIdle tells what a client that is connected over TCP holds on to, its
// goroutine's stack included. The server, in the same process, keeps nothing but the
// bare connection.
func BenchmarkIdle(b *testing.B) {
	const clients = 1000
	url, hangUp := serveNothing(b)
	opts := &sioclient.Options{
		Transports: []string{"websocket"}, HTTPClient: &http.Client{Transport: new(http.Transport)},
		DisableReconnection: true,
	}
	for b.Loop() {
		before := memory()
		all := make([]*sioclient.Client, clients)
		for i := range all {
			all[i] = connected(b, url, opts)
		}
		b.ReportMetric(float64(memory()-before)/clients/1024, "KiB/connection")
		hangUp()
		for _, c := range all {
			if err := c.Close(b.Context()); err != nil {
				b.Error(err)
			}
		}
	}
}

// BenchmarkCall tells what a call to a server in the same process costs, both sides
// together.
func BenchmarkCall(b *testing.B) {
	for name, list := range transports {
		b.Run("transport="+name, func(b *testing.B) {
			io, url := onLoopback(b, nil)
			double.On(io.Of("/"), doubled)
			hc := &http.Client{Transport: new(http.Transport)}
			defer hc.CloseIdleConnections()
			c := connected(b, url, &sioclient.Options{Transports: list, HTTPClient: hc})
			defer c.Close(b.Context())
			b.ReportAllocs()
			for b.Loop() {
				if _, err := double.Do(b.Context(), c.Of("/"), 1); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// connected returns a client that is in the main namespace, with a listener.
func connected(tb testing.TB, url string, opts *sioclient.Options) *sioclient.Client {
	tb.Helper()
	c, err := sioclient.New(url, opts)
	if err != nil {
		tb.Fatal(err)
	}
	socketio.Event[string]("x").Receive(c.Of("/"), ignore)
	if err := c.Of("/").Connect(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	return c
}

// memory returns what is in use after all garbage is collected and stacks have
// shrunk.
func memory() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}

// serveNothing starts a server that lets everybody in and is silent from then on,
// until hangUp is called.
func serveNothing(tb testing.TB) (url string, hangUp func()) {
	tb.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	var (
		running sync.WaitGroup
		mu      sync.Mutex // guards conns
		conns   []net.Conn
	)
	running.Go(func() { // ends when the listener is closed; the clean-up waits for it
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			if err := welcome(conn); err != nil {
				tb.Error(err)
			}
			mu.Lock()
			conns = append(conns, conn)
			mu.Unlock()
		}
	})
	hangUp = func() {
		mu.Lock()
		defer mu.Unlock()
		for _, conn := range conns {
			_ = conn.Close() // all that is wanted
		}
		conns = nil
	}
	tb.Cleanup(func() {
		_ = listener.Close()
		running.Wait()
		hangUp()
	})
	return "http://" + listener.Addr().String(), hangUp
}

func welcome(conn net.Conn) error {
	if _, err := ws.Upgrade(conn); err != nil {
		return err
	}
	open := `0{"sid":"x","upgrades":[],"pingInterval":3600000,"pingTimeout":3600000,"maxPayload":1000000}`
	if err := wsutil.WriteServerText(conn, []byte(open)); err != nil {
		return err
	}
	if _, err := wsutil.ReadClientText(conn); err != nil {
		return err
	}
	return wsutil.WriteServerText(conn, []byte(`40{"sid":"y"}`))
}
