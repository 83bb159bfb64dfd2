package sioclient

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/internal/handling"
	"github.com/caucus-live/caucus/socketio/internal/packet"
)

// A Handler handles one event. Its result is the acknowledgement, if the server
// asked for one, as with [socketio.Handler]. Only a [*socketio.Error] is sent to
// the server; other errors are logged.
//
// The handlers of one socket, and the functions of OnConnect and its like, are
// called one at a time, in the order of the events; those of different sockets run
// concurrently. See [socketio.Async] for handlers that need not wait for each
// other. A handler may wait for an answer from the server. Its context ends with
// [Client.Close], not with the connection, so events that have arrived are handled.
// A panic is logged and answered with an error.
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

// insteadOf are names under which JavaScript programs listen to what happens to a
// connection, with the methods for it here.
var insteadOf = map[string]string{
	"connect": "OnConnect", "disconnect": "OnDisconnect", "connect_error": "OnConnectError",
}

// checkEvent panics if a handler registered for an event of this name would never be
// called.
func checkEvent(name string) {
	if method, ok := insteadOf[name]; ok {
		panic(fmt.Sprintf("sioclient: %q is not an event: use %s", name, method)) //nolint:forbidigo // misuse at registration
	}
	if packet.Reserved(name) {
		panic(fmt.Sprintf("sioclient: event name %q is reserved", name)) //nolint:forbidigo // misuse at registration
	}
}

// On registers the handler of an event, until stop is called. It panics if the
// event has a handler, or if the name is not an event's, as with "connect" and
// "disconnect". [socketio.Event.Receive] and [socketio.Call.Receive] do the same
// for typed handlers. An event without a handler is dropped and not answered.
func (s *Socket) On(event string, h Handler) (stop func()) {
	checkEvent(event)
	s.client.mu.Lock()
	defer s.client.mu.Unlock()
	if _, ok := s.handlers.events[event]; ok {
		panic(fmt.Sprintf("sioclient: second handler for event %q", event)) //nolint:forbidigo // misuse at registration
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

// OnAny registers a function that sees each event before its handler does,
// including events without a handler.
func (s *Socket) OnAny(f func(ctx context.Context, r socketio.Request)) {
	register(s, &s.handlers.incoming, f)
}

// OnAnyOutgoing registers a function that sees each event that is emitted. It is
// called on the emitter's goroutine and must not change the arguments.
// Acknowledgements are not events.
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
// [*ConnectError], by which the server refuses, ends the attempts, as does an error
// of Options.AuthFunc. After other errors the client tries again, unless Options
// say otherwise.
func (s *Socket) OnConnectError(f func(ctx context.Context, err error)) {
	register(s, &s.handlers.failed, f)
}

// register appends to a list. Readers hold a slice header, so appending is safe.
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

// handle calls the handler of an event. It reports whether the goroutine still works for
// the socket. A panic, or runtime.Goexit, is answered with an error.
func (s *Socket) handle(ctx context.Context, e *incoming) (goOn bool) {
	e.Context = handling.Context{Context: ctx, Event: e}
	s.client.mu.Lock()
	observers, h := s.handlers.incoming, s.handlers.events[e.request.Event]
	s.client.mu.Unlock()
	finished := false
	defer func() { //nolint:contextcheck // e is the context
		v := recover()
		if finished {
			return
		}
		s.client.panicked(v)
		_ = e.answer(nil, errPanic)
		if goOn = e.finish(); v == nil && goOn { // this goroutine is about to end
			s.passOn()
		}
	}()
	for _, f := range observers {
		f(e, e.request) //nolint:contextcheck // e is the context
	}
	if h != nil {
		answer, err := h(e, e.request) //nolint:contextcheck // e is the context
		if err != nil || !e.isDeferred() {
			_ = e.answer(answer, err) //nolint:contextcheck // e is the context; if it was answered before, that counts
		}
	}
	finished = true
	return e.finish()
}

var errPanic = errors.New("sioclient: panic")

// errorAnswer is the form of an answer that is an error.
type errorAnswer struct {
	Error struct {
		Code    string `json:"code"`
		Message string `json:"message"`
		Data    any    `json:"data,omitempty"`
	} `json:"error"`
}

// tell returns the error to send to the server. Anything kept from the server is
// logged.
func (s *Socket) tell(ctx context.Context, err error, event string) (a errorAnswer) {
	if e, ok := errors.AsType[*socketio.Error](err); ok {
		a.Error.Code, a.Error.Message, a.Error.Data = e.Code, e.Message, e.Data
		return a
	}
	if !errors.Is(err, errPanic) { // which has been logged
		s.client.opts.Logger.ErrorContext(ctx, "sioclient: handler failed", slog.Any("error", err),
			slog.String("namespace", s.name), slog.String("event", event))
	}
	a.Error.Code, a.Error.Message = socketio.CodeInternal, "internal error"
	return a
}

// drop logs an error that is not sent to the server.
func (s *Socket) drop(ctx context.Context, err error, event string) {
	s.client.opts.Logger.DebugContext(ctx, "sioclient: error of an event without acknowledgement", slog.Any("error", err),
		slog.String("namespace", s.name), slog.String("event", event))
}

// panicked logs a panic, or runtime.Goexit if v is nil.
func (c *Client) panicked(v any) {
	if v == nil {
		v = "runtime.Goexit was called"
	}
	c.opts.Logger.Error("sioclient: handler panicked", slog.Any("panic", v), slog.String("stack", string(debug.Stack())))
}
