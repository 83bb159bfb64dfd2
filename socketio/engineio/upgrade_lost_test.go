package engineio_test

import (
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gobwas/ws"

	"github.com/caucus-live/caucus/socketio/engineio"
)

// framed returns packets as the probe's transport frames them.
func framed(p prober, packets ...string) []byte {
	var b []byte
	for _, packet := range packets {
		if _, isPeer := p.(*peer); isPeer {
			b = append(b, frames(ws.NewTextFrame([]byte(packet)))...)
		} else {
			b = append(b, streamFrame(engineio.Text, packet)...)
		}
	}
	return b
}

// lostUpgrades are the ways in which the last packet of an upgrade does not arrive. The client
// may know, or may have taken over as far as it can tell.
var lostUpgrades = map[string]func(p prober){
	"closed before it": func(p prober) { p.close() },
	"closed in the middle of it": func(p prober) {
		b := framed(p, "5")
		p.write(b[:len(b)-1])
		p.close()
	},
	"swallowed": func(prober) { pass(10 * time.Second) }, // and with it UpgradeTimeout
	"a close frame instead": func(p prober) {
		if peer, isPeer := p.(*peer); isPeer {
			peer.write(frames(ws.NewCloseFrame(ws.NewCloseFrameBody(ws.StatusGoingAway, ""))))
		}
		p.close()
	},
}

// As long as the upgrade has not arrived the session is its client's over polling: nothing that was
// sent before, meanwhile or afterwards is lost, and another upgrade may follow.
func TestUpgradeIsLost(t *testing.T) {
	for name, lose := range lostUpgrades {
		for transport, begin := range probers {
			t.Run(name+", "+transport, func(t *testing.T) {
				bubble(t, webTransport(), func(w *world) {
					sid, p := stopPolling(w, begin)
					s := w.last()
					send := func(text string) {
						if err := s.text(text); err != nil {
							t.Error(err)
						}
					}
					send("before")
					lose(p)
					synctest.Wait()
					if s.Transport() != engineio.TransportPolling {
						t.Errorf("transport %q", s.Transport())
					}
					send("after")
					w.want(ok("4before\x1e4after"), "GET", of(sid), "")
					w.want(ok("ok"), "POST", of(sid), "4heard")
					s.wantMessages("heard")
					poll := w.poll(sid)
					synctest.Wait()
					send("polled")
					if got := poll(); got != ok("4polled") {
						t.Errorf("poll after the loss: %v", got)
					}

					again := begin(w, sid)
					again.send("2probe")
					again.want("3probe")
					send("again")
					again.send("5")
					again.want("4again")
					if got := w.eio.Stats(); got.Upgrades != 1 || got.Polling != 0 {
						t.Errorf("stats %+v", got)
					}
					again.close()
					s.wantClosed(engineio.ReasonTransportClose)
				})
			})
		}
	}
}

// A poll that waits while the link fails is answered with what is sent then, and is not refused.
func TestPollOutlivesALostUpgrade(t *testing.T) {
	for name, lose := range lostUpgrades {
		for transport, begin := range probers {
			t.Run(name+", "+transport, func(t *testing.T) {
				bubble(t, webTransport(), func(w *world) {
					sid, p := stopPolling(w, begin)
					poll := w.poll(sid)
					synctest.Wait()
					lose(p)
					synctest.Wait()
					if err := w.last().text("a"); err != nil {
						t.Error(err)
					}
					got := poll()
					if got == ok("6") { // released while the upgrade was still awaited
						got = w.poll(sid)()
					}
					if got != ok("4a") {
						t.Errorf("poll: %v", got)
					}
					w.last().wantOpen()
				})
			})
		}
	}
}

