package socketio_test

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/caucus-live/caucus/socketio"
)

// A chat: what one says, everybody in the room hears.
func Example() {
	type Message struct {
		Room string `json:"room"`
		Text string `json:"text"`
	}
	const (
		Join socketio.Event[string]  = "join"
		Say  socketio.Event[Message] = "say"
	)
	io := newServer() // to be mounted: http.Handle("/socket.io/", io)
	chat := io.Of("/chat")
	Join.On(chat, func(_ context.Context, s *socketio.Socket, room string) error {
		return s.Join(room)
	})
	Say.On(chat, func(ctx context.Context, _ *socketio.Socket, m Message) error {
		return Say.Emit(ctx, chat.To(m.Room), m)
	})
	visit(io, "/chat", "", 1, `2/chat,["join","go"]`, `2/chat,["say",{"room":"go","text":"hello"}]`)
	// Output: 2/chat,["say",{"room":"go","text":"hello"}]
}

// A server is an http.Handler, to be mounted where clients look for it.
func ExampleNewServer() {
	io, err := socketio.NewServer(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	io.Of("/").OnConnect(func(ctx context.Context, s *socketio.Socket) error {
		return s.Emit(ctx, "hello", "world")
	})
	mux := http.NewServeMux()
	mux.Handle("/socket.io/", io)
	mux.Handle("/", http.FileServer(http.Dir("public")))
	// http.ListenAndServe(":3000", mux)

	visit(io, "/", "", 1)
	// Output: 2["hello","world"]
}

// What is registered on a namespace concerns only those in it. One connection may be
// in several.
func ExampleServer_Of() {
	io := newServer()
	orders, users := io.Of("/orders"), io.Of("/users")
	orders.OnConnect(func(ctx context.Context, s *socketio.Socket) error {
		return s.Emit(ctx, "list", "tea")
	})
	users.OnConnect(func(ctx context.Context, s *socketio.Socket) error {
		return s.Emit(ctx, "list", "Ann", "Bob")
	})
	venue := open(io)
	defer venue.close()
	c := venue.enter("", "/orders", "")
	c.hear(1)
	c.enter("/users", "")
	c.hear(1)
	// Output:
	// 2/orders,["list","tea"]
	// 2/users,["list","Ann","Bob"]
}

// Namespaces may come into being when the first client asks for one.
func ExampleServer_OfPattern() {
	io := newServer()
	rooms := io.OfPattern(regexp.MustCompile(`^/room-\d+$`))
	rooms.OnConnect(func(ctx context.Context, s *socketio.Socket) error {
		return s.Emit(ctx, "welcome", s.Namespace().Name())
	})
	visit(io, "/room-7", "", 1)
	// Output: 2/room-7,["welcome","/room-7"]
}

// A function may decide which namespaces there are, with all it knows of the client.
func ExampleServer_OfFunc() {
	io := newServer()
	shops := io.OfFunc(func(_ context.Context, h *socketio.Handshake) bool {
		shop, ok := strings.CutPrefix(h.Namespace, "/shop/")
		return ok && slices.Contains([]string{"tea", "coffee"}, shop)
	})
	shops.OnConnect(func(ctx context.Context, s *socketio.Socket) error {
		return shops.Emit(ctx, "visitor", s.Namespace().Name()) // in all shops
	})
	visit(io, "/shop/tea", "", 1)
	// Output: 2/shop/tea,["visitor","/shop/tea"]
}

// Namespaces that are made while the server runs can be set up as they come.
func ExampleServer_OnNamespace() {
	io := newServer()
	io.OnNamespace(func(ns *socketio.Namespace) { fmt.Println("new:", ns.Name()) })
	io.Of("/orders")
	visit(io, "/orders", "", 0) // is there already
	// Output: new: /orders
}
