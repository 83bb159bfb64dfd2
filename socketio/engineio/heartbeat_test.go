package engineio_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/gobwas/ws"

	"github.com/caucus-live/caucus/socketio/engineio"
)

func TestHeartbeat(t *testing.T) {
	bubble(t, nil, func(w *world) {
		p := w.openWebsocket()
		start := time.Now()
		for range 3 {
			p.want("2")
			pass(time.Second)
			p.send("3")
			synctest.Wait()
		}
		if got, want := time.Since(start), 3*(25+1)*time.Second; got != want {
			w.Errorf("three heartbeats in %v, want %v", got, want)
		}
		p.want("2")
		pass(20*time.Second - 1)
		w.last().wantOpen()
		pass(1)
		w.last().wantClosed(engineio.ReasonPingTimeout)
		p.wantClose(ws.StatusNormalClosure)
	})
}

func TestClientMayNotPing(t *testing.T) {
	bubble(t, nil, func(w *world) {
		p := w.openWebsocket()
		p.send("2")
		p.wantClose(ws.StatusNormalClosure)
		w.last().wantClosed(engineio.ReasonTransportError)
	})
}

func TestHeartbeatOfProtocol3(t *testing.T) {
	bubble(t, &engineio.Options{AllowEIO3: true}, func(w *world) {
		p := w.openQuery("EIO=3&transport=websocket")
		for range 3 {
			pass(45*time.Second - 1)
			p.send("2")
			p.want("3")
		}
		pass(45*time.Second - 1)
		w.last().wantOpen()
		pass(1)
		w.last().wantClosed(engineio.ReasonPingTimeout)
	})
}

// Many sessions share a timer; each has its own time.
func TestHeartbeatsOfManySessions(t *testing.T) {
	opts := &engineio.Options{PingInterval: 10 * time.Second, PingTimeout: 5 * time.Second}
	bubble(t, opts, func(w *world) {
		const n = 20
		peers := make([]*peer, n)
		opened := make([]time.Time, n)
		for i := range peers {
			peers[i] = w.openWebsocket()
			opened[i] = time.Now()
			pass(100 * time.Millisecond)
		}
		peers[0].close() // the head of the list
		peers[7].close()
		for i, p := range peers {
			if i == 0 || i == 7 {
				continue
			}
			p.want("2")
			if got := time.Since(opened[i]); got != 10*time.Second {
				w.Errorf("session %d: ping after %v", i, got)
			}
			if i%2 == 0 {
				p.send("3")
			}
		}
		pass(5 * time.Second)
		for i, s := range w.sessions {
			switch {
			case i == 0 || i == 7:
				s.wantClosed(engineio.ReasonTransportClose)
			case i%2 == 0:
				s.wantOpen()
			default:
				s.wantClosed(engineio.ReasonPingTimeout)
			}
		}
	})
}
