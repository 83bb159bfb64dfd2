// Package exampletest has what the tests of the examples have in common.
package exampletest

import (
	"context"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

// patience is how long something may take on a busy machine.
const patience = time.Minute

// A Server is that of an example while a test runs.
type Server struct {
	t    *testing.T
	http *httptest.Server
}

// Start starts a server, which ends with the test.
func Start(t *testing.T, newServer func() (*socketio.Server, error)) *Server {
	t.Helper()
	io, err := newServer()
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(io)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), patience)
		defer cancel()
		if err := io.Shutdown(ctx); err != nil {
			t.Error(err)
		}
		srv.Close()
	})
	return &Server{t, srv}
}

// Client returns a client, to be connected, which is closed at the end of the test.
func (s *Server) Client(auth any) *sioclient.Socket {
	s.t.Helper()
	c, err := sioclient.New(s.http.URL, &sioclient.Options{Transports: []string{"websocket"}, Auth: auth})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		if err := c.Close(context.WithoutCancel(s.t.Context())); err != nil {
			s.t.Error(err)
		}
	})
	return c.Of("/")
}

// Hear returns a function that waits for the next event and checks what it brings.
func Hear[T any](event socketio.Event[T], s *sioclient.Socket) func(t *testing.T, want T, opts ...cmp.Option) {
	heard := make(chan T, 100)
	event.Receive(s, func(_ context.Context, v T) error {
		heard <- v
		return nil
	})
	return func(t *testing.T, want T, opts ...cmp.Option) {
		t.Helper()
		select {
		case got := <-heard:
			if diff := cmp.Diff(want, got, opts...); diff != "" {
				t.Errorf("%s (-want +got):\n%s", event, diff)
			}
		case <-time.After(patience):
			t.Fatalf("waited in vain for %s", event)
		}
	}
}

// Enter connects clients, one after the other.
func Enter(t *testing.T, sockets ...*sioclient.Socket) {
	t.Helper()
	for _, s := range sockets {
		if err := s.Connect(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}
