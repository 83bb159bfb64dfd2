package socketio_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log"
	"net/http/httptest"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

// The fields of a tuple are the arguments of an event that has several.
func ExampleTuple() {
	type Move struct {
		socketio.Tuple
		X, Y int
	}
	const Moved socketio.Event[Move] = "move" // socket.emit("move", 3, 4)
	ctx := context.Background()

	io, err := socketio.NewServer(nil)
	if err != nil {
		log.Fatal(err)
	}
	Moved.On(io.Of("/"), func(ctx context.Context, s *socketio.Socket, m Move) error {
		m.X, m.Y = m.Y, m.X
		return Moved.Emit(ctx, s, m)
	})
	server := httptest.NewServer(io)
	defer server.Close()
	defer io.Shutdown(ctx)

	client, err := sioclient.New(server.URL, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close(ctx)
	socket := client.Of("/")
	moved := make(chan Move)
	Moved.Receive(socket, func(_ context.Context, m Move) error {
		moved <- m
		return nil
	})
	if err := socket.Connect(ctx); err != nil {
		log.Fatal(err)
	}
	if err := Moved.Emit(ctx, socket, Move{X: 3, Y: 4}); err != nil {
		log.Fatal(err)
	}
	m := <-moved
	fmt.Println(m.X, m.Y)
	// Output: 4 3
}

// Bytes travel as binary attachments, at any depth of the data.
func ExampleBinary() {
	type Upload struct {
		Name string `json:"name"`
		Data []byte `json:"data"`
	}
	const (
		Store socketio.Call[Upload, int]      = "store"
		Tail  socketio.Event[socketio.Binary] = "tail"
	)
	ctx := context.Background()

	io, err := socketio.NewServer(nil)
	if err != nil {
		log.Fatal(err)
	}
	Store.On(io.Of("/"), func(ctx context.Context, s *socketio.Socket, u Upload) (int, error) {
		return len(u.Data), Tail.Emit(ctx, s, u.Data[max(0, len(u.Data)-2):])
	})
	server := httptest.NewServer(io)
	defer server.Close()
	defer io.Shutdown(ctx)

	client, err := sioclient.New(server.URL, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close(ctx)
	socket := client.Of("/")
	tail := make(chan []byte, 1)
	Tail.Receive(socket, func(_ context.Context, data socketio.Binary) error {
		tail <- bytes.Clone(data)
		return nil
	})
	if err := socket.Connect(ctx); err != nil {
		log.Fatal(err)
	}
	stored, err := Store.Do(ctx, socket, Upload{Name: "a.bin", Data: []byte("\x01\x02\xfe\xff")})
	fmt.Printf("%d bytes, the last are %x, %v", stored, <-tail, err)
	// Output: 4 bytes, the last are feff, <nil>
}

// Below typed events, handlers get the arguments as they came. Arguments that are
// passed on unchanged are sent byte for byte.
func ExampleNamespace_On() {
	ctx := context.Background()

	io, err := socketio.NewServer(nil)
	if err != nil {
		log.Fatal(err)
	}
	ns := io.Of("/")
	ns.On("echo", func(_ context.Context, _ *socketio.Socket, r socketio.Request) (any, error) {
		return r.Args, nil
	})
	ns.On("add", func(_ context.Context, _ *socketio.Socket, r socketio.Request) (any, error) {
		var a, b int
		if err := r.Args.Decode(&a, &b); err != nil {
			return nil, err
		}
		return a + b, nil
	})
	server := httptest.NewServer(io)
	defer server.Close()
	defer io.Shutdown(ctx)

	client, err := sioclient.New(server.URL, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close(ctx)
	socket := client.Of("/")
	if err := socket.Connect(ctx); err != nil {
		log.Fatal(err)
	}
	answer, err := socket.Call(ctx, "echo", "tea", []int{3, 4})
	fmt.Printf("%s %s %v\n", answer[0].JSON(), answer[1].JSON(), err)
	answer, err = socket.Call(ctx, "add", 3, 4)
	fmt.Printf("%s %v\n", answer[0].JSON(), err)
	_, err = socket.Call(ctx, "add", 3, "four")
	fmt.Println(err)
	// Output:
	// "tea" [3,4] <nil>
	// 7 <nil>
	// socketio: bad_request: argument 2: it cannot be a string
}

// Catch-all functions see every event that comes in, handled or not, and every event
// that goes out.
func ExampleNamespace_OnAny() {
	const (
		Ping socketio.Signal     = "ping"
		Pong socketio.Event[int] = "pong"
	)
	ctx := context.Background()

	io, err := socketio.NewServer(nil)
	if err != nil {
		log.Fatal(err)
	}
	ns := io.Of("/")
	ns.OnAny(func(_ context.Context, _ *socketio.Socket, r socketio.Request) {
		fmt.Println("in:", r.Event, len(r.Args))
	})
	ns.OnAnyOutgoing(func(_ context.Context, event string, args []any) {
		fmt.Println("out:", event, args)
	})
	Ping.On(ns, func(ctx context.Context, s *socketio.Socket) error {
		return Pong.Emit(ctx, s, 1)
	})
	server := httptest.NewServer(io)
	defer server.Close()
	defer io.Shutdown(ctx)

	client, err := sioclient.New(server.URL, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close(ctx)
	socket := client.Of("/")
	done := make(chan struct{})
	Pong.Receive(socket, func(context.Context, int) error {
		close(done)
		return nil
	})
	if err := socket.Connect(ctx); err != nil {
		log.Fatal(err)
	}
	err = errors.Join(socket.Emit(ctx, "nobody", "cares"), Ping.Emit(ctx, socket))
	if err != nil {
		log.Fatal(err)
	}
	<-done
	// Output:
	// in: nobody 1
	// in: ping 0
	// out: pong [1]
}
