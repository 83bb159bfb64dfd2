package sioclient_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

type blob struct {
	Name  string
	Parts [][]byte
}

const (
	echo   socketio.Call[blob, blob]     = "echo"
	shout  socketio.Event[string]        = "shout"
	ping   socketio.Signal               = "ping"
	double socketio.Call[int, int]       = "double"
	fail   socketio.Call[string, string] = "fail"
)

// addHandlers makes a server do something.
func addHandlers(ns *socketio.Namespace) {
	echo.On(ns, func(_ context.Context, _ *socketio.Socket, b blob) (blob, error) { return b, nil })
	shout.On(ns, func(ctx context.Context, s *socketio.Socket, text string) error { return shout.Emit(ctx, s, text+"!") })
	ping.On(ns, func(ctx context.Context, s *socketio.Socket) error { return ping.Emit(ctx, s) })
	fail.On(ns, func(_ context.Context, _ *socketio.Socket, code string) (string, error) {
		return "", &socketio.Error{Code: code, Message: "told so", Data: 7}
	})
}

func TestEventsAndCalls(t *testing.T) {
	everywhere(t, nil, func(w *world) {
		addHandlers(w.io.Of("/"))
		s := w.client().Of("/")
		var got record
		shout.Receive(s, func(_ context.Context, text string) error { got.Add("%s", text); return nil })
		ping.Receive(s, func(context.Context) error { got.Add("ping"); return nil })
		w.connect(s)

		w.try(shout.Emit(w.Context(), s, "é"))
		w.try(ping.Emit(w.Context(), s))
		w.try(shout.Emit(w.Context(), s, "b"))
		got.Want(w.T, "é!", "ping", "b!")

		in := blob{"x", [][]byte{{0, 1, 2}, {}, []byte("\x1e")}}
		out, err := echo.Do(w.Context(), s, in)
		w.try(err)
		if diff := cmp.Diff(in, out); diff != "" {
			w.Errorf("echo (-want +got):\n%s", diff)
		}

		_, err = fail.Do(w.Context(), s, "some_code")
		e, ok := errors.AsType[*socketio.Error](err)
		if !ok || e.Code != "some_code" || e.Message != "told so" {
			w.Errorf("fail: %v", err)
		}
	})
}

func TestTheServerAsks(t *testing.T) {
	everywhere(t, nil, func(w *world) {
		var got record
		w.io.Of("/").OnConnect(func(ctx context.Context, s *socketio.Socket) error {
			n, err := double.Do(ctx, s, 21)
			got.Add("%d %v", n, err)
			_, err = fail.Do(ctx, s, "x")
			got.Add("%v", err)
			b, err := echo.Do(ctx, s, blob{"y", [][]byte{{255}}})
			got.Add("%v %v", b, err)
			return nil
		})
		s := w.client().Of("/")
		double.Receive(s, func(_ context.Context, n int) (int, error) { return 2 * n, nil })
		fail.Receive(s, func(_ context.Context, code string) (string, error) {
			return "", &socketio.Error{Code: code, Message: "no"}
		})
		echo.Receive(s, func(_ context.Context, b blob) (blob, error) { return b, nil })
		w.connect(s)
		got.Want(w.T, "42 <nil>", "socketio: x: no", "{y [[255]]} <nil>")
	})
}

func TestUpgrade(t *testing.T) {
	bubble(t, nil, func(w *world) {
		w.opts.Transports = nil
		addHandlers(w.io.Of("/"))
		c := w.client()
		s := c.Of("/")
		if c.Transport() != "" {
			w.Errorf("transport %q before it is connected", c.Transport())
		}
		w.connect(s)
		pass(time.Second) // the server may let a poll go first
		if c.Transport() != "websocket" {
			w.Errorf("transport %q", c.Transport())
		}
		_, err := echo.Do(w.Context(), s, blob{})
		w.try(err)
	})
}

func TestNamespacesShareAConnection(t *testing.T) {
	everywhere(t, nil, func(w *world) {
		addHandlers(w.io.Of("/"))
		addHandlers(w.io.Of("/b"))
		c := w.client()
		a, b := c.Of("/"), c.Of("b")
		w.connect(a)
		w.connect(b)
		if b != c.Of("/b") || b.Namespace() != "/b" || b.Client() != c {
			w.Error("another socket for the same namespace")
		}
		if n := w.io.Stats().Engine.Sessions; n != 1 {
			w.Errorf("%d connections", n)
		}
		if a.ID() == b.ID() || a.ID() == "" {
			w.Errorf("ids %q, %q", a.ID(), b.ID())
		}
		a.Disconnect()
		synctest.Wait()
		if _, err := echo.Do(w.Context(), b, blob{}); err != nil {
			w.Errorf("after the other has left: %v", err)
		}
		if w.io.Of("/").Len() != 0 || w.io.Of("/b").Len() != 1 {
			w.Error("the server has the wrong sockets")
		}
		b.Disconnect()
		synctest.Wait()
		if n := w.io.Stats().Engine.Sessions; n != 0 {
			w.Errorf("%d connections after the last has left", n)
		}
	})
}

func TestRefusal(t *testing.T) {
	everywhere(t, nil, func(w *world) {
		w.io.Of("/no").Use(func(context.Context, *socketio.Handshake) (context.Context, error) {
			return nil, &socketio.Error{Message: "FORBIDDEN", Data: 7}
		})
		for namespace, want := range map[string]sioclient.ConnectError{
			"/no": {Message: "FORBIDDEN", Data: []byte("7")}, "/unknown": {Message: "Invalid namespace"},
		} {
			s := w.client().Of(namespace)
			var got record
			s.OnConnectError(func(_ context.Context, err error) { got.Add("%v", err) })
			e, ok := errors.AsType[*sioclient.ConnectError](s.Connect(w.Context()))
			if !ok {
				w.Fatalf("%s: %v", namespace, e)
			}
			if diff := cmp.Diff(want, *e); diff != "" {
				w.Errorf("%s (-want +got):\n%s", namespace, diff)
			}
			got.Want(w.T, "sioclient: refused: "+want.Message)
		}
		synctest.Wait()
		if n := w.io.Stats().Engine.Sessions; n != 0 {
			w.Errorf("%d connections that nobody wants", n)
		}
	})
}
