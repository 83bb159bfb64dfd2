package socketio

import (
	"encoding/json"
	"slices"
	"sync/atomic"
	"time"

	"github.com/caucus-live/caucus/socketio/engineio"
)

// An awaySocket is what is kept of a socket whose client may come back.
type awaySocket struct {
	ID, PID string
	Turn    int               `json:",omitempty"` // see Session.Turn
	Since   offset            // the log's position when it was first connected
	Rooms   map[string]offset // with the log's position when it joined them
	Left    time.Time
	Data    map[string]json.RawMessage // as it is saved
	data    map[string]any
}

// A resumable is what recovery knows of a connected socket.
type resumable struct {
	pid       string // what its client proves to be it with
	turn      int    // how often it was resumed, with a shared log
	recovered bool
	taken     atomic.Bool // its client is at another server
}

// id returns the pid, "" without recovery.
func (r *resumable) id() string {
	if r == nil {
		return ""
	}
	return r.pid
}

// awaySocketOf returns what is kept of a socket.
func awaySocketOf(s *Socket) *awaySocket {
	a := &awaySocket{ID: s.id, PID: s.resumable.pid, Turn: s.resumable.turn, Since: s.everyone.since, Left: time.Now(), Rooms: make(map[string]offset)}
	s.mu.Lock()
	defer s.mu.Unlock()
	for m := range s.rooms.all() {
		a.Rooms[m.room.name] = m.since
	}
	a.data = s.allDataLocked()
	return a
}

func (a *awaySocket) isExcluded(except []string) bool {
	return slices.ContainsFunc(except, func(room string) bool {
		_, in := a.Rooms[room]
		return in || room == a.ID
	})
}

// admit adds a new socket to the namespace. It returns false if the client is gone.
func (l *recoveryLog) admit(s *Socket) bool {
	if l == nil {
		return s.ns.add(s, s.greeting())
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	s.resumable = &resumable{pid: newID()}
	s.everyone.since = l.position()
	if !s.ns.add(s, s.greeting()) {
		return false
	}
	l.live[s.resumable.pid] = s
	l.changed(s)
	return true
}

// A claim is what a client says that wants its session back.
type claim struct{ PID, Offset string }

// resume puts s in the place of the socket that its client had, which it names in its auth data, if that can be.
func (l *recoveryLog) resume(s *Socket, auth json.RawMessage) bool {
	if l == nil {
		return false
	}
	var c claim
	if json.Unmarshal(auth, &c) != nil || c.PID == "" {
		return false
	}
	l.evict(c.PID)
	replace := l.replace
	if l.shared != nil {
		replace = l.replaceShared
	}
	entrances, ok := replace(s, c)
	for room, e := range entrances {
		s.announceEntrance(room, e)
	}
	if ok {
		s.ns.srv.stats.recovered.Add(1)
	}
	return ok
}

// evict ends the connection whose client is back before its loss was noticed.
func (l *recoveryLog) evict(pid string) {
	l.mu.Lock()
	old := l.live[pid]
	l.mu.Unlock()
	if old != nil {
		old.abort()
	}
}

// abort ends the connection of a client that is elsewhere.
func (s *Socket) abort() {
	s.conn.end(ReasonTransportClose)
	s.conn.session.Abort(ReasonTransportClose) // nobody is there to take leave of
}

// replace is resume for sessions that this server keeps.
func (l *recoveryLog) replace(s *Socket, c claim) (entrances map[string]entrance, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	a, ok := l.away[c.PID]
	if !ok || time.Since(a.Left) > l.opts.MaxDisconnection {
		return nil, false
	}
	from, ok := l.from(a, c.Offset)
	if !ok || from.isAfter(l.position()) {
		return nil, false
	}
	missed, ok := l.missedLocked(a, from)
	if !ok || !l.enterLocked(s, a, missed) {
		return nil, false // or the client is gone again; it is still away
	}
	delete(l.away, c.PID)
	return l.enterRoomsLocked(s, a), true
}

// from returns the offset of the last event that a client has got.
func (l *recoveryLog) from(a *awaySocket, claimed string) (from offset, ok bool) {
	if claimed == "" { // it has got nothing at all
		return a.Since, true
	}
	from, err := l.parseOffset(claimed)
	return from, err == nil && !a.Since.isAfter(from)
}

// enterLocked makes s the socket that a was. It returns false if the client is gone.
func (l *recoveryLog) enterLocked(s *Socket, a *awaySocket, missed []*engineio.Message) bool {
	s.id, s.resumable = a.ID, &resumable{pid: a.PID, turn: a.Turn, recovered: true}
	s.everyone.since, s.data = a.Since, a.data
	if !s.ns.add(s, append([]*engineio.Message{s.greeting()}, missed...)...) {
		s.resumable = nil
		return false
	}
	l.live[a.PID] = s
	return true
}

func (l *recoveryLog) enterRoomsLocked(s *Socket, a *awaySocket) map[string]entrance {
	entrances := make(map[string]entrance, len(a.Rooms))
	for room, since := range a.Rooms {
		entrances[room], _ = s.enter(room, since) // if the client is gone it does not matter
	}
	return entrances
}

// changed notes that a session is to be saved where the cluster keeps it.
func (l *recoveryLog) changed(s *Socket) {
	if l != nil && l.shared != nil {
		l.shared.keeper.save(s)
	}
}

// suspend remembers a socket that has been disconnected, if its client may come
// back.
func (l *recoveryLog) suspend(s *Socket, reason Reason) {
	if l == nil {
		return
	}
	a := awaySocketOf(s) // which does not change any more
	l.mu.Lock()
	defer l.mu.Unlock()
	if pid := s.resumable.pid; l.live[pid] == s {
		delete(l.live, pid)
	}
	switch {
	case l.shared != nil && !s.resumable.taken.Load():
		l.shared.keeper.end(s.ns.name, a, isRecoverable(reason))
	case l.shared == nil && isRecoverable(reason):
		l.suspendLocked(a)
	}
}

func (l *recoveryLog) suspendLocked(a *awaySocket) {
	l.away[a.PID] = a
	l.leavers = append(l.leavers, a)
	for len(l.leavers) > 0 {
		oldest := l.leavers[0]
		isBack := l.away[oldest.PID] != oldest
		if !isBack && len(l.away) <= l.opts.MaxSessions && time.Since(oldest.Left) <= l.opts.MaxDisconnection {
			return
		}
		if !isBack {
			delete(l.away, oldest.PID)
		}
		l.leavers[0] = nil
		l.leavers = l.leavers[1:]
	}
}

// isRecoverable reports whether clients come back after such an end.
func isRecoverable(reason Reason) bool {
	switch reason {
	case ReasonClient, ReasonServer, ReasonParseError, ReasonOverload, ReasonPanic:
		return false
	case ReasonTransportClose, ReasonTransportError, ReasonPingTimeout, ReasonForcedClose,
		ReasonForcedServerClose, ReasonShutdown, ReasonQueueFull, ReasonStalled, engineio.ReasonDisplaced:
		return true
	default:
		return true // the engine's end: the client did nothing wrong
	}
}
