package socketio_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/caucus-live/caucus/socketio"
)

// TestNothingIsLostAtConnect has a client that speaks before its handshake is over
// and as soon as it is let in, and a server that takes its time.
func TestNothingIsLostAtConnect(t *testing.T) {
	bubble(t, nil, func(w *world) {
		var seen record
		ns := w.io.Of("/")
		ns.OnConnect(func(ctx context.Context, s *socketio.Socket) error {
			w.try(s.Emit(ctx, "welcome"))
			<-time.After(time.Minute)
			seen.Add("connected")
			return s.Emit(ctx, "ready")
		})
		socketio.Event[int]("n").On(ns, func(_ context.Context, _ *socketio.Socket, n int) error {
			seen.Add("%d", n)
			return nil
		})
		c := w.clientWith("EIO=4&transport=websocket", "0")
		greeting := c.received()
		if len(greeting) != 2 || !strings.HasPrefix(greeting[0], "0{") || greeting[1] != `2["welcome"]` {
			w.Fatalf("got %q", greeting)
		}
		c.send(`2["n",1]`, `2["n",2]`)
		w.try(ns.Emit(w.Context(), "all"))
		pass(time.Second)
		c.send(`2["n",3]`)
		c.want(`2["all"]`)
		seen.Want(t)
		pass(time.Minute)
		seen.Want(t, "connected", "1", "2", "3")
		c.want(`2["ready"]`)
	})
}

// TestEmitFromAnywhere emits from every function that an application can register.
func TestEmitFromAnywhere(t *testing.T) {
	const x socketio.Event[string] = "x"
	bubble(t, nil, func(w *world) {
		ns := w.io.Of("/")
		watcher := w.in1("/")
		emit := func(ctx context.Context, from string) { w.try(x.Emit(ctx, ns, from)) }
		w.io.OnNamespace(func(*socketio.Namespace) { emit(w.Context(), "OnNamespace") })
		ns.Use(func(ctx context.Context, _ *socketio.Handshake) (context.Context, error) {
			emit(ctx, "Use")
			return ctx, nil
		})
		ns.OnRoom(func(e socketio.RoomEvent) { emit(w.Context(), fmt.Sprint("OnRoom ", e.Kind)) })
		ns.OnConnect(func(ctx context.Context, s *socketio.Socket) error {
			emit(ctx, "OnConnect")
			answer, err := ready.Do(ctx, s, "?") // it may even wait for its client
			emit(ctx, fmt.Sprint("OnConnect ", answer, err))
			return s.Join("room")
		})
		ns.OnAny(func(ctx context.Context, _ *socketio.Socket, _ socketio.Request) { emit(ctx, "OnAny") })
		ns.Intercept(func(next socketio.Handler) socketio.Handler {
			return func(ctx context.Context, s *socketio.Socket, r socketio.Request) (any, error) {
				emit(ctx, "Intercept")
				return next(ctx, s, r)
			}
		})
		ns.On("event", func(ctx context.Context, s *socketio.Socket, _ socketio.Request) (any, error) {
			emit(ctx, "On")
			s.Disconnect()
			return nil, nil
		})
		ns.OnDisconnect(func(ctx context.Context, _ *socketio.Socket, _ socketio.Reason) { emit(ctx, "OnDisconnect") })
		w.io.Of("/new")

		c := w.in1("/")
		c.send(`31[true]`)
		c.received()
		c.send(`2["event"]`)
		want := []string{
			"OnNamespace", "Use", "OnConnect", "OnConnect true <nil>", "OnRoom 0", "OnRoom 1",
			"OnAny", "Intercept", "On", "OnRoom 2", "OnRoom 3", "OnDisconnect",
		}
		for i, from := range want {
			want[i] = fmt.Sprintf(`2["x",%q]`, from)
		}
		watcher.want(want...)
	})
}

// TestEmitFromManyGoroutines checks that each one's events stay in order.
func TestEmitFromManyGoroutines(t *testing.T) {
	bubble(t, nil, func(w *world) {
		const emitters, each = 16, 50
		ns := w.io.Of("/")
		c, id := w.in("/")
		s := ns.Socket(id)
		w.try(s.Join("room"))
		var wg sync.WaitGroup
		for e := range emitters {
			to := []socketio.Emitter{ns, s, s.Self(), ns.To("room"), ns.To(id)}[e%5]
			wg.Go(func() {
				for i := range each {
					w.try(to.Emit(w.Context(), "x", e, i))
				}
			})
		}
		wg.Wait()
		var next [emitters]int
		for _, packet := range c.received() {
			var e, i int
			if _, err := fmt.Sscanf(packet, `2["x",%d,%d]`, &e, &i); err != nil || next[e] != i {
				w.Fatalf("%s: %v, want %d", packet, err, next[e])
			}
			next[e]++
		}
		for e, n := range next {
			if n != each {
				w.Errorf("%d events of goroutine %d", n, e)
			}
		}
	})
}
