package socketio_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
)

func TestTrace(t *testing.T) {
	type span struct{}
	var traced record
	opts := &socketio.Options{
		Trace: socketio.Trace{
			Event: func(ctx context.Context, _ *socketio.Socket, event string, waited time.Duration) (context.Context, func(error)) {
				ctx = context.WithValue(ctx, span{}, event)
				return ctx, func(err error) { traced.Add("%q waited %s: %v", event, waited, err) }
			},
			Broadcast: func(ctx context.Context, ns *socketio.Namespace, event string, receivers, bytes int) {
				traced.Add("%s to %d of %s: %d bytes, in %v", event, receivers, ns.Name(), bytes, ctx.Value(span{}))
			},
		},
		Engine: engineio.Options{Trace: engineio.Trace{
			Open:  func(s *engineio.Session) { traced.Add("open %s", s.Transport()) },
			Close: func(s *engineio.Session, r engineio.Reason) { traced.Add("close %s: %s", s.Transport(), r) },
		}},
	}
	bubble(t, opts, func(w *world) {
		ns := w.io.Of("/")
		socketio.Signal("slow").On(ns, func(ctx context.Context, _ *socketio.Socket) error {
			<-time.After(time.Second)
			return ns.Emit(ctx, "x", []byte("one"))
		})
		socketio.Signal("bad").On(ns, func(context.Context, *socketio.Socket) error { return errors.New("no database") })
		socketio.Signal("panic").On(ns, func(context.Context, *socketio.Socket) error {
			panic("ouch") //nolint:forbidigo // what is tested
		})
		c := w.in1("/")
		c.send(`2["slow"]`, `2["bad"]`, `2["anything"]`, `2["panic"]`)
		pass(time.Second)
		c.close()
		traced.Want(t,
			"open websocket",
			"x to 1 of /: 39 bytes, in slow", `"slow" waited 0s: <nil>`,
			`"bad" waited 1s: no database`,
			`"" waited 1s: socketio: unknown_event: nobody handles this event`,
			`"panic" waited 1s: socketio: handler panicked`,
			"close websocket: transport close",
		)
	})
}

func TestTraceCalls(t *testing.T) {
	type span struct{}
	var traced record
	opts := &socketio.Options{Trace: socketio.Trace{
		Call: func(ctx context.Context, ns *socketio.Namespace, event string) (context.Context, func(error)) {
			traced.Add("%s of %s", event, ns.Name())
			return context.WithValue(ctx, span{}, event), func(err error) { traced.Add("%s: %v", event, err) }
		},
	}}
	bubble(t, opts, func(w *world) {
		ns := w.io.Of("/")
		ready := socketio.Call[socketio.None, int]("ready")
		c, id := w.in("/")
		go func() { _, _ = ready.Do(w.Context(), ns.Socket(id), socketio.None{}) }() // ends with the answer
		synctest.Wait()
		c.want(`21["ready"]`)
		c.send(`31[7]`)
		synctest.Wait()
		traced.Want(t, "ready of /", "ready: <nil>")
		ctx, cancel := context.WithTimeoutCause(w.Context(), time.Second, errors.New("too slow"))
		defer cancel()
		for _, to := range []socketio.Callees{ns, ns.To("nowhere")} {
			for _, err := range ready.DoAll(ctx, to, socketio.None{}) {
				traced.Add("yielded %v", err)
			}
		}
		traced.Want(t, "ready of /", "yielded too slow", "ready: too slow", "ready of /", "ready: <nil>")
		c.close()
	})
}
