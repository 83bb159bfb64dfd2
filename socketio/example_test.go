package socketio_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http/httptest"
	"regexp"
	"strings"
	"time"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsutil"

	"github.com/caucus-live/caucus/socketio"
)

// newServer returns a server without options.
func newServer() *socketio.Server {
	io, err := socketio.NewServer(nil)
	if err != nil {
		panic(err) //nolint:forbidigo // without options nothing can be wrong
	}
	return io
}

// visit has a client enter a namespace of io and say something. It prints the packets
// that it then gets, as many as it expects.
func visit(io *socketio.Server, namespace, auth string, expects int, says ...string) {
	srv := httptest.NewServer(io)
	defer srv.Close()
	ctx := context.Background()
	conn, br, _, err := ws.Dial(ctx, strings.Replace(srv.URL, "http", "ws", 1)+"/socket.io/?EIO=4&transport=websocket")
	if err != nil {
		fmt.Println(err) //nolint:forbidigo // an example's output
		return
	}
	if br != nil {
		conn = &buffered{conn, br.Read}
	}
	hear(conn) // the handshake
	say(conn, "40"+namespace+","+auth)
	if entered := hear(conn); strings.HasPrefix(entered, "44") {
		fmt.Println(entered[1:]) //nolint:forbidigo // an example's output
		expects = 0
	}
	for _, packet := range says {
		if packet[0] == '3' { // an answer comes after what it answers
			fmt.Println(hear(conn)[1:]) //nolint:forbidigo // an example's output
			expects--
		}
		say(conn, "4"+packet)
	}
	for range expects {
		fmt.Println(hear(conn)[1:]) //nolint:forbidigo // an example's output
	}
	_ = conn.Close() // the server may have done so
	if err := io.Shutdown(ctx); err != nil {
		fmt.Println(err) //nolint:forbidigo // an example's output
	}
}

// buffered is a connection of which something has been read already.
type buffered struct {
	net.Conn
	read func([]byte) (int, error)
}

func (b *buffered) Read(p []byte) (int, error) { return b.read(p) }

func say(conn net.Conn, packet string) {
	if err := wsutil.WriteClientText(conn, []byte(packet)); err != nil {
		fmt.Println(err) //nolint:forbidigo // an example's output
	}
}

func hear(conn net.Conn) string {
	text, err := wsutil.ReadServerText(conn)
	if err != nil {
		return "-" + err.Error()
	}
	return string(text)
}

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

// What a handler returns is the acknowledgement, or the error that the client sees.
func ExampleCall_Handle() {
	type Order struct{ Item string }
	type Receipt struct {
		Number int `json:"number"`
	}
	const Buy socketio.Call[Order, Receipt] = "buy"

	io := newServer()
	Buy.Handle(io.Of("/"), func(_ context.Context, _ *socketio.Socket, o Order) (Receipt, error) {
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

// A server may ask, too. The context says how long it waits.
func ExampleCall_Do() {
	const Ready socketio.Call[string, bool] = "ready"

	io := newServer()
	io.Of("/").OnConnect(func(ctx context.Context, s *socketio.Socket) error {
		ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
		defer cancel()
		ok, err := Ready.Do(ctx, s, "final round")
		return errors.Join(err, s.Emit(ctx, "noted", ok))
	})
	visit(io, "/", "", 2, `31[true]`)
	// Output:
	// 21["ready","final round"]
	// 2["noted",true]
}

// Middleware decides who may enter, and puts what it learns into the context of
// every handler.
func ExampleNamespace_Use() {
	type userKey struct{}
	const WhoAmI socketio.Call[socketio.None, string] = "whoami"

	server := func() *socketio.Server {
		io := newServer()
		io.Of("/").Use(func(ctx context.Context, h *socketio.Handshake) (context.Context, error) {
			var auth struct{ Token string }
			if err := h.DecodeAuth(&auth); err != nil {
				return nil, err
			}
			if auth.Token != "secret" {
				return nil, &socketio.Error{Message: "FORBIDDEN"}
			}
			return context.WithValue(ctx, userKey{}, "Ann"), nil
		})
		WhoAmI.Handle(io.Of("/"), func(ctx context.Context, _ *socketio.Socket, _ socketio.None) (string, error) {
			return fmt.Sprint(ctx.Value(userKey{})), nil
		})
		return io
	}
	visit(server(), "/", `{"token":"guess"}`, 1)
	visit(server(), "/", `{"token":"secret"}`, 1, `21["whoami"]`)
	// Output:
	// 4{"message":"FORBIDDEN"}
	// 31["Ann"]
}

// An interceptor sees each event and its answer. This one tells clients of errors
// even if they did not ask for an acknowledgement.
func ExampleNamespace_Intercept() {
	io := newServer()
	ns := io.Of("/")
	ns.Intercept(func(next socketio.Handler) socketio.Handler {
		return func(ctx context.Context, s *socketio.Socket, r socketio.Request) (any, error) {
			answer, err := next(ctx, s, r)
			if e, ok := errors.AsType[*socketio.Error](err); ok && !r.WantsAck {
				return nil, s.Emit(ctx, "exception", e.Message)
			}
			return answer, err
		}
	})
	socketio.Signal("vote").On(ns, func(context.Context, *socketio.Socket) error {
		return &socketio.Error{Code: "closed", Message: "voting has ended"}
	})
	visit(io, "/", "", 1, `2["vote"]`)
	// Output: 2["exception","voting has ended"]
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

// Who a target is, is found out when something is sent.
func ExampleTarget() {
	const Tally socketio.Event[map[string]int] = "tally"

	io := newServer()
	ns := io.Of("/")
	watchers := ns.To("poll:7", "admins").Volatile()
	ns.OnConnect(func(ctx context.Context, s *socketio.Socket) error {
		if err := s.Join("poll:7", "admins"); err != nil {
			return err
		}
		return Tally.Emit(ctx, watchers, map[string]int{"tea": 3}) // one copy each
	})
	visit(io, "/", "", 1)
	// Output: 2["tally",{"tea":3}]
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
