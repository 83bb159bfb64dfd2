package engineio

import (
	"time"

	"github.com/gobwas/ws"
)

// finish lets the client fetch what is queued. The close packet follows in an
// answer of its own: JavaScript and Python clients act on it before they deliver
// what precedes it in the same answer.
func (p *polling) finish() { p.press() }

// press ends a closing session as soon as its client has what was queued for it,
// or has not come for it within the session's patience. If the client comes
// later it finds the close packet: see Server.bury. A session that a Leaver keeps
// goes on while its client comes.
func (p *polling) press() {
	s := p.s
	isClosing := s.state == stateClosing
	switch {
	case s.transport != transport(p): // upgraded meanwhile
	case p.ready():
		if isClosing {
			p.wake()
		}
	case p.answering != nil, s.probing: // one whose client is about to upgrade is not away
		p.await(s.patienceLocked())
	case isClosing && s.queue.empty():
		p.leave()
	default:
		waited := time.Duration(0)
		if p.due != 0 {
			waited = s.shard.srv.clock.now() - p.since
		}
		if left := s.patienceLocked() - waited; left > 0 {
			p.await(left)
		} else {
			p.leave()
		}
	}
}

// leave ends a session between two polls, for Shutdown unless it was closing before.
func (p *polling) leave() {
	p.present()
	p.s.shard.srv.bury(p.s.id, closePacket)
	p.s.endLocked(ReasonShutdown)
	p.s.queue.discard()
	p.interrupt()
}

// farewell leaves what is queued to a GET that waits for it.
func (p *polling) farewell(ws.StatusCode) {
	p.present()
	if !p.ready() {
		p.s.queue.discard()
		return
	}
	if !p.s.queue.empty() {
		p.s.shard.srv.bury(p.s.id, closePacket)
	}
	p.wake()
}

// expectPoll bounds the time for which messages wait for a GET, and Shutdown for a client
// that is owed something.
func (p *polling) expectPoll() {
	s := p.s
	isDue := !s.queue.empty() || s.hasty
	if p.due == 0 && p.answering == nil && s.state == stateOpen && s.transport == transport(p) && isDue {
		p.await(s.patienceLocked())
	}
}

func (p *polling) await(d time.Duration) {
	now := p.s.shard.srv.clock.now()
	if p.due == 0 {
		p.since = now
	}
	p.due = now + d
	if p.absence == nil {
		p.absence = time.AfterFunc(d, p.missed)
	} else {
		p.absence.Reset(d)
	}
}

// present notes that the client has come, or need not come any more.
func (p *polling) present() {
	if p.due != 0 {
		p.absence.Stop()
		p.due = 0
	}
}

// missed ends a session whose client has not come when it was expected.
func (p *polling) missed() {
	s := p.s
	s.mu.Lock()
	if p.due == 0 || s.shard.srv.clock.now() < p.due {
		s.mu.Unlock()
		return // the client has come while the timer fired
	}
	p.due = 0
	if s.state == stateClosing || s.state == stateOpen && s.hasty {
		s.probing = false // an upgrade has taken too long, too
		p.leave()
	}
	s.mu.Unlock()
	s.end(ReasonStalled, 0)
}
