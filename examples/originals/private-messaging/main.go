// Command private-messaging carries messages from one person to another. A person may have
// several tabs, and finds everything again after a reload: the page keeps the id of a session.
package main

import (
	"context"
	"sync"

	"github.com/caucus-live/caucus/examples/originals"
	"github.com/caucus-live/caucus/socketio"
)

// A Session is what the page keeps in order to come back as the same person.
type Session struct {
	SessionID string `json:"sessionID"`
	UserID    string `json:"userID"` // public
}

// A User is a person as others see it, with the messages between them.
type User struct {
	UserID    string    `json:"userID"`
	Username  string    `json:"username"`
	Connected bool      `json:"connected"`
	Messages  []Message `json:"messages"`
}

// A Message is from one person to another.
type Message struct {
	Content any    `json:"content"`
	From    string `json:"from"`
	To      string `json:"to"`
}

// What the page and the server tell each other.
const (
	Started      socketio.Event[Session] = "session"
	Users        socketio.Event[[]User]  = "users"
	Connected    socketio.Event[User]    = "user connected"
	Disconnected socketio.Event[string]  = "user disconnected"
	Private      socketio.Event[Message] = "private message"
)

func main() { originals.Main(newServer, "http://localhost:8080") }

func newServer(opts *socketio.Options) (*socketio.Server, error) {
	io, err := socketio.NewServer(opts)
	if err != nil {
		return nil, err
	}
	m := &messenger{ns: io.Of("/")}
	m.ns.Use(m.admit)
	m.ns.OnConnect(m.enter)
	m.ns.OnDisconnect(m.leave)
	Private.On(m.ns, m.send)
	return io, nil
}

type messenger struct {
	ns *socketio.Namespace

	// Emit never waits, so it may be called under the lock: nobody who enters misses a
	// message, or gets one twice.
	mu    sync.Mutex
	store store
}

type personKey struct{}

func personOf(ctx context.Context) *person {
	p, _ := ctx.Value(personKey{}).(*person)
	return p
}

// admit finds the person by the session, or makes one with the name.
func (m *messenger) admit(ctx context.Context, h *socketio.Handshake) (context.Context, error) {
	var auth struct{ SessionID, Username string }
	if err := h.DecodeAuth(&auth); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.store.find(auth.SessionID)
	if p == nil {
		p = m.store.add(auth.Username)
	}
	if p == nil {
		return nil, &socketio.Error{Message: "invalid username"}
	}
	return context.WithValue(ctx, personKey{}, p), nil
}

func (m *messenger) enter(ctx context.Context, s *socketio.Socket) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := personOf(ctx)
	p.connected = true
	if err := Started.Emit(ctx, s, p.Session); err != nil {
		return err
	}
	if err := s.Join(p.UserID); err != nil {
		return err
	}
	if err := Users.Emit(ctx, s, m.store.usersFor(p)); err != nil {
		return err
	}
	return Connected.Emit(ctx, s.Others(), User{p.UserID, p.name, true, []Message{}})
}

// send passes a message on, also to the sender's other tabs.
func (m *messenger) send(ctx context.Context, s *socketio.Socket, msg Message) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	msg.From = personOf(ctx).UserID
	m.store.keep(msg)
	return Private.Emit(ctx, s.To(msg.To, msg.From), msg)
}

// leave tells the others, unless the person has another tab.
func (m *messenger) leave(ctx context.Context, s *socketio.Socket, _ socketio.Reason) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := personOf(ctx)
	if m.ns.RoomLen(p.UserID) > 0 {
		return
	}
	p.connected = false
	_ = Disconnected.Emit(ctx, s.Others(), p.UserID) // a string always encodes
}
