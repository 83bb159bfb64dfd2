package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
)

func newSocketV5(log *slog.Logger) (server, error) {
	io, err := socketio.NewServer(&socketio.Options{
		Engine:         conformanceTiming(log),
		ConnectTimeout: time.Second,
		Logger:         log,
	})
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"/", "/custom"} {
		io.Of(name).OnConnect(func(ctx context.Context, s *socketio.Socket) error {
			auth := s.Handshake().Auth
			if auth == nil {
				auth = json.RawMessage("{}")
			}
			return s.Emit(ctx, "auth", auth)
		})
	}
	main := io.Of("/")
	main.On("message", sendBack("message-back"))
	main.On("message-with-ack", answer)
	return io, nil
}

// sendBack emits another event with the same arguments.
func sendBack(event string) socketio.Handler {
	return func(ctx context.Context, s *socketio.Socket, r socketio.Request) (any, error) {
		return nil, s.Emit(ctx, event, r.Args)
	}
}

// answer acknowledges with the same arguments.
func answer(_ context.Context, _ *socketio.Socket, r socketio.Request) (any, error) {
	return r.Args, nil
}

func newSocketClient(log *slog.Logger) (server, error) {
	return newClientTests(log, socketio.JSON)
}

// newSocketPacked is newSocketClient for clients with socket.io-msgpack-parser.
func newSocketPacked(log *slog.Logger) (server, error) {
	return newClientTests(log, socketio.MessagePack)
}

func newClientTests(log *slog.Logger, parser socketio.Parser) (server, error) {
	io, err := socketio.NewServer(&socketio.Options{
		Engine: engineio.Options{
			PingInterval:   2 * time.Second,
			OriginPatterns: []string{"*"},
			AllowRequest:   afterAMoment,
			Logger:         log,
		},
		Parser:   parser,
		Recovery: &socketio.Recovery{},
		Logger:   log,
	})
	if err != nil {
		return nil, err
	}
	io.Of("/").Use(failing(&socketio.Error{Message: "Auth failed (main namespace)"}, func(h *socketio.Handshake) bool {
		return h.Query().Has("fail")
	}))
	io.Of("/no").Use(failing(&socketio.Error{Message: "Auth failed (custom namespace)"}, always))
	io.Of("/with-data").Use(failing(&socketio.Error{
		Message: "Auth failed (with data)",
		Data:    map[string]any{"code": 401, "details": "Invalid token"},
	}, always))
	io.Of("/foo").On("getId", answerID)
	for _, name := range []string{"/timeout_socket", "/valid", "/asd"} {
		io.Of(name)
	}
	io.Of("/abc").OnConnect(func(ctx context.Context, s *socketio.Socket) error {
		return s.Emit(ctx, "handshake", handshakeOf(s))
	})
	clientEvents(io.Of("/"))
	return io, nil
}

// newSocketV2 admits clients of Socket.IO 2, and has the events of newSocketClient.
func newSocketV2(log *slog.Logger) (server, error) {
	io, err := socketio.NewServer(&socketio.Options{
		Engine: engineio.Options{AllowEIO3: true, OriginPatterns: []string{"*"}},
		Logger: log,
	})
	if err != nil {
		return nil, err
	}
	io.Of("/no").Use(failing(&socketio.Error{Message: "Auth failed (custom namespace)"}, always))
	io.Of("/foo").On("getId", answerID)
	clientEvents(io.Of("/"))
	return io, nil
}

// afterAMoment admits a request after 10 ms.
func afterAMoment(r *http.Request) error {
	select {
	case <-time.After(10 * time.Millisecond):
		return nil
	case <-r.Context().Done():
		return r.Context().Err()
	}
}

func failing(refusal *socketio.Error, when func(*socketio.Handshake) bool) socketio.Middleware {
	return func(ctx context.Context, h *socketio.Handshake) (context.Context, error) {
		if when(h) {
			return nil, refusal
		}
		return ctx, nil
	}
}

func always(*socketio.Handshake) bool { return true }

func answerID(_ context.Context, s *socketio.Socket, _ socketio.Request) (any, error) {
	return s.ID(), nil
}

