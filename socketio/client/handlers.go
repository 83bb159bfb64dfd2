package client

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/client/internal/engine"
	"github.com/caucus-live/caucus/socketio/internal/packet"
)

// A Handler handles one event. What it returns is the answer to the server, if that
// asked for one, as with [socketio.Handler]: of errors only a [*socketio.Error] is
// sent; others are logged.
//
// The handlers of one socket, and the functions of OnConnect and its like, are
// called in the order in which things happened, one at a time; those of different
// sockets at the same time. A handler may wait for an answer of the server. Its
// context ends with [Client.Close], not with the connection: what has arrived is to
// be handled. A panic is logged, and answered with an error.
type Handler = func(ctx context.Context, r socketio.Request) (any, error)

// handlers are what is registered on a socket.
type handlers struct {
	events       map[string]Handler
	incoming     []func(context.Context, socketio.Request)
	outgoing     []func(context.Context, string, []any)
	connected    []func(context.Context)
	disconnected []func(context.Context, Reason)
	failed       []func(context.Context, error)
}

// Listen registers the handler of an event, until stop is called. It panics if there
// is one already. [socketio.Event.Listen] and [socketio.Call.Answer] do the same for
// handlers with types. An event without a handler is dropped, and not answered.
func (s *Socket) Listen(event string, h Handler) (stop func()) {
	s.client.mu.Lock()
	defer s.client.mu.Unlock()
	if _, ok := s.handlers.events[event]; ok {
		panic(fmt.Sprintf("client: second handler for event %q", event)) //nolint:forbidigo // misuse at registration
	}
	if s.handlers.events == nil {
		s.handlers.events = make(map[string]Handler)
	}
	s.handlers.events[event] = h
	return sync.OnceFunc(func() {
		s.client.mu.Lock()
		defer s.client.mu.Unlock()
		delete(s.handlers.events, event)
	})
}

// OnAny registers a function that sees each event before its handler does, also
// events without a handler.
func (s *Socket) OnAny(f func(ctx context.Context, r socketio.Request)) {
	register(s, &s.handlers.incoming, f)
}

// OnAnyOutgoing registers a function that sees each event that is emitted. It is
// called by who emits, and must not change the arguments. Acknowledgements are no
// events.
func (s *Socket) OnAnyOutgoing(f func(ctx context.Context, event string, args []any)) {
	register(s, &s.handlers.outgoing, f)
}

// OnConnect registers a function that is called each time the socket is connected,
// before its events are handled.
func (s *Socket) OnConnect(f func(ctx context.Context)) { register(s, &s.handlers.connected, f) }

// OnDisconnect registers a function that is called each time the socket is
// disconnected, after the events that came before.
func (s *Socket) OnDisconnect(f func(ctx context.Context, reason Reason)) {
	register(s, &s.handlers.disconnected, f)
}

// OnConnectError registers a function that is called for each failure to connect. A
// [*ConnectError], which is the server's, ends the attempts, as does an error of
// Options.AuthFunc; after others there is another one, unless Options say otherwise.
func (s *Socket) OnConnectError(f func(ctx context.Context, err error)) {
	register(s, &s.handlers.failed, f)
}

// register appends to a list. Who reads one without the lock has its own length.
func register[F any](s *Socket, list *[]F, f F) {
	s.client.mu.Lock()
	defer s.client.mu.Unlock()
	*list = append(*list, f)
}

// observe shows an event to those who want to see all that go out.
func (s *Socket) observe(ctx context.Context, event string, args []any) {
	s.client.mu.Lock()
	observers := s.handlers.outgoing
	s.client.mu.Unlock()
	for _, f := range observers {
		f(ctx, event, args)
	}
}

// An incoming event, with what it takes to answer it.
type incoming struct {
	socketio.Request

	id   int64
	conn *engine.Conn // an answer over another would be one to another question
	size int          // bytes, at least taskSize
}

// handle calls the handler of an event.
func (s *Socket) handle(ctx context.Context, e incoming) {
	s.client.mu.Lock()
	observers, h := s.handlers.incoming, s.handlers.events[e.Event]
	s.client.mu.Unlock()
	for _, f := range observers {
		f(ctx, e.Request)
	}
	if h == nil {
		return
	}
	answer, err := s.call(ctx, h, e)
	if err != nil {
		answer = s.tell(ctx, err, e.Event)
	}
	if !e.WantsAck {
		return
	}
	if err := s.acknowledge(e, answer); err != nil {
		_ = s.acknowledge(e, s.tell(ctx, err, e.Event)) // which does encode
	}
}

var errPanic = errors.New("client: panic")

// call makes an error of a panic.
func (s *Socket) call(ctx context.Context, h Handler, e incoming) (answer any, err error) {
	defer func() {
		if v := recover(); v != nil {
			s.client.panicked(v)
			err = errPanic
		}
	}()
	return h(ctx, e.Request)
}

func (s *Socket) acknowledge(e incoming, answer any) error {
	var values []any
	if answer != nil {
		values = append(values, answer)
	}
	p, err := s.encode(packet.Ack, e.id, values...)
	if err != nil {
		return fmt.Errorf("client: encode the answer: %w", err)
	}
	c := s.client
	c.mu.Lock()
	defer c.mu.Unlock()
	if s.connected && c.conn == e.conn {
		_ = s.sendLocked(p) // a full buffer: the server has its own timeout
	}
	return nil
}

// errorAnswer is the form of an answer that is an error.
type errorAnswer struct {
	Error struct {
		Code    string `json:"code"`
		Message string `json:"message"`
		Data    any    `json:"data,omitempty"`
	} `json:"error"`
}

// tell returns what the server is told of an error. What it is not told is logged.
func (s *Socket) tell(ctx context.Context, err error, event string) (a errorAnswer) {
	if e, ok := errors.AsType[*socketio.Error](err); ok {
		a.Error.Code, a.Error.Message, a.Error.Data = e.Code, e.Message, e.Data
		return a
	}
	if !errors.Is(err, errPanic) { // which has been logged
		s.client.opts.Logger.ErrorContext(ctx, "client: handler failed", slog.Any("error", err),
			slog.String("namespace", s.name), slog.String("event", event))
	}
	a.Error.Code, a.Error.Message = socketio.CodeInternal, "internal error"
	return a
}

// panicked logs a panic.
func (c *Client) panicked(v any) {
	c.opts.Logger.Error("client: handler panicked", slog.Any("panic", v), slog.String("stack", string(debug.Stack())))
}
