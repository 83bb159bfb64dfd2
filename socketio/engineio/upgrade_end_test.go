package engineio_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gobwas/ws"

	"github.com/caucus-live/caucus/socketio/engineio"
)

// A prober is a client that upgrades.
type prober interface {
	send(packets ...string)
	write(b []byte)
	want(packets ...string)
	wantEnd()
	close()
}

func (s *stream) close() { _ = s.conn.Close() } // the server may have closed it

// probers begin an upgrade of a session, each to a transport.
var probers = map[string]func(w *world, sid string) prober{
	"websocket": func(w *world, sid string) prober { return w.probe(sid) },
	"webtransport": func(w *world, sid string) prober {
		c := w.stream()
		c.send(`0{"sid":"` + sid + `"}`)
		if err := <-c.served; err != nil {
			w.Fatal(err)
		}
		return c
	},
}

// stopPolling brings a session to where its client polls no more and is about to upgrade.
func stopPolling(w *world, begin func(w *world, sid string) prober) (sid string, p prober) {
	sid = w.openPolling()
	poll := w.poll(sid)
	synctest.Wait()
	p = begin(w, sid)
	p.send("2probe")
	p.want("3probe")
	if got := poll(); got != ok("6") {
		w.Errorf("poll before the upgrade: %v", got)
	}
	return sid, p
}

// A session that is closed between the last poll and the upgrade waits for its client, who has
// what was sent before, and hears of the end, over the new transport, or over the old one if
// the upgrade fails.
func TestCloseDuringAnUpgrade(t *testing.T) {
	refused := errors.New("refused")
	post := func(w *world, s *session, refuse func(engineio.Kind, []byte) error) {
		s.onMessage = refuse
		w.want(ok("ok"), "POST", of(s.ID()), "4x")
	}
	for name, tt := range map[string]struct {
		end    func(w *world, s *session)
		status ws.StatusCode
		reason engineio.Reason
	}{
		"Close": {func(_ *world, s *session) { s.Close("because") }, ws.StatusNormalClosure, "because"},
		"Shutdown": {
			func(w *world, _ *session) { go func() { _ = w.eio.Shutdown(w.Context()) }() },
			ws.StatusGoingAway, engineio.ReasonShutdown,
		},
		"a refused message": {
			func(w *world, s *session) { post(w, s, func(engineio.Kind, []byte) error { return refused }) },
			ws.StatusNormalClosure, engineio.ReasonParseError,
		},
		"a panic": {
			func(w *world, s *session) { post(w, s, func(engineio.Kind, []byte) error { panic("oops") }) }, //nolint:forbidigo // what is tested
			ws.StatusNormalClosure, engineio.ReasonPanic,
		},
	} {
		for transport, begin := range probers {
			for words, send := range map[string][]string{"": nil, ", after messages": {"a", "b"}} {
				start := func(w *world) (sid string, p prober) {
					sid, p = stopPolling(w, begin)
					if err := w.last().text(send...); len(send) > 0 && err != nil {
						w.Error(err)
					}
					tt.end(w, w.last())
					synctest.Wait()
					return sid, p
				}
				t.Run(name+", "+transport+words+", upgraded", func(t *testing.T) {
					bubble(t, webTransport(), func(w *world) {
						_, p := start(w)
						p.send("5")
						for _, text := range send {
							p.want("4" + text)
						}
						if peer, isPeer := p.(*peer); isPeer {
							peer.wantClose(tt.status)
							peer.close()
						} else {
							p.want("1", "2")
							p.send("3")
							p.wantEnd()
						}
						w.last().wantClosed(tt.reason)
					})
				})
				t.Run(name+", "+transport+words+", given up", func(t *testing.T) {
					bubble(t, webTransport(), func(w *world) {
						sid, p := start(w)
						p.close()
						synctest.Wait()
						if len(send) > 0 {
							w.want(ok("4"+strings.Join(send, "\x1e4")), "GET", of(sid), "")
						}
						w.last().wantClosed(tt.reason)
						w.want(ok("1"), "GET", of(sid), "")
					})
				})
			}
		}
	}
}

// A session that ends at once between the last poll and the upgrade does not cut off the
// connection that is about to take over: JavaScript clients that lose it then notice nothing until
// their server has been silent for too long. They are told when they have taken over.
func TestEndDuringAnUpgrade(t *testing.T) {
	gone := reply{http.StatusBadRequest, `{"code":1,"message":"Session ID unknown"}`}
	for name, tt := range map[string]struct {
		end    func(w *world, s *session)
		reason engineio.Reason
	}{
		"Abort": {func(_ *world, s *session) { s.Abort("because") }, "because"},
		"a malformed packet": {
			func(w *world, s *session) { w.want(reply{http.StatusBadRequest, ""}, "POST", of(s.ID()), "x") },
			engineio.ReasonParseError,
		},
		"a full queue": {
			func(w *world, s *session) {
				if err := s.text("a", strings.Repeat("b", 1000)); err != nil {
					w.Error(err)
				}
				if err := s.text(strings.Repeat("c", 1000)); !errors.Is(err, engineio.ErrQueueFull) {
					w.Errorf("Send: %v", err)
				}
			},
			engineio.ReasonQueueFull,
		},
		"CloseTimeout": {
			func(_ *world, s *session) {
				s.Close("because")
				<-time.After(time.Second)
			},
			"because",
		},
	} {
		for transport, begin := range probers {
			start := func(w *world) (sid string, p prober) {
				sid, p = stopPolling(w, begin)
				tt.end(w, w.last())
				w.last().wantClosed(tt.reason)
				return sid, p
			}
			opts := webTransport()
			opts.MaxQueue, opts.CloseTimeout = 1500, time.Second
			t.Run(name+", "+transport+", upgraded", func(t *testing.T) {
				bubble(t, opts, func(w *world) {
					_, p := start(w)
					p.send("5")
					if peer, isPeer := p.(*peer); isPeer {
						peer.wantClose(ws.StatusNormalClosure)
						peer.close()
					} else {
						p.wantEnd()
					}
				})
			})
			t.Run(name+", "+transport+", given up", func(t *testing.T) {
				bubble(t, opts, func(w *world) {
					sid, p := start(w)
					p.close()
					w.want(gone, "GET", of(sid), "")
				})
			})
			t.Run(name+", "+transport+", not finished", func(t *testing.T) {
				bubble(t, opts, func(w *world) {
					_, p := start(w)
					began := time.Now()
					p.wantEnd()
					if got := time.Since(began); got != 2*time.Second {
						w.Errorf("ended after %v", got)
					}
				})
			})
		}
	}
}
