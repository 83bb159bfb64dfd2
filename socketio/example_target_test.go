package socketio_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http/httptest"
	"slices"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

// A target can be kept: its sockets are determined each time it is used.
func ExampleTarget() {
	const Tally socketio.Event[map[string]int] = "tally"
	ctx := context.Background()

	io, err := socketio.NewServer(nil)
	if err != nil {
		log.Fatal(err)
	}
	ns := io.Of("/")
	watchers := ns.To("poll:7", "admins") // a socket in both rooms gets an event once
	ns.OnConnect(func(ctx context.Context, s *socketio.Socket) error {
		if err := s.Join("poll:7", "admins"); err != nil {
			return err
		}
		return Tally.Emit(ctx, watchers, map[string]int{"tea": 3})
	})
	server := httptest.NewServer(io)
	defer server.Close()
	defer io.Shutdown(ctx)

	client, err := sioclient.New(server.URL, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close(ctx)
	tally := make(chan map[string]int)
	Tally.Receive(client.Of("/"), func(_ context.Context, v map[string]int) error {
		tally <- v
		return nil
	})
	if err := client.Of("/").Connect(ctx); err != nil {
		log.Fatal(err)
	}
	fmt.Println(<-tally)
	// Output: map[tea:3]
}

// A target that begins at a socket does not include that socket.
func ExampleSocket_To() {
	const Say socketio.Event[string] = "say"
	ctx := context.Background()

	io, err := socketio.NewServer(nil)
	if err != nil {
		log.Fatal(err)
	}
	ns := io.Of("/")
	ns.OnConnect(func(ctx context.Context, s *socketio.Socket) error {
		return errors.Join(s.Join("room"), Say.Emit(ctx, s, "welcome"))
	})
	Say.On(ns, func(ctx context.Context, s *socketio.Socket, text string) error {
		return Say.Emit(ctx, s.To("room"), text)
	})
	server := httptest.NewServer(io)
	defer server.Close()
	defer io.Shutdown(ctx)

	heard := make(chan string)
	sockets := make(map[string]*sioclient.Socket)
	for _, name := range []string{"Ann", "Bob"} {
		client, err := sioclient.New(server.URL, nil)
		if err != nil {
			log.Fatal(err)
		}
		defer client.Close(ctx)
		sockets[name] = client.Of("/")
		Say.Receive(sockets[name], func(_ context.Context, text string) error {
			heard <- name + " hears: " + text
			return nil
		})
		if err := sockets[name].Connect(ctx); err != nil {
			log.Fatal(err)
		}
		fmt.Println(<-heard)
	}
	if err := Say.Emit(ctx, sockets["Ann"], "hello"); err != nil {
		log.Fatal(err)
	}
	fmt.Println(<-heard)
	// Output:
	// Ann hears: welcome
	// Bob hears: welcome
	// Bob hears: hello
}

// All sockets of a target can be moved at once, on every server of a cluster.
func ExampleTarget_Join() {
	const Start socketio.Event[[]string] = "start"
	ctx := context.Background()

	io, err := socketio.NewServer(nil)
	if err != nil {
		log.Fatal(err)
	}
	ns := io.Of("/")
	ns.OnConnect(func(ctx context.Context, s *socketio.Socket) error {
		if err := s.Join("lobby"); err != nil {
			return err
		}
		lobby := ns.To("lobby")
		if err := lobby.Join(ctx, "game"); err != nil {
			return err
		}
		if err := lobby.Leave(ctx, "lobby"); err != nil {
			return err
		}
		return Start.Emit(ctx, ns.To("game").Except("observers"), s.Rooms())
	})
	server := httptest.NewServer(io)
	defer server.Close()
	defer io.Shutdown(ctx)

	client, err := sioclient.New(server.URL, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close(ctx)
	started := make(chan []string)
	Start.Receive(client.Of("/"), func(_ context.Context, rooms []string) error {
		started <- rooms
		return nil
	})
	if err := client.Of("/").Connect(ctx); err != nil {
		log.Fatal(err)
	}
	fmt.Println(<-started)
	// Output: [game]
}

// A position that is soon out of date should not wait in the queue of a client that
// has fallen behind.
func ExampleTarget_Volatile() {
	const Cursor socketio.Event[[2]int] = "cursor"
	ctx := context.Background()

	io, err := socketio.NewServer(nil)
	if err != nil {
		log.Fatal(err)
	}
	ns := io.Of("/")
	Cursor.On(ns, func(ctx context.Context, s *socketio.Socket, at [2]int) error {
		return Cursor.Emit(ctx, s.Others().Volatile(), at)
	})
	server := httptest.NewServer(io)
	defer server.Close()
	defer io.Shutdown(ctx)

	heard := make(chan string)
	var last *sioclient.Socket
	for _, name := range []string{"Ann", "Bob"} {
		client, err := sioclient.New(server.URL, &sioclient.Options{Transports: []string{"websocket"}})
		if err != nil {
			log.Fatal(err)
		}
		defer client.Close(ctx)
		last = client.Of("/")
		Cursor.Receive(last, func(_ context.Context, at [2]int) error {
			heard <- fmt.Sprint(name, " sees the cursor at ", at)
			return nil
		})
		if err := last.Connect(ctx); err != nil {
			log.Fatal(err)
		}
	}
	if err := Cursor.Emit(ctx, last, [2]int{3, 4}); err != nil {
		log.Fatal(err)
	}
	fmt.Println(<-heard)
	// Output: Ann sees the cursor at [3 4]
}

// Data travels with its socket: other servers of the cluster can read it.
func ExampleData() {
	type Profile struct {
		Name string `json:"name"`
	}
	const User socketio.Data[Profile] = "user"
	const Who socketio.Call[socketio.None, []string] = "who"
	ctx := context.Background()

	io, err := socketio.NewServer(nil)
	if err != nil {
		log.Fatal(err)
	}
	ns := io.Of("/")
	ns.OnConnect(func(_ context.Context, s *socketio.Socket) error {
		var auth Profile
		if err := s.Handshake().DecodeAuth(&auth); err != nil {
			return err
		}
		User.Set(s, auth)
		return s.Join("room")
	})
	Who.On(ns, func(ctx context.Context, _ *socketio.Socket, _ socketio.None) (names []string, err error) {
		infos, err := ns.To("room").Fetch(ctx) // from all servers
		for _, info := range infos {
			if user, ok := User.Of(info); ok {
				names = append(names, user.Name)
			}
		}
		slices.Sort(names)
		return names, err
	})
	server := httptest.NewServer(io)
	defer server.Close()
	defer io.Shutdown(ctx)

	for _, name := range []string{"Ann", "Bob"} {
		client, err := sioclient.New(server.URL, &sioclient.Options{Auth: Profile{Name: name}})
		if err != nil {
			log.Fatal(err)
		}
		defer client.Close(ctx)
		socket := client.Of("/")
		if err := socket.Connect(ctx); err != nil {
			log.Fatal(err)
		}
		names, err := Who.Do(ctx, socket, socketio.None{})
		fmt.Println(name, "sees", names, err)
	}
	// Output:
	// Ann sees [Ann] <nil>
	// Bob sees [Ann Bob] <nil>
}

// OnRoom reports how the rooms of a namespace change.
func ExampleNamespace_OnRoom() {
	const Visit socketio.Call[string, socketio.None] = "visit"
	ctx := context.Background()

	io, err := socketio.NewServer(nil)
	if err != nil {
		log.Fatal(err)
	}
	ns := io.Of("/")
	ns.OnRoom(func(e socketio.RoomEvent) {
		switch e.Kind {
		case socketio.RoomCreated:
			fmt.Println(e.Room, "opens")
		case socketio.RoomDeleted:
			fmt.Println(e.Room, "closes")
		case socketio.RoomJoined, socketio.RoomLeft:
			fmt.Println(e.Room, "has", ns.RoomLen(e.Room), "in it")
		}
	})
	Visit.On(ns, func(_ context.Context, s *socketio.Socket, room string) (socketio.None, error) {
		defer s.Leave(room)
		return socketio.None{}, s.Join(room)
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
	_, err = Visit.Do(ctx, client.Of("/"), "the bar")
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// the bar opens
	// the bar has 1 in it
	// the bar has 0 in it
	// the bar closes
}
