package socketio_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

// When a socket is disconnected its context ends, and the cause of that is the reason.
func ExampleNamespace_OnDisconnect() {
	ctx := context.Background()
	io, err := socketio.NewServer(nil)
	if err != nil {
		log.Fatal(err)
	}
	ns := io.Of("/")
	ns.OnConnect(func(_ context.Context, s *socketio.Socket) error {
		return s.Join("room")
	})
	ns.OnDisconnect(func(_ context.Context, s *socketio.Socket, reason socketio.Reason) {
		fmt.Println(reason, s.Rooms())
		fmt.Println(context.Cause(s.Context()))
	})
	server := httptest.NewServer(io)
	defer server.Close()
	defer io.Shutdown(ctx)

	client, err := sioclient.New(server.URL, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close(ctx)
	if err := client.Of("/").Connect(ctx); err != nil {
		log.Fatal(err)
	}
	client.Of("/").Disconnect()
	// Output:
	// client namespace disconnect [room]
	// socketio: disconnected: client namespace disconnect
}

// The server can take a client out of one namespace, or close its connection.
func ExampleSocket_Disconnect() {
	const (
		Leave  socketio.Signal = "leave"
		GoAway socketio.Signal = "go away"
	)
	ctx := context.Background()

	io, err := socketio.NewServer(nil)
	if err != nil {
		log.Fatal(err)
	}
	chat, news := io.Of("/chat"), io.Of("/news")
	Leave.On(chat, func(_ context.Context, s *socketio.Socket) error {
		s.Disconnect() // out of /chat
		return nil
	})
	GoAway.On(news, func(_ context.Context, s *socketio.Socket) error {
		s.CloseConn() // out of everything; BreakConn lets the client come back
		return nil
	})
	server := httptest.NewServer(io)
	defer server.Close()
	defer io.Shutdown(ctx)

	client, err := sioclient.New(server.URL, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close(ctx)
	left := make(chan string)
	for _, namespace := range []string{"/chat", "/news"} {
		socket := client.Of(namespace)
		socket.OnDisconnect(func(_ context.Context, reason socketio.Reason) {
			left <- fmt.Sprintf("left %s: %s", namespace, reason)
		})
		if err := socket.Connect(ctx); err != nil {
			log.Fatal(err)
		}
	}
	if err := Leave.Emit(ctx, client.Of("/chat")); err != nil {
		log.Fatal(err)
	}
	fmt.Println(<-left)
	if err := GoAway.Emit(ctx, client.Of("/news")); err != nil {
		log.Fatal(err)
	}
	fmt.Println(<-left)
	// Output:
	// left /chat: io server disconnect
	// left /news: io server disconnect
}

// A client that loses its connection gets what it missed when it returns. Clients need
// no code for it.
func ExampleRecovery() {
	const (
		News socketio.Event[string] = "news"
		Lose socketio.Signal        = "lose my connection"
	)
	ctx := context.Background()

	io, err := socketio.NewServer(&socketio.Options{Recovery: &socketio.Recovery{MaxDisconnection: 2 * time.Minute}})
	if err != nil {
		log.Fatal(err)
	}
	ns := io.Of("/")
	ns.OnConnect(func(ctx context.Context, s *socketio.Socket) error {
		if s.Recovered() {
			return News.Emit(ctx, s, "that was all you missed")
		}
		return errors.Join(s.Join("readers"), News.Emit(ctx, s, "first"))
	})
	ns.OnDisconnect(func(ctx context.Context, _ *socketio.Socket, _ socketio.Reason) {
		if err := News.Emit(ctx, ns.To("readers"), "second"); err != nil {
			log.Print(err)
		}
	})
	Lose.On(ns, func(_ context.Context, s *socketio.Socket) error {
		s.BreakConn()
		return nil
	})
	server := httptest.NewServer(io)
	defer server.Close()
	defer io.Shutdown(ctx)

	client, err := sioclient.New(server.URL, &sioclient.Options{ReconnectDelay: time.Millisecond})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close(ctx)
	socket := client.Of("/")
	heard := make(chan string)
	News.Receive(socket, func(_ context.Context, text string) error {
		heard <- text
		return nil
	})
	if err := socket.Connect(ctx); err != nil {
		log.Fatal(err)
	}
	fmt.Println(<-heard)
	if err := Lose.Emit(ctx, socket); err != nil {
		log.Fatal(err)
	}
	fmt.Println(<-heard)
	fmt.Println(<-heard)
	// Output:
	// first
	// second
	// that was all you missed
}

// A file keeps the state of recovery while no server is running.
type file string

func (f file) Load(context.Context) ([]byte, error) {
	data, err := os.ReadFile(string(f))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return data, err
}

func (f file) Save(_ context.Context, data []byte) error {
	return os.WriteFile(string(f), data, 0o600)
}

// With a store, clients recover across a restart of the server.
func ExampleRecoveryStore() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "socketio")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	store := file(filepath.Join(dir, "recovery.json"))

	// Two servers at one address, one after the other.
	start := func() *socketio.Server {
		io, err := socketio.NewServer(&socketio.Options{Recovery: &socketio.Recovery{Store: store}})
		if err != nil {
			log.Fatal(err)
		}
		return io
	}
	var running atomic.Pointer[socketio.Server]
	running.Store(start())
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		running.Load().ServeHTTP(w, r)
	}))
	defer server.Close()

	client, err := sioclient.New(server.URL, &sioclient.Options{ReconnectDelay: time.Millisecond})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close(ctx)
	socket := client.Of("/")
	connected := make(chan string)
	socket.OnConnect(func(context.Context) { connected <- socket.ID() })
	if err := socket.Connect(ctx); err != nil {
		log.Fatal(err)
	}
	before := <-connected
	if err := running.Load().Shutdown(ctx); err != nil {
		log.Fatal(err)
	}
	running.Store(start())
	defer func() { running.Load().Shutdown(ctx) }()
	fmt.Println("the same socket:", before == <-connected)
	// Output: the same socket: true
}

// Shutdown refuses new clients, disconnects the others, spread over a window, and
// waits for handlers. Shut down the http.Server after it.
func ExampleServer_Shutdown() {
	ctx := context.Background()
	io, err := socketio.NewServer(&socketio.Options{
		Engine: engineio.Options{DrainWindow: 10 * time.Millisecond}, // 30 s for thousands of clients
	})
	if err != nil {
		log.Fatal(err)
	}
	server := httptest.NewServer(io)
	defer server.Close()

	client, err := sioclient.New(server.URL, &sioclient.Options{DisableReconnection: true})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close(ctx)
	left := make(chan socketio.Reason)
	client.Of("/").OnDisconnect(func(_ context.Context, reason socketio.Reason) {
		left <- reason
	})
	if err := client.Of("/").Connect(ctx); err != nil {
		log.Fatal(err)
	}

	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if err := io.Shutdown(ctx); err != nil {
		fmt.Println("some clients did not leave in time:", err)
	}
	fmt.Println("the client sees:", <-left)
	// Output: the client sees: transport close
}
