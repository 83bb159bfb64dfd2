package engineio_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gobwas/ws"

	"github.com/caucus-live/caucus/socketio/engineio"
)

// What is sent before an end is received before the end, however the session ends
// and over whichever transport. Over polling the close packet comes in an answer of
// its own, since published clients act on it before they deliver what precedes it.
func TestLastWords(t *testing.T) {
	panics := func(w *world, s *session) {
		s.onMessage = func(engineio.Kind, []byte) error {
			_ = s.text("last", "words")
			panic("bug") //nolint:forbidigo // what is tested
		}
	}
	refuses := func(w *world, s *session) {
		s.onMessage = func(engineio.Kind, []byte) error {
			_ = s.text("last", "words")
			return errors.New("not understood")
		}
	}
	for name, tt := range map[string]struct {
		prepare func(w *world, s *session) // the session ends when it is sent to
		unheard bool                       // the session ends before a poll can take what is sent
		end     func(w *world, s *session)
		status  ws.StatusCode
		reason  engineio.Reason
	}{
		"Close": {end: func(_ *world, s *session) { s.Close("because") }, status: ws.StatusNormalClosure, reason: "because"},
		"Shutdown": {
			end:    func(w *world, _ *session) { go func() { _ = w.eio.Shutdown(w.Context()) }() },
			status: ws.StatusGoingAway, reason: engineio.ReasonShutdown,
		},
		"a panic":             {prepare: panics, status: ws.StatusNormalClosure, reason: engineio.ReasonPanic},
		"a refused message":   {prepare: refuses, status: ws.StatusNormalClosure, reason: engineio.ReasonParseError},
		"a ping not answered": {unheard: true, end: func(_ *world, s *session) { s.PingTimeout() }, status: ws.StatusNormalClosure, reason: engineio.ReasonPingTimeout},
	} {
		end := func(w *world, s *session, send func(string)) {
			if tt.prepare != nil {
				tt.prepare(w, s)
				send("4go")
				return
			}
			if tt.unheard {
				s.Queue(engineio.NewMessage(engineio.Text, []byte("last")), engineio.NewMessage(engineio.Text, []byte("words")))
			} else if err := s.text("last", "words"); err != nil {
				w.Error(err)
			}
			tt.end(w, s)
		}
		t.Run(name+", polling", func(t *testing.T) {
			bubble(t, nil, func(w *world) {
				sid := w.openPolling()
				poll := w.poll(sid)
				synctest.Wait()
				end(w, w.last(), func(packet string) { w.want(ok("ok"), "POST", of(sid), packet) })
				if got := poll(); got != ok("4last\x1e4words") {
					w.Errorf("last words: %v", got)
				}
				w.want(ok("1"), "GET", of(sid), "")
				w.last().wantClosed(tt.reason)
				w.want(reply{http.StatusBadRequest, unknownSession}, "GET", of(sid), "")
			})
		})
		t.Run(name+", websocket", func(t *testing.T) {
			everywhere(t, nil, func(w *world) {
				p := w.openWebsocket()
				end(w, w.last(), func(packet string) { p.send(packet) })
				p.want("4last", "4words")
				p.wantClose(tt.status)
				p.close()
				w.last().wantClosed(tt.reason)
			})
		})
	}
}

