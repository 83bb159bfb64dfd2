package sioclient_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

// watch records what happens to a socket's connection.
func watch(s *sioclient.Socket) *record {
	got := new(record)
	s.OnConnect(func(context.Context) { got.Add("connected") })
	s.OnDisconnect(func(_ context.Context, reason sioclient.Reason) { got.Add("%s", reason) })
	s.OnConnectError(func(_ context.Context, err error) { got.Add("%v", err) })
	return got
}

func TestReconnection(t *testing.T) {
	everywhere(t, nil, func(w *world) {
		addHandlers(w.io.Of("/"))
		s := w.client().Of("/")
		got := watch(s)
		shout.Receive(s, func(_ context.Context, text string) error { got.Add("%s", text); return nil })
		w.connect(s)
		id := s.ID()
		got.Want(w.T, "connected")

		reason := loss(s)
		w.cut()
		synctest.Wait()
		if s.Connected() || s.ID() != "" {
			w.Error("connected without a connection")
		}
		w.try(shout.Emit(w.Context(), s, "a"))
		w.try(shout.Emit(w.Context(), s.Volatile(), "lost"))
		w.try(shout.Emit(w.Context(), s, "b"))
		pass(10 * time.Second)
		got.Want(w.T, string(reason), "connected", "a!", "b!")
		if !s.Connected() || s.ID() == id || s.Recovered() {
			w.Error("not connected anew")
		}
	})
}

func TestBackoff(t *testing.T) {
	bubble(t, nil, func(w *world) {
		w.opts.ReconnectJitter = -1
		s := w.in("/")
		w.setDown(true)
		w.cut()
		pass(25 * time.Second)
		want := []time.Duration{1, 3, 7, 12, 17, 22}
		for i := range want {
			want[i] *= time.Second
		}
		if diff := cmp.Diff(want, w.dialled()); diff != "" {
			w.Errorf("attempts (-want +got):\n%s", diff)
		}
		w.setDown(false)
		pass(5 * time.Second)
		if !s.Connected() {
			w.Error("not connected again")
		}
		w.cut() // the delay begins again
		pass(1500 * time.Millisecond)
		if !s.Connected() {
			w.Error("not connected again after a second")
		}
	})
}

func TestJitter(t *testing.T) {
	bubble(t, nil, func(w *world) {
		w.in("/")
		w.setDown(true)
		w.cut()
		pass(10 * time.Minute)
		dials := w.dialled()
		shortest, longest := time.Hour, time.Duration(0)
		for i := 5; i < len(dials); i++ {
			pause := dials[i] - dials[i-1]
			shortest, longest = min(shortest, pause), max(longest, pause)
		}
		if shortest < 2500*time.Millisecond || longest > 5*time.Second || longest-shortest < 2*time.Second {
			w.Errorf("pauses from %v to %v", shortest, longest)
		}
	})
}

func TestAttemptsEnd(t *testing.T) {
	bubble(t, nil, func(w *world) {
		w.opts.ReconnectAttempts = 2
		s := w.client().Of("/")
		got := watch(s)
		w.setDown(true)
		if err := s.Connect(w.Context()); err == nil || len(w.dialled()) != 3 {
			w.Errorf("Connect: %v after %d attempts", err, len(w.dialled()))
		}
		const failure = "sioclient: connect over websocket: no route to host"
		got.Want(w.T, failure, failure, failure)

		w.setDown(false)
		w.connect(s)
		w.setDown(true)
		w.cut()
		pass(time.Hour)
		if n := len(w.dialled()); n != 2 {
			w.Errorf("%d attempts to connect again", n)
		}
		w.setDown(false)
		w.connect(s) // it can be asked for once more
	})
}

func TestNoReconnection(t *testing.T) {
	bubble(t, nil, func(w *world) {
		w.opts.DisableReconnection = true
		s := w.in("/")
		got := watch(s)
		w.cut()
		pass(time.Hour)
		got.Want(w.T, "transport close")
		if s.Connected() {
			w.Error("connected again")
		}
		w.setDown(true)
		if err := s.Connect(w.Context()); err == nil {
			w.Error("Connect without a server: no error")
		}
	})
}

