// Package ours is a chat with package socketio.
package ours

import (
	"context"
	"net/http"

	"github.com/caucus-live/caucus/socketio"
)

// A Line is what somebody has said.
type Line struct {
	socketio.Tuple
	User, Text string
}

// User is who a socket is.
const User socketio.Data[string] = "user"

// The events of the chat.
const (
	Say    socketio.Event[string]            = "say"
	Said   socketio.Event[Line]              = "said"
	Count  socketio.Call[socketio.None, int] = "count"
	Joined socketio.Event[string]            = "joined"
	Left   socketio.Event[string]            = "left"
)

// Chat returns a server.
func Chat() (http.Handler, error) {
	io, err := socketio.NewServer(nil)
	if err != nil {
		return nil, err
	}
	ns := io.Of("/")
	chat := ns.To("chat")
	ns.OnConnect(func(ctx context.Context, s *socketio.Socket) error {
		var auth struct{ User string }
		if err := s.Handshake().DecodeAuth(&auth); err != nil {
			return err
		}
		User.Set(s, auth.User)
		if err := s.Join("chat"); err != nil {
			return err
		}
		return Joined.Emit(ctx, chat, auth.User)
	})
	Say.On(ns, func(ctx context.Context, s *socketio.Socket, text string) error {
		user, _ := User.Get(s)
		return Said.Emit(ctx, chat, Line{User: user, Text: text})
	})
	Count.On(ns, func(context.Context, *socketio.Socket, socketio.None) (int, error) {
		return ns.RoomLen("chat"), nil
	})
	ns.OnDisconnect(func(ctx context.Context, s *socketio.Socket, _ socketio.Reason) {
		user, _ := User.Get(s)
		_ = Left.Emit(ctx, chat, user) // without a cluster, it does not fail
	})
	return io, nil
}
