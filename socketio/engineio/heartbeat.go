package engineio

import (
	"sync"
	"time"

	"github.com/gobwas/ws"
)

// A due is something that happens to a session after a time that is the same
// for all sessions. A session waits for at most one.
type due uint8

const (
	notDue        due = iota
	pingDue           // v4: send the next ping
	pongDue           // v4: give the client up
	clientPingDue     // v3: give the client up
	numDues
)

// A clock holds the deadlines of all sessions of a server. Since all that wait
// for the same due wait equally long, they expire in the order in which they
// started: a linked list a due is always sorted, so that each operation is O(1),
// and one timer a list serves all sessions.
type clock struct {
	start  time.Time
	expire func(*Session, due)

	mu      sync.Mutex // guards the fields below, and Session.alarm; taken after Session.mu
	stopped bool
	lists   [numDues]alarmList
}

type alarmList struct {
	wait       time.Duration
	head, tail *Session
	timer      *time.Timer // fires at the head's deadline, or earlier if that head has left
}

// An alarm is a session's place in a list.
type alarm struct {
	due        due // notDue: in no list
	at         time.Duration
	next, prev *Session
}

func (c *clock) init(waits [numDues]time.Duration, expire func(*Session, due)) {
	c.start, c.expire = time.Now(), expire
	for d := range c.lists {
		c.lists[d].wait = waits[d]
	}
}

// now is the time as the clock counts it.
func (c *clock) now() time.Duration { return time.Since(c.start) }

// set makes the session wait for d, from now, and for nothing else.
func (c *clock) set(s *Session, d due) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.unlinkLocked(s)
	if c.stopped {
		return
	}
	l := &c.lists[d]
	s.alarm = alarm{due: d, at: c.now() + l.wait, prev: l.tail}
	if l.tail != nil {
		l.tail.alarm.next = s
		l.tail = s
		return
	}
	l.head, l.tail = s, s
	if l.timer == nil {
		l.timer = time.AfterFunc(l.wait, func() { c.fire(d) })
	} else {
		l.timer.Reset(l.wait)
	}
}

// clear makes the session wait for nothing.
func (c *clock) clear(s *Session) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.unlinkLocked(s)
}

func (c *clock) unlinkLocked(s *Session) {
	a := &s.alarm
	if a.due == notDue {
		return
	}
	l := &c.lists[a.due]
	if a.prev != nil {
		a.prev.alarm.next = a.next
	} else {
		l.head = a.next
	}
	if a.next != nil {
		a.next.alarm.prev = a.prev
	} else {
		l.tail = a.prev
	}
	*a = alarm{}
}

// fire expires the sessions of a list whose time has come.
func (c *clock) fire(d due) {
	for _, s := range c.expired(d) {
		c.expire(s, d)
	}
}

func (c *clock) expired(d due) (sessions []*Session) {
	c.mu.Lock()
	defer c.mu.Unlock()
	l, now := &c.lists[d], c.now()
	for l.head != nil && l.head.alarm.at <= now {
		sessions = append(sessions, l.head)
		c.unlinkLocked(l.head)
	}
	if l.head != nil && !c.stopped {
		l.timer.Reset(l.head.alarm.at - now)
	}
	return sessions
}

// stop ends all waiting, for good.
func (c *clock) stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stopped = true
	for d := range c.lists {
		if t := c.lists[d].timer; t != nil {
			t.Stop()
		}
	}
}

// expire is called by the clock, without any lock.
func (s *Session) expire(d due) {
	switch d {
	case pingDue:
		s.ping()
	case pongDue, clientPingDue:
		s.end(ReasonPingTimeout, ws.StatusNormalClosure)
	case notDue, numDues: // not deadlines
	}
}

// ping sends a ping and waits for the pong (Engine.IO v4, "Heartbeat").
func (s *Session) ping() {
	s.mu.Lock()
	ok := true
	switch s.state {
	case stateOpen:
		s.awaitingPong, s.extended = true, false
		s.shard.srv.clock.set(s, pongDue)
		ok = s.pushLocked(pingPacket)
	case stateClosing: // nothing may follow the farewell, but the client's time runs on
		s.shard.srv.clock.set(s, pongDue)
	case stateClosed:
	}
	s.mu.Unlock()
	if !ok {
		s.end(ReasonQueueFull, 0)
	}
}

// startHeartbeat begins the heartbeat of a new session.
func (s *Session) startHeartbeat() {
	if s.protocol == 3 {
		s.shard.srv.clock.set(s, clientPingDue)
	} else {
		s.shard.srv.clock.set(s, pingDue)
	}
}

// heardLocked keeps the heartbeat when a packet arrives. It returns the reason
// for which the session must end, if any.
func (s *Session) heardLocked(p packet) Reason {
	if p.typ == typeClose {
		s.left = true
		return ReasonTransportClose
	}
	if s.protocol == 3 {
		return s.heard3Locked(p)
	}
	switch {
	case p.typ == typePing:
		return ReasonTransportError // wrong direction
	case p.typ == typePong:
		s.pongedLocked()
	case s.awaitingPong && !s.extended:
		// A client that is busy sending something long is alive, but its pong
		// is behind that. Once only: a pong is still due.
		s.extended = true
		s.shard.srv.clock.set(s, pongDue)
	}
	return ""
}

// pongedLocked takes a pong. An unsolicited one changes nothing.
func (s *Session) pongedLocked() {
	if s.awaitingPong {
		s.awaitingPong = false
		s.shard.srv.clock.set(s, pingDue)
	}
}

// heard3Locked does the same for Engine.IO v3, where the client pings.
func (s *Session) heard3Locked(p packet) Reason {
	switch p.typ {
	case typePing:
		s.shard.srv.clock.set(s, clientPingDue)
		if !s.pushLocked(pongPacket) {
			return ReasonQueueFull
		}
	case typePong:
		return ReasonTransportError // wrong direction
	}
	return ""
}

// Packets without content, made once.
var (
	pingPacket  = newPacket(typePing, nil).Uncompressed()
	pongPacket  = newPacket(typePong, nil).Uncompressed()
	closePacket = newPacket(typeClose, nil).Uncompressed()
	noopPacket  = newPacket(typeNoop, nil).Uncompressed()
	probePacket = newPacket(typePong, []byte("probe")).Uncompressed()
)
