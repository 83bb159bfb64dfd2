package engineio_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
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
		w.want(ok("4last words"), "GET", of(sid), "")
		w.want(ok("1"), "GET", of(sid), "")
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
		ctx, cancel := context.WithTimeout(w.Context(), time.Second)
		defer cancel()
		if err := w.eio.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
			w.Errorf("got %v", err)
		}
		if got := time.Since(start); got != time.Second {
			w.Errorf("it took %v", got)
		}
		synctest.Wait()
		for _, s := range w.sessions {
			s.wantClosed(engineio.ReasonShutdown)
		}
	})
}

// However a client has gone, Shutdown is soon done with it, and reports no error.
func TestShutdownDoesNotWaitForClientsThatAreGone(t *testing.T) {
	queued := func(w *world) {
		if err := w.last().text("last words"); err != nil {
			w.Error(err)
		}
	}
	for name, tt := range map[string]struct {
		open func(w *world)
		want time.Duration
	}{
		"polling, nothing queued":         {func(w *world) { w.openPolling() }, 0},
		"polling, with messages":          {func(w *world) { w.openPolling(); queued(w) }, 2 * time.Second},
		"polling, gone for a while":       {func(w *world) { w.openPolling(); queued(w); pass(10 * time.Second) }, 0},
		"polling, messages came late":     {func(w *world) { w.openPolling(); pass(10 * time.Second); queued(w) }, 2 * time.Second},
		"polling, closed before":          {func(w *world) { w.openPolling(); queued(w); w.last().Close("because") }, 2 * time.Second},
		"polling, closed long before":     {func(w *world) { w.openPolling(); queued(w); w.last().Close("because"); pass(10 * time.Second) }, 0},
		"websocket, not reading":          {func(w *world) { w.openWebsocket() }, 2 * time.Second},
		"websocket, not reading messages": {func(w *world) { w.openWebsocket(); queued(w) }, 2 * time.Second},
		"websocket, closed before":        {func(w *world) { w.openWebsocket(); queued(w); w.last().Close("because") }, 2 * time.Second},
		"websocket that never takes over": {func(w *world) { w.probe(w.openPolling()); synctest.Wait() }, 0},
		"websocket that was about to take over": {func(w *world) {
			p := w.probe(w.openPolling())
			p.send("2probe")
			p.want("3probe")
		}, 2 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, nil, func(w *world) {
				tt.open(w)
				start := time.Now()
				ctx, cancel := context.WithTimeout(w.Context(), time.Minute)
				defer cancel()
				if err := w.eio.Shutdown(ctx); err != nil {
					w.Error(err)
				}
				if got := time.Since(start); got != tt.want {
					w.Errorf("it took %v, want %v", got, tt.want)
				}
			})
		})
	}
}

// Nor does the Shutdown of the http.Server, which comes next and waits for requests: those of a
// session that has ended are soon over.
func TestRequestsEndSoonAfterTheirSession(t *testing.T) {
	requests := map[string]func(w *world, sid string){
		"a POST that stops halfway": func(w *world, sid string) {
			w.connect("POST /engine.io/?" + of(sid) + " HTTP/1.1\r\nHost: caucus.test\r\nContent-Length: 1000\r\n\r\n4")
		},
		"an answer that is not read": func(w *world, sid string) {
			w.connect(get(sid))
			synctest.Wait()
			if err := w.last().text(strings.Repeat("x", 1<<20)); err != nil {
				w.Error(err)
			}
		},
	}
	ends := map[string]func(w *world) error{
		"Shutdown":                 func(w *world) error { return w.eio.Shutdown(w.Context()) },
		"Abort":                    func(w *world) error { w.last().Abort("because"); return nil },
		"a ping without an answer": func(w *world) error { pass(45 * time.Second); return nil },
	}
	for name, begin := range requests {
		for how, end := range ends {
			t.Run(name+", "+how, func(t *testing.T) {
				bubble(t, nil, func(w *world) {
					begin(w, w.openPolling())
					synctest.Wait()
					if err := end(w); err != nil {
						w.Error(err)
					}
					if n := w.eio.NumSessions(); n != 0 {
						w.Fatalf("%d sessions", n)
					}
					start := time.Now()
					if err := w.server.Shutdown(w.Context()); err != nil {
						w.Error(err)
					}
					// 2 s to read the request, 2 s to write the answer, and the time in which the http.Server notices.
					if got := time.Since(start); got > 5*time.Second {
						w.Errorf("it took %v", got)
					}
				})
			})
		}
	}
}

