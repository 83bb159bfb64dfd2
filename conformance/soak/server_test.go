package soak_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"regexp"
	"testing"
	"time"

	"github.com/caucus-live/caucus/socketio"
)

// open opens a house on a real socket, with a bit of everything that a server can do.
func open(t *testing.T) *house {
	t.Helper()
	opts := options()
	opts.Logger = slog.New(slog.DiscardHandler)
	io, err := socketio.NewServer(opts)
	if err != nil {
		t.Fatal(err)
	}
	for _, ns := range []*socketio.Namespace{io.Of("/"), io.OfPattern(regexp.MustCompile(`^/n\d$`))} {
		furnish(ns)
	}
	io.Of("/refused").Use(func(context.Context, *socketio.Handshake) (context.Context, error) {
		return nil, &socketio.Error{Message: "no"}
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{
		Handler: io, ReadHeaderTimeout: time.Second,
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0),
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }() // Close ends it; the clean-up waits for it
	h := &house{
		io:   io,
		addr: listener.Addr().String(),
		http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 100}},
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 30*time.Second)
		defer cancel()
		if err := io.Shutdown(ctx); err != nil {
			t.Error(err)
		}
		h.http.CloseIdleConnections()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
	return h
}

const (
	echo  socketio.Call[socketio.Args, socketio.Args] = "echo"
	enter socketio.Call[string, socketio.None]        = "enter"
	shout socketio.Event[shouted]                     = "shout"
	ask   socketio.Call[socketio.None, socketio.Arg]  = "ask"
)

type shouted struct {
	socketio.Tuple
	Room string
	Rest socketio.Args
}

func furnish(ns *socketio.Namespace) {
	ns.OnConnect(func(ctx context.Context, s *socketio.Socket) error { return s.Emit(ctx, "hello", s.ID()) })
	echo.On(ns, func(_ context.Context, _ *socketio.Socket, args socketio.Args) (socketio.Args, error) {
		return args, nil
	})
	enter.On(ns, func(_ context.Context, s *socketio.Socket, room string) (none socketio.None, _ error) {
		for n := range 4 {
			s.Leave(fmt.Sprint("room", n))
		}
		return none, s.Join(room)
	})
	shout.On(ns, func(ctx context.Context, s *socketio.Socket, v shouted) error {
		target := s.To(v.Room)
		if len(v.Rest)%2 == 0 {
			target = target.Volatile()
		}
		return shout.Emit(ctx, target, v)
	})
	ask.On(ns, func(ctx context.Context, s *socketio.Socket, _ socketio.None) (socketio.Arg, error) {
		ctx, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
		defer cancel()
		return ask.Do(ctx, s, socketio.None{})
	})
}
