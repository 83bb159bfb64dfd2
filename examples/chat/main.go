// Command chat is a room in which everybody hears what is said, also those who come
// later, and those whose connection was lost for a while.
package main

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/caucus-live/caucus/examples"
	"github.com/caucus-live/caucus/socketio"
)

// A Message is something that was said.
type Message struct {
	From string    `json:"from"`
	Text string    `json:"text"`
	At   time.Time `json:"at"`
}

// What the page and the server tell each other.
const (
	Say      socketio.Call[string, socketio.None] = "say"       // answered when everybody is told
	Typing   socketio.Signal                      = "typing"    // somebody is about to say something
	Said     socketio.Event[Message]              = "said"      // to all
	History  socketio.Event[[]Message]            = "history"   // to newcomers: what was said before
	People   socketio.Event[[]string]             = "people"    // to all, when somebody comes or goes
	IsTyping socketio.Event[string]               = "is_typing" // to all others: who
)

const (
	everyone   = "everyone" // the room of those who have the history
	maxName    = 30         // characters
	maxText    = 500
	maxHistory = 100 // messages
)

func main() { examples.Main("chat", newServer) }

func newServer() (*socketio.Server, error) {
	server, err := socketio.NewServer(&socketio.Options{Recovery: new(socketio.Recovery)})
	if err != nil {
		return nil, err
	}
	ns := server.Of("/")
	c := &chat{ns: ns, history: []Message{}, people: make(map[*socketio.Socket]string)}
	ns.Use(admit)
	ns.OnConnect(c.enter)
	ns.OnDisconnect(c.leave)
	Say.On(ns, c.say)
	Typing.On(ns, c.typing)
	return server, nil
}

// A chat is what is said, and the people in it.
type chat struct {
	ns *socketio.Namespace

	// Emit never waits, so it may be called under the lock, which makes the order in
	// which things are told that in which they happen.
	mu      sync.Mutex
	history []Message
	people  map[*socketio.Socket]string
}

type nameKey struct{}

// admit lets in who has a name, and puts it into the context of the handlers.
func admit(ctx context.Context, h *socketio.Handshake) (context.Context, error) {
	var auth struct{ Name string }
	if err := h.DecodeAuth(&auth); err != nil {
		return nil, err
	}
	name, ok := tidy(auth.Name, maxName)
	if !ok {
		return nil, &socketio.Error{Code: "name", Message: "A name has 1 to 30 characters."}
	}
	return context.WithValue(ctx, nameKey{}, name), nil
}

func nameOf(ctx context.Context) string {
	name, _ := ctx.Value(nameKey{}).(string)
	return name
}

// tidy trims a text, and reports whether it is neither empty nor too long.
func tidy(text string, most int) (string, bool) {
	text = strings.TrimSpace(text)
	return text, text != "" && utf8.RuneCountInString(text) <= most
}

func (c *chat) enter(ctx context.Context, s *socketio.Socket) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !s.Recovered() { // otherwise it has, or gets, everything
		if err := History.Emit(ctx, s, c.history); err != nil {
			return err
		}
		if err := s.Join(everyone); err != nil {
			return err
		}
	}
	c.people[s] = nameOf(ctx)
	return c.tellPeopleLocked(ctx)
}

func (c *chat) leave(ctx context.Context, s *socketio.Socket, _ socketio.Reason) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.people, s)
	_ = c.tellPeopleLocked(ctx) // a list of names always encodes
}

// tellPeopleLocked tells everybody who is there, each name once.
func (c *chat) tellPeopleLocked(ctx context.Context) error {
	names := slices.Sorted(maps.Values(c.people))
	return People.Emit(ctx, c.ns.To(everyone), slices.Compact(names))
}

func (c *chat) say(ctx context.Context, _ *socketio.Socket, text string) (socketio.None, error) {
	text, ok := tidy(text, maxText)
	if !ok {
		return socketio.None{}, &socketio.Error{Code: "text", Message: "A message has 1 to 500 characters."}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	m := Message{From: nameOf(ctx), Text: text, At: time.Now().UTC()}
	c.history = append(c.history[max(0, len(c.history)+1-maxHistory):], m)
	return socketio.None{}, Said.Emit(ctx, c.ns.To(everyone), m)
}

func (c *chat) typing(ctx context.Context, s *socketio.Socket) error {
	return IsTyping.Emit(ctx, s.To(everyone).Volatile(), nameOf(ctx))
}
