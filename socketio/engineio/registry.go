package engineio

import (
	"container/list"
	"time"
)

// graveTime is how long a session that ended between two polls is remembered.
const graveTime = 10 * time.Second

// reserve admits one more session, unless there are too many. Of those that are not
// confirmed it ends one for the newcomer.
func (srv *Server) reserve(address string) *RequestError {
	srv.mu.Lock()
	displaced, refusal := srv.reserveLocked(address)
	srv.mu.Unlock()
	if displaced != nil {
		displaced.Abort(ReasonDisplaced)
	}
	return refusal
}

func (srv *Server) reserveLocked(address string) (displaced *Session, refusal *RequestError) {
	if srv.closing {
		return nil, errShutdown
	}
	option := srv.fullLocked(address)
	switch option {
	case "MaxUnconfirmed":
		displaced = srv.displaceLocked(srv.fullestLocked())
	case "MaxUnconfirmedPerAddress":
		displaced = srv.displaceLocked(address)
	}
	if option != "" && displaced == nil {
		return nil, errTooMany.because(option)
	}
	srv.live++
	srv.countLocked(address, headcount{admitted: 1, unconfirmed: 1})
	return displaced, nil
}

// displaceLocked chooses the session that has gone unconfirmed the longest of those of an
// address, which counts as unconfirmed no more. It returns nil if none is open yet.
func (srv *Server) displaceLocked(address string) *Session {
	waiting := srv.unconfirmed[address]
	if waiting == nil {
		return nil
	}
	s, _ := waiting.Front().Value.(*Session) // nothing else is in it
	srv.settleLocked(s)
	srv.countLocked(address, headcount{unconfirmed: -1})
	return s
}

// fullestLocked returns the address with the most open sessions that are not confirmed, or
// one that has a large part of all.
func (srv *Server) fullestLocked() (fullest string) {
	most := 0
	for address, waiting := range srv.unconfirmed {
		if n := waiting.Len(); n > most {
			fullest, most = address, n
		}
		if most > max(srv.opts.MaxUnconfirmed/4, 1) {
			break
		}
	}
	return fullest
}

// settleLocked takes a session out of those that are not confirmed, and reports whether it
// was one of them.
func (srv *Server) settleLocked(s *Session) bool {
	if s.confirmed {
		return false
	}
	s.confirmed = true
	if s.unconfirmed == nil {
		return true
	}
	waiting := srv.unconfirmed[s.address]
	waiting.Remove(s.unconfirmed)
	s.unconfirmed = nil
	if waiting.Len() == 0 {
		delete(srv.unconfirmed, s.address)
	}
	return true
}

// A headcount counts sessions, including those whose handshake is under way.
type headcount struct {
	admitted, unconfirmed int
}

// fullLocked returns the option that allows no further session, "" if absent.
func (srv *Server) fullLocked(address string) (option string) {
	o, there := &srv.opts, srv.perAddress[address]
	full := func(n, bound int) bool { return bound > 0 && n >= bound }
	switch {
	case full(srv.all.admitted, o.MaxSessions):
		return "MaxSessions"
	case full(srv.all.unconfirmed, o.MaxUnconfirmed):
		return "MaxUnconfirmed"
	case full(there.admitted, o.MaxSessionsPerAddress):
		return "MaxSessionsPerAddress"
	case full(there.unconfirmed, o.MaxUnconfirmedPerAddress):
		return "MaxUnconfirmedPerAddress"
	}
	return ""
}

func (n headcount) plus(change headcount) headcount {
	return headcount{n.admitted + change.admitted, n.unconfirmed + change.unconfirmed}
}

// countLocked changes the counts in all and of an address.
func (srv *Server) countLocked(address string, change headcount) {
	srv.all = srv.all.plus(change)
	if srv.opts.MaxSessionsPerAddress == 0 && srv.opts.MaxUnconfirmedPerAddress == 0 {
		return
	}
	srv.perAddress[address] = srv.perAddress[address].plus(change)
	if srv.perAddress[address] == (headcount{}) {
		delete(srv.perAddress, address)
	}
}

// Confirm marks the client as genuine, so that the session no longer counts against
// Options.MaxUnconfirmed and MaxUnconfirmedPerAddress. Only the first call has an
// effect.
func (s *Session) Confirm() {
	srv := s.shard.srv
	srv.mu.Lock()
	defer srv.mu.Unlock()
	if srv.settleLocked(s) {
		srv.countLocked(s.address, headcount{unconfirmed: -1})
	}
}

// release takes back a reservation whose handshake has failed.
func (srv *Server) release(address string) {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	srv.countLocked(address, headcount{admitted: -1, unconfirmed: -1})
	srv.doneLocked()
}

// insert makes a session known. It returns false if Shutdown has begun since it
// was admitted, and will not close it.
func (srv *Server) insert(s *Session) bool {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	srv.sessions[s.id] = s
	if srv.opts.MaxUnconfirmed > 0 || srv.opts.MaxUnconfirmedPerAddress > 0 {
		if srv.unconfirmed[s.address] == nil {
			srv.unconfirmed[s.address] = list.New()
		}
		s.unconfirmed = srv.unconfirmed[s.address].PushBack(s)
	}
	return !srv.closing
}

func (srv *Server) session(id string) *Session {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	return srv.sessions[id]
}

// forget removes a session that has ended. It stays live until its handler
// knows.
func (srv *Server) forget(s *Session) {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	delete(srv.sessions, s.id)
	srv.closed[s.reason]++
	change := headcount{admitted: -1}
	if srv.settleLocked(s) {
		change.unconfirmed = -1
	}
	srv.countLocked(s.address, change)
}

// done reports that one live thing, a session or a connection, has ended.
func (srv *Server) done() {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	srv.doneLocked()
}

func (srv *Server) doneLocked() {
	if srv.live--; srv.live == 0 && srv.closing {
		close(srv.idle)
	}
}

// track keeps a connection for Shutdown, which waits for it.
func (srv *Server) track(c *websocket) {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	srv.conns[c] = struct{}{}
	srv.live++
}

func (srv *Server) untrack(c *websocket) {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	delete(srv.conns, c)
	srv.doneLocked()
}

// A grave is what is left of a session that ended between two polls.
type grave struct {
	last  *Message // for one more GET
	timer *time.Timer
}

// bury remembers a session that has ended between two polls, for one GET that may
// be on its way: a client that has closed the session with a POST expects a noop, as
// if the GET had come first; one whose session was closed is told so.
func (srv *Server) bury(id string, last *Message) {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	srv.graves[id] = grave{last, time.AfterFunc(graveTime, func() { srv.exhume(id) })}
}

// exhume forgets a buried session. It returns nil if the session is not buried.
func (srv *Server) exhume(id string) (last *Message) {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	g, ok := srv.graves[id]
	if ok {
		g.timer.Stop()
		delete(srv.graves, id)
	}
	return g.last
}

func (srv *Server) countRefusal() {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	srv.refused++
}
