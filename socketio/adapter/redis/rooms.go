package redisadapter

import (
	"context"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/adapter/internal/jswire"
)

// tellRooms answers allRooms of a JavaScript server. Servers of this package do not ask that.
func (a *Adapter) tellRooms(request *socketio.Message) error {
	rooms := roomsOf(a.node.Server, request.Namespace)
	payload, err := jswire.Pack(response{RequestID: request.ID, UID: a.codec.uid, Rooms: &rooms}, nil, false)
	if err != nil {
		return err
	}
	a.mu.RLock()
	defer a.mu.RUnlock()
	if !a.isOpen {
		return errNotOpen
	}
	channel := a.codec.opts.responses(request.Namespace) + jswire.UID(request.From) + "#"
	return a.out.put(context.Background(), channel, payload, false)
}

// roomsOf returns the rooms of a namespace. In JavaScript each socket's id is one.
func roomsOf(srv *socketio.Server, namespace string) (rooms jswire.Names) {
	if srv == nil {
		return nil
	}
	for _, ns := range srv.Namespaces() {
		if ns.Name() != namespace {
			continue
		}
		for room := range ns.Rooms() {
			rooms = append(rooms, room)
		}
		for s := range ns.Sockets() {
			rooms = append(rooms, s.ID())
		}
	}
	return rooms
}
