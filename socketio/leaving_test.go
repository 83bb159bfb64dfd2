package socketio_test

import (
	"context"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
)

// slowly answers a number with its double, after a while.
func slowly(w *world, takes time.Duration) *record {
	handled := new(record)
	socketio.Call[int, int]("double").On(w.io.Of("/"), func(_ context.Context, _ *socketio.Socket, n int) (int, error) {
		handled.Add("%d", n)
		<-time.After(takes)
		return 2 * n, nil
	})
	return handled
}

// shutDown shuts the server down, and returns how long that took.
func (w *world) shutDown() (took func() time.Duration) {
	start, ended := time.Now(), make(chan time.Duration, 1)
	go func() { // ends with the server; waited for by took
		w.try(w.io.Shutdown(w.Context()))
		ended <- time.Since(start)
	}()
	synctest.Wait()
	return func() time.Duration { return <-ended }
}

func TestEventsReceivedBeforeShutdownAreAnswered(t *testing.T) {
	t.Run("websocket", func(t *testing.T) {
		bubble(t, nil, func(w *world) {
			handled := slowly(w, 3*time.Second)
			c := w.in1("/")
			c.send(`21["double",1]`, `22["double",2]`)
			synctest.Wait()
			took := w.shutDown()
			c.send(`23["double",3]`) // too late: it is nobody's any more
			if d := took(); d != 6*time.Second {
				t.Errorf("it took %s", d)
			}
			c.want("31[2]", "32[4]")
			c.wantClosed(true)
			handled.Want(t, "1", "2")
		})
	})
	t.Run("polling", func(t *testing.T) {
		bubble(t, nil, func(w *world) {
			slowly(w, 3*time.Second)
			p := w.polling()
			p.post("40")
			p.poll()
			p.post(`421["double",1]` + "\x1e" + `422["double",2]`)
			took := w.shutDown()
			var got []string
			for len(got) == 0 || got[len(got)-1] != "1" {
				got = append(got, strings.Split(p.poll(), "\x1e")...)
			}
			if all := strings.Join(got, " "); all != "431[2] 432[4] 1" {
				t.Errorf("got %q", all)
			}
			if d := took(); d != 6*time.Second {
				t.Errorf("it took %s", d)
			}
		})
	})
}

// A client that changes its transport meanwhile has its answer, too, whether it succeeds or not.
func TestEventsAreAnsweredDuringAnUpgrade(t *testing.T) {
	for name, play := range map[string]func(w *world, p *poller, c *client, next func() string){
		"upgraded before the answer": func(w *world, _ *poller, c *client, next func() string) {
			c.raw("5")
			for _, want := range []string{"431[2]", "\x03\xe9"} { // a close frame: going away
				if got := next(); got != want {
					w.Errorf("got %q, want %q", got, want)
				}
			}
			c.close()
		},
		"lost before the answer": func(w *world, p *poller, c *client, _ func() string) {
			c.close()
			if got := p.poll() + " " + p.poll(); got != "431[2] 1" {
				w.Errorf("got %q", got)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, nil, func(w *world) {
				slowly(w, 3*time.Second)
				p := w.polling()
				p.post("40")
				p.poll()
				p.post(`421["double",1]`)
				_, query, _ := strings.Cut(p.url, "?")
				conn, br := w.upgrade(strings.Replace(query, "polling", "websocket", 1), "")
				next := func() string {
					f, err := readFrame(br)
					w.try(err)
					return string(f.Payload)
				}
				c := &client{t: w.T, conn: conn} // that is read from here
				c.raw("2probe")
				if got := next(); got != "3probe" {
					t.Fatalf("got %q", got)
				}
				took := w.shutDown()
				play(w, p, c, next)
				if d := took(); d != 3*time.Second {
					t.Errorf("it took %s", d)
				}
			})
		})
	}
}

func TestDeferredAnswersComeBeforeShutdown(t *testing.T) {
	bubble(t, nil, func(w *world) {
		socketio.Call[int, int]("double").On(w.io.Of("/"), func(ctx context.Context, _ *socketio.Socket, n int) (int, error) {
			ack := socketio.Call[int, int]("double").Defer(ctx)
			if n == 0 {
				w.try(ack.Answer(0, nil)) // and not only later
				return 0, nil
			}
			time.AfterFunc(time.Duration(n)*time.Second, func() { w.try(ack.Answer(2*n, nil)) })
			return 0, nil
		})
		c := w.in1("/")
		c.send(`21["double",3]`, `22["double",2]`, `23["double",0]`)
		synctest.Wait()
		if d := w.shutDown()(); d != 3*time.Second {
			t.Errorf("it took %s", d)
		}
		c.want("33[0]", "32[4]", "31[6]")
		c.wantClosed(true)
	})
}

