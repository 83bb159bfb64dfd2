package soak_test

import (
	"context"
	"flag"
	"math/rand/v2"
	"net/http"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
)

var (
	duration = flag.Duration("soak", 4*time.Second, "how long guests come in TestSoak")
	guests   = flag.Int("guests", 500, "connections at once")
)

// slack is by how much the heap may be larger than after the first round: what
// pools, maps and the runtime keep to themselves.
const slack = 8 << 20

// TestSoak lets guests come and go, of whom most do wrong. Beside them honest ones
// must be answered rightly all the time. After each round, when everybody is gone,
// the server must be as it was after the first: no session, no more memory. That no
// goroutine is left is TestMain's to see.
func TestSoak(t *testing.T) {
	h := open(t)
	rounds := max(3, *duration/time.Minute)
	var first uint64
	for range rounds {
		h.round(t, *duration/rounds)
		heap := h.heap(t)
		s := h.io.Stats()
		t.Logf("heap %d KiB, goroutines %d, sessions %d, messages in %d, out %d, refused %d, honest answers %d",
			heap>>10, runtime.NumGoroutine(), s.Engine.Opened, s.Engine.MessagesIn, s.Engine.MessagesOut,
			s.Engine.Refused, h.answers.Load())
		if s.Panics > 0 || s.Engine.Panics > 0 {
			t.Errorf("%d panics in handlers, %d below", s.Panics, s.Engine.Panics)
		}
		if first == 0 {
			first = heap
		}
		if heap > first+slack {
			t.Errorf("the heap grew from %d to %d bytes", first, heap)
		}
	}
	if h.answers.Load() == 0 {
		t.Error("no honest guest was answered")
	}
}

// A house is a server with its guests.
type house struct {
	io      *socketio.Server
	addr    string
	http    *http.Client
	answers atomic.Int64 // that honest guests got
}

// round has guests come and go for a while, and waits until the last is gone.
func (h *house) round(t *testing.T, d time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	var all sync.WaitGroup
	for i := range *guests {
		all.Go(func() { // ends soon after the context
			g := &guest{house: h, random: rand.New(rand.NewPCG(rand.Uint64(), uint64(i)))}
			for ctx.Err() == nil {
				if i%50 == 0 {
					g.converse(ctx, t)
				} else {
					g.visit(ctx)
				}
			}
		})
	}
	all.Wait()
}

// heap returns how much memory is in use when all sessions have ended.
func (h *house) heap(t *testing.T) uint64 {
	t.Helper()
	patience := time.After(time.Minute)
	for h.io.Stats().Engine.Sessions > 0 {
		select {
		case <-time.After(10 * time.Millisecond):
		case <-patience:
			t.Fatalf("sessions that do not end: %+v", h.io.Stats())
		}
	}
	h.http.CloseIdleConnections()
	var m runtime.MemStats
	for range 3 { // pools let go of what they hold at the second
		runtime.GC()
	}
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func options() *socketio.Options {
	return &socketio.Options{
		Engine: engineio.Options{
			AllowEIO3:         true,
			PerMessageDeflate: true,
			MaxPayload:        50_000,
			MaxQueue:          100_000,
			// Short, so that what guests leave behind ends within a round.
			PingInterval:   time.Second / 2,
			PingTimeout:    time.Second,
			UpgradeTimeout: time.Second,
			CloseTimeout:   time.Second,
		},
		ConnectTimeout:         time.Second,
		CleanupEmptyNamespaces: true,
		Recovery:               &socketio.Recovery{MaxDisconnection: time.Second, MaxBytes: 1 << 20, MaxSessions: 1000},
	}
}
