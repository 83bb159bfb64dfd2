package sioclient_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

func TestEmitBeforeConnect(t *testing.T) {
	everywhere(t, nil, func(w *world) {
		var got record
		shout.On(w.io.Of("/"), func(_ context.Context, _ *socketio.Socket, text string) error { got.Add("%s", text); return nil })
		addOthers(w.io.Of("/"))
		s := w.client().Of("/")
		w.try(shout.Emit(w.Context(), s, "a"))
		w.try(shout.Emit(w.Context(), s.Volatile(), "lost"))
		called := make(chan error, 1)
		go func() {
			_, err := double.Do(w.Context(), s, 2)
			called <- err
		}()
		synctest.Wait()
		w.try(shout.Emit(w.Context(), s, "b"))
		w.connect(s)
		w.try(<-called)
		w.try(shout.Emit(w.Context(), s.Volatile(), "c"))
		got.Want(w.T, "a", "b", "c")
	})
}

func addOthers(ns *socketio.Namespace) {
	double.On(ns, doubled)
}

func doubled(_ context.Context, _ *socketio.Socket, n int) (int, error) { return 2 * n, nil }

func ignore(context.Context, string) error { return nil }

func TestBufferIsBounded(t *testing.T) {
	bubble(t, nil, func(w *world) {
		w.opts.MaxBuffer = 1000
		var got record
		shout.On(w.io.Of("/"), func(_ context.Context, _ *socketio.Socket, text string) error { got.Add("%d", len(text)); return nil })
		s := w.client().Of("/")
		w.try(shout.Emit(w.Context(), s, strings.Repeat("a", 900)))
		if err := shout.Emit(w.Context(), s, strings.Repeat("b", 200)); !errors.Is(err, sioclient.ErrBufferFull) {
			w.Errorf("Emit above MaxBuffer: %v", err)
		}
		w.try(shout.Emit(w.Context(), s, "c"))
		w.connect(s)
		w.try(shout.Emit(w.Context(), s, strings.Repeat("d", 2000))) // alone it may be big
		got.Want(w.T, "900", "1", "2000")
	})
}

func TestServerThatDoesNotRead(t *testing.T) {
	bubble(t, nil, func(w *world) {
		w.opts.MaxBuffer = 1000
		block := make(chan struct{})
		defer close(block)
		shout.On(w.io.Of("/"), func(context.Context, *socketio.Socket, string) error { <-block; return nil })
		s := w.in("/")
		text, full := strings.Repeat("a", 100_000), false
		for range 100 {
			err := shout.Emit(w.Context(), s, text)
			full = full || errors.Is(err, sioclient.ErrBufferFull)
			synctest.Wait()
		}
		if !full {
			w.Error("there is no end to what is queued")
		}
		w.try(shout.Emit(w.Context(), s.Volatile(), text)) // waits behind what is being written
		w.try(shout.Emit(w.Context(), s.Volatile(), text)) // dropped
	})
}

func TestCallEnds(t *testing.T) {
	everywhere(t, nil, func(w *world) {
		socketio.Signal("never").On(w.io.Of("/"), func(ctx context.Context, _ *socketio.Socket) error {
			<-ctx.Done()
			return nil
		})
		s := w.client().Of("/")
		ctx, cancel := context.WithTimeout(w.Context(), time.Second)
		defer cancel()
		if _, err := s.Call(ctx, "a"); !errors.Is(err, context.DeadlineExceeded) {
			w.Errorf("not connected: %v", err)
		}
		var got record
		w.io.Of("/").OnAny(func(_ context.Context, _ *socketio.Socket, r socketio.Request) { got.Add("%s", r.Event) })
		w.connect(s)
		got.Want(w.T) // it was taken back

		ctx, cancel = context.WithTimeout(w.Context(), time.Second)
		defer cancel()
		if _, err := s.Call(ctx, "never"); !errors.Is(err, context.DeadlineExceeded) {
			w.Errorf("no answer: %v", err)
		}
		reason := loss(s)
		time.AfterFunc(time.Second, w.cut)
		_, err := s.Call(w.Context(), "never")
		if e, ok := errors.AsType[*socketio.DisconnectError](err); !ok || e.Reason != reason {
			w.Errorf("connection lost: %v", err)
		}
		pass(10 * time.Second)
		time.AfterFunc(time.Second, func() { _ = s.Client().Close(w.Context()) })
		if _, err := s.Call(w.Context(), "never"); !errors.Is(err, sioclient.ErrClosed) {
			if e, ok := errors.AsType[*socketio.DisconnectError](err); !ok || e.Reason != sioclient.ReasonClient {
				w.Errorf("closed: %v", err)
			}
		}
		if _, err := s.Call(w.Context(), "never"); !errors.Is(err, sioclient.ErrClosed) {
			w.Errorf("after Close: %v", err)
		}
	})
}

