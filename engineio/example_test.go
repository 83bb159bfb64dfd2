package engineio_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"time"

	"github.com/caucus-live/caucus/engineio"
)

// An echoer sends back what its client sends.
type echoer struct{ session *engineio.Session }

func (e echoer) HandleMessage(kind engineio.Kind, data []byte) error {
	return e.session.Send(engineio.NewMessage(kind, data)) // the data is copied
}

func (e echoer) HandleClose(reason engineio.Reason) {
	slog.Info("a client has left", "reason", reason)
}

// A server of echoes, which closes its sessions in good order when it is
// interrupted.
func Example() {
	eio, err := engineio.NewServer(func(s *engineio.Session) engineio.Handler {
		return echoer{s}
	}, nil)
	if err != nil {
		slog.Error("cannot serve", "error", err)
		return
	}
	mux := http.NewServeMux()
	mux.Handle("/engine.io/", eio)
	server := &http.Server{Addr: "localhost:3000", Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	interrupted, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	context.AfterFunc(interrupted, func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		// Sessions first: net/http knows nothing of WebSockets, and waits for polls.
		if err := errors.Join(eio.Shutdown(ctx), server.Shutdown(ctx)); err != nil {
			slog.Error("shut down", "error", err)
		}
	})
	slog.Info("stopped", "because", server.ListenAndServe())
}

// A message for many is encoded once, and shared.
func ExampleSession_Send() {
	broadcast := func(room []*engineio.Session, text string) {
		m := engineio.NewMessage(engineio.Text, []byte(text))
		for _, s := range room {
			if err := s.Send(m); errors.Is(err, engineio.ErrQueueFull) {
				slog.Info("a client reads too slowly and was dropped")
			}
		}
	}
	broadcast(nil, "hello")
}

// Who may connect is decided before there is a session.
func ExampleOptions() {
	_, err := engineio.NewServer(func(s *engineio.Session) engineio.Handler { return echoer{s} }, &engineio.Options{
		OriginPatterns:        []string{"*.example.com", "localhost:*"},
		MaxSessionsPerAddress: 100,
		DrainWindow:           20 * time.Second,
		AllowRequest: func(r *http.Request) error {
			if r.URL.Query().Get("token") == "" {
				return &engineio.RequestError{Status: http.StatusUnauthorized, Message: "sign in first"}
			}
			return nil
		},
		Cookie: &http.Cookie{Name: "io", Secure: true},
		CORS:   engineio.CORS{MaxAge: -time.Second},
	})
	fmt.Println(err)
	// Output: engineio: CORS.MaxAge is negative
}
