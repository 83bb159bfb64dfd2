// Command chat tells everybody in a room what the others say, that they are typing, and how
// many there are.
package main

import (
	"context"
	"sync"

	"github.com/caucus-live/caucus/examples/originals"
	"github.com/caucus-live/caucus/socketio"
)

// Somebody is who did something. A person is nameless until "add user".
type Somebody struct {
	Username string `json:"username,omitempty"`
}

// A Message is what somebody said, as the page sent it.
type Message struct {
	Somebody

	Message any `json:"message"`
}

// A Crowd is how many people have a name.
type Crowd struct {
	NumUsers int `json:"numUsers"`
}

// A Change is that somebody came or went.
type Change struct {
	Somebody
	Crowd
}

// What the page and the server tell each other.
const (
	AddUser    socketio.Event[string]   = "add user"
	NewMessage socketio.Event[any]      = "new message"
	Typing     socketio.Signal          = "typing"
	StopTyping socketio.Signal          = "stop typing"
	Login      socketio.Event[Crowd]    = "login"
	Said       socketio.Event[Message]  = "new message"
	Joined     socketio.Event[Change]   = "user joined"
	Left       socketio.Event[Change]   = "user left"
	IsTyping   socketio.Event[Somebody] = "typing"
	IsSilent   socketio.Event[Somebody] = "stop typing"
)

func main() { originals.Main(register) }

func register(ns *socketio.Namespace) {
	c := &chat{names: make(map[*socketio.Socket]string)}
	AddUser.On(ns, c.add)
	NewMessage.On(ns, func(ctx context.Context, s *socketio.Socket, text any) error {
		return Said.Emit(ctx, s.Others(), Message{c.somebody(s), text})
	})
	Typing.On(ns, func(ctx context.Context, s *socketio.Socket) error {
		return IsTyping.Emit(ctx, s.Others(), c.somebody(s))
	})
	StopTyping.On(ns, func(ctx context.Context, s *socketio.Socket) error {
		return IsSilent.Emit(ctx, s.Others(), c.somebody(s))
	})
	ns.OnDisconnect(c.leave)
}

type chat struct {
	// Emit never waits, so it may be called under the lock: everybody is told the
	// numbers in the same order.
	mu    sync.Mutex
	names map[*socketio.Socket]string
}

func (c *chat) somebody(s *socketio.Socket) Somebody {
	c.mu.Lock()
	defer c.mu.Unlock()
	return Somebody{c.names[s]}
}

// add gives a socket its name, which it keeps.
func (c *chat) add(ctx context.Context, s *socketio.Socket, name string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.names[s]; ok {
		return nil
	}
	c.names[s] = name
	crowd := Crowd{len(c.names)}
	if err := Login.Emit(ctx, s, crowd); err != nil {
		return err
	}
	return Joined.Emit(ctx, s.Others(), Change{Somebody{name}, crowd})
}

func (c *chat) leave(ctx context.Context, s *socketio.Socket, _ socketio.Reason) {
	c.mu.Lock()
	defer c.mu.Unlock()
	name, ok := c.names[s]
	if !ok {
		return
	}
	delete(c.names, s)
	_ = Left.Emit(ctx, s.Others(), Change{Somebody{name}, Crowd{len(c.names)}}) // names always encode
}
