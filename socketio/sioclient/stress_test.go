package sioclient_test

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/caucus-live/caucus/socketio"
)

// Connections break, sockets leave and come back, while others talk: whatever
// happens to a call, it ends, and all is well afterwards.
func TestStress(t *testing.T) {
	everywhere(t, &socketio.Options{Recovery: &socketio.Recovery{}}, func(w *world) {
		addHandlers(w.io.Of("/"))
		addHandlers(w.io.Of("/b"))
		c := w.client()
		a, b := c.Of("/"), c.Of("/b")
		w.connect(a)
		w.connect(b)
		var all sync.WaitGroup
		for _, s := range []socketio.Callee{a, b, a, b} {
			all.Go(func() {
				for range 50 {
					ctx, cancel := context.WithTimeout(w.Context(), 3*time.Second)
					_, _ = echo.Do(ctx, s, blob{Parts: [][]byte{{1}}}) // the connection may be gone
					cancel()
					<-time.After(rand.N(200 * time.Millisecond))
				}
			})
		}
		all.Go(func() {
			for range 20 {
				<-time.After(rand.N(2 * time.Second))
				w.cut()
			}
		})
		all.Go(func() {
			for range 20 {
				<-time.After(rand.N(2 * time.Second))
				b.Disconnect()
				w.try(shout.Emit(w.Context(), b, "kept"))
				ctx, cancel := context.WithTimeout(w.Context(), rand.N(2*time.Second))
				_ = b.Connect(ctx) // it may be late
				cancel()
			}
		})
		all.Wait()
		w.connect(b)
		pass(10 * time.Second)
		for _, s := range []socketio.Callee{a, b} {
			if _, err := echo.Do(w.Context(), s, blob{}); err != nil {
				w.Errorf("in the end: %v", err)
			}
		}
	})
}

// A socket may leave before the server has let it in, and come back before the
// server knows.
func TestLeaveWhileEntering(t *testing.T) {
	everywhere(t, nil, func(w *world) {
		ns := w.io.Of("/slow")
		ns.Use(func(ctx context.Context, _ *socketio.Handshake) (context.Context, error) {
			<-time.After(time.Second)
			return ctx, nil
		})
		addHandlers(ns)
		c := w.client()
		w.connect(c.Of("/")) // keeps the connection
		s := c.Of("/slow")
		enter := func() chan error {
			done := make(chan error, 1)
			go func() { done <- s.Connect(w.Context()) }()
			synctest.Wait()
			return done
		}
		first := enter()
		s.Disconnect()
		if err := <-first; err == nil {
			w.Error("Connect: no error, but the socket has left")
		}
		second := enter() // the same question is still open
		w.try(<-second)
		if _, err := echo.Do(w.Context(), s, blob{}); err != nil {
			w.Error(err)
		}
		s.Disconnect()
		synctest.Wait()
		third := enter()
		s.Disconnect()
		if err := <-third; err == nil {
			w.Error("Connect: no error, but the socket has left")
		}
		pass(2 * time.Second)
		if n := ns.Len(); n != 0 {
			w.Errorf("%d sockets for a client that has left", n)
		}
	})
}

func TestSecondHandlerPanics(t *testing.T) {
	bubble(t, nil, func(w *world) {
		s := w.client().Of("/")
		ping.Receive(s, func(context.Context) error { return nil })
		defer func() {
			if recover() == nil {
				t.Error("a second handler was registered")
			}
		}()
		ping.Receive(s, func(context.Context) error { return nil })
	})
}
