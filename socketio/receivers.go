package socketio

import (
	"slices"
	"sync"
)

// receivers is memory for finding the sockets of a target, used again and again.
type receivers struct{ pool sync.Pool }

type receiverList struct {
	sockets []*Socket
	seen    map[*Socket]struct{} // used where there are several rooms
}

// keepReceivers is the longest list that is kept for the next target.
const keepReceivers = 64 << 10

func (r *receivers) get() *receiverList {
	if list, ok := r.pool.Get().(*receiverList); ok {
		return list
	}
	return new(receiverList)
}

func (r *receivers) put(list *receiverList) {
	if cap(list.sockets) > keepReceivers {
		return
	}
	clear(list.sockets) // or they could not be collected
	list.sockets = list.sockets[:0]
	if len(list.seen) > 0 { // otherwise its size may be large from another time
		clear(list.seen)
	}
	r.pool.Put(list)
}

// find collects the sockets of t, each once. It copies each room as a whole and
// decides then, so that rooms are locked only for a moment.
func (l *receiverList) find(t Target) {
	if t.ns.matches == nil {
		l.findOne(t)
		return
	}
	for _, child := range t.ns.dynamicChildren() {
		l.findOne(t.on(child))
	}
}

// findOne collects the sockets of one namespace.
func (l *receiverList) findOne(t Target) {
	from := len(l.sockets)
	if len(t.rooms) == 0 {
		l.sockets = t.ns.everyone.appendTo(l.sockets)
	}
	for _, name := range t.rooms {
		l.addRoom(t.ns, name)
	}
	if len(t.rooms) > 1 {
		l.unique(from)
	}
	if len(t.except) > 0 {
		x := t.exclusion()
		rest := slices.DeleteFunc(l.sockets[from:], x.has)
		l.sockets = l.sockets[:from+len(rest)]
	}
}

func (l *receiverList) addRoom(ns *Namespace, name string) {
	if s := ns.Socket(name); s != nil {
		l.sockets = append(l.sockets, s)
	}
	if r := ns.room(name); r != nil {
		l.sockets = r.appendTo(l.sockets)
	}
}

// unique drops the sockets that come a second time.
func (l *receiverList) unique(from int) {
	if l.seen == nil {
		l.seen = make(map[*Socket]struct{})
	}
	rest := slices.DeleteFunc(l.sockets[from:], func(s *Socket) bool {
		_, ok := l.seen[s]
		l.seen[s] = struct{}{}
		return ok
	})
	l.sockets = l.sockets[:from+len(rest)]
}

// An exclusion is what a target leaves out: nearly always one socket.
type exclusion struct {
	sockets []*Socket
	rooms   []string
}

func (t Target) exclusion() exclusion {
	var x exclusion
	for _, name := range t.except {
		if s := t.ns.Socket(name); s != nil {
			x.sockets = append(x.sockets, s)
		}
		if t.ns.room(name) != nil {
			x.rooms = append(x.rooms, name)
		}
	}
	return x
}

func (x *exclusion) has(s *Socket) bool {
	return slices.Contains(x.sockets, s) || slices.ContainsFunc(x.rooms, s.InRoom)
}