// Nobody waits longer than CloseTimeout for an answer, or for a handler that waits for its
// client, or that nobody wants an answer from.
func TestShutdownWaitsForAnswersWithinItsBounds(t *testing.T) {
	for name, c := range map[string]struct {
		packet string
		takes  time.Duration
	}{
		"an answer that never comes":       {`21["hang"]`, 5 * time.Second},
		"an answer that was deferred":      {`21["defer"]`, 5 * time.Second},
		"a handler that asks its client":   {`21["ask"]`, 0},
		"an event that asks for no answer": {`2["hang"]`, 0},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, &socketio.Options{Engine: engineio.Options{CloseTimeout: 5 * time.Second}}, func(w *world) {
				ns := w.io.Of("/")
				socketio.Signal("hang").On(ns, func(ctx context.Context, _ *socketio.Socket) error {
					<-ctx.Done()
					return ctx.Err()
				})
				socketio.Call[socketio.None, int]("defer").On(ns, func(ctx context.Context, _ *socketio.Socket, _ socketio.None) (int, error) {
					socketio.Call[socketio.None, int]("defer").Defer(ctx)
					return 0, nil
				})
				socketio.Signal("ask").On(ns, func(ctx context.Context, sock *socketio.Socket) error {
					_, err := socketio.Call[int, int]("double").Do(ctx, sock, 1)
					return err
				})
				w.in1("/").send(c.packet)
				synctest.Wait()
				if d := w.shutDown()(); d != c.takes {
					t.Errorf("it took %s", d)
				}
			})
		})
	}
}

// What a handler emits before it ends its socket, in whatever way, arrives before the end, over either transport.
func TestWordsBeforeTheEnd(t *testing.T) {
	ns := func(w *world) *socketio.Namespace { return w.io.Of("/") }
	for name, end := range map[string]func(ctx context.Context, w *world, s *socketio.Socket) error{
		"Disconnect":        func(_ context.Context, _ *world, s *socketio.Socket) error { s.Disconnect(); return nil },
		"CloseConn":         func(_ context.Context, _ *world, s *socketio.Socket) error { s.CloseConn(); return nil },
		"BreakConn":         func(_ context.Context, _ *world, s *socketio.Socket) error { s.BreakConn(); return nil },
		"Target.Disconnect": func(ctx context.Context, w *world, s *socketio.Socket) error { return ns(w).To(s.ID()).Disconnect(ctx) },
		"Target.CloseConns": func(ctx context.Context, w *world, s *socketio.Socket) error { return ns(w).To(s.ID()).CloseConns(ctx) },
		"Target.BreakConns": func(ctx context.Context, w *world, s *socketio.Socket) error { return ns(w).To(s.ID()).BreakConns(ctx) },
		"Goexit":            func(context.Context, *world, *socketio.Socket) error { runtime.Goexit(); return nil },
		"a panic":           func(context.Context, *world, *socketio.Socket) error { panic("bug") }, //nolint:forbidigo // what is tested
		"Shutdown": func(ctx context.Context, w *world, _ *socketio.Socket) error {
			go func() { _ = w.io.Shutdown(ctx) }() // ends with the test
			return nil
		},
	} {
		prepare := func(w *world) {
			socketio.Signal("go").On(ns(w), func(ctx context.Context, s *socketio.Socket) error {
				for _, word := range []string{"last", "words"} {
					w.try(s.Emit(ctx, word))
				}
				return end(ctx, w, s)
			})
		}
		words := []string{`2["last"]`, `2["words"]`}
		t.Run(name+", websocket", func(t *testing.T) {
			bubble(t, nil, func(w *world) {
				prepare(w)
				c := w.in1("/")
				c.send(`2["go"]`)
				if got := c.received(); len(got) < 2 || !slices.Equal(got[:2], words) {
					t.Errorf("before the end: %q", got)
				}
			})
		})
		t.Run(name+", polling", func(t *testing.T) {
			bubble(t, nil, func(w *world) {
				prepare(w)
				p := w.polling()
				p.post("40")
				p.poll()
				p.post(`42["go"]`)
				first := strings.Split(p.poll(), "\x1e")
				if slices.Contains(first, "1") || len(first) < 2 || !slices.Equal(first[:2], []string{"4" + words[0], "4" + words[1]}) {
					t.Errorf("before the end, in an answer without it: %q", first)
				}
			})
		})
	}
}
