package engineio_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gobwas/ws"

	"github.com/caucus-live/caucus/socketio/engineio"
)

func TestUpgrade(t *testing.T) {
	everywhere(t, nil, func(w *world) {
		w.onAccept = echo
		sid := w.openPolling()
		s := w.last()
		p := w.probe(sid)
		p.send("2probe")
		p.want("3probe")
		if s.Transport() != "polling" {
			w.Errorf("transport %q before the upgrade", s.Transport())
		}
		p.send("5")
		w.eventually(func() bool { return s.Transport() == "websocket" })
		p.send("4hello")
		p.want("4hello")
		w.want(reply{http.StatusBadRequest, badRequest}, "GET", of(sid), "")
		w.want(reply{http.StatusBadRequest, badRequest}, "POST", of(sid), "4x")
		if got := w.eio.Stats(); got.Upgrades != 1 || got.WebSocket != 1 || got.Polling != 0 {
			w.Errorf("stats %+v", got)
		}
		s.wantOpen()
	})
}

func TestMessagesKeepTheirOrderAcrossAnUpgrade(t *testing.T) {
	bubble(t, nil, func(w *world) {
		sid := w.openPolling()
		s := w.last()
		send := func(text string) {
			if err := s.text(text); err != nil {
				w.Error(err)
			}
		}
		send("1")
		p := w.probe(sid)
		p.send("2probe")
		p.want("3probe")
		send("2")
		w.want(ok("41\x1e42"), "GET", of(sid), "") // the messages instead of a noop
		send("3")
		p.send("5")
		synctest.Wait()
		send("4")
		p.want("43", "44")
	})
}

func TestFailedProbes(t *testing.T) {
	bubble(t, &engineio.Options{PingInterval: time.Hour}, func(w *world) {
		sid := w.openPolling()
		s := w.last()
		for name, fail := range map[string]func(*peer){
			"other packet":   func(p *peer) { p.send("4hello"); p.wantClose(ws.StatusNormalClosure) },
			"wrong probe":    func(p *peer) { p.send("2test"); p.wantClose(ws.StatusNormalClosure) },
			"invalid packet": func(p *peer) { p.send("x"); p.wantClose(ws.StatusPolicyViolation) },
			"invalid frame":  func(p *peer) { p.write(make([]byte, 2)); p.wantClose(ws.StatusProtocolError) },
			"close frame": func(p *peer) {
				p.write(frames(ws.NewCloseFrame(nil)))
				p.wantClose(ws.StatusNormalClosure)
			},
			"lost":           func(*peer) {},
			"never answered": func(*peer) { pass(10 * time.Second) },
			"never finished": func(p *peer) { p.send("2probe"); p.want("3probe"); pass(10 * time.Second) },
		} {
			w.Log(name)
			p := w.probe(sid)
			fail(p)
			p.close()
			synctest.Wait()
		}
		s.wantMessages()
		s.wantOpen()
		if err := s.text("still polling"); err != nil {
			w.Error(err)
		}
		w.want(ok("4still polling"), "GET", of(sid), "")
	})
}

func TestSecondProbe(t *testing.T) {
	bubble(t, nil, func(w *world) {
		sid := w.openPolling()
		p := w.probe(sid)
		synctest.Wait()
		second := w.probe(sid)
		second.wantClose(ws.StatusNormalClosure)
		p.send("2probe")
		p.want("3probe")
		p.send("5")
		synctest.Wait()
		third := w.probe(sid)
		third.wantClose(ws.StatusNormalClosure)
		w.last().wantOpen()
		if err := w.last().text("the first stays"); err != nil {
			w.Error(err)
		}
		p.want("4the first stays")
	})
}

