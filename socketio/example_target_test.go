package socketio_test

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/caucus-live/caucus/socketio"
)

// Who a target is, is found out when something is sent.
func ExampleTarget() {
	const Tally socketio.Event[map[string]int] = "tally"

	io := newServer()
	ns := io.Of("/")
	watchers := ns.To("poll:7", "admins") // who is in both is told once
	ns.OnConnect(func(ctx context.Context, s *socketio.Socket) error {
		if err := s.Join("poll:7", "admins"); err != nil {
			return err
		}
		return Tally.Emit(ctx, watchers, map[string]int{"tea": 3})
	})
	visit(io, "/", "", 1)
	// Output: 2["tally",{"tea":3}]
}

// From a socket, a target is everybody else.
func ExampleSocket_To() {
	const Say socketio.Event[string] = "say"

	io := newServer()
	ns := io.Of("/")
	ns.OnConnect(func(ctx context.Context, s *socketio.Socket) error {
		return errors.Join(s.Join("room"), Say.Emit(ctx, s, "welcome"))
	})
	Say.On(ns, func(ctx context.Context, s *socketio.Socket, text string) error {
		return Say.Emit(ctx, s.To("room"), text)
	})
	venue := open(io)
	defer venue.close()
	ann, bob := venue.enter("Ann", "/", ""), venue.enter("Bob", "/", "")
	ann.hear(1)
	bob.hear(1)
	ann.say(`2["say","hello"]`)
	bob.hear(1)
	// Output:
	// Ann: 2["say","welcome"]
	// Bob: 2["say","welcome"]
	// Bob: 2["say","hello"]
}

// A set of sockets can be moved as a whole, on all servers of a cluster.
func ExampleTarget_Join() {
	io := newServer()
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
		return ns.To("game").Except("observers").Emit(ctx, "start", s.Rooms())
	})
	visit(io, "/", "", 1)
	// Output: 2["start",["game"]]
}

// A position that is out of date is not worth a place in the queue of a client that
// does not keep up.
func ExampleTarget_Volatile() {
	const Cursor socketio.Event[[2]int] = "cursor"

	io := newServer()
	ns := io.Of("/")
	Cursor.On(ns, func(ctx context.Context, s *socketio.Socket, at [2]int) error {
		return Cursor.Emit(ctx, s.Others().Volatile(), at)
	})
	venue := open(io)
	defer venue.close()
	ann, bob := venue.enter("Ann", "/", ""), venue.enter("Bob", "/", "")
	ann.say(`2["cursor",[3,4]]`)
	bob.hear(1)
	// Output: Bob: 2["cursor",[3,4]]
}

// What other servers have to know of a socket is its data.
func ExampleData() {
	type Profile struct {
		Name string `json:"name"`
	}
	const User socketio.Data[Profile] = "user"

	io := newServer()
	ns := io.Of("/")
	ns.OnConnect(func(_ context.Context, s *socketio.Socket) error {
		var auth Profile
		if err := s.Handshake().DecodeAuth(&auth); err != nil {
			return err
		}
		User.Set(s, auth)
		return s.Join("room")
	})
	socketio.Signal("who").On(ns, func(ctx context.Context, s *socketio.Socket) error {
		infos, err := ns.To("room").Fetch(ctx) // of all servers
		if err != nil {
			return err
		}
		var names []string
		for _, info := range infos {
			if user, ok := User.Of(info); ok {
				names = append(names, user.Name)
			}
		}
		slices.Sort(names)
		return s.Emit(ctx, "who", names)
	})
	venue := open(io)
	defer venue.close()
	for _, name := range []string{"Ann", "Bob"} {
		c := venue.enter(name, "/", fmt.Sprintf(`{"name":%q}`, name))
		c.say(`2["who"]`)
		c.hear(1)
	}
	// Output:
	// Ann: 2["who",["Ann"]]
	// Bob: 2["who",["Ann","Bob"]]
}

// Whoever has to know who is where listens to the rooms.
func ExampleNamespace_OnRoom() {
	io := newServer()
	ns := io.Of("/")
	ns.OnRoom(func(e socketio.RoomEvent) {
		switch e.Kind {
		case socketio.RoomCreated:
			fmt.Println(e.Room, "is opened")
		case socketio.RoomDeleted:
			fmt.Println(e.Room, "is closed")
		case socketio.RoomJoined, socketio.RoomLeft:
			fmt.Println(e.Room, "has", ns.RoomLen(e.Room), "in it")
		}
	})
	ns.OnConnect(func(ctx context.Context, s *socketio.Socket) error {
		if err := s.Join("bar"); err != nil {
			return err
		}
		s.Leave("bar")
		return s.Emit(ctx, "cheers")
	})
	visit(io, "/", "", 1)
	// Output:
	// bar is opened
	// bar has 1 in it
	// bar has 0 in it
	// bar is closed
	// 2["cheers"]
}
