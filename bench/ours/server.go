package main

import (
	"context"
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
)

// server serves until ctx ends. It prints the address that it listens on.
func server(ctx context.Context, args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("server", flag.ContinueOnError)
	cert, key := flags.String("cert", "", "file with the certificate for TLS"), flags.String("key", "", "file with its key")
	deflate := flags.Bool("deflate", false, "permessage-deflate")
	packed := flags.Bool("packed", false, "a second server, at /packed/, speaks MessagePack")
	if err := flags.Parse(args); err != nil {
		return err
	}
	s, err := newServer(ctx, *deflate, *packed)
	if err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Fprintln(stdout, "listening on", listener.Addr())
	web := &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second, TLSConfig: &tls.Config{MinVersion: tls.VersionTLS13}}
	ended := make(chan error, 1)
	go func() { // ends with Shutdown below, or on its own
		if *cert != "" {
			ended <- web.ServeTLS(listener, *cert, *key)
		} else {
			ended <- web.Serve(listener)
		}
	}()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	const patience = 5 * time.Second
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	return errors.Join(s.shutdown(ctx), web.Shutdown(ctx))
}

// A benchServer has the events that the load emits. Broadcasts reach the room of each of
// its Socket.IO servers, one for each encoding.
type benchServer struct {
	*http.ServeMux
	servers []*socketio.Server
}

func newServer(ctx context.Context, deflate, packed bool) (*benchServer, error) {
	s := &benchServer{ServeMux: http.NewServeMux()}
	err := s.add(ctx, "/socket.io/", options(deflate, socketio.JSON))
	if packed {
		err = errors.Join(err, s.add(ctx, "/packed/", options(deflate, socketio.MessagePack)))
	}
	return s, err
}

func (s *benchServer) add(ctx context.Context, path string, opts *socketio.Options) error {
	server, err := socketio.NewServerContext(ctx, opts)
	if err != nil {
		return err
	}
	s.servers = append(s.servers, server)
	s.Handle(path, server)
	s.register(server.Of("/"))
	return nil
}

func options(deflate bool, parser socketio.Parser) *socketio.Options {
	return &socketio.Options{
		Parser: parser,
		Engine: engineio.Options{
			OriginPatterns:    []string{"*"},
			PerMessageDeflate: deflate,
			HandshakeHeaders:  []string{}, // nothing here asks for them, or for values of a middleware
			HandshakeContext:  func(*http.Request) context.Context { return context.Background() },
		},
	}
}

func (s *benchServer) shutdown(ctx context.Context) (err error) {
	for _, server := range s.servers {
		err = errors.Join(err, server.Shutdown(ctx))
	}
	return err
}

func (s *benchServer) broadcast(ctx context.Context, _ *socketio.Socket, b broadcast) (err error) {
	for _, server := range s.servers {
		err = errors.Join(err, msg.Emit(ctx, server.Of("/").To(b.Room), b.Payload))
	}
	return err
}

type broadcast struct {
	socketio.Tuple
	Room    string
	Payload socketio.Arg
}

const (
	echoCall socketio.Call[socketio.Args, socketio.Args] = "echo"
	textCall socketio.Call[string, string]               = "echo" // for our client
	joinCall socketio.Call[string, socketio.None]        = "join"
	bcast    socketio.Event[broadcast]                   = "bcast"
	msg      socketio.Event[socketio.Arg]                = "msg"
	move     socketio.Event[position]                    = "move"

	roomOf socketio.Data[string] = "room"
)

// A position is where somebody's cursor is.
type position struct {
	X int   `json:"x"`
	Y int   `json:"y"`
	T int64 `json:"t"` // when it was there, by the clock of the load
}

func (p position) validate() error {
	const end = 10_000
	if p.X < 0 || p.X >= end || p.Y < 0 || p.Y >= end || p.T < 0 {
		return &socketio.Error{Code: socketio.CodeBadRequest, Message: "x and y must be 0 to 9999, and t must not be negative"}
	}
	return nil
}

func (s *benchServer) register(ns *socketio.Namespace) {
	echoCall.On(ns, func(_ context.Context, _ *socketio.Socket, args socketio.Args) (socketio.Args, error) {
		return args, nil
	})
	joinCall.On(ns, func(_ context.Context, s *socketio.Socket, room string) (socketio.None, error) {
		roomOf.Set(s, room)
		return socketio.None{}, s.Join(room)
	})
	bcast.On(ns, s.broadcast)
	move.On(ns, func(ctx context.Context, s *socketio.Socket, p position) error {
		if err := p.validate(); err != nil {
			return err
		}
		room, _ := roomOf.Get(s)
		return move.Emit(ctx, s.To(room), p)
	})
}