func TestCloseOverPolling(t *testing.T) {
	for name, test := range map[string]func(w *world){
		"with a poll waiting": func(w *world) {
			sid := w.openPolling()
			wait := w.poll(sid)
			synctest.Wait()
			w.last().Close(engineio.ReasonForcedClose)
			if got := wait(); got != ok("1") {
				w.Errorf("waiting poll: %v", got)
			}
			w.last().wantClosed(engineio.ReasonForcedClose)
		},
		"with messages waiting, between two polls": func(w *world) {
			sid := w.openPolling()
			s := w.last()
			if err := s.text("last words"); err != nil {
				w.Error(err)
			}
			s.Close("because")
			s.Close("again")
			if err := s.text("too late"); !errors.Is(err, engineio.ErrClosed) {
				w.Errorf("send after close: %v", err)
			}
			w.want(ok("ok"), "POST", of(sid), "4ignored")
			s.wantOpen()
			w.want(ok("4last words"), "GET", of(sid), "")
			w.want(ok("1"), "GET", of(sid), "")
			s.wantClosed("because")
			s.wantMessages()
		},
		"with nothing waiting, between two polls": func(w *world) {
			sid := w.openPolling()
			w.last().Close("because")
			synctest.Wait()
			w.last().wantClosed("because")
			w.want(reply{http.StatusBadRequest, unknownSession}, "POST", of(sid), "4")
			w.want(ok("1"), "GET", of(sid), "")
			w.want(reply{http.StatusBadRequest, unknownSession}, "GET", of(sid), "")
		},
		"with a client that comes much later": func(w *world) {
			sid := w.openPolling()
			w.last().Close("because")
			pass(10 * time.Second)
			w.want(reply{http.StatusBadRequest, unknownSession}, "GET", of(sid), "")
		},
		"with a client that does not come for its messages": func(w *world) {
			w.openPolling()
			if err := w.last().text("last words"); err != nil {
				w.Error(err)
			}
			w.last().Close("because")
			pass(30*time.Second - 1)
			w.last().wantOpen()
			pass(1)
			w.last().wantClosed("because")
		},
		"at once": func(w *world) {
			sid := w.openPolling()
			if err := w.last().text("never seen"); err != nil {
				w.Error(err)
			}
			w.last().Abort("enough")
			w.last().wantClosed("enough")
			w.want(reply{http.StatusBadRequest, unknownSession}, "GET", of(sid), "")
		},
	} {
		t.Run(name, func(t *testing.T) { bubble(t, nil, func(w *world) { test(w) }) })
	}
}

// A client owes the answer to a ping while it is being closed, too.
func TestPingTimeoutWhileClosing(t *testing.T) {
	for name, open := range map[string]func(w *world){
		"polling":   func(w *world) { w.openPolling() },
		"websocket": func(w *world) { w.openWebsocket() },
	} {
		t.Run(name, func(t *testing.T) {
			opts := &engineio.Options{PingInterval: time.Second, PingTimeout: 5 * time.Second}
			bubble(t, opts, func(w *world) {
				open(w)
				if err := w.last().text("last words"); err != nil {
					w.Error(err)
				}
				pass(time.Second / 2)
				w.last().Close("because")
				pass(5*time.Second + time.Second/2 - 1)
				w.last().wantOpen()
				pass(1)
				w.last().wantClosed("because")
			})
		})
	}
}

// One that has answered it is not given up for it, and may go on taking what is queued.
func TestPongWhileClosing(t *testing.T) {
	opts := &engineio.Options{PingInterval: time.Second, PingTimeout: 5 * time.Second}
	for name, test := range map[string]func(w *world){
		"polling": func(w *world) {
			sid := w.openPolling()
			w.say()
			w.want(ok("ok"), "POST", of(sid), "3")
			pass(5 * time.Second)
			w.last().wantOpen()
			w.want(ok("2\x1e4last words"), "GET", of(sid), "")
			w.want(ok("1"), "GET", of(sid), "")
		},
		"websocket": func(w *world) {
			p := w.openWebsocket()
			w.say()
			p.send("3")
			pass(5 * time.Second)
			w.last().wantOpen()
			p.want("2", "4last words")
			p.wantClose(ws.StatusNormalClosure)
			p.close()
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, opts, func(w *world) {
				test(w)
				w.last().wantClosed("because")
			})
		})
	}
}

// say has a ping queued, then a message and the end.
func (w *world) say() {
	w.Helper()
	pass(time.Second)
	if err := w.last().text("last words"); err != nil {
		w.Error(err)
	}
	w.last().Close("because")
}

