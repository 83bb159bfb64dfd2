// Package chat is a server with few events, for the example of tsgen.
package chat

import (
	"context"

	"github.com/caucus-live/caucus/socketio"
)

// A Message is what somebody says in a room.
type Message struct {
	Room string `json:"room"`
	Text string `json:"text"`
	From string `json:"from,omitempty"` // set by the server
}

// The events of the chat.
const (
	Join socketio.Call[string, int] = "join" // is answered with the size of the room
	Say  socketio.Event[Message]    = "say"
)

// Serve handles the events of a namespace.
func Serve(ns *socketio.Namespace) {
	Join.On(ns, func(_ context.Context, s *socketio.Socket, room string) (int, error) {
		err := s.Join(room)
		return ns.RoomLen(room), err
	})
	Say.On(ns, func(ctx context.Context, s *socketio.Socket, m Message) error {
		m.From = s.ID()
		return Say.Emit(ctx, ns.To(m.Room), m)
	})
}