func TestConnectGivesUpWithItsContext(t *testing.T) {
	bubble(t, nil, func(w *world) {
		s := w.client().Of("/")
		w.setDown(true)
		late := errors.New("late")
		ctx, cancel := context.WithTimeoutCause(w.Context(), 10*time.Second, late)
		defer cancel()
		err := s.Connect(ctx)
		if !errors.Is(err, late) || fmt.Sprint(err) == "sioclient: connect: late" {
			w.Errorf("Connect: %v", err)
		}
		w.setDown(false)
		pass(time.Hour)
		if n := len(w.dialled()); n != 0 {
			w.Errorf("%d attempts that nobody wants", n)
		}
	})
}

func TestSilentServer(t *testing.T) {
	everywhere(t, nil, func(w *world) {
		s := w.in("/")
		got := watch(s)
		pass(3 * time.Minute) // pings go to and fro
		got.Want(w.T)

		w.freeze()
		pass(45 * time.Second) // since the last ping
		got.Want(w.T, "ping timeout")
	})
}

func TestTheServerSendsTheClientAway(t *testing.T) {
	everywhere(t, nil, func(w *world) {
		s := w.in("/")
		got := watch(s)
		for other := range w.io.Of("/").Sockets() {
			other.Disconnect()
		}
		pass(time.Minute)
		got.Want(w.T, "io server disconnect")
		w.connect(s)
		got.Want(w.T, "connected")
		for other := range w.io.Of("/").Sockets() {
			other.CloseConn()
		}
		pass(time.Minute)
		got.Want(w.T, "io server disconnect")
	})
}

func TestRecovery(t *testing.T) {
	everywhere(t, &socketio.Options{Recovery: &socketio.Recovery{}}, func(w *world) {
		s := w.client().Of("/")
		got := watch(s)
		shout.Receive(s, func(_ context.Context, text string) error { got.Add("%s", text); return nil })
		w.connect(s)
		id := s.ID()
		w.try(shout.Emit(w.Context(), w.io.Of("/"), "a"))
		got.Want(w.T, "connected", "a")

		reason := loss(s)
		w.cut()
		synctest.Wait()
		w.try(shout.Emit(w.Context(), w.io.Of("/"), "b"))
		w.try(shout.Emit(w.Context(), w.io.Of("/"), "c"))
		pass(10 * time.Second)
		got.Want(w.T, string(reason), "connected", "b", "c")
		if !s.Recovered() || s.ID() != id {
			w.Errorf("recovered: %v, id %s, was %s", s.Recovered(), s.ID(), id)
		}

		s.Disconnect()
		synctest.Wait()
		w.connect(s)
		if s.Recovered() || s.ID() == id {
			w.Error("recovered what was left on purpose")
		}
	})
}

func TestServerRestarts(t *testing.T) {
	everywhere(t, nil, func(w *world) {
		addHandlers(w.io.Of("/"))
		s := w.in("/")
		got := watch(s)
		w.stop()
		w.start(nil)
		addHandlers(w.io.Of("/"))
		pass(time.Minute)
		got.Want(w.T, "transport close", "connected")
		_, err := echo.Do(w.Context(), s, blob{})
		w.try(err)
	})
}

// A client that does not try again connects again when a handler that hears of the end asks for that.
func TestConnectAfterTheLastAttempt(t *testing.T) {
	bubble(t, nil, func(w *world) {
		w.opts.DisableReconnection = true
		s := w.client().Of("/")
		var errs []error
		connect := func(ctx context.Context) { errs = append(errs, s.Connect(ctx)) }
		s.OnDisconnect(func(ctx context.Context, _ sioclient.Reason) { connect(ctx) })
		w.connect(s)
		w.cut()
		synctest.Wait()
		if len(errs) != 1 || errs[0] != nil || !s.Connected() {
			w.Errorf("after the connection was lost: %v", errs)
		}

		s = w.client().Of("/")
		errs = nil
		var once sync.Once
		s.OnConnectError(func(ctx context.Context, _ error) {
			once.Do(func() {
				w.setDown(false)
				connect(ctx)
			})
		})
		w.setDown(true)
		if err := s.Connect(w.Context()); err == nil {
			w.Error("connected to a server that is down")
		}
		synctest.Wait()
		if len(errs) != 1 || errs[0] != nil || !s.Connected() {
			w.Errorf("after connecting had failed: %v", errs)
		}
	})
}
