package engineio_test

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/gobwas/ws"

	"github.com/caucus-live/caucus/socketio/engineio"
)

func BenchmarkNewMessage(b *testing.B) {
	for _, size := range []int{40, 200, 4000} {
		payload := []byte(strings.Repeat("x", size))
		b.Run(fmt.Sprintf("payload=%d", size), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				engineio.NewMessage(engineio.Text, payload)
			}
		})
	}
}

func BenchmarkFrameReader(b *testing.B) {
	for _, size := range []int{40, 200, 4000} {
		b.Run(fmt.Sprintf("payload=%d", size), func(b *testing.B) {
			input := frames(ws.NewTextFrame([]byte(strings.Repeat("x", size))))
			scratch := make([]byte, len(input))
			r := engineio.NewFrameReader(1<<20, false)
			r.Drop = true
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				copy(scratch, input)
				if status := r.Read(scratch); status != 0 {
					b.Fatal(status)
				}
			}
		})
	}
}

func BenchmarkDecodePayload(b *testing.B) {
	v4 := []byte(strings.TrimSuffix(strings.Repeat("4"+strings.Repeat("x", 100)+"\x1e", 100), "\x1e"))
	v3 := []byte(strings.Repeat("101:4"+strings.Repeat("x", 100), 100))
	for protocol, payload := range map[uint8][]byte{4: v4, 3: v3} {
		b.Run(fmt.Sprintf("protocol=%d", protocol), func(b *testing.B) {
			b.SetBytes(int64(len(payload)))
			b.ReportAllocs()
			for b.Loop() {
				if n, err := engineio.CountPackets(protocol, payload); n != 100 || err != nil {
					b.Fatal(n, err)
				}
			}
		})
	}
}

// BenchmarkBroadcast sends one message to all sessions, and waits until all
// clients, which are in this process too, have read it.
func BenchmarkBroadcast(b *testing.B) {
	for _, n := range []int{100, 1000} {
		for _, size := range []int{40, 200, 4000} {
			b.Run(fmt.Sprintf("sockets=%d/payload=%d", n, size), func(b *testing.B) {
				benchmarkBroadcast(b, tcpWorld(b, nil), n, size)
			})
		}
	}
}

func benchmarkBroadcast(b *testing.B, w *world, n, size int) {
	b.Helper()
	m := engineio.NewMessage(engineio.Text, []byte(strings.Repeat("x", size)))
	var reading, received sync.WaitGroup
	peers := make([]*peer, n)
	for i := range peers {
		p := w.openWebsocket()
		peers[i] = p
		reading.Go(func() { // ends with the connection
			buf := make([]byte, m.Len())
			for {
				if _, err := io.ReadFull(p.br, buf); err != nil {
					return
				}
				received.Done()
			}
		})
	}
	b.ReportAllocs()
	for b.Loop() {
		received.Add(n)
		for _, s := range w.sessions {
			if err := s.Send(m); err != nil {
				b.Fatal(err)
			}
		}
		received.Wait()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/delivery")
	for _, p := range peers {
		p.close()
	}
	reading.Wait()
}

// BenchmarkEcho sends a message to the server, which sends it back.
func BenchmarkEcho(b *testing.B) {
	w := tcpWorld(b, nil)
	w.onAccept = echo
	p := w.openWebsocket()
	request := frames(ws.NewTextFrame([]byte("4" + strings.Repeat("x", 200))))
	answer := make([]byte, len(request)-4) // not masked
	b.ReportAllocs()
	for b.Loop() {
		p.write(request)
		if _, err := io.ReadFull(p.br, answer); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkConnect opens and closes a session.
func BenchmarkConnect(b *testing.B) {
	w := tcpWorld(b, nil)
	b.ReportAllocs()
	for b.Loop() {
		w.openWebsocket().close()
	}
}
