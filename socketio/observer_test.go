package socketio_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/adaptertest"
)

// recorder returns an observer that writes down what it is told.
func recorder(r *record) socketio.Observer {
	return socketio.Observer{
		Connect: func(s *socketio.Socket) { r.Add("connect %s", s.Namespace().Name()) },
		Disconnect: func(s *socketio.Socket, reason socketio.Reason) {
			r.Add("disconnect %s: %s", s.Namespace().Name(), reason)
		},
		Room: func(ns *socketio.Namespace, e socketio.RoomEvent) {
			r.Add("room %s of %s: %d", e.Room, ns.Name(), e.Kind)
		},
		Received: func(_ *socketio.Socket, e socketio.Request) { r.Add("received %s with %d", e.Event, len(e.Args)) },
		Sent: func(s *socketio.Socket, event string, args []any) {
			r.Add("sent %s in %s: %s", event, s.Namespace().Name(), texts(args))
		},
	}
}

// texts returns the JSON of values.
func texts(values []any) []byte {
	text, err := json.Marshal(values)
	if err != nil {
		return []byte(err.Error())
	}
	return text
}

func TestObserve(t *testing.T) {
	bubble(t, nil, func(w *world) {
		var seen record
		stop := w.io.Observe(recorder(&seen))
		w.io.Observe(socketio.Observer{}) // does nothing
		ns := w.io.Of("/")
		ns.OnConnect(func(ctx context.Context, s *socketio.Socket) error { return s.Emit(ctx, "hello") })
		ns.On("go", func(ctx context.Context, s *socketio.Socket, _ socketio.Request) (any, error) {
			if err := s.Join("room"); err != nil {
				return nil, err
			}
			return nil, ns.To("room", s.ID()).Emit(ctx, "told", point{X: 1, Y: 2}, struct{}{})
		})
		c := w.in1("/")
		seen.Want(t, "connect /", "sent hello in /: null")
		c.send(`2["go",1,2]`, `2["unknown"]`)
		seen.Want(t, "received go with 2", "room room of /: 0", "room room of /: 1", "sent told in /: [1,2]", "received unknown with 0")
		c.close()
		seen.Want(t, "room room of /: 2", "room room of /: 3", "disconnect /: transport close")
		stop()
		w.in1("/")
		seen.Want(t)
	})
}

// Sockets of dynamic namespaces, and of those without handlers, are observed too, and
// calls like events.
func TestObserveEverywhere(t *testing.T) {
	bubble(t, nil, func(w *world) {
		var seen record
		w.io.OfFunc(func(context.Context, *socketio.Handshake) bool { return true })
		w.io.Observe(recorder(&seen))
		c := w.in1("/dynamic")
		seen.Want(t, "connect /dynamic")
		ctx, cancel := context.WithTimeout(w.Context(), time.Second)
		defer cancel()
		for s := range w.io.Of("/dynamic").Sockets() {
			_, _ = s.Call(ctx, "ask", "x") // nobody answers
		}
		for _, err := range w.io.Of("/dynamic").Call(ctx, "ask", "y") {
			if err == nil {
				t.Error("somebody answered")
			}
			break
		}
		seen.Want(t, "sent ask in /dynamic: [\"x\"]", "sent ask in /dynamic: [\"y\"]")
		c.close()
		seen.Want(t, "disconnect /dynamic: transport close")
	})
}

// A point is two arguments.
type point struct {
	socketio.Tuple

	X, Y int
}

// What another server emits is observed where the sockets are.
func TestObserveInACluster(t *testing.T) {
	hub := new(adaptertest.Hub)
	bubble(t, &socketio.Options{Adapter: hub.Adapter()}, func(w *world) {
		other, err := socketio.NewServer(&socketio.Options{Adapter: hub.Adapter()})
		if err != nil {
			t.Fatal(err)
		}
		var here, there record
		w.io.Observe(recorder(&here))
		other.Observe(recorder(&there))
		w.in1("/")
		here.Want(t, "connect /")
		w.try(other.Of("/").Emit(w.Context(), "news", "x", point{X: 1, Y: 2}))
		here.Want(t, `sent news in /: ["x",1,2]`)
		there.Want(t)
		w.try(other.Shutdown(context.WithoutCancel(w.Context())))
	})
}
