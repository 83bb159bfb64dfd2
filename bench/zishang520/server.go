package main

import (
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/zishang520/socket.io/servers/socket/v3"
)

// server serves until the process ends. It prints the address that it listens on.
func server(args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("server", flag.ContinueOnError)
	if err := flags.Parse(args); err != nil {
		return err
	}
	srv := socket.NewServer(nil, nil)
	if err := srv.On("connection", func(args ...any) { register(srv, args[0].(*socket.Socket)) }); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Fprintln(stdout, "listening on", listener.Addr())
	web := &http.Server{Handler: srv.ServeHandler(nil), ReadHeaderTimeout: 10 * time.Second}
	return web.Serve(listener)
}

func register(srv *socket.Server, s *socket.Socket) {
	s.On("echo", func(args ...any) {
		last := len(args) - 1
		if ack, ok := args[last].(socket.Ack); ok {
			ack(args[:last], nil)
		}
	})
	s.On("join", func(args ...any) {
		room, _ := args[0].(string)
		s.Join(socket.Room(room))
		if ack, ok := args[len(args)-1].(socket.Ack); ok {
			ack(nil, nil)
		}
	})
	s.On("bcast", func(args ...any) {
		room, _ := args[0].(string)
		srv.To(socket.Room(room)).Emit("msg", args[1:]...)
	})
}
