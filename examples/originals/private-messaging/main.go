// Command private-messaging carries messages from one person to another. A person may have
// several tabs, and finds everything again after a reload: the page keeps the id of a session.
package main

import (
	"context"
	"crypto/rand"
	"slices"
	"sync"

	"github.com/caucus-live/caucus/examples/originals"
	"github.com/caucus-live/caucus/socketio"
)

// A Session is what the page keeps in order to come back as the same person.
type Session struct {
	SessionID string `json:"sessionID"`
	UserID    string `json:"userID"` // public
}

// A User is a person as another sees it, with the messages between the two.
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

func main() { originals.Main(register, "http://localhost:8080") }

func register(ns *socketio.Namespace) {
	m := &messenger{talks: make(map[[2]string][]Message)}
	ns.Use(m.admit)
	ns.OnConnect(m.enter)
	ns.OnDisconnect(m.leave)
	Private.On(ns, m.send)
}

type messenger struct {
	// Emit never waits, so it may be called under the lock: nobody who enters misses a
	// message, or gets one twice.
	mu     sync.Mutex
	people []*person
	talks  map[[2]string][]Message // by pair
}

type person struct {
	User // as a stranger sees it: without messages

	sessionID string
}

type personKey struct{}

func personOf(ctx context.Context) *person {
	p, _ := ctx.Value(personKey{}).(*person)
	return p
}

// pair is the same for two people whichever of them asks.
func pair(a, b string) [2]string { return [2]string{min(a, b), max(a, b)} }

// admit finds the person by the session, or makes one with the name.
func (m *messenger) admit(ctx context.Context, h *socketio.Handshake) (context.Context, error) {
	var auth struct{ SessionID, Username string }
	if err := h.DecodeAuth(&auth); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	i := slices.IndexFunc(m.people, func(p *person) bool { return p.sessionID == auth.SessionID })
	if i < 0 && auth.Username == "" {
		return nil, &socketio.Error{Message: "invalid username"}
	}
	if i < 0 {
		i = len(m.people)
		m.people = append(m.people, &person{User{rand.Text(), auth.Username, false, []Message{}}, rand.Text()})
	}
	return context.WithValue(ctx, personKey{}, m.people[i]), nil
}

func (m *messenger) enter(ctx context.Context, s *socketio.Socket) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := personOf(ctx)
	p.Connected = true
	if err := Started.Emit(ctx, s, Session{p.sessionID, p.UserID}); err != nil {
		return err
	}
	if err := s.Join(p.UserID); err != nil {
		return err
	}
	users := make([]User, len(m.people))
	for i, other := range m.people {
		users[i] = other.User
		users[i].Messages = append(users[i].Messages, m.talks[pair(p.UserID, other.UserID)]...)
	}
	if err := Users.Emit(ctx, s, users); err != nil {
		return err
	}
	return Connected.Emit(ctx, s.Others(), p.User)
}

// send passes a message on, also to the sender's other tabs.
func (m *messenger) send(ctx context.Context, s *socketio.Socket, msg Message) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	msg.From = personOf(ctx).UserID
	both := pair(msg.From, msg.To)
	m.talks[both] = append(m.talks[both], msg)
	return Private.Emit(ctx, s.To(msg.To, msg.From), msg)
}

// leave tells the others, unless the person has another tab.
func (m *messenger) leave(ctx context.Context, s *socketio.Socket, _ socketio.Reason) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := personOf(ctx)
	if s.Namespace().RoomLen(p.UserID) > 0 {
		return
	}
	p.Connected = false
	_ = Disconnected.Emit(ctx, s.Others(), p.UserID) // a string always encodes
}
