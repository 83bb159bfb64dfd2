package engineio

import (
	"net/http"
	"time"

	"github.com/gobwas/ws"
)

// serveProbe opens a WebSocket that is to take over from polling (Engine.IO v4,
// "Upgrade"). Until then it is only a probe, whose failure leaves the session
// as it was.
func (srv *Server) serveProbe(w http.ResponseWriter, r *http.Request, s *Session) {
	o, err := srv.upgrade(w, r)
	if err != nil {
		return
	}
	if srv.sendAnswer(o) != nil {
		_ = o.conn.Close() // the client is gone
		return
	}
	srv.probe(s, o)
}

// probe begins an upgrade over a connection of its own.
func (srv *Server) probe(s *Session, o *opening) {
	c := srv.newWebsocket(s, o)
	_ = o.conn.SetReadDeadline(time.Now().Add(srv.opts.UpgradeTimeout)) // it fails if the client is gone
	s.mu.Lock()
	_, polls := s.transport.(*polling)
	ok := s.state != stateClosed && s.probe == nil && polls
	if ok {
		s.probe = c
		srv.track(c)
	}
	s.mu.Unlock()
	if !ok {
		// The first one stays.
		c.rejectProbe(ws.StatusNormalClosure)
		c.drop()
		return
	}
	srv.wg.Add(1)
	go c.serve(o.early) // ends when the connection does; Shutdown waits for it
}

// probed takes a packet that arrives on a probe.
func (c *websocket) probed(p packet) error {
	switch {
	case p.typ == typePing && string(p.data) == "probe":
		c.s.mu.Lock()
		c.s.probing = true
		c.s.transport.wake() // release a waiting GET, so that the client can go on
		c.s.mu.Unlock()
		return c.writeNow(probePacket)
	case p.typ == typeUpgrade && c.attach():
		if trace := c.s.shard.srv.opts.Trace.Upgrade; trace != nil {
			trace(c.s)
		}
		return nil
	default:
		c.fail(ReasonTransportError, ws.StatusNormalClosure)
		return errStop
	}
}

// attach makes the session's packets come and go this way.
func (c *websocket) attach() bool {
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	p, polls := s.transport.(*polling)
	if s.state == stateClosed || !polls || p.posting {
		return false // a POST that is still being read would mix with what comes here
	}
	_ = c.conn.SetReadDeadline(time.Time{})
	s.probe, s.probing, s.transport, c.attached = nil, false, c, true
	p.present()
	p.wake()
	s.shard.stats.upgrades.Add(1)
	s.shard.stats.open(c.name(), 1)
	if s.state == stateClosing {
		c.finish()
	} else if !s.queue.empty() {
		c.wake()
	}
	return true
}

// abandon makes room for another probe.
func (c *websocket) abandon() {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if c.s.probe == c {
		c.s.probe, c.s.probing = nil, false
		if c.s.state == stateClosing {
			c.s.transport.press() // it has waited for the upgrade
		}
	}
}

// writeNow writes to a connection whose queue is not in use yet.
func (c *websocket) writeNow(m *Message) error {
	_ = c.conn.SetWriteDeadline(time.Now().Add(c.s.shard.srv.opts.UpgradeTimeout))
	_, err := c.conn.Write(m.encode(c.form))
	_ = c.conn.SetWriteDeadline(time.Time{})
	if err != nil {
		return errStop
	}
	return nil
}

// rejectProbe says good-bye on a connection that has not become the session's. A stream
// has no other way to say so than to end.
func (c *websocket) rejectProbe(status ws.StatusCode) {
	if c.form.stream {
		c.drop()
		return
	}
	_ = c.writeNow(newCloseFrame(status)) // the client may be gone
}
