package pipetest_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/pipetest"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

// Remind has the server send the text back after an hour.
const Remind socketio.Event[string] = "remind"

// The test of a server and its client in a bubble, where the hour takes no time.
func TestReminder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := t.Context()
		io, err := socketio.NewServer(nil)
		if err != nil {
			t.Fatal(err)
		}
		Remind.On(io.Of("/"), func(ctx context.Context, s *socketio.Socket, text string) error {
			socketio.Async(ctx)
			select {
			case <-time.After(time.Hour):
				return Remind.Emit(ctx, s, text)
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		})
		listener := pipetest.Listen()
		server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: io}}
		server.Start()
		defer server.Close()
		defer io.Shutdown(ctx)

		transport := &http.Transport{DialContext: listener.DialContext}
		defer transport.CloseIdleConnections()
		client, err := sioclient.New(server.URL, &sioclient.Options{HTTPClient: &http.Client{Transport: transport}})
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close(ctx)
		heard := make(chan string, 1)
		Remind.Receive(client.Of("/"), func(_ context.Context, text string) error {
			heard <- text
			return nil
		})
		if err := client.Of("/").Connect(ctx); err != nil {
			t.Fatal(err)
		}

		start := time.Now()
		if err := Remind.Emit(ctx, client.Of("/"), "tea"); err != nil {
			t.Fatal(err)
		}
		if text := <-heard; text != "tea" {
			t.Errorf("heard %q", text)
		}
		if waited := time.Since(start); waited != time.Hour {
			t.Errorf("after %v", waited)
		}
	})
}