// A handler that panics in its writer has ended all the same: nothing touches its request when the
// session ends.
func TestRequestsThatPanicAreForgotten(t *testing.T) {
	for name, request := range map[string]func(w *world, sid string){
		"GET": func(w *world, sid string) {
			if err := w.last().text("x"); err != nil {
				w.Error(err)
			}
			w.connect(get(sid))
		},
		"POST": func(w *world, sid string) {
			w.connect("POST /engine.io/?" + of(sid) + " HTTP/1.1\r\nHost: caucus.test\r\nContent-Length: 1\r\n\r\n3")
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, nil, func(w *world) {
				sid := w.openPolling()
				w.server.Handler = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
					broken := &brokenWriter{ResponseWriter: rw, t: t}
					defer broken.over.Store(true)
					w.eio.ServeHTTP(broken, r)
				})
				request(w, sid)
				synctest.Wait()
				w.last().Abort("because")
				w.last().wantClosed("because")
			})
		})
	}
}

// A brokenWriter panics, and must not be used when its handler has returned.
type brokenWriter struct {
	http.ResponseWriter
	t    *testing.T
	over atomic.Bool
}

func (w *brokenWriter) Write([]byte) (int, error) { panic(http.ErrAbortHandler) } //nolint:forbidigo // what is tested

func (w *brokenWriter) SetReadDeadline(time.Time) error { return w.use() }

func (w *brokenWriter) SetWriteDeadline(time.Time) error { return w.use() }

func (w *brokenWriter) use() error {
	if w.over.Load() {
		w.t.Error("a request is used after its handler")
	}
	return nil
}

// A real connection is half closed first, and given up when the client does not close its side.
func TestShutdownDoesNotWaitForAnswersToACloseFrame(t *testing.T) {
	test := func(w *world) {
		p := w.openWebsocket()
		gone := make(chan struct{})
		go func() { p.drain(); close(gone) }() // ends with the connection
		if err := w.eio.Shutdown(w.Context()); err != nil {
			w.Error(err)
		}
		<-gone
	}
	t.Run("tcp", func(t *testing.T) { overTCP(t, nil, test) })
	t.Run("tls", func(t *testing.T) { overTLS(t, nil, test) })
}

// A client that keeps taking what is queued is waited for.
func TestShutdownWaitsForASlowClient(t *testing.T) {
	const n, size = 10, 40_000
	for name, open := range map[string]func(w *world) (take, leave func()){
		"websocket": func(w *world) (take, leave func()) {
			p := w.openWebsocket()
			return func() { p.frame() }, func() {
				p.wantClose(ws.StatusGoingAway)
				p.close()
			}
		},
		"polling": func(w *world) (take, leave func()) {
			sid := w.openPolling()
			p := w.connect(get(sid))
			synctest.Wait()
			header := sync.OnceFunc(func() {
				for line := ""; line != "\r\n"; {
					var err error
					if line, err = p.br.ReadString('\n'); err != nil {
						w.Fatal(err)
					}
				}
			})
			read := func(bytes int64) {
				if _, err := io.CopyN(io.Discard, p.br, bytes); err != nil {
					w.Fatal(err)
				}
			}
			take = func() {
				header()
				read(size)
			}
			return take, func() {
				read(2*n - 1) // the types of the packets, and what separates them
				w.want(ok("1"), "GET", of(sid), "")
			}
		},
	} {
		play := func(when string, settle func()) {
			t.Run(name+", "+when, func(t *testing.T) {
				bubble(t, nil, func(w *world) {
					take, leave := open(w)
					if err := w.last().text(slices.Repeat([]string{strings.Repeat("x", size)}, n)...); err != nil {
						w.Error(err)
					}
					settle()
					done := make(chan error, 1)
					go func() { done <- w.eio.Shutdown(w.Context()) }() // ends when the client has
					for range n {
						pass(time.Second)
						take()
					}
					leave()
					if err := <-done; err != nil {
						w.Error(err)
					}
				})
			})
		}
		play("which begins then", func() {})
		play("which has begun", synctest.Wait)
	}
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
	w := tcpWorld(t, opts)
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
}