// wantStalled has a polling client answer pings and take nothing, and wants it given up after
// one and a half ping timeouts, no earlier.
func (w *world) wantStalled(sid string) {
	w.Helper()
	for range 29 {
		pass(time.Second)
		w.want(ok("ok"), "POST", of(sid), "3")
	}
	w.last().wantOpen()
	pass(time.Second)
	w.last().wantClosed(engineio.ReasonStalled)
}

// A client that answers pings and takes nothing is given up within two ping
// timeouts of its queue standing still.
func TestStalledQueue(t *testing.T) {
	const limit = 30 * time.Second // one and a half ping timeouts
	t.Run("polling", func(t *testing.T) {
		bubble(t, nil, func(w *world) {
			sid := w.openPolling()
			for range 3 { // as long as it comes in time nothing happens
				if err := w.last().text("x"); err != nil {
					w.Error(err)
				}
				pass(limit - time.Second)
				w.want(ok("ok"), "POST", of(sid), "3")
				w.do("GET", of(sid), "")
			}
			if err := w.last().text("x"); err != nil {
				w.Error(err)
			}
			w.wantStalled(sid)
		})
	})
	t.Run("websocket", func(t *testing.T) {
		bubble(t, nil, func(w *world) {
			p := w.openWebsocket()
			start := time.Now()
			if err := w.last().text("x", "y"); err != nil {
				w.Error(err)
			}
			for time.Since(start) < limit-time.Second {
				pass(time.Second)
				p.send("3")
			}
			w.last().wantOpen()
			pass(time.Second)
			w.last().wantClosed(engineio.ReasonStalled)
		})
	})
}

// The same goes for the answer to a poll, in net/http and held: one that stands still ends the
// session, and one that moves, however slowly, does not.
func TestStalledAnswer(t *testing.T) {
	const limit = 30 * time.Second // one and a half ping timeouts
	for name, wait := range map[string]time.Duration{"in net/http": 0, "held": time.Second} {
		t.Run(name, func(t *testing.T) {
			bubble(t, nil, func(w *world) {
				sid := w.openPolling()
				p := w.connect(get(sid))
				pass(wait)
				text := strings.Repeat("x", 1<<20)
				if err := w.last().text(text); err != nil {
					w.Error(err)
				}
				piece := make([]byte, 200<<10)
				for range 3 {
					pass(limit - time.Second)
					w.want(ok("ok"), "POST", of(sid), "3")
					if _, err := io.ReadFull(p.conn, piece); err != nil {
						w.Error(err)
					}
				}
				w.wantStalled(sid)
			})
		})
	}
}

// What the system has taken counts as standing still, too, but for a little: a client is found
// out by one message of a megabyte, or by a few.
func TestStalledInTheSystem(t *testing.T) {
	opts := &engineio.Options{PingInterval: time.Hour, PingTimeout: 200 * time.Millisecond}
	test := func(w *world) {
		w.openWebsocket()
		if err := w.last().text(strings.Repeat("x", 1<<20)); err != nil {
			w.Error(err)
		}
		w.last().wantClosed(engineio.ReasonStalled)
	}
	t.Run("tcp", func(t *testing.T) { overTCP(t, opts, test) })
	t.Run("tls", func(t *testing.T) { overTLS(t, opts, test) })
}

// Over a real socket the system takes much before it stops; then nothing moves.
func TestStalledSocket(t *testing.T) {
	opts := &engineio.Options{PingInterval: time.Hour, PingTimeout: 200 * time.Millisecond, MaxQueue: 256 << 20}
	test := func(w *world) {
		w.openWebsocket()
		for range 64 {
			_ = w.last().text(strings.Repeat("x", 1<<20)) // it may have ended
		}
		w.last().wantClosed(engineio.ReasonStalled)
	}
	t.Run("tcp", func(t *testing.T) { overTCP(t, opts, test) })
	t.Run("tls", func(t *testing.T) { overTLS(t, opts, test) })
}
