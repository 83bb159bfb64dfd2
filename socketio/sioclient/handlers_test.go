package sioclient_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

func TestHandlersRunInOrder(t *testing.T) {
	everywhere(t, nil, func(w *world) {
		s := w.client().Of("/")
		var got record
		s.OnConnect(func(context.Context) { got.Add("connect") })
		shout.Receive(s, func(ctx context.Context, text string) error {
			time.AfterFunc(time.Second, func() { got.Add("%s", text) })
			<-time.After(2 * time.Second)
			return ctx.Err()
		})
		w.io.Of("/").OnConnect(func(ctx context.Context, other *socketio.Socket) error {
			for i := range 3 {
				if err := shout.Emit(ctx, other, fmt.Sprint(i)); err != nil {
					return err
				}
			}
			return nil
		})
		w.connect(s)
		pass(10 * time.Second)
		got.Want(w.T, "connect", "0", "1", "2")
	})
}

func TestHandlerAsksTheServer(t *testing.T) {
	bubble(t, nil, func(w *world) {
		addOthers(w.io.Of("/"))
		s := w.client().Of("/")
		var got record
		shout.Receive(s, func(ctx context.Context, _ string) error {
			n, err := double.Do(ctx, s, 4)
			got.Add("%d %v", n, err)
			return err
		})
		w.connect(s)
		w.try(shout.Emit(w.Context(), w.io.Of("/"), ""))
		w.try(shout.Emit(w.Context(), w.io.Of("/"), ""))
		got.Want(w.T, "8 <nil>", "8 <nil>")
	})
}

func TestPanicsAndErrorsAreReported(t *testing.T) {
	bubble(t, nil, func(w *world) {
		s := w.client().Of("/")
		double.Receive(s, func(context.Context, int) (int, error) { panic("ouch") }) //nolint:forbidigo // that is the case
		fail.Receive(s, func(context.Context, string) (string, error) { return "", errors.New("secret") })
		s.OnConnect(func(context.Context) { panic("hello") }) //nolint:forbidigo // that is the case
		socketio.Call[int, func()]("odd").Receive(s, func(context.Context, int) (func(), error) { return func() {}, nil })
		w.connect(s)
		for other := range w.io.Of("/").Sockets() {
			_, err := double.Do(w.Context(), other, 1)
			wantInternal(t, err)
			_, err = fail.Do(w.Context(), other, "")
			wantInternal(t, err)
			_, err = socketio.Call[string, string]("odd").Do(w.Context(), other, "no number")
			if e, ok := errors.AsType[*socketio.Error](err); !ok || e.Code != socketio.CodeBadRequest {
				w.Errorf("wrong argument: %v", err)
			}
			_, err = socketio.Call[int, string]("odd").Do(w.Context(), other, 1)
			wantInternal(t, err)
		}
		for _, text := range []string{"ouch", "hello", "secret", "handlers_test.go"} {
			w.wantLog(text)
		}
	})
}

func wantInternal(t *testing.T, err error) {
	t.Helper()
	if e, ok := errors.AsType[*socketio.Error](err); !ok || e.Code != socketio.CodeInternal || strings.Contains(e.Message, "secret") {
		t.Errorf("err = %v, want %s", err, socketio.CodeInternal)
	}
}

func TestSlowHandlerKeepsTheServerWaiting(t *testing.T) {
	everywhere(t, nil, func(w *world) {
		w.opts.MaxPending = 1000
		s := w.client().Of("/")
		n, goOn := 0, make(chan struct{})
		shout.Receive(s, func(context.Context, string) error { <-goOn; n++; return nil })
		got := watch(s)
		w.connect(s)
		for range 100 {
			w.try(shout.Emit(w.Context(), w.io.Of("/"), strings.Repeat("a", 100)))
		}
		synctest.Wait()
		close(goOn)
		pass(time.Second)
		got.Want(w.T, "connected")
		if n != 100 {
			w.Errorf("%d of 100 events were handled", n)
		}
	})
}

func TestOverload(t *testing.T) {
	bubble(t, nil, func(w *world) {
		w.opts.MaxPending = 1000
		w.opts.DisableReconnection = true
		s := w.client().Of("/")
		done := make(chan struct{})
		shout.Receive(s, func(ctx context.Context, _ string) error {
			defer close(done)
			_, err := s.Call(ctx, "never answered")
			if e, ok := errors.AsType[*socketio.DisconnectError](err); !ok || e.Reason != sioclient.ReasonOverload {
				w.Errorf("Call: %v", err)
			}
			s.Disconnect() // drops the others
			return nil
		})
		w.connect(s)
		for range 100 {
			w.try(shout.Emit(w.Context(), w.io.Of("/"), strings.Repeat("a", 100)))
		}
		<-done
	})
}

func TestAuth(t *testing.T) {
	bubble(t, nil, func(w *world) {
		var got record
		for _, name := range []string{"/", "/b"} {
			w.io.Of(name).Use(func(ctx context.Context, h *socketio.Handshake) (context.Context, error) {
				got.Add("%s %s %s", name, h.Auth, h.Header.Get("X-Test"))
				return ctx, nil
			})
		}
		w.opts.Header = map[string][]string{"X-Test": {"yes"}, "Host": {"other.test"}}
		w.opts.Auth = map[string]string{"token": "t"}
		w.in("/b").Disconnect()
		got.Want(w.T, `/b {"token":"t"} yes`)

		w.opts.Auth = nil
		n := 0
		w.opts.AuthFunc = func(_ context.Context, namespace string) (any, error) {
			n++
			return map[string]string{"in": fmt.Sprint(namespace, n)}, nil
		}
		w.in("/")
		w.cut()
		pass(10 * time.Second)
		got.Want(w.T, `/ {"in":"/1"} yes`, `/ {"in":"/2"} yes`)
	})
}

func TestAuthFuncFails(t *testing.T) {
	bubble(t, nil, func(w *world) {
		broken := errors.New("no token")
		for _, f := range []func(context.Context, string) (any, error){
			func(context.Context, string) (any, error) { return nil, broken },
			func(context.Context, string) (any, error) { return []int{1}, nil },
			func(context.Context, string) (any, error) { panic("ouch") }, //nolint:forbidigo // that is the case
		} {
			w.opts.AuthFunc = f
			if err := w.client().Of("/").Connect(w.Context()); err == nil {
				w.Error("connected without auth data")
			}
		}
		w.opts.AuthFunc = func(ctx context.Context, _ string) (any, error) {
			<-ctx.Done()
			return nil, context.Cause(ctx)
		}
		c := w.client()
		time.AfterFunc(time.Second, func() { _ = c.Close(w.Context()) })
		if err := c.Of("/").Connect(w.Context()); err == nil {
			w.Error("connected without auth data")
		}
	})
}
