package main

import (
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/zishang520/socket.io/servers/socket/v3"
)

// serve runs the server until the process ends.
func serve() error {
	opts := socket.DefaultServerOptions()
	opts.SetConnectionStateRecovery(socket.DefaultConnectionStateRecovery())
	opts.SetMaxHttpBufferSize(100_000)
	io := socket.NewServer(nil, opts)
	for _, namespace := range []string{"/", "/custom"} {
		io.Of(namespace, nil).On("connection", func(args ...any) { welcome(args[0].(*socket.Socket)) })
	}
	io.Of("/no", nil).Use(func(_ *socket.Socket, next func(*socket.ExtendedError)) {
		next(socket.NewExtendedError("FORBIDDEN", map[string]any{"code": 7}))
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println("listening on", listener.Addr())
	server := &http.Server{Handler: io.ServeHandler(opts), ReadHeaderTimeout: 10 * time.Second}
	return server.Serve(listener)
}

// welcome handles the events of a socket.
func welcome(s *socket.Socket) {
	emit := func(event string, args ...any) {
		if err := s.Emit(event, args...); err != nil {
			fmt.Println(event, err)
		}
	}
	if !s.Recovered() {
		emit("auth", s.Handshake().Auth)
	}
	on := func(event string, f func(args []any, ack socket.Ack)) {
		err := s.On(event, func(args ...any) {
			var ack socket.Ack
			if len(args) > 0 {
				if last, ok := args[len(args)-1].(socket.Ack); ok {
					args, ack = args[:len(args)-1], last
				}
			}
			f(args, ack)
		})
		if err != nil {
			fmt.Println(event, err)
		}
	}
	on("echo", func(args []any, ack socket.Ack) {
		if ack != nil {
			ack(args, nil)
			return
		}
		emit("echo", args...)
	})
	on("connection", func(_ []any, ack socket.Ack) { ack([]any{s.Conn().Id()}, nil) })
	on("ask", func(args []any, _ socket.Ack) {
		s.EmitWithAck("ask", args...)(func(answer []any, _ error) { emit("answered", answer...) })
	})
	on("break", func([]any, socket.Ack) {
		_ = s.Once("disconnect", func(...any) {
			_ = s.Nsp().Emit("missed", 1)
			_ = s.Nsp().Emit("missed", []byte{2})
		})
		time.AfterFunc(10*time.Millisecond, func() { s.Conn().Close(false) })
	})
	on("leave", func(args []any, _ socket.Ack) {
		everything, _ := args[0].(bool)
		s.Disconnect(everything)
	})
}