// clientEvents are those of the main namespace in socket.io-client's own tests.
func clientEvents(main *socketio.Namespace) {
	main.On("hi", emits("hi"))
	main.On("echo", func(_ context.Context, _ *socketio.Socket, r socketio.Request) (any, error) {
		return r.Args[:min(1, len(r.Args))], nil
	})
	main.On("ack", askBack)
	main.On("getAckDate", func(context.Context, *socketio.Socket, socketio.Request) (any, error) {
		return time.Now(), nil
	})
	main.On("getDate", func(ctx context.Context, s *socketio.Socket, _ socketio.Request) (any, error) {
		return nil, s.Emit(ctx, "takeDate", time.Now())
	})
	main.On("getDateObj", func(ctx context.Context, s *socketio.Socket, _ socketio.Request) (any, error) {
		return nil, s.Emit(ctx, "takeDateObj", map[string]time.Time{"date": time.Now()})
	})
	main.On("getUtf8", func(ctx context.Context, s *socketio.Socket, _ socketio.Request) (any, error) {
		for _, text := range []string{"てすと", "Я Б Г Д Ж Й", "Ä ä Ü ü ß", "utf8 — string", "utf8 — string"} {
			if err := s.Emit(ctx, "takeUtf8", text); err != nil {
				return nil, err
			}
		}
		return nil, nil
	})
	main.On("false", emits("false", false))
	main.On("doge", emits("doge", []byte("asdfasdf")))
	main.On("getbin", emits("takebin", []byte("asdfasdf")))
	main.On("buffa", emitsIf("buffack", isBytes))
	main.On("jsonbuff", emitsIf("jsonbuff-ack", isJSONWithBytes))
	main.On("abuff1", hears(isBytes))
	main.On("abuff2", emitsIf("abuff2-ack", isAfter("abuff1")))
	// In browsers, which send Blobs as bytes.
	main.On("blob", emitsIf("back", isBytes))
	main.On("jsonblob", emitsIf("jsonblob-ack", isJSONWithBytes))
	main.On("blob1", hears(isBytes))
	main.On("blob2", hears(isAfter("blob1")))
	main.On("blob3", emitsIf("blob3-ack", isAfter("blob2")))
	main.On("getHandshake", func(_ context.Context, s *socketio.Socket, _ socketio.Request) (any, error) {
		return handshakeOf(s), nil
	})
	main.On("getId", answerID)
}

func emits(event string, args ...any) socketio.Handler {
	return func(ctx context.Context, s *socketio.Socket, _ socketio.Request) (any, error) {
		return nil, s.Emit(ctx, event, args...)
	}
}

// askBack asks the client in turn, and says so if it answers what is expected. As with the
// reference, it never acknowledges the event itself, and does not hold up those behind it.
func askBack(ctx context.Context, s *socketio.Socket, _ socketio.Request) (any, error) {
	socketio.Async(ctx)
	socketio.Call[socketio.Args, socketio.None]("ack").Defer(ctx)
	reply, err := s.Call(ctx, "ack")
	if err != nil {
		return nil, nil //nolint:nilerr // an error would be an acknowledgement
	}
	var number int
	var object struct{ Test bool }
	if reply.Decode(&number, &object) == nil && number == 5 && object.Test {
		return nil, s.Emit(ctx, "got it")
	}
	return nil, nil
}

// A condition is what the suite expects of an event.
type condition func(s *socketio.Socket, r socketio.Request) bool

// emitsIf emits an event if one came as expected.
func emitsIf(event string, expected condition) socketio.Handler {
	return func(ctx context.Context, s *socketio.Socket, r socketio.Request) (any, error) {
		if !expected(s, r) {
			return nil, nil
		}
		return nil, s.Emit(ctx, event)
	}
}

// heard is the last of the events that came as expected, where their order matters.
const heard socketio.Data[string] = "heard"

// hears notes that an event came as expected.
func hears(expected condition) socketio.Handler {
	return func(_ context.Context, s *socketio.Socket, r socketio.Request) (any, error) {
		if expected(s, r) {
			heard.Set(s, r.Event)
		}
		return nil, nil
	}
}

func isAfter(event string) condition {
	return func(s *socketio.Socket, _ socketio.Request) bool {
		last, _ := heard.Get(s)
		return last == event
	}
}

func isBytes(_ *socketio.Socket, r socketio.Request) bool {
	if len(r.Args) == 0 {
		return false
	}
	_, ok := r.Args[0].Bytes()
	return ok
}

func isJSONWithBytes(_ *socketio.Socket, r socketio.Request) bool {
	var v struct {
		Hello   string
		Message socketio.Binary
		Goodbye string
	}
	return r.Args.Decode(&v) == nil && v.Hello == "lol" && len(v.Message) > 0 && v.Goodbye == "gotcha"
}

// A handshake is what the reference server shows of one.
type handshake struct {
	Headers map[string]string `json:"headers"`
	Time    string            `json:"time"`
	Address string            `json:"address"`
	XDomain bool              `json:"xdomain"`
	Secure  bool              `json:"secure"`
	Issued  int64             `json:"issued"` // ms
	URL     string            `json:"url"`
	Query   map[string]string `json:"query"`
	Auth    json.RawMessage   `json:"auth"`
}

func handshakeOf(s *socketio.Socket) handshake {
	h := s.Handshake()
	query := map[string]string{}
	for name, values := range h.Query() {
		query[name] = strings.Join(values, ",")
	}
	address, _, err := net.SplitHostPort(h.RemoteAddr)
	if err != nil {
		address = h.RemoteAddr
	}
	return handshake{
		Headers: nodeHeaders(h.Header),
		Time:    h.Time.Format(time.RFC1123),
		Address: address,
		XDomain: h.Header.Get("Origin") != "",
		Secure:  h.Secure(),
		Issued:  h.Time.UnixMilli(),
		URL:     h.URL.RequestURI(),
		Query:   query,
		Auth:    h.Auth,
	}
}
