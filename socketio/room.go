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
	since  offset // the namespace's log position at the time of joining

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

// remove takes a member out, and returns how many are left.
func (r *room) remove(m *member) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.removeLocked(m)
}

func (r *room) removeLocked(m *member) int {
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

// A RoomEventKind says how a room changed.
type RoomEventKind uint8

// The changes of a room.
const (
	RoomCreated RoomEventKind = iota // the first socket has joined; RoomJoined follows
	RoomJoined
	RoomLeft
	RoomDeleted // the last socket has left
)

// A RoomEvent reports a change of a room.
type RoomEvent struct {
	Kind   RoomEventKind
	Room   string
	Socket *Socket // the one that joined or left; nil for RoomCreated and RoomDeleted
}

// OnRoom registers a function that is called for each change of a room of the
// namespace on this server, after the change and on the goroutine that made it.
// Events of concurrent changes may arrive in either order.
func (ns *Namespace) OnRoom(f func(RoomEvent)) {
	ns.handlers.change(func(t *table) { t.rooms = added(t.rooms, f) })
}

func (ns *Namespace) announce(change RoomEvent) {
	ns.observeRoom(change)
	for _, f := range ns.handlers.table.Load().rooms {
		ns.tellOf(change, f)
	}
}

// tellOf survives a panic of f, because a socket's end must take its course.
func (ns *Namespace) tellOf(change RoomEvent, f func(RoomEvent)) {
	defer func() {
		if v := recover(); v != nil {
			_ = ns.srv.panicked(v) // logs it
		}
	}()
	f(change)
}

// addTo adds m to a room, which it makes if necessary.
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

// An entrance is what changed when a socket was put into a room.
type entrance struct{ joined, created bool }

// enter puts the socket into a room. It leaves it to announceEntrance to say so.
func (s *Socket) enter(name string, since offset) (entrance, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state == disconnected {
		return entrance{}, s.ended
	}
	if name == s.id || s.rooms.find(name) != nil {
		return entrance{}, nil
	}
	m := &member{socket: s, since: since}
	created := s.ns.addTo(name, m) // takes the room's lock
	s.rooms.add(m)
	return entrance{joined: true, created: created}, nil
}

func (s *Socket) announceEntrance(name string, e entrance) {
	if e.created {
		s.ns.announce(RoomEvent{RoomCreated, name, nil})
	}
	if e.joined {
		s.ns.announce(RoomEvent{RoomJoined, name, s})
	}
}

func (s *Socket) leave(name string) {
	s.mu.Lock()
	m := s.rooms.find(name)
	if m == nil || s.state == disconnected {
		s.mu.Unlock()
		return
	}
	s.rooms.remove(m)
	s.mu.Unlock()
	s.ns.removeFrom(m)
}
