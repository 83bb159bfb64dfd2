package socketio_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
)

func TestSocketsDoNotWaitForEachOther(t *testing.T) {
	bubble(t, nil, func(w *world) {
		w.io.Of("/other")
		for _, name := range []string{"/", "/other"} {
			socketio.Event[int]("sleep").On(w.io.Of(name), func(ctx context.Context, s *socketio.Socket, seconds int) error {
				<-time.After(time.Duration(seconds) * time.Second)
				return s.Emit(ctx, "slept", seconds)
			})
		}
		a, b := w.in1("/"), w.in1("/")
		a.enter("/other", "")
		a.send(`2["sleep",2]`, `2["sleep",1]`, `2/other,["sleep",1]`)
		b.send(`2["sleep",1]`)
		pass(time.Second)
		a.want(`2/other,["slept",1]`)
		b.want(`2["slept",1]`)
		pass(time.Second)
		a.want(`2["slept",2]`)
		pass(time.Second)
		a.want(`2["slept",1]`)
	})
}

func TestPanicCostsOneSocket(t *testing.T) {
	bubble(t, nil, func(w *world) {
		w.io.Of("/other")
		ns := w.io.Of("/")
		var gone record
		ns.OnDisconnect(func(_ context.Context, _ *socketio.Socket, reason socketio.Reason) {
			gone.Add("%s", reason)
			panic("again") //nolint:forbidigo // what is tested
		})
		socketio.Signal("crash").On(ns, func(context.Context, *socketio.Socket) error {
			panic("ouch") //nolint:forbidigo // what is tested
		})
		socketio.Signal("next").On(ns, func(context.Context, *socketio.Socket) error {
			w.Error("an event was handled after a panic")
			return nil
		})
		a, b := w.in1("/"), w.in1("/")
		a.enter("/other", "")
		a.send(`21["crash"]`, `2["next"]`)
		got := a.received()
		if len(got) != 2 || !strings.HasPrefix(got[0], `31[{"error":{"code":"internal"`) || got[1] != "1" {
			w.Errorf("got %q", got)
		}
		gone.Want(t, "handler panic")
		b.wantClosed(false)
		w.wantLog("panic=ouch", true)
		w.wantLog("panic=again", true)
		w.wantLog("executor_test.go", true) // the stack
		if st := w.io.Stats(); st.Sockets != 2 || st.Panics != 2 {
			w.Errorf("stats %+v", st)
		}
		a.enter("/", "")
	})
}

func TestOnConnectPanic(t *testing.T) {
	bubble(t, nil, func(w *world) {
		w.io.Of("/").OnConnect(func(context.Context, *socketio.Socket) error {
			panic("ouch") //nolint:forbidigo // what is tested
		})
		w.in1("/").want("1")
		w.wantLog("panic=ouch", true)
	})
}

// flood makes a namespace whose handlers of "x" wait for a signal, and a client
// that has sent n events of at least 128 bytes.
func flood(w *world, n int) (c *client, handled *int, goOn chan struct{}, gone *record) {
	handled, goOn, gone = new(int), make(chan struct{}), new(record)
	ns := w.io.Of("/")
	socketio.Event[int]("x").On(ns, func(ctx context.Context, _ *socketio.Socket, _ int) error {
		*handled++
		select {
		case <-goOn:
		case <-ctx.Done():
		}
		return nil
	})
	ns.OnDisconnect(func(_ context.Context, _ *socketio.Socket, reason socketio.Reason) { gone.Add("%s", reason) })
	c = w.in1("/")
	go func() { // ends when all is read, or the connection closed
		for i := range n {
			c.send(fmt.Sprintf(`2["x",%d]`, i))
		}
	}()
	synctest.Wait()
	return c, handled, goOn, gone
}

func TestFloodOfEventsIsNotRead(t *testing.T) {
	bubble(t, &socketio.Options{MaxPending: 1280}, func(w *world) {
		c, handled, goOn, gone := flood(w, 100)
		// One is being handled, eleven wait; the rest is still with the client.
		if in := w.io.Stats().EventsIn; *handled != 1 || in != 12 {
			w.Errorf("%d handled, %d read", *handled, in)
		}
		close(goOn)
		synctest.Wait()
		if *handled != 100 {
			w.Errorf("%d handled", *handled)
		}
		c.wantClosed(false)
		gone.Want(t)
	})
}

func TestFloodOfEventsIsCutOff(t *testing.T) {
	opts := &socketio.Options{MaxPending: 1280, Engine: engineio.Options{PingTimeout: time.Second}}
	bubble(t, opts, func(w *world) {
		c, handled, _, gone := flood(w, 100)
		pass(time.Second - 1)
		c.wantClosed(false)
		pass(1)
		c.wantClosed(true)
		gone.Want(t, "too many events waiting")
		if *handled != 1 {
			w.Errorf("%d handled", *handled)
		}
	})
}

