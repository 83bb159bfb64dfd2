package socketio_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/caucus-live/caucus/socketio"
)

// An event is declared once, with its type, for those who handle it and those who
// emit it.
func ExampleEvent() {
	type Position struct {
		X int `json:"x"`
		Y int `json:"y"`
	}
	const Moved socketio.Event[Position] = "moved"

	io := newServer()
	ns := io.Of("/")
	Moved.On(ns, func(ctx context.Context, s *socketio.Socket, p Position) error {
		return Moved.Emit(ctx, s, Position{X: p.X + 1, Y: p.Y + 1})
	})
	visit(io, "/", "", 1, `2["moved",{"x":3,"y":4}]`)
	// Output: 2["moved",{"x":4,"y":5}]
}

// A signal says all by its name.
func ExampleSignal() {
	const (
		Ping socketio.Signal = "are you there"
		Pong socketio.Signal = "yes"
	)
	io := newServer()
	Ping.On(io.Of("/"), func(ctx context.Context, s *socketio.Socket) error {
		return Pong.Emit(ctx, s)
	})
	visit(io, "/", "", 1, `2["are you there"]`)
	// Output: 2["yes"]
}

// What a handler returns is the acknowledgement, or the error that the client sees.
func ExampleCall_On() {
	type Order struct{ Item string }
	type Receipt struct {
		Number int `json:"number"`
	}
	const Buy socketio.Call[Order, Receipt] = "buy"

	io := newServer()
	Buy.On(io.Of("/"), func(_ context.Context, _ *socketio.Socket, o Order) (Receipt, error) {
		if o.Item == "moon" {
			return Receipt{}, &socketio.Error{Code: "sold_out", Message: "come back later"}
		}
		return Receipt{Number: 7}, nil
	})
	visit(io, "/", "", 2, `21["buy",{"item":"tea"}]`, `22["buy",{"item":"moon"}]`)
	// Output:
	// 31[{"number":7}]
	// 32[{"error":{"code":"sold_out","message":"come back later"}}]
}

// A printer prints one text after the other.
type printer struct{ jobs []func() }

func (p *printer) add(_ string, printed func(page int, err error)) {
	p.jobs = append(p.jobs, func() { printed(len(p.jobs), nil) })
}

// An answer may be sent when the handler has long returned.
func ExampleCall_Defer() {
	const Print socketio.Call[string, int] = "print"

	var printer printer
	io := newServer()
	Print.On(io.Of("/"), func(ctx context.Context, _ *socketio.Socket, text string) (int, error) {
		ack := Print.Defer(ctx)
		printer.add(text, func(page int, err error) { show(ack.Answer(page, err)) })
		return 0, nil
	})
	socketio.Signal("go").On(io.Of("/"), func(context.Context, *socketio.Socket) error {
		for _, job := range printer.jobs {
			job()
		}
		return nil
	})
	visit(io, "/", "", 2, `21["print","a"]`, `22["print","b"]`, `2["go"]`)
	// Output:
	// 31[2]
	// 32[2]
}

// A handler that takes its time need not hold up the events behind it.
func ExampleAsync() {
	const (
		Search socketio.Call[string, string] = "search"
		Stop   socketio.Signal               = "stop"
	)

	found := make(chan string)
	slowly := func(_ context.Context, text string) (string, error) { return text + ": " + <-found, nil }

	io := newServer()
	Search.On(io.Of("/"), func(ctx context.Context, _ *socketio.Socket, text string) (string, error) {
		socketio.Async(ctx)
		return slowly(ctx, text)
	})
	Stop.On(io.Of("/"), func(context.Context, *socketio.Socket) error {
		found <- "stopped"
		return nil
	})
	visit(io, "/", "", 1, `21["search","tea"]`, `2["stop"]`)
	// Output: 31["tea: stopped"]
}

