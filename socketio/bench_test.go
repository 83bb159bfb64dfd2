package socketio_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsutil"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
)

// A crowd is a server on a real socket, with clients that read as fast as they can.
type crowd struct {
	io    *socketio.Server
	ns    *socketio.Namespace
	addr  string
	conns []net.Conn
}

func newCrowd(tb testing.TB, sockets int) *crowd {
	tb.Helper()
	opts := &socketio.Options{
		Logger: slog.New(slog.DiscardHandler),
		Engine: engineio.Options{PingInterval: time.Hour, MaxQueue: 1 << 30},
	}
	srv, err := socketio.NewServer(opts)
	if err != nil {
		tb.Fatal(err)
	}
	c := &crowd{io: srv, ns: srv.Of("/")}
	server := httptest.NewServer(srv)
	c.addr = server.Listener.Addr().String()
	tb.Cleanup(func() {
		for _, conn := range c.conns {
			_ = conn.Close() // the server may have done so
		}
		if err := srv.Shutdown(context.Background()); err != nil {
			tb.Error(err)
		}
		server.Close()
	})
	for range sockets {
		c.conns = append(c.conns, enterTCP(tb, c.addr))
	}
	for c.ns.Len() < sockets {
		<-time.After(time.Millisecond)
	}
	return c
}

// enterTCP opens a connection, enters "/", and leaves the rest to be discarded.
func enterTCP(tb testing.TB, addr string) net.Conn {
	tb.Helper()
	conn := dialTCP(tb, addr)
	go func() { _, _ = io.Copy(io.Discard, conn) }() // ends with the connection
	return conn
}

// dialTCP opens a connection and enters "/".
func dialTCP(tb testing.TB, addr string) net.Conn {
	tb.Helper()
	conn, br, _, err := ws.Dial(tb.Context(), "ws://"+addr+"/socket.io/?EIO=4&transport=websocket")
	if err != nil {
		tb.Fatal(err)
	}
	if br != nil {
		conn = &buffered{conn, br.Read}
	}
	if err := wsutil.WriteClientText(conn, []byte("40")); err != nil {
		tb.Fatal(err)
	}
	for range 2 { // the handshakes of both protocols
		if _, err := wsutil.ReadServerText(conn); err != nil {
			tb.Fatal(err)
		}
	}
	return conn
}

func BenchmarkBroadcast(b *testing.B) {
	const news socketio.Event[string] = "news"
	for _, sockets := range []int{10, 1000} {
		for _, payload := range []int{40, 200, 4000} {
			b.Run(fmt.Sprintf("sockets=%d/payload=%d", sockets, payload), func(b *testing.B) {
				c := newCrowd(b, sockets)
				text := strings.Repeat("x", payload)
				b.ReportAllocs()
				for b.Loop() {
					if err := news.Emit(b.Context(), c.ns, text); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*sockets), "ns/delivery")
			})
		}
	}
}

// BenchmarkTarget is what finding the sockets of a target costs.
func BenchmarkTarget(b *testing.B) {
	c := newCrowd(b, 1000)
	i := 0
	var some string
	for s := range c.ns.Everyone().Sockets() {
		if err := s.Join(fmt.Sprint("r", i%4), "all"); err != nil {
			b.Fatal(err)
		}
		i, some = i+1, s.ID()
	}
	for name, t := range map[string]socketio.Target{
		"everyone":   c.ns.Everyone(),
		"room":       c.ns.To("all"),
		"rooms":      c.ns.To("r0", "r1", "r2", "all"),
		"except-one": c.ns.To("all").Except(some),
		"except":     c.ns.To("all").Except("r0"),
		"socket":     c.ns.To(some),
	} {
		b.Run("target="+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				for range t.Sockets() {
				}
			}
		})
	}
}

func BenchmarkRoomChurn(b *testing.B) {
	c := newCrowd(b, 100)
	var sockets []*socketio.Socket
	for s := range c.ns.Everyone().Sockets() {
		sockets = append(sockets, s)
	}
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			s := sockets[i%len(sockets)]
			if err := s.Join("lobby"); err != nil {
				b.Error(err)
			}
			s.Leave("lobby")
		}
	})
}

// BenchmarkEcho is an event with an acknowledgement, there and back.
func BenchmarkEcho(b *testing.B) {
	c := newCrowd(b, 0)
	type payload struct{ Text string }
	socketio.Call[payload, payload]("echo").On(c.ns,
		func(_ context.Context, _ *socketio.Socket, p payload) (payload, error) { return p, nil })
	conn := dialTCP(b, c.addr)
	c.conns = append(c.conns, conn)
	event := []byte(`421["echo",{"Text":"` + strings.Repeat("x", 100) + `"}]`)
	b.ReportAllocs()
	for b.Loop() {
		if err := wsutil.WriteClientText(conn, event); err != nil {
			b.Fatal(err)
		}
		if _, err := wsutil.ReadServerText(conn); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkConnect opens a connection, enters a namespace, joins a room, and
// closes the connection.
func BenchmarkConnect(b *testing.B) {
	c := newCrowd(b, 0)
	socketio.Call[string, socketio.None]("join").On(c.ns,
		func(_ context.Context, s *socketio.Socket, room string) (none socketio.None, _ error) {
			return none, s.Join(room)
		})
	join := []byte(`421["join","room"]`)
	b.ReportAllocs()
	for b.Loop() {
		conn := dialTCP(b, c.addr)
		if err := wsutil.WriteClientText(conn, join); err != nil {
			b.Fatal(err)
		}
		if _, err := wsutil.ReadServerText(conn); err != nil {
			b.Fatal(err)
		}
		if err := conn.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