func TestFloodOfEventsWhileAnAnswerIsAwaited(t *testing.T) {
	bubble(t, &socketio.Options{MaxPending: 1280}, func(w *world) {
		w.io.Of("/").OnConnect(func(_ context.Context, s *socketio.Socket) error {
			go func() { _, _ = s.Call(w.Context(), "never answered") }() // ends with the socket
			return nil
		})
		c, _, _, gone := flood(w, 100)
		c.wantClosed(true)
		gone.Want(t, "too many events waiting")
		if in := w.io.Stats().EventsIn; in != 42 { // one handled, 4 × 10, and the one too many
			w.Errorf("%d read", in)
		}
	})
}

func TestShutdownWhileNothingIsRead(t *testing.T) {
	bubble(t, &socketio.Options{MaxPending: 1280}, func(w *world) {
		_, _, _, gone := flood(w, 100)
		w.try(w.io.Shutdown(w.Context()))
		gone.Want(t, "server shutting down")
	})
}

func TestEventsBeforeTheEndAreHandled(t *testing.T) {
	bubble(t, nil, func(w *world) {
		var order record
		ns := w.io.Of("/")
		socketio.Event[int]("x").On(ns, func(ctx context.Context, _ *socketio.Socket, n int) error {
			<-time.After(time.Second)
			order.Add("x %d, context is done: %v", n, ctx.Err() != nil)
			return nil
		})
		ns.OnDisconnect(func(ctx context.Context, s *socketio.Socket, reason socketio.Reason) {
			order.Add("%s %q, context is done: %v", reason, s.Rooms(), ctx.Err() != nil)
		})
		ns.OnConnect(func(_ context.Context, s *socketio.Socket) error { return s.Join("room") })
		c := w.in1("/")
		c.send(`2["x",1]`, `2["x",2]`)
		c.close()
		pass(500 * time.Millisecond)
		if ns.RoomLen("room") != 0 || ns.Len() != 0 {
			w.Error("it is still a member")
		}
		pass(10 * time.Second)
		order.Want(t, "x 1, context is done: true", "x 2, context is done: true",
			`transport close ["room"], context is done: false`)
	})
}

func TestEventsOfADismissedClientAreDropped(t *testing.T) {
	bubble(t, nil, func(w *world) {
		var order record
		ns := w.io.Of("/")
		socketio.Event[int]("x").On(ns, func(_ context.Context, s *socketio.Socket, n int) error {
			order.Add("x %d", n)
			<-time.After(time.Second)
			s.Disconnect()
			return nil
		})
		ns.OnDisconnect(func(_ context.Context, _ *socketio.Socket, reason socketio.Reason) { order.Add("%s", reason) })
		c := w.in1("/")
		c.send(`2["x",1]`, `2["x",2]`)
		pass(10 * time.Second)
		order.Want(t, "x 1", "server namespace disconnect")
		c.want("1")
	})
}

func TestShutdownWaitsForHandlers(t *testing.T) {
	bubble(t, nil, func(w *world) {
		var order record
		ns := w.io.Of("/")
		socketio.Signal("work").On(ns, func(ctx context.Context, _ *socketio.Socket) error {
			<-ctx.Done()
			order.Add("%v", context.Cause(ctx))
			<-time.After(time.Second)
			order.Add("done")
			return nil
		})
		ns.OnDisconnect(func(context.Context, *socketio.Socket, socketio.Reason) {
			<-time.After(time.Second)
			order.Add("gone")
		})
		c := w.in1("/")
		c.send(`2["work"]`)
		synctest.Wait()
		start := time.Now()
		w.try(w.io.Shutdown(w.Context()))
		if d := time.Since(start); d != 2*time.Second {
			w.Errorf("it took %s", d)
		}
		order.Want(t, "socketio: disconnected: server shutting down", "done", "gone")
		c.wantClosed(true)
		if err := w.io.Shutdown(w.Context()); err == nil {
			w.Error("a second Shutdown had something to do")
		}
	})
}

func TestShutdownGivesUp(t *testing.T) {
	bubble(t, nil, func(w *world) {
		goOn := make(chan struct{})
		socketio.Signal("work").On(w.io.Of("/"), func(context.Context, *socketio.Socket) error {
			<-goOn
			return nil
		})
		w.in1("/").send(`2["work"]`)
		synctest.Wait()
		ctx, cancel := context.WithTimeout(w.Context(), time.Second)
		defer cancel()
		if err := w.io.Shutdown(ctx); err == nil || !strings.Contains(err.Error(), "deadline exceeded") {
			w.Errorf("Shutdown = %v", err)
		}
		close(goOn)
	})
}