// A client that believes that it has upgraded comes no more. The session ends as if it had
// vanished: sooner where messages wait for it than where none do.
func TestClientDoesNotComeAfterALostUpgrade(t *testing.T) {
	for name, tt := range map[string]struct {
		send   string
		reason engineio.Reason
		within time.Duration
	}{
		"nothing sent": {"", engineio.ReasonPingTimeout, 45 * time.Second},
		"messages":     {"a", engineio.ReasonStalled, 40 * time.Second},
	} {
		for transport, begin := range probers {
			t.Run(name+", "+transport, func(t *testing.T) {
				bubble(t, webTransport(), func(w *world) {
					sid, p := stopPolling(w, begin)
					s := w.last()
					p.close()
					if tt.send != "" {
						if err := s.text(tt.send); err != nil {
							t.Error(err)
						}
					}
					pass(tt.within)
					s.wantClosed(tt.reason)
					w.want(reply{http.StatusBadRequest, unknownSession}, "GET", of(sid), "")
				})
			})
		}
	}
}

// A link that fails as soon as the upgrade has arrived takes the session with it, at once: what
// waits cannot be known to arrive, and polling is over.
func TestLinkFailsAfterTheUpgrade(t *testing.T) {
	for name, end := range map[string]struct {
		packets []string
		reason  engineio.Reason
	}{
		"at once":          {[]string{"5"}, engineio.ReasonTransportClose},
		"after a message":  {[]string{"5", "4last"}, engineio.ReasonTransportClose},
		"after a close":    {[]string{"5", "1"}, engineio.ReasonTransportClose},
		"with a bad frame": {[]string{"5", "x"}, engineio.ReasonParseError},
	} {
		for transport, begin := range probers {
			for words, send := range map[string][]string{"": nil, ", messages wait": {"a", strings.Repeat("b", 100_000)}} {
				t.Run(name+", "+transport+words, func(t *testing.T) {
					bubble(t, webTransport(), func(w *world) {
						sid, p := stopPolling(w, begin)
						s := w.last()
						if err := s.text(send...); len(send) > 0 && err != nil {
							t.Error(err)
						}
						poll := func() reply { return reply{http.StatusBadRequest, badRequest} }
						if len(send) == 0 {
							poll = w.poll(sid)
							synctest.Wait()
						}
						p.write(framed(p, end.packets...))
						p.close()
						synctest.Wait()
						if got := s.reason(); got != end.reason && (len(send) == 0 || got != engineio.ReasonTransportError) {
							t.Errorf("closed with %q, want %q", got, end.reason)
						}
						if got := poll(); got != (reply{http.StatusBadRequest, badRequest}) {
							t.Errorf("poll: %v", got)
						}
						w.want(reply{http.StatusBadRequest, unknownSession}, "GET", of(sid), "")
						if err := s.text("late"); err == nil {
							t.Error("no error from Send after the end")
						}
					})
				})
			}
		}
	}
}

// The same over real sockets, which may be reset.
func TestLinkIsResetDuringTheUpgrade(t *testing.T) {
	reset := func(p *peer) {
		conn, ok := p.conn.(*net.TCPConn)
		if !ok {
			p.t.Fatalf("a connection over %T", p.conn)
		}
		if err := conn.SetLinger(0); err != nil {
			p.t.Fatal(err)
		}
		p.close()
	}
	begin := func(w *world) (s *session, p *peer) {
		p = w.probe(w.openPolling())
		p.send("2probe")
		p.want("3probe")
		return w.last(), p
	}
	overTCP(t, nil, func(w *world) {
		for range 20 {
			s, p := begin(w)
			if err := s.text("a"); err != nil {
				w.Error(err)
			}
			reset(p)
			w.want(ok("4a"), "GET", of(s.ID()), "")
			s.wantOpen()

			s, p = begin(w)
			p.send("5")
			w.eventually(func() bool { return s.Transport() == engineio.TransportWebSocket })
			reset(p)
			w.eventually(func() bool { return s.reason() != "" })
			w.want(reply{http.StatusBadRequest, unknownSession}, "GET", of(s.ID()), "")
		}
	})
}
