package socketio_test

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

// An event is declared once, with its type, for those that handle it and those that
// emit it.
func ExampleEvent() {
	type Position struct {
		X int `json:"x"`
		Y int `json:"y"`
	}
	const Moved socketio.Event[Position] = "moved"
	ctx := context.Background()

	io, err := socketio.NewServer(nil)
	if err != nil {
		log.Fatal(err)
	}
	ns := io.Of("/")
	Moved.On(ns, func(ctx context.Context, s *socketio.Socket, p Position) error {
		return Moved.Emit(ctx, s, Position{X: p.X + 1, Y: p.Y + 1})
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
	moved := make(chan Position)
	Moved.Receive(socket, func(_ context.Context, p Position) error {
		moved <- p
		return nil
	})
	if err := socket.Connect(ctx); err != nil {
		log.Fatal(err)
	}
	if err := Moved.Emit(ctx, socket, Position{X: 3, Y: 4}); err != nil {
		log.Fatal(err)
	}
	fmt.Println(<-moved)
	// Output: {4 5}
}

// A signal is an event without arguments.
func ExampleSignal() {
	const (
		Ping socketio.Signal = "are you there"
		Pong socketio.Signal = "yes"
	)
	ctx := context.Background()

	io, err := socketio.NewServer(nil)
	if err != nil {
		log.Fatal(err)
	}
	Ping.On(io.Of("/"), func(ctx context.Context, s *socketio.Socket) error {
		return Pong.Emit(ctx, s)
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
	answered := make(chan struct{})
	Pong.Receive(socket, func(context.Context) error {
		close(answered)
		return nil
	})
	if err := socket.Connect(ctx); err != nil {
		log.Fatal(err)
	}
	if err := Ping.Emit(ctx, socket); err != nil {
		log.Fatal(err)
	}
	<-answered
	fmt.Println("the server is there")
	// Output: the server is there
}

// What a handler returns is the acknowledgement: a value, or an error that the client
// sees.
func ExampleCall_On() {
	type Order struct{ Item string }
	type Receipt struct {
		Number int `json:"number"`
	}
	const Buy socketio.Call[Order, Receipt] = "buy"
	ctx := context.Background()

	io, err := socketio.NewServer(nil)
	if err != nil {
		log.Fatal(err)
	}
	Buy.On(io.Of("/"), func(_ context.Context, _ *socketio.Socket, o Order) (Receipt, error) {
		if o.Item == "moon" {
			return Receipt{}, &socketio.Error{Code: "sold_out", Message: "come back later"}
		}
		return Receipt{Number: 7}, nil
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
	receipt, err := Buy.Do(ctx, socket, Order{Item: "tea"})
	fmt.Println(receipt.Number, err)
	_, err = Buy.Do(ctx, socket, Order{Item: "moon"})
	if refusal, ok := errors.AsType[*socketio.Error](err); ok {
		fmt.Println(refusal.Code+":", refusal.Message)
	}
	// Output:
	// 7 <nil>
	// sold_out: come back later
}

// A handler can return first and answer later.
func ExampleCall_Defer() {
	const Print socketio.Call[string, int] = "print"
	ctx := context.Background()

	type job struct {
		text string
		done func(page int, err error)
	}
	printer := make(chan job, 10)
	go func() {
		page := 0
		for job := range printer { // until the printer is closed
			page++
			job.done(page, nil)
		}
	}()
	defer close(printer)

	io, err := socketio.NewServer(nil)
	if err != nil {
		log.Fatal(err)
	}
	Print.On(io.Of("/"), func(ctx context.Context, _ *socketio.Socket, text string) (int, error) {
		ack := Print.Defer(ctx)
		printer <- job{text, func(page int, err error) {
			if err := ack.Answer(page, err); err != nil {
				log.Print(err)
			}
		}}
		return 0, nil // not sent
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
	for _, text := range []string{"a poem", "a letter"} {
		page, err := Print.Do(ctx, socket, text)
		fmt.Println(text, "is on page", page, err)
	}
	// Output:
	// a poem is on page 1 <nil>
	// a letter is on page 2 <nil>
}

// A handler that waits need not hold up the events behind it.
func ExampleAsync() {
	const (
		Search socketio.Call[string, string] = "search"
		Stop   socketio.Signal               = "stop"
	)
	ctx := context.Background()

	stopped := make(chan struct{})
	slowly := func(_ context.Context, text string) (string, error) {
		<-stopped
		return text + ": no result", nil
	}

	io, err := socketio.NewServer(nil)
	if err != nil {
		log.Fatal(err)
	}
	Search.On(io.Of("/"), func(ctx context.Context, _ *socketio.Socket, text string) (string, error) {
		socketio.Async(ctx)
		return slowly(ctx, text)
	})
	Stop.On(io.Of("/"), func(context.Context, *socketio.Socket) error {
		close(stopped)
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
	socket := client.Of("/")
	if err := socket.Connect(ctx); err != nil {
		log.Fatal(err)
	}
	time.AfterFunc(10*time.Millisecond, func() {
		if err := Stop.Emit(ctx, socket); err != nil { // while the server searches
			log.Print(err)
		}
	})
	fmt.Println(Search.Do(ctx, socket, "tea"))
	// Output: tea: no result <nil>
}

// A server can call its clients, too. The context says how long it waits for the
// answer.
func ExampleCall_Do() {
	const (
		Ready socketio.Call[string, bool] = "ready"
		Noted socketio.Event[bool]        = "noted"
	)
	ctx := context.Background()

	io, err := socketio.NewServer(nil)
	if err != nil {
		log.Fatal(err)
	}
	io.Of("/").OnConnect(func(ctx context.Context, s *socketio.Socket) error {
		ctx, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		ok, err := Ready.Do(ctx, s, "final round")
		if err != nil {
			return err
		}
		return Noted.Emit(ctx, s, ok)
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
	Ready.Receive(socket, func(_ context.Context, what string) (bool, error) {
		fmt.Println("ready for the", what)
		return true, nil
	})
	noted := make(chan bool)
	Noted.Receive(socket, func(_ context.Context, ok bool) error {
		noted <- ok
		return nil
	})
	if err := socket.Connect(ctx); err != nil {
		log.Fatal(err)
	}
	fmt.Println("noted:", <-noted)
	// Output:
	// ready for the final round
	// noted: true
}

// A call can go to several clients. Their answers come one by one, and then an error
// for each that did not answer in time.
func ExampleCall_DoAll() {
	const Ready socketio.Call[string, bool] = "ready"
	ctx := context.Background()

	io, err := socketio.NewServer(nil)
	if err != nil {
		log.Fatal(err)
	}
	server := httptest.NewServer(io)
	defer server.Close()
	defer io.Shutdown(ctx)

	for _, ready := range []bool{true, false, true} {
		client, err := sioclient.New(server.URL, nil)
		if err != nil {
			log.Fatal(err)
		}
		defer client.Close(ctx)
		Ready.Receive(client.Of("/"), func(context.Context, string) (bool, error) {
			return ready, nil
		})
		if err := client.Of("/").Connect(ctx); err != nil {
			log.Fatal(err)
		}
	}

	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	ready := 0
	for reply, err := range Ready.DoAll(ctx, io.Of("/"), "final round") {
		switch {
		case err != nil:
			fmt.Println(reply.Socket, "did not answer:", err)
		case reply.Value:
			ready++
		}
	}
	fmt.Println("ready:", ready)
	// Output: ready: 2
}
