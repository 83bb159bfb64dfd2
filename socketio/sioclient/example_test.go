package sioclient_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http/httptest"
	"time"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

// A server and a client share the constants of their events.
func Example() {
	const (
		Buy    socketio.Call[string, int]  = "buy"
		Sold   socketio.Event[string]      = "sold"
		Really socketio.Call[string, bool] = "really"
	)
	ctx := context.Background()

	// The server.
	io, err := socketio.NewServer(nil)
	if err != nil {
		log.Fatal(err)
	}
	Buy.On(io.Of("/shop"), func(ctx context.Context, s *socketio.Socket, item string) (int, error) {
		if sure, err := Really.Do(ctx, s, item); err != nil || !sure {
			return 0, err
		}
		return 7, Sold.Emit(ctx, s, item)
	})
	server := httptest.NewServer(io)
	defer server.Close()
	defer io.Shutdown(ctx)

	// The client.
	client, err := sioclient.New(server.URL, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close(ctx)
	shop := client.Of("/shop")
	told := make(chan string, 1)
	Sold.Receive(shop, func(_ context.Context, item string) error {
		told <- item
		return nil
	})
	Really.Receive(shop, func(_ context.Context, item string) (bool, error) {
		return item == "tea", nil
	})
	if err := shop.Connect(ctx); err != nil {
		log.Fatal(err)
	}
	number, err := Buy.Do(ctx, shop, "tea")
	fmt.Println(number, err)
	fmt.Println(<-told, "was sold")
	// Output:
	// 7 <nil>
	// tea was sold
}

// AuthFunc returns the auth data each time that the socket enters its namespace. A
// refusal by the server's middleware is a ConnectError, and final.
func ExampleOptions() {
	ctx := context.Background()
	io, err := socketio.NewServer(nil)
	if err != nil {
		log.Fatal(err)
	}
	io.Of("/").Use(func(ctx context.Context, h *socketio.Handshake) (context.Context, error) {
		var auth struct{ Token string }
		if err := h.DecodeAuth(&auth); err != nil {
			return nil, err
		}
		if auth.Token != "secret" {
			return nil, &socketio.Error{Message: "sign in first"}
		}
		return ctx, nil
	})
	server := httptest.NewServer(io)
	defer server.Close()
	defer io.Shutdown(ctx)

	for _, token := range []string{"guess", "secret"} {
		client, err := sioclient.New(server.URL, &sioclient.Options{
			AuthFunc: func(context.Context, string) (any, error) {
				return map[string]string{"token": token}, nil // perhaps from a file
			},
			CallTimeout: 5 * time.Second,
		})
		if err != nil {
			log.Fatal(err)
		}
		defer client.Close(ctx)
		err = client.Of("/").Connect(ctx)
		if refusal, ok := errors.AsType[*sioclient.ConnectError](err); ok {
			fmt.Println("refused:", refusal.Message)
			continue
		}
		fmt.Println("connected:", client.Of("/").Connected(), err)
	}
	// Output:
	// refused: sign in first
	// connected: true <nil>
}

// A client reconnects when it loses its connection. Events that it emits meanwhile are
// sent then.
func ExampleSocket_OnDisconnect() {
	const (
		Lose socketio.Signal               = "lose my connection"
		Say  socketio.Call[string, string] = "say"
	)
	ctx := context.Background()

	io, err := socketio.NewServer(nil)
	if err != nil {
		log.Fatal(err)
	}
	Lose.On(io.Of("/"), func(_ context.Context, s *socketio.Socket) error {
		s.BreakConn()
		return nil
	})
	Say.On(io.Of("/"), func(_ context.Context, _ *socketio.Socket, text string) (string, error) {
		return "you said " + text, nil
	})
	server := httptest.NewServer(io)
	defer server.Close()
	defer io.Shutdown(ctx)

	client, err := sioclient.New(server.URL, &sioclient.Options{ReconnectDelay: time.Millisecond})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close(ctx)
	socket := client.Of("/")
	lost := make(chan sioclient.Reason, 2)
	socket.OnDisconnect(func(_ context.Context, reason sioclient.Reason) {
		lost <- reason
	})
	if err := socket.Connect(ctx); err != nil {
		log.Fatal(err)
	}
	if err := Lose.Emit(ctx, socket); err != nil {
		log.Fatal(err)
	}
	fmt.Println("disconnected:", <-lost)
	fmt.Println(Say.Do(ctx, socket, "hello")) // waits for the connection
	// Output:
	// disconnected: transport close
	// you said hello <nil>
}

// A connection is opened for the first socket, and shared by all.
func ExampleClient_Of() {
	ctx := context.Background()
	io, err := socketio.NewServer(nil)
	if err != nil {
		log.Fatal(err)
	}
	io.Of("/chat")
	io.Of("/news")
	server := httptest.NewServer(io)
	defer server.Close()
	defer io.Shutdown(ctx)

	client, err := sioclient.New(server.URL, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close(ctx)
	for _, namespace := range []string{"/chat", "/news", "/sports"} {
		fmt.Println(namespace, client.Of(namespace).Connect(ctx))
	}
	// Output:
	// /chat <nil>
	// /news <nil>
	// /sports sioclient: refused: Invalid namespace
}
