package transcripts_test

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"regexp"
	"testing"
	"time"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
)

// A server is what an exchange is played with: its options are the defaults,
// but for the file's settings. What its applications do is in README.md.
type server struct {
	io interface {
		http.Handler
		Shutdown(ctx context.Context) error
	}
	http   *http.Server
	served chan error
}

func serve(tb testing.TB, protocol string, s settings, listener net.Listener) *server {
	tb.Helper()
	opts := engineio.Options{
		AllowEIO3:       protocol == "engineio-v3",
		DisableUpgrades: s.DisableUpgrades,
		MaxPayload:      s.MaxPayload,
		OriginPatterns:  s.OriginPatterns,
		Logger:          slog.New(slog.DiscardHandler),
	}
	srv := &server{served: make(chan error, 1)}
	var err error
	if protocol == "socketio-v5" {
		srv.io, err = newSocketIO(&socketio.Options{Engine: opts, Recovery: recovery(s), Logger: opts.Logger})
	} else {
		srv.io, err = engineio.NewServer(accept, &opts)
	}
	if err != nil {
		tb.Fatal(err)
	}
	srv.http = &http.Server{Handler: srv.io, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0)}
	go func() { srv.served <- srv.http.Serve(listener) }() // Close ends it; end waits for it
	return srv
}

func (srv *server) end(tb testing.TB) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(tb.Context()), 10*time.Millisecond)
	defer cancel()
	_ = srv.io.Shutdown(ctx) // some clients are gone without a word
	if err := srv.http.Close(); err != nil {
		tb.Error(err)
	}
	if err := <-srv.served; !errors.Is(err, http.ErrServerClosed) {
		tb.Error(err)
	}
}

// An engine is the application over Engine.IO.
type engine struct{ session *engineio.Session }

func accept(s *engineio.Session) engineio.Handler { return engine{s} }

func (e engine) HandleMessage(kind engineio.Kind, data []byte) error {
	if string(data) == "close" {
		e.session.Close(engineio.ReasonForcedClose)
		return nil
	}
	return e.session.Send(engineio.NewMessage(kind, data))
}

func (engine) HandleClose(engineio.Reason) {}

func recovery(s settings) *socketio.Recovery {
	if s.Recovery {
		return new(socketio.Recovery)
	}
	return nil
}

// newSocketIO makes the application over Socket.IO.
func newSocketIO(opts *socketio.Options) (*socketio.Server, error) {
	io, err := socketio.NewServer(opts)
	if err != nil {
		return nil, err
	}
	for _, ns := range []*socketio.Namespace{
		io.Of("/"), io.Of("/custom"), io.Of("/slow"), io.OfPattern(regexp.MustCompile(`^/room-\d+$`)),
	} {
		ns.On("message", func(ctx context.Context, s *socketio.Socket, r socketio.Request) (any, error) {
			return nil, s.Emit(ctx, "message-back", r.Args)
		})
		ns.On("message-with-ack", func(_ context.Context, _ *socketio.Socket, r socketio.Request) (any, error) {
			return r.Args, nil
		})
		ns.On("ask", func(ctx context.Context, s *socketio.Socket, r socketio.Request) (any, error) {
			reply, err := s.Call(ctx, "question", r.Args)
			if err != nil {
				return nil, err
			}
			return nil, s.Emit(ctx, "answered", reply)
		})
		ns.On("auth", func(_ context.Context, s *socketio.Socket, _ socketio.Request) (any, error) {
			return s.Handshake().Auth, nil
		})
		ns.On("leave", func(_ context.Context, s *socketio.Socket, _ socketio.Request) (any, error) {
			s.Disconnect()
			return nil, nil
		})
		ns.On("close", func(_ context.Context, s *socketio.Socket, _ socketio.Request) (any, error) {
			s.CloseConn()
			return nil, nil
		})
	}
	io.Of("/slow").Use(func(ctx context.Context, _ *socketio.Handshake) (context.Context, error) {
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
		}
		return ctx, nil
	})
	io.Of("/refused").Use(func(context.Context, *socketio.Handshake) (context.Context, error) {
		return nil, &socketio.Error{Message: "Not authorized", Data: map[string]string{"why": "test"}}
	})
	return io, nil
}
