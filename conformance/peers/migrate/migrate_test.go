package migrate_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/caucus-live/caucus/conformance/peers/migrate/googollee"
	"github.com/caucus-live/caucus/conformance/peers/migrate/ours"
	"github.com/caucus-live/caucus/conformance/peers/migrate/zishang520"
	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

func serve(t *testing.T, chat func() (http.Handler, error)) string {
	t.Helper()
	handler, err := chat()
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/socket.io/", handler)
	server := httptest.NewServer(mux)
	t.Cleanup(server.CloseClientConnections)
	return server.URL
}

// The chats before and after behave alike.
func TestChats(t *testing.T) {
	for name, chat := range map[string]func() (http.Handler, error){"zishang520": zishang520.Chat, "ours": ours.Chat} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			client, err := sioclient.New(serve(t, chat), &sioclient.Options{
				Auth:       map[string]string{"user": "ann"},
				Transports: []string{"websocket"},
			})
			if err != nil {
				t.Fatal(err)
			}
			defer client.Close(ctx)
			socket := client.Of("/")
			joined, said := make(chan string, 1), make(chan ours.Line, 1)
			ours.Joined.Receive(socket, func(_ context.Context, user string) error {
				joined <- user
				return nil
			})
			ours.Said.Receive(socket, func(_ context.Context, line ours.Line) error {
				said <- line
				return nil
			})
			if err := socket.Connect(ctx); err != nil {
				t.Fatal(err)
			}
			// zishang520's server ends a connection whose first event is there before it has
			// noted the socket that it has just announced: one waits for a word of it.
			select {
			case user := <-joined:
				if user != "ann" {
					t.Errorf("%q has joined", user)
				}
			case <-ctx.Done():
				t.Fatal("nobody has joined")
			}
			if n, err := ours.Count.Do(ctx, socket, socketio.None{}); err != nil || n != 1 {
				t.Errorf("%d people, %v", n, err)
			}
			if err := ours.Say.Emit(ctx, socket, "hello"); err != nil {
				t.Fatal(err)
			}
			select {
			case line := <-said:
				if want := (ours.Line{User: "ann", Text: "hello"}); line != want {
					t.Errorf("heard %v, want %v", line, want)
				}
			case <-ctx.Done():
				t.Error("heard nothing")
			}
		})
	}
}

// googollee's server knows the protocol of Socket.IO 2 only.
func TestGoogollee(t *testing.T) {
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, serve(t, googollee.Chat)+"/socket.io/?EIO=3&transport=polling", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil || resp.StatusCode != http.StatusOK {
		t.Error(resp.Status, err)
	}
}
