package socketio

import (
	"slices"
	"sync"
)

// A room is a set of sockets. It has a lock of its own, which is held only while
// the set is read or changed, never while something is sent: joins to one room
// and broadcasts to another do not meet, and those to the same one hardly.
type room struct {
	name string

	mu      sync.RWMutex // guards the fields below, and the index of each member
	members []*member
	dead    bool // it was empty, and is no longer in the namespace
}

// A member is a socket's place in a room.
type member struct {
	// Immutable.
	socket *Socket
	room   *room
	since  int64 // the namespace's log position at the time of joining

	index int // in room.members
}

// add returns false if the room is dead.
func (r *room) add(m *member) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.dead {
		return false
	}
	r.addLocked(m)
	return true
}

func (r *room) addLocked(m *member) {
	m.room, m.index = r, len(r.members)
	r.members = append(r.members, m)
}

// remove takes a member out, and tells how many are left.
func (r *room) remove(m *member) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	last := len(r.members) - 1
	r.members[m.index] = r.members[last]
	r.members[m.index].index = m.index
	r.members[last] = nil
	r.members = r.members[:last]
	if c := cap(r.members); c > 64 && last < c/4 {
		r.members = slices.Clone(r.members)
	}
	return last
}

// bury marks an empty room dead. It returns false if somebody has joined.
func (r *room) bury() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.members) > 0 || r.dead {
		return false
	}
	r.dead = true
	return true
}

// appendTo appends the sockets in the room to dst.
func (r *room) appendTo(dst []*Socket) []*Socket {
	r.mu.RLock()
	defer r.mu.RUnlock()
	dst = slices.Grow(dst, len(r.members))
	for _, m := range r.members {
		dst = append(dst, m.socket)
	}
	return dst
}

func (r *room) size() int {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return len(r.members)
}

// RoomEventKind is what happened to a room.
type RoomEventKind uint8

// What happens to rooms.
const (
	RoomCreated RoomEventKind = iota // the first socket is about to join
	RoomJoined
	RoomLeft
	RoomDeleted // the last socket has left
)

// A RoomEvent tells of a change of a room.
type RoomEvent struct {
	Kind   RoomEventKind
	Room   string
	Socket *Socket // who joined or left; nil for RoomCreated and RoomDeleted
}

// OnRoom registers a function that is called for each change of a room of the
// namespace on this server, by the goroutine that makes it, after it is made.
// Events of changes that are made at the same time may be told in either order.
func (ns *Namespace) OnRoom(f func(RoomEvent)) {
	ns.handlers.change(func(t *table) { t.rooms = added(t.rooms, f) })
}

func (ns *Namespace) announce(changes ...RoomEvent) {
	for _, f := range ns.handlers.table.Load().rooms {
		for _, c := range changes {
			f(c)
		}
	}
}

// addTo adds m to a room, which it makes if there is none.
func (ns *Namespace) addTo(name string, m *member) (created bool) {
	for {
		r := ns.room(name)
		created = r == nil
		if created {
			r = &room{name: name}
			if known, ok := ns.rooms.LoadOrStore(name, r); ok {
				r, created = known.(*room), false //nolint:errcheck // nothing else is stored
			}
		}
		if r.add(m) {
			return created
		}
		ns.rooms.CompareAndDelete(name, r) // whoever buried it was about to
	}
}

// removeFrom takes m out of its room.
func (ns *Namespace) removeFrom(m *member) {
	r := m.room
	left := r.remove(m)
	ns.announce(RoomEvent{RoomLeft, r.name, m.socket})
	if left == 0 && r.bury() {
		ns.rooms.CompareAndDelete(r.name, r)
		ns.announce(RoomEvent{RoomDeleted, r.name, nil})
	}
}

// room returns nil if nobody is in it.
func (ns *Namespace) room(name string) *room {
	r, _ := ns.rooms.Load(name)
	known, _ := r.(*room)
	return known
}

// enter puts the socket into a room, and returns what that changed.
func (s *Socket) enter(name string, since int64) ([]RoomEvent, error) {
	if name == s.id {
		return nil, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state == disconnected {
		return nil, &DisconnectError{s.reason}
	}
	if _, ok := s.rooms[name]; ok {
		return nil, nil
	}
	if s.rooms == nil {
		s.rooms = make(map[string]*member)
	}
	m := &member{socket: s, since: since}
	s.rooms[name] = m
	joined := RoomEvent{RoomJoined, name, s}
	if s.ns.addTo(name, m) { // takes the room's lock
		return []RoomEvent{{RoomCreated, name, nil}, joined}, nil
	}
	return []RoomEvent{joined}, nil
}

func (s *Socket) leave(name string) {
	s.mu.Lock()
	m, ok := s.rooms[name]
	delete(s.rooms, name)
	s.mu.Unlock()
	if ok {
		s.ns.removeFrom(m)
	}
}
