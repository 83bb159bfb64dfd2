package socketio_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
)

// When a socket ends, so does its context, and the cause says why.
func ExampleNamespace_OnDisconnect() {
	io := newServer()
	ns := io.Of("/")
	left := make(chan struct{})
	ns.OnConnect(func(ctx context.Context, s *socketio.Socket) error {
		return errors.Join(s.Join("room"), s.Emit(ctx, "welcome"))
	})
	ns.OnDisconnect(func(_ context.Context, s *socketio.Socket, reason socketio.Reason) {
		fmt.Println(reason, s.Rooms())
		fmt.Println(context.Cause(s.Context()))
		close(left)
	})
	venue := open(io)
	defer venue.close()
	c := venue.enter("", "/", "")
	c.hear(1)
	c.say("1") // the client's disconnect()
	<-left
	// Output:
	// 2["welcome"]
	// client namespace disconnect [room]
	// socketio: disconnected: client namespace disconnect
}

// The server may end a socket, or the whole connection of a client.
func ExampleSocket_Disconnect() {
	io := newServer()
	chat, news := io.Of("/chat"), io.Of("/news")
	socketio.Signal("leave").On(chat, func(_ context.Context, s *socketio.Socket) error {
		s.Disconnect() // out of /chat
		return nil
	})
	socketio.Signal("go away").On(news, func(_ context.Context, s *socketio.Socket) error {
		s.CloseConn() // out of everything; BreakConn lets the client come back
		return nil
	})
	venue := open(io)
	defer venue.close()
	c := venue.enter("", "/chat", "")
	c.enter("/news", "")
	c.say(`2/chat,["leave"]`)
	c.hear(1)
	c.say(`2/news,["go away"]`)
	c.hear(2)
	// Output:
	// 1/chat,
	// 1/news,
	// the connection is closed
}

// A client whose connection is lost gets what it missed when it is back. JavaScript
// clients do by themselves what is done by hand here.
func ExampleRecovery() {
	const News socketio.Event[string] = "news"

	io := newServerWith(&socketio.Options{
		Recovery: &socketio.Recovery{MaxDisconnection: 2 * time.Minute},
	})
	ns := io.Of("/")
	ns.OnConnect(func(ctx context.Context, s *socketio.Socket) error {
		if s.Recovered() {
			return News.Emit(ctx, s, "that was all you missed")
		}
		return errors.Join(s.Join("readers"), News.Emit(ctx, s, "first"))
	})
	venue := open(io)
	defer venue.close()
	ann := venue.enter("Ann", "/", "")
	ann.hear(1)
	ann.leave()
	show(News.Emit(context.Background(), ns.To("readers"), "second"))
	ann = venue.enter("Ann", "/", fmt.Sprintf(`{"pid":%q,"offset":"1"}`, ann.PID))
	ann.hear(2)
	// Output:
	// Ann: 2["news","first","1"]
	// Ann: 2["news","second","2"]
	// Ann: 2["news","that was all you missed","3"]
}

// A file keeps recovery working over a planned restart.
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

// With a store, clients recover over a restart of the server, too.
func ExampleRecoveryStore() {
	dir, err := os.MkdirTemp("", "socketio")
	show(err)
	defer func() { show(os.RemoveAll(dir)) }()
	start := func() *venue {
		return open(newServerWith(&socketio.Options{
			Recovery: &socketio.Recovery{Store: file(filepath.Join(dir, "recovery.json"))},
		}))
	}
	venue := start()
	before := venue.enter("Ann", "/", "")
	venue.close()

	venue = start()
	defer venue.close()
	after := venue.enter("Ann", "/", fmt.Sprintf(`{"pid":%q}`, before.PID))
	fmt.Println("the same socket:", before.SID == after.SID)
	// Output: the same socket: true
}

// A server ends in good order: it stops to let clients in, disconnects those there
// are, a few at a time, and waits for handlers that are at work. The http.Server
// comes after it.
func ExampleServer_Shutdown() {
	io := newServerWith(&socketio.Options{
		Engine: engineio.Options{DrainWindow: 10 * time.Millisecond}, // 30 s, where there are thousands
	})
	io.Of("/").OnDisconnect(func(_ context.Context, _ *socketio.Socket, reason socketio.Reason) {
		fmt.Println(reason)
	})
	venue := open(io)
	defer venue.http.Close()
	ann := venue.enter("Ann", "/", "")
	var clients sync.WaitGroup
	defer clients.Wait()
	clients.Go(func() { ann.hear(1) }) // ends with the connection

	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := io.Shutdown(ctx); err != nil {
		fmt.Println("some did not leave in time:", err)
	}
	// Unordered output:
	// Ann: the connection is closed
	// server shutting down
}

// What a tracing system is told: here it counts the time and the outcome of each
// event.
func ExampleTrace() {
	io := newServerWith(&socketio.Options{Trace: socketio.Trace{
		Event: func(ctx context.Context, _ *socketio.Socket, event string, waited time.Duration) (context.Context, func(error)) {
			return ctx, func(err error) { fmt.Println(event, "waited", waited < time.Hour, "failed", err != nil) }
		},
		Broadcast: func(_ context.Context, ns *socketio.Namespace, event string, receivers, _ int) {
			fmt.Println(event, "in", ns.Name(), "to", receivers)
		},
	}})
	socketio.Signal("ring").On(io.Of("/"), func(ctx context.Context, s *socketio.Socket) error {
		return s.Namespace().Emit(ctx, "ding dong")
	})
	visit(io, "/", "", 1, `2["ring"]`)
	// Unordered output:
	// ding dong in / to 1
	// ring waited true failed false
	// 2["ding dong"]
}

// What to tell a monitoring system.
func ExampleServer_Stats() {
	io := newServer()
	io.Of("/").OnConnect(func(ctx context.Context, s *socketio.Socket) error {
		stats := io.Stats()
		return s.Emit(ctx, "stats", stats.Sockets, stats.Engine.WebSocket, stats.EventsIn)
	})
	visit(io, "/", "", 1)
	// Output: 2["stats",1,1,0]
}
