package socketio_test

import (
	"context"
	"fmt"
	"log"
	"net/http/httptest"
	"time"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

// A trace observes the server at work: here, the outcome of each event and the size of
// each broadcast.
func ExampleTrace() {
	const (
		Ring     socketio.Call[socketio.None, socketio.None] = "ring"
		DingDong socketio.Signal                             = "ding dong"
	)
	ctx := context.Background()

	io, err := socketio.NewServer(&socketio.Options{Trace: socketio.Trace{
		Event: func(ctx context.Context, _ *socketio.Socket, event string, waited time.Duration) (context.Context, func(error)) {
			return ctx, func(err error) { fmt.Println(event, "waited", waited < time.Hour, "failed", err != nil) }
		},
		Broadcast: func(_ context.Context, ns *socketio.Namespace, event string, receivers, _ int) {
			fmt.Println(event, "in", ns.Name(), "to", receivers)
		},
	}})
	if err != nil {
		log.Fatal(err)
	}
	Ring.On(io.Of("/"), func(ctx context.Context, s *socketio.Socket, _ socketio.None) (socketio.None, error) {
		return socketio.None{}, DingDong.Emit(ctx, s.Namespace())
	})
	server := httptest.NewServer(io)
	defer server.Close()
	defer io.Shutdown(ctx)

	client, err := sioclient.New(server.URL, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close(ctx)
	socket := client.Of("/")
	if err := socket.Connect(ctx); err != nil {
		log.Fatal(err)
	}
	_, err = Ring.Do(ctx, socket, socketio.None{})
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// ding dong in / to 1
	// ring waited true failed false
}

// Stats has figures for a monitoring system.
func ExampleServer_Stats() {
	ctx := context.Background()
	io, err := socketio.NewServer(nil)
	if err != nil {
		log.Fatal(err)
	}
	server := httptest.NewServer(io)
	defer server.Close()
	defer io.Shutdown(ctx)

	client, err := sioclient.New(server.URL, &sioclient.Options{Transports: []string{"websocket"}})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close(ctx)
	if err := client.Of("/").Connect(ctx); err != nil {
		log.Fatal(err)
	}
	stats := io.Stats()
	fmt.Println(stats.Sockets, "socket,", stats.Engine.WebSocket, "over WebSocket,", stats.EventsIn, "events")
	// Output: 1 socket, 1 over WebSocket, 0 events
}