func TestCloseSendsWhatWasEmitted(t *testing.T) {
	everywhere(t, nil, func(w *world) {
		var got record
		shout.On(w.io.Of("/"), func(_ context.Context, _ *socketio.Socket, text string) error { got.Add("%s", text); return nil })
		w.io.Of("/").OnDisconnect(func(_ context.Context, _ *socketio.Socket, reason socketio.Reason) { got.Add("%s", reason) })
		s := w.in("/")
		watched := watch(s)
		for _, text := range []string{"a", "b", "c"} {
			w.try(shout.Emit(w.Context(), s, text))
		}
		w.try(s.Client().Close(w.Context()))
		got.Want(w.T, "a", "b", "c", "client namespace disconnect")
		watched.Want(w.T, "io client disconnect")
		if err := s.Connect(w.Context()); !errors.Is(err, sioclient.ErrClosed) {
			w.Errorf("Connect: %v", err)
		}
		if err := s.Emit(w.Context(), "x"); !errors.Is(err, sioclient.ErrClosed) {
			w.Errorf("Emit: %v", err)
		}
		w.try(s.Client().Close(w.Context()))
	})
}

func TestPayloadsAreSplit(t *testing.T) {
	opts := &socketio.Options{}
	opts.Engine.MaxPayload = 1000
	bubble(t, opts, func(w *world) {
		w.opts.Transports = []string{"polling"}
		addHandlers(w.io.Of("/"))
		s := w.client().Of("/")
		n := 0
		shout.Receive(s, func(context.Context, string) error { n++; return nil })
		for range 50 {
			w.try(shout.Emit(w.Context(), s, strings.Repeat("a", 90)))
		}
		b := blob{Parts: [][]byte{make([]byte, 600), make([]byte, 600)}}
		go func() {
			out, err := echo.Do(w.Context(), s, b)
			if diff := cmp.Diff(b, out); diff != "" || err != nil {
				w.Errorf("echo: %v (-want +got):\n%s", err, diff)
			}
		}()
		synctest.Wait()
		w.connect(s)
		if synctest.Wait(); n != 50 || !s.Connected() {
			w.Errorf("%d of 50 events came back", n)
		}
	})
}

func TestWhatCannotBeSent(t *testing.T) {
	bubble(t, nil, func(w *world) {
		s := w.in("/")
		if err := s.Emit(w.Context(), "connect"); !errors.Is(err, socketio.ErrReserved) {
			w.Errorf("reserved: %v", err)
		}
		if err := s.Emit(w.Context(), "x", func() {}); err == nil {
			w.Error("a function was sent")
		}
		if err := s.Emit(w.Context(), "x", make([][]byte, 1), blob{Parts: make([][]byte, 3)}); err != nil {
			w.Errorf("nil bytes: %v", err)
		}
		many := make([][]byte, 11)
		for i := range many {
			many[i] = []byte{1}
		}
		if _, err := s.Call(w.Context(), "x", many); err == nil {
			w.Error("11 attachments were sent")
		}
	})
}

func TestOnAny(t *testing.T) {
	bubble(t, nil, func(w *world) {
		addHandlers(w.io.Of("/"))
		s := w.client().Of("/")
		var got record
		s.OnAny(func(_ context.Context, r socketio.Request) { got.Add("in %s %d", r.Event, len(r.Args)) })
		s.OnAnyOutgoing(func(_ context.Context, event string, args []any) { got.Add("out %s %v", event, args) })
		w.connect(s)
		w.try(shout.Emit(w.Context(), s, "a"))
		got.Want(w.T, "out shout [a]", "in shout 1")
		stop := ping.Receive(s, func(context.Context) error { got.Add("ping"); return nil })
		w.try(ping.Emit(w.Context(), s))
		got.Want(w.T, "out ping []", "in ping 0", "ping")
		stop()
		ping.Receive(s, func(context.Context) error { got.Add("pong"); return nil })
		stop() // is of the first
		w.try(ping.Emit(w.Context(), s))
		got.Want(w.T, "out ping []", "in ping 0", "pong")
	})
}

func TestMessagePack(t *testing.T) {
	bubble(t, &socketio.Options{Parser: socketio.MessagePack}, func(w *world) {
		w.opts.Parser = socketio.MessagePack
		w.opts.Auth = map[string]string{"token": "x"}
		addHandlers(w.io.Of("/"))
		s := w.in("/")
		in := blob{"x", [][]byte{{0, 1, 2}}}
		out, err := echo.Do(w.Context(), s, in)
		if diff := cmp.Diff(in, out); diff != "" || err != nil {
			w.Errorf("echo: %v (-want +got):\n%s", err, diff)
		}
		s.Disconnect()
		synctest.Wait()
		if n := w.io.Of("/").Len(); n != 0 {
			w.Errorf("%d sockets are left", n)
		}
	})
}
