package engineio_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gobwas/ws"

	"github.com/caucus-live/caucus/socketio/engineio"
)

func TestShutdown(t *testing.T) {
	everywhere(t, nil, func(w *world) {
		p := w.openWebsocket()
		s := w.last()
		sid := w.openPolling()
		for _, s := range w.sessions {
			if err := s.text("last words"); err != nil {
				w.Error(err)
			}
		}
		done := make(chan error, 1)
		go func() { done <- w.eio.Shutdown(w.Context()) }() // ends when the clients have
		p.want("4last words")
		p.wantClose(ws.StatusGoingAway)
		p.close()
		w.eventually(func() bool { return errors.Is(w.last().Send(), engineio.ErrClosed) })
		w.want(ok("4last words\x1e1"), "GET", of(sid), "")
		if err := <-done; err != nil {
			w.Error(err)
		}
		s.wantClosed(engineio.ReasonShutdown)
		w.last().wantClosed(engineio.ReasonShutdown)
		if err := w.eio.Shutdown(w.Context()); !errors.Is(err, engineio.ErrServerClosed) {
			w.Errorf("second call: %v", err)
		}
		w.want(reply{http.StatusServiceUnavailable, `{"code":4,"message":"Server is shutting down"}`}, "GET", "EIO=4&transport=polling", "")
	})
}

func TestShutdownWithoutSessions(t *testing.T) {
	bubble(t, nil, func(w *world) {
		if err := w.eio.Shutdown(w.Context()); err != nil {
			w.Error(err)
		}
	})
}

func TestShutdownIsSpreadOverTheWindow(t *testing.T) {
	const n, window = 50, 10 * time.Second
	bubble(t, &engineio.Options{DrainWindow: window, PingInterval: time.Hour}, func(w *world) {
		start := time.Now()
		closed := make(chan time.Duration, n)
		for range n {
			p := w.openWebsocket()
			go func() { // ends with its connection
				p.wantClose(ws.StatusGoingAway)
				closed <- time.Since(start)
				p.close()
			}()
		}
		if err := w.eio.Shutdown(w.Context()); err != nil {
			w.Error(err)
		}
		for i := range n {
			if got, want := <-closed, window*time.Duration(i)/n; got != want {
				w.Errorf("client %d was closed after %v, want %v", i, got, want)
			}
		}
	})
}

func TestShutdownWithADeadline(t *testing.T) {
	bubble(t, &engineio.Options{DrainWindow: time.Hour}, func(w *world) {
		const n = 10
		for range n {
			w.openWebsocket() // and reads no more
		}
		synctest.Wait()
		start := time.Now()
		ctx, cancel := context.WithTimeout(w.Context(), 10*time.Second)
		defer cancel()
		if err := w.eio.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
			w.Errorf("got %v", err)
		}
		if got := time.Since(start); got != 10*time.Second {
			w.Errorf("it took %v", got)
		}
		synctest.Wait()
		for _, s := range w.sessions {
			s.wantClosed(engineio.ReasonShutdown)
		}
	})
}

func TestShutdownDoesNotWaitForAStuckHandler(t *testing.T) {
	bubble(t, nil, func(w *world) {
		p := w.openWebsocket()
		s := w.last()
		stuck := make(chan struct{})
		s.onMessage = func(engineio.Kind, []byte) error { <-stuck; return nil }
		p.send("4x")
		ctx, cancel := context.WithTimeout(w.Context(), time.Second)
		defer cancel()
		if err := w.eio.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
			w.Errorf("got %v", err)
		}
		s.wantOpen()
		close(stuck)
		synctest.Wait()
		s.wantClosed(engineio.ReasonShutdown)
	})
}

func TestSessionThatOpensDuringShutdown(t *testing.T) {
	gate := make(chan struct{})
	opts := &engineio.Options{AllowRequest: func(*http.Request) error { <-gate; return nil }}
	overTCP(t, opts, func(w *world) {
		p := w.connect(upgradeRequest("EIO=4&transport=websocket"))
		w.eventually(func() bool { return w.eio.Handshakes() == 1 })
		done := make(chan error, 1)
		go func() { done <- w.eio.Shutdown(w.Context()) }() // ends when the client has
		w.eventually(w.eio.Closing)
		close(gate)
		if resp := p.response(); resp.StatusCode != 101 {
			w.Fatalf("status %d", resp.StatusCode)
		}
		p.frame()
		p.wantClose(ws.StatusGoingAway)
		p.close()
		if err := <-done; err != nil {
			w.Error(err)
		}
		w.last().wantClosed(engineio.ReasonShutdown)
	})
}
