// Package zishang520 is a chat with github.com/zishang520/socket.io/servers/socket/v3.
package zishang520

import (
	"net/http"

	"github.com/zishang520/socket.io/servers/socket/v3"
)

// Chat returns a server.
func Chat() (http.Handler, error) {
	io := socket.NewServer(nil, nil)
	io.On("connection", func(args ...any) {
		s := args[0].(*socket.Socket)
		auth, _ := s.Handshake().Auth["user"].(string)
		s.Join("chat")
		s.On("say", func(args ...any) {
			text, _ := args[0].(string)
			io.To("chat").Emit("said", auth, text)
		})
		s.On("count", func(args ...any) {
			if ack, ok := args[len(args)-1].(socket.Ack); ok {
				n := 0
				if in, ok := io.Of("/", nil).Adapter().Rooms().Load("chat"); ok {
					n = in.Len()
				}
				ack([]any{n}, nil)
			}
		})
		s.On("disconnect", func(...any) {
			io.To("chat").Emit("left", auth)
		})
		io.To("chat").Emit("joined", auth)
	})
	return io.ServeHandler(nil), nil
}
