package main

import (
	"context"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

const patience = time.Minute

// serve starts a server of both encodings.
func serve(t *testing.T) (s *benchServer, url string) {
	t.Helper()
	s, err := newServer(t.Context(), false, true)
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(s)
	t.Cleanup(func() {
		if err := s.shutdown(context.Background()); err != nil {
			t.Error(err)
		}
		web.Close()
	})
	return s, web.URL
}

// enter connects a client, which joins a room and hears the room's messages.
func enter(t *testing.T, url string, parser socketio.Parser, room string) (client *sioclient.Socket, heard chan string) {
	t.Helper()
	path := map[socketio.Parser]string{socketio.JSON: "", socketio.MessagePack: "/packed/"}[parser]
	c, err := sioclient.New(url+path, &sioclient.Options{Parser: parser, Transports: []string{engineio.TransportWebSocket}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	heard = make(chan string, 8)
	client = c.Of("/")
	socketio.Event[string]("msg").Receive(client, func(_ context.Context, text string) error {
		heard <- text
		return nil
	})
	move.Receive(client, func(_ context.Context, p position) error {
		heard <- "moved"
		return nil
	})
	if err := client.Connect(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := joinCall.Do(t.Context(), client, room); err != nil {
		t.Fatal(err)
	}
	return client, heard
}

func hear(t *testing.T, heard chan string, want string) {
	t.Helper()
	select {
	case got := <-heard:
		if got != want {
			t.Errorf("heard %q, want %q", got, want)
		}
	case <-time.After(patience):
		t.Fatalf("did not hear %q", want)
	}
}

// counted counts how often it is encoded.
type counted struct{ times *atomic.Int32 }

func (c counted) MarshalJSON() ([]byte, error) {
	c.times.Add(1)
	return []byte(`"news"`), nil
}

// A broadcast to clients of both encodings reaches all of them, and is encoded once for
// each encoding.
func TestEachFormIsMadeOnce(t *testing.T) {
	s, url := serve(t)
	var all []chan string
	var first *sioclient.Socket
	for i := range 6 {
		client, heard := enter(t, url, []socketio.Parser{socketio.JSON, socketio.MessagePack}[i%2], "room")
		if i == 0 {
			first = client
		}
		all = append(all, heard)
	}
	if err := first.Emit(t.Context(), "bcast", "room", "tea"); err != nil {
		t.Fatal(err)
	}
	for _, heard := range all {
		hear(t, heard, "tea")
	}
	times := new(atomic.Int32)
	for _, server := range s.servers {
		if err := socketio.Event[counted]("msg").Emit(t.Context(), server.Of("/").To("room"), counted{times}); err != nil {
			t.Fatal(err)
		}
	}
	for _, heard := range all {
		hear(t, heard, "news")
	}
	if n := times.Load(); n != 2 {
		t.Errorf("encoded %d times for two encodings", n)
	}
}

// A move goes to the others of the sender's room, if it is valid.
func TestMovesArePassedOn(t *testing.T) {
	_, url := serve(t)
	sender, own := enter(t, url, socketio.JSON, "a")
	_, other := enter(t, url, socketio.JSON, "a")
	_, elsewhere := enter(t, url, socketio.JSON, "b")
	for _, p := range []any{position{X: -1}, position{Y: 10_000}, position{T: -1}, "here", position{X: 9_999}} {
		if err := sender.Emit(t.Context(), "move", p); err != nil {
			t.Fatal(err)
		}
	}
	hear(t, other, "moved")
	if err := sender.Emit(t.Context(), "bcast", "a", "end"); err != nil {
		t.Fatal(err)
	}
	hear(t, other, "end")
	hear(t, own, "end")
	if len(elsewhere) != 0 {
		t.Error("another room hears a move")
	}
}