func TestUpgradeDuringAPostIsRefused(t *testing.T) {
	bubble(t, nil, func(w *world) {
		sid := w.openPolling()
		s := w.last()
		gate := make(chan struct{})
		s.onMessage = func(engineio.Kind, []byte) error { <-gate; return nil }
		posted := make(chan struct{})
		go func() { // ends with its response
			defer close(posted)
			w.want(ok("ok"), "POST", of(sid), "4slow")
		}()
		synctest.Wait()
		p := w.probe(sid)
		p.send("5", "4overtaking")
		p.wantClose(ws.StatusNormalClosure)
		close(gate)
		<-posted
		s.wantMessages("slow")
		s.wantOpen()
	})
}

func TestSessionEndsDuringAnUpgrade(t *testing.T) {
	bubble(t, nil, func(w *world) {
		w.Log("at once")
		p := w.probe(w.openPolling())
		synctest.Wait()
		w.last().Abort("enough")
		p.wantEnd()
		w.last().wantClosed("enough")

		w.Log("in good order")
		sid := w.openPolling()
		s := w.last()
		p = w.probe(sid)
		if err := s.text("last words"); err != nil {
			w.Error(err)
		}
		s.Close("because")
		p.send("5")
		p.want("4last words")
		p.wantClose(ws.StatusNormalClosure)
		s.wantClosed("because")
	})
}

// A client that has upgraded may drop the poll that it has no use for any more.
func TestPollIsAbortedAfterAnUpgrade(t *testing.T) {
	bubble(t, nil, func(w *world) {
		sid := w.openPolling()
		get := w.connect("GET /engine.io/?" + of(sid) + " HTTP/1.1\r\nHost: caucus.test\r\n\r\n")
		synctest.Wait()
		p := w.probe(sid)
		p.send("5")
		synctest.Wait()
		get.close()
		synctest.Wait()
		w.last().wantOpen()
		if err := w.last().text("still here"); err != nil {
			w.Error(err)
		}
		p.want("4still here")
	})
}

// A GET that meets the upgrade on its way is refused, whichever comes first.
func TestPollRacesTheUpgrade(t *testing.T) {
	bubble(t, nil, func(w *world) {
		sid := w.openPolling()
		p := w.probe(sid)
		p.send("2probe")
		p.want("3probe")
		poll := w.poll(sid)
		synctest.Wait()
		p.send("5")
		if got := poll(); got != (reply{http.StatusBadRequest, badRequest}) {
			w.Errorf("GET before the upgrade: %v", got)
		}
		w.want(reply{http.StatusBadRequest, badRequest}, "GET", of(sid), "")
		w.last().wantOpen()
	})
	overTCP(t, nil, func(w *world) {
		for range 100 {
			sid := w.openPolling()
			p := w.probe(sid)
			p.send("2probe")
			p.want("3probe")
			poll := w.poll(sid)
			p.send("5")
			if got := poll(); got != (reply{http.StatusBadRequest, badRequest}) {
				w.Fatalf("got %v", got)
			}
			w.last().wantOpen()
			p.close()
		}
	})
}

// A client whose poll comes during the upgrade, and that does not go on without an
// answer, has one soon.
func TestPollDuringAnUpgradeIsReleased(t *testing.T) {
	bubble(t, nil, func(w *world) {
		sid := w.openPolling()
		p := w.probe(sid)
		p.send("2probe")
		p.want("3probe")
		start := time.Now()
		w.want(ok("6"), "GET", of(sid), "")
		if got := time.Since(start); got != 200*time.Millisecond {
			w.Errorf("after %v", got)
		}
	})
}

// A probe that has said that it closes upgrades nothing any more.
func TestUpgradeAfterACloseFrame(t *testing.T) {
	bubble(t, nil, func(w *world) {
		sid := w.openPolling()
		s := w.last()
		p := w.probe(sid)
		p.send("2probe")
		p.want("3probe")
		p.write(frames(ws.NewCloseFrame(ws.NewCloseFrameBody(ws.StatusNormalClosure, "")), ws.NewTextFrame([]byte("5"))))
		p.wantClose(ws.StatusNormalClosure)
		if err := s.text("still here"); err != nil {
			w.Error(err)
		}
		w.want(ok("4still here"), "GET", of(sid), "")
		s.wantOpen()
	})
}
