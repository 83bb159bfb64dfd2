package socketio_test

import (
	"context"
	"fmt"
	"sync"

	"github.com/caucus-live/caucus/socketio"
)

// A bus joins servers of one process. Where they run on several machines, a message
// broker takes its place.
type bus struct {
	mu      sync.Mutex
	deliver map[string]func(socketio.Message)
}

// A stop is one server's place at the bus.
type stop struct {
	*bus
	name string
}

func (b *bus) stop() *stop { return &stop{bus: b} }

// Open implements [socketio.Adapter].
func (s *stop) Open(_ context.Context, node socketio.Node) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.name = node.Name
	s.deliver[s.name] = node.Deliver
	return nil
}

// Publish implements [socketio.Adapter].
func (s *stop) Publish(ctx context.Context, m socketio.Message) error {
	servers, err := s.Servers(ctx)
	if err != nil {
		return err
	}
	for _, name := range servers {
		s.mu.Lock()
		deliver := s.deliver[name]
		s.mu.Unlock()
		if deliver != nil && (m.To == "" || m.To == name) {
			deliver(m)
		}
	}
	return nil
}

// Servers implements [socketio.Adapter].
func (s *stop) Servers(context.Context) (servers []string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name := range s.deliver {
		if name != s.name {
			servers = append(servers, name)
		}
	}
	return servers, nil
}

// Close implements [socketio.Adapter].
func (s *stop) Close(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.deliver, s.name)
	return nil
}

// With an adapter, what is emitted on one server reaches the sockets of all.
func ExampleAdapter() {
	const News socketio.Event[string] = "news"

	cluster := &bus{deliver: make(map[string]func(socketio.Message))}
	east := newServerWith(&socketio.Options{Adapter: cluster.stop()})
	west := newServerWith(&socketio.Options{Adapter: cluster.stop()})

	inEast, inWest := open(east), open(west)
	defer inWest.close()
	defer inEast.close()
	ann, bob := inEast.enter("Ann", "/", ""), inWest.enter("Bob", "/", "")

	ctx := context.Background()
	show(News.Emit(ctx, east.Of("/"), "to everyone"))
	show(News.Emit(ctx, east.Of("/").Everyone().Local(), "to those in the east"))
	show(News.Emit(ctx, east.Of("/").To(bob.SID), "to Bob"))
	ann.hear(2)
	bob.hear(2)
	// Output:
	// Ann: 2["news","to everyone"]
	// Ann: 2["news","to those in the east"]
	// Bob: 2["news","to everyone"]
	// Bob: 2["news","to Bob"]
}

// Servers can talk among themselves, too; no client sees it.
func ExampleNamespace_Servers() {
	const Load socketio.Call[socketio.None, int] = "load"

	cluster := &bus{deliver: make(map[string]func(socketio.Message))}
	newServer := func() *socketio.Server {
		io := newServerWith(&socketio.Options{Adapter: cluster.stop()})
		Load.Receive(io.Of("/").Servers(), func(context.Context, socketio.None) (int, error) {
			return io.Of("/").Len(), nil
		})
		return io
	}
	east, west := newServer(), newServer()
	inEast, inWest := open(east), open(west)
	defer inWest.close()
	defer inEast.close()
	inWest.enter("Bob", "/", "")

	for reply, err := range Load.DoAll(context.Background(), east.Of("/").Servers(), socketio.None{}) {
		if err != nil {
			fmt.Println(err) // a *socketio.MissingServersError names those that did not answer
			continue
		}
		fmt.Println("another server has", reply.Value, "socket")
	}
	// Output: another server has 1 socket
}