// A server may ask, too. The context says how long it waits.
func ExampleCall_Do() {
	const Ready socketio.Call[string, bool] = "ready"

	io := newServer()
	io.Of("/").OnConnect(func(ctx context.Context, s *socketio.Socket) error {
		ctx, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		ok, err := Ready.Do(ctx, s, "final round")
		return errors.Join(err, s.Emit(ctx, "noted", ok))
	})
	visit(io, "/", "", 2, `31[true]`)
	// Output:
	// 21["ready","final round"]
	// 2["noted",true]
}

// Many may be asked at once. Their answers come one by one, and at the end, for each
// that did not answer in time, an error that says so.
func ExampleCall_DoAll() {
	const Ready socketio.Call[string, bool] = "ready"

	io := newServer()
	venue := open(io)
	defer venue.close()
	ann, bob := venue.enter("Ann", "/", ""), venue.enter("Bob", "/", "")
	go func() { // ends when both have answered
		ann.read()
		ann.say(`31[false]`)
		bob.read()
		bob.say(`31[true]`)
	}()

	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
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
	// Output: ready: 1
}

// The fields of a tuple are the arguments, for clients that emit several.
func ExampleTuple() {
	type Move struct {
		socketio.Tuple
		X, Y int
	}
	const Moved socketio.Event[Move] = "move"

	io := newServer()
	Moved.On(io.Of("/"), func(ctx context.Context, s *socketio.Socket, m Move) error {
		m.X, m.Y = m.Y, m.X
		return Moved.Emit(ctx, s, m)
	})
	visit(io, "/", "", 1, `2["move",3,4]`)
	// Output: 2["move",4,3]
}

// Bytes travel as they are, wherever in the data they stand.
func ExampleBinary() {
	type Upload struct {
		Name string `json:"name"`
		Data []byte `json:"data"`
	}
	const (
		Store socketio.Call[Upload, int]      = "store"
		Tail  socketio.Event[socketio.Binary] = "tail"
	)
	io := newServer()
	Store.On(io.Of("/"), func(ctx context.Context, s *socketio.Socket, u Upload) (int, error) {
		return len(u.Data), Tail.Emit(ctx, s, u.Data[len(u.Data)-2:])
	})
	venue := open(io)
	defer venue.close()
	c := venue.enter("", "/", "")
	c.say(`51-1["store",{"name":"a.bin","data":{"_placeholder":true,"num":0}}]`)
	c.sayBinary("\x01\x02\xfe\xff")
	c.hear(3)
	// Output:
	// 51-["tail",{"_placeholder":true,"num":0}]
	// bytes "\xfe\xff"
	// 31[4]
}

// Below the typed events are handlers of arguments as they came. What is passed on
// untouched goes out byte for byte.
func ExampleNamespace_On() {
	io := newServer()
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
	visit(io, "/", "", 3, `21["echo",1.0,{"a":null}]`, `22["add",3,4]`, `23["add",3,"four"]`)
	// Output:
	// 31[1.0,{"a":null}]
	// 32[7]
	// 33[{"error":{"code":"bad_request","message":"argument 2: it cannot be a string"}}]
}

// Catch-all listeners see what comes in, handled or not, and what goes out.
func ExampleNamespace_OnAny() {
	io := newServer()
	ns := io.Of("/")
	ns.OnAny(func(_ context.Context, _ *socketio.Socket, r socketio.Request) {
		fmt.Println("in:", r.Event, len(r.Args))
	})
	ns.OnAnyOutgoing(func(_ context.Context, event string, args []any) {
		fmt.Println("out:", event, args)
	})
	socketio.Signal("ping").On(ns, func(ctx context.Context, s *socketio.Socket) error {
		return s.Emit(ctx, "pong", 1)
	})
	visit(io, "/", "", 1, `2["nobody","cares"]`, `2["ping"]`)
	// Output:
	// in: nobody 1
	// in: ping 0
	// out: pong [1]
	// 2["pong",1]
}
