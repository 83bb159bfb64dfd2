// Package googollee is a chat with github.com/googollee/go-socket.io 1.7.
package googollee

import (
	"net/http"

	socketio "github.com/googollee/go-socket.io"
)

// Chat returns a server.
func Chat() (http.Handler, error) {
	server := socketio.NewServer(nil)
	server.OnConnect("/", func(s socketio.Conn) error {
		s.SetContext(s.RemoteHeader().Get("X-User"))
		s.Join("chat")
		server.BroadcastToRoom("/", "chat", "joined", s.Context())
		return nil
	})
	server.OnEvent("/", "say", func(s socketio.Conn, text string) {
		server.BroadcastToRoom("/", "chat", "said", s.Context(), text)
	})
	server.OnEvent("/", "count", func(s socketio.Conn) int {
		return server.RoomLen("/", "chat")
	})
	server.OnDisconnect("/", func(s socketio.Conn, reason string) {
		server.BroadcastToRoom("/", "chat", "left", s.Context())
	})
	go server.Serve()
	return server, nil
}
