package sioclient_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

const ask socketio.Call[string, string] = "ask"

// What a server's handlers may do, a client's may, too.
func TestHandlersOfAClient(t *testing.T) {
	bubble(t, nil, func(w *world) {
		s := w.in("/")
		var ack socketio.Ack[string]
		slow := make(chan struct{})
		ask.Receive(s, func(ctx context.Context, in string) (string, error) {
			switch in {
			case "later":
				ack = ask.Defer(ctx)
			case "slow":
				socketio.Async(ctx)
				<-slow
			case "exit":
				runtime.Goexit()
			}
			return socketio.RequestFrom(ctx).Event + " " + in, nil
		})
		server := w.io.Of("/").Socket(s.ID())
		var got record
		call := func(in string) {
			go func() {
				answer, err := ask.Do(w.Context(), server, in)
				got.Add("%s: %s %v", in, answer, err)
			}()
			synctest.Wait()
		}
		call("later")
		call("slow")
		call("exit")
		call("now")
		w.try(ack.Answer("at last", nil))
		if err := ack.Answer("again", nil); !errors.Is(err, socketio.ErrAnswered) {
			t.Errorf("answered twice: %v", err)
		}
		synctest.Wait()
		close(slow)
		synctest.Wait()
		got.Want(t, "exit:  socketio: internal: internal error", "now: ask now <nil>", "later: at last <nil>", "slow: ask slow <nil>")
	})
}

func TestNamesThatAreNotEvents(t *testing.T) {
	c, err := sioclient.New("http://caucus.test", nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, method := range map[string]string{
		"connect": "OnConnect", "disconnect": "OnDisconnect", "connect_error": "OnConnectError", "disconnecting": "reserved",
	} {
		func() {
			defer func() {
				if message, _ := recover().(string); !strings.Contains(message, method) {
					t.Errorf("%s: panic %q", name, message)
				}
			}()
			c.Of("/").On(name, nil)
		}()
	}
}

func TestCallTimeout(t *testing.T) {
	bubble(t, nil, func(w *world) {
		w.opts.CallTimeout = 3 * time.Second
		s, start := w.in("/"), time.Now()
		_, err := s.Call(w.Context(), "nobody answers")
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != 3*time.Second {
			t.Errorf("%v after %s", err, time.Since(start))
		}
	})
}

func TestUntypedCallReturnsErrors(t *testing.T) {
	bubble(t, nil, func(w *world) {
		addHandlers(w.io.Of("/"))
		s := w.in("/")
		var e *socketio.Error
		if _, err := s.Call(w.Context(), "fail", "some_code"); !errors.As(err, &e) || e.Code != "some_code" {
			t.Errorf("%v", err)
		}
	})
}

// Close waits for what has been emitted, but no longer than its context.
func TestCloseHasAContext(t *testing.T) {
	bubble(t, nil, func(w *world) {
		s := w.in("/")
		w.freeze()
		w.try(s.Emit(w.Context(), "x", make([]byte, 1<<10)))
		ctx, cancel := context.WithTimeout(w.Context(), 100*time.Millisecond)
		defer cancel()
		start := time.Now()
		if err := s.Client().Close(ctx); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != 100*time.Millisecond {
			t.Errorf("Close: %v after %s", err, time.Since(start))
		}
	})
}
