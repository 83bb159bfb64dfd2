package socketio

import (
	"iter"
	"maps"
	"slices"
)

// memberships are the rooms of one socket. Nearly all sockets are in few, which a
// list holds in a fraction of a map's memory; beyond that there is a map, so that
// none takes long to find.
type memberships struct {
	few  []*member
	many map[string]*member // nil until there are more than manyRooms
}

const manyRooms = 8

// find returns nil if the socket is not in the room.
func (ms *memberships) find(room string) *member {
	if ms.many != nil {
		return ms.many[room]
	}
	for _, m := range ms.few {
		if m.room.name == room {
			return m
		}
	}
	return nil
}

// add adds m, whose room is not among them.
func (ms *memberships) add(m *member) {
	if ms.many == nil && len(ms.few) < manyRooms {
		ms.few = append(ms.few, m)
		return
	}
	if ms.many == nil {
		ms.many = make(map[string]*member, 2*manyRooms)
		for m := range ms.all() {
			ms.many[m.room.name] = m
		}
		ms.few = nil
	}
	ms.many[m.room.name] = m
}

func (ms *memberships) remove(m *member) {
	delete(ms.many, m.room.name)
	if i := slices.Index(ms.few, m); i >= 0 {
		ms.few = slices.Delete(ms.few, i, i+1)
	}
}

// all yields them in no order.
func (ms *memberships) all() iter.Seq[*member] {
	if len(ms.few) > 0 {
		return slices.Values(ms.few)
	}
	return maps.Values(ms.many)
}

// names returns the names of the rooms, in no order.
func (ms *memberships) names() []string {
	names := make([]string, 0, len(ms.few)+len(ms.many))
	for m := range ms.all() {
		names = append(names, m.room.name)
	}
	return names
}
