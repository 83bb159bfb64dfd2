package socketio_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

// A chat: everyone in a room gets what one of them says.
func Example() {
	type Message struct {
		Room string `json:"room"`
		Text string `json:"text"`
	}
	const (
		Join socketio.Event[string]  = "join"
		Say  socketio.Event[Message] = "say"
	)
	ctx := context.Background()

	// The server.
	io, err := socketio.NewServer(nil)
	if err != nil {
		log.Fatal(err)
	}
	chat := io.Of("/chat")
	Join.On(chat, func(_ context.Context, s *socketio.Socket, room string) error {
		return s.Join(room)
	})
	Say.On(chat, func(ctx context.Context, _ *socketio.Socket, m Message) error {
		return Say.Emit(ctx, chat.To(m.Room), m)
	})
	server := httptest.NewServer(io)
	defer server.Close()
	defer io.Shutdown(ctx)

	// A client, which may also be a browser.
	client, err := sioclient.New(server.URL, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close(ctx)
	socket := client.Of("/chat")
	heard := make(chan Message)
	Say.Receive(socket, func(_ context.Context, m Message) error {
		heard <- m
		return nil
	})
	if err := socket.Connect(ctx); err != nil {
		log.Fatal(err)
	}
	err = errors.Join(
		Join.Emit(ctx, socket, "tea"),
		Say.Emit(ctx, socket, Message{Room: "tea", Text: "hello"}),
	)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println((<-heard).Text)
	// Output: hello
}

// A server is an http.Handler, mounted at the path that clients use.
func ExampleNewServer() {
	ctx := context.Background()
	io, err := socketio.NewServer(nil)
	if err != nil {
		log.Fatal(err)
	}
	io.Of("/").OnConnect(func(ctx context.Context, s *socketio.Socket) error {
		return s.Emit(ctx, "hello", "world")
	})
	mux := http.NewServeMux()
	mux.Handle("/socket.io/", io)
	mux.Handle("/", http.FileServer(http.Dir("public")))
	server := httptest.NewServer(mux) // or http.ListenAndServe(":3000", mux)
	defer server.Close()
	defer io.Shutdown(ctx)

	client, err := sioclient.New(server.URL, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close(ctx)
	heard := make(chan string)
	socketio.Event[string]("hello").Receive(client.Of("/"), func(_ context.Context, whom string) error {
		heard <- whom
		return nil
	})
	if err := client.Of("/").Connect(ctx); err != nil {
		log.Fatal(err)
	}
	fmt.Println("hello", <-heard)
	// Output: hello world
}

// Each namespace has middleware, handlers and rooms of its own. One connection can be
// in several namespaces.
func ExampleServer_Of() {
	const List socketio.Call[socketio.None, []string] = "list"
	ctx := context.Background()

	io, err := socketio.NewServer(nil)
	if err != nil {
		log.Fatal(err)
	}
	orders, users := io.Of("/orders"), io.Of("/users")
	List.On(orders, func(context.Context, *socketio.Socket, socketio.None) ([]string, error) {
		return []string{"tea"}, nil
	})
	List.On(users, func(context.Context, *socketio.Socket, socketio.None) ([]string, error) {
		return []string{"Ann", "Bob"}, nil
	})
	server := httptest.NewServer(io)
	defer server.Close()
	defer io.Shutdown(ctx)

	client, err := sioclient.New(server.URL, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close(ctx)
	for _, namespace := range []string{"/orders", "/users"} {
		socket := client.Of(namespace)
		if err := socket.Connect(ctx); err != nil {
			log.Fatal(err)
		}
		list, err := List.Do(ctx, socket, socketio.None{})
		fmt.Println(namespace, list, err)
	}
	// Output:
	// /orders [tea] <nil>
	// /users [Ann Bob] <nil>
}

// The server creates a dynamic namespace when the first client asks for it.
func ExampleServer_OfPattern() {
	const Welcome socketio.Event[string] = "welcome"
	ctx := context.Background()

	io, err := socketio.NewServer(nil)
	if err != nil {
		log.Fatal(err)
	}
	rooms := io.OfPattern(regexp.MustCompile(`^/room-\d+$`))
	rooms.OnConnect(func(ctx context.Context, s *socketio.Socket) error {
		return Welcome.Emit(ctx, s, "this is "+s.Namespace().Name())
	})
	server := httptest.NewServer(io)
	defer server.Close()
	defer io.Shutdown(ctx)

	client, err := sioclient.New(server.URL, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close(ctx)
	socket := client.Of("/room-7")
	heard := make(chan string)
	Welcome.Receive(socket, func(_ context.Context, text string) error {
		heard <- text
		return nil
	})
	if err := socket.Connect(ctx); err != nil {
		log.Fatal(err)
	}
	fmt.Println(<-heard)
	fmt.Println(client.Of("/hall").Connect(ctx))
	// Output:
	// this is /room-7
	// sioclient: refused: Invalid namespace
}

// A function can decide which namespaces exist, from everything that it knows about
// the client.
func ExampleServer_OfFunc() {
	ctx := context.Background()

	io, err := socketio.NewServer(nil)
	if err != nil {
		log.Fatal(err)
	}
	shops := io.OfFunc(func(_ context.Context, h *socketio.Handshake) bool {
		shop, ok := strings.CutPrefix(h.Namespace, "/shop/")
		return ok && slices.Contains([]string{"tea", "coffee"}, shop)
	})
	shops.OnConnect(func(_ context.Context, s *socketio.Socket) error {
		fmt.Println("a visitor in", s.Namespace().Name())
		return nil
	})
	server := httptest.NewServer(io)
	defer server.Close()
	defer io.Shutdown(ctx)

	client, err := sioclient.New(server.URL, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close(ctx)
	fmt.Println(client.Of("/shop/milk").Connect(ctx))
	if err := client.Of("/shop/tea").Connect(ctx); err != nil {
		log.Fatal(err)
	}
	// Output:
	// sioclient: refused: Invalid namespace
	// a visitor in /shop/tea
}

// OnNamespace sets up namespaces that are created while the server runs.
func ExampleServer_OnNamespace() {
	io, err := socketio.NewServer(nil)
	if err != nil {
		log.Fatal(err)
	}
	defer io.Shutdown(context.Background())
	io.OnNamespace(func(ns *socketio.Namespace) { fmt.Println("new:", ns.Name()) })
	io.Of("/orders")
	io.Of("/orders") // exists
	io.Of("/users")
	// Output:
	// new: /orders
	// new: /users
}
