package socketio_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http/httptest"
	"sync"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

// A switchboard joins servers of one process. Servers on several machines use a message
// broker instead.
type switchboard struct {
	mu      sync.Mutex
	deliver map[string]func(socketio.Message) // by the name of the server
}

// A line is the adapter of one server.
type line struct {
	*switchboard
	name string
}

// Open implements [socketio.Adapter].
func (l *line) Open(_ context.Context, node socketio.Node) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.name = node.Name
	l.deliver[l.name] = node.Deliver
	return nil
}

// Publish implements [socketio.Adapter].
func (l *line) Publish(ctx context.Context, m socketio.Message) error {
	servers, err := l.Servers(ctx)
	if err != nil {
		return err
	}
	for _, name := range servers {
		l.mu.Lock()
		deliver := l.deliver[name]
		l.mu.Unlock()
		if deliver != nil && (m.To == "" || m.To == name) {
			deliver(m)
		}
	}
	return nil
}

// Servers implements [socketio.Adapter].
func (l *line) Servers(context.Context) (servers []string, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for name := range l.deliver {
		if name != l.name {
			servers = append(servers, name)
		}
	}
	return servers, nil
}

// Close implements [socketio.Adapter].
func (l *line) Close(context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.deliver, l.name)
	return nil
}

// With an adapter, an event that is emitted on one server reaches the sockets of all.
func ExampleAdapter() {
	const News socketio.Event[string] = "news"
	ctx := context.Background()

	cluster := &switchboard{deliver: make(map[string]func(socketio.Message))}
	east, err := socketio.NewServer(&socketio.Options{Adapter: &line{switchboard: cluster}})
	if err != nil {
		log.Fatal(err)
	}
	west, err := socketio.NewServer(&socketio.Options{Adapter: &line{switchboard: cluster}})
	if err != nil {
		log.Fatal(err)
	}
	inEast := httptest.NewServer(east)
	defer inEast.Close()
	defer east.Shutdown(ctx)
	inWest := httptest.NewServer(west)
	defer inWest.Close()
	defer west.Shutdown(ctx)

	heard := make(chan string)
	join := func(name, url string) *sioclient.Socket {
		client, err := sioclient.New(url, nil)
		if err != nil {
			log.Fatal(err)
		}
		socket := client.Of("/")
		News.Receive(socket, func(_ context.Context, text string) error {
			heard <- name + " hears news " + text
			return nil
		})
		if err := socket.Connect(ctx); err != nil {
			log.Fatal(err)
		}
		return socket
	}
	ann, bob := join("Ann", inEast.URL), join("Bob", inWest.URL)
	defer ann.Client().Close(ctx)
	defer bob.Client().Close(ctx)

	err = errors.Join(
		News.Emit(ctx, east.Of("/"), "for everyone"),
		News.Emit(ctx, east.Of("/").Everyone().Local(), "for those in the east"),
		News.Emit(ctx, east.Of("/").To(bob.ID()), "for Bob"),
	)
	if err != nil {
		log.Fatal(err)
	}
	for range 4 {
		fmt.Println(<-heard)
	}
	// Unordered output:
	// Ann hears news for everyone
	// Ann hears news for those in the east
	// Bob hears news for everyone
	// Bob hears news for Bob
}

// Servers can call each other. Clients do not see it.
func ExampleNamespace_Servers() {
	const Load socketio.Call[socketio.None, int] = "load"
	ctx := context.Background()

	cluster := &switchboard{deliver: make(map[string]func(socketio.Message))}
	newServer := func() *socketio.Server {
		io, err := socketio.NewServer(&socketio.Options{Adapter: &line{switchboard: cluster}})
		if err != nil {
			log.Fatal(err)
		}
		Load.Receive(io.Of("/").Servers(), func(context.Context, socketio.None) (int, error) {
			return io.Of("/").Len(), nil
		})
		return io
	}
	east, west := newServer(), newServer()
	defer east.Shutdown(ctx)
	server := httptest.NewServer(west)
	defer server.Close()
	defer west.Shutdown(ctx)

	client, err := sioclient.New(server.URL, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close(ctx)
	if err := client.Of("/").Connect(ctx); err != nil {
		log.Fatal(err)
	}
	for reply, err := range Load.DoAll(ctx, east.Of("/").Servers(), socketio.None{}) {
		if err != nil {
			fmt.Println(err) // a *socketio.MissingServersError names those that did not answer
			continue
		}
		fmt.Println("another server has", reply.Value, "socket")
	}
	// Output: another server has 1 socket
}
