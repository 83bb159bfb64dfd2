package socketio

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/caucus-live/caucus/socketio/internal/packet"
)

// A Handler handles an event. Its result is the acknowledgement, if the client
// asked for one: nil and [None] are sent as one without arguments, [Args] and a
// [Tuple] as one with several, and an error as [Error] describes.
//
// The handlers of one socket are called one at a time, in the order of its events,
// unless one calls [Async]. Handlers of different sockets run concurrently, even if
// the sockets belong to one client. A handler may wait for an answer from its own
// client. ctx ends when the socket is disconnected. A panic, or [runtime.Goexit],
// disconnects that socket and no other. To answer later, see [Call.Defer].
type Handler func(ctx context.Context, s *Socket, r Request) (any, error)

// A Middleware decides whether a client may enter a namespace. An error refuses it
// (see [Error]). The context it returns, which must descend from ctx, becomes the
// socket's. Its values reach all handlers, and the socket is disconnected when it
// ends, so a deadline makes an identity expire (see [Socket.Reauthenticate]).
type Middleware func(ctx context.Context, h *Handshake) (context.Context, error)

// handlers are what is registered on a namespace; dynamic namespaces share those
// of their parent. They are read without a lock.
type handlers struct {
	mu    sync.Mutex // held while a new table is made
	table atomic.Pointer[table]
}

// A table is never changed after it is stored.
type table struct {
	middleware  []Middleware
	connect     []func(context.Context, *Socket) error
	disconnect  []func(context.Context, *Socket, Reason)
	incoming    []func(context.Context, *Socket, Request)
	outgoing    []func(context.Context, string, []any)
	rooms       []func(RoomEvent)
	intercept   []func(Handler) Handler
	plain       map[string]Handler       // as registered
	fromServers map[string]sourceHandler // as registered

	events  map[string]namedHandler // plain, intercepted
	unknown Handler                 // for all other events, intercepted
}

// A sourceHandler is a handler registered at a Source.
type sourceHandler = func(context.Context, Request) (any, error)

// A namedHandler is a handler with the name it is registered for, which saves making
// a string of the name in each packet.
type namedHandler struct {
	name    string
	handler Handler
}

func newHandlers() *handlers {
	h := new(handlers)
	h.table.Store(&table{unknown: unknownEvent})
	return h
}

// errUnknownEvent is what interceptors see of an event without a handler. If none
// of them makes something else of it, the client is told nothing: one that waits
// for an acknowledgement runs into its timeout, as with the reference server.
var errUnknownEvent = &Error{Code: CodeUnknownEvent, Message: "nobody handles this event"}

func unknownEvent(context.Context, *Socket, Request) (any, error) { return nil, errUnknownEvent }

// change stores a table that differs from the present one by what f does to it.
func (h *handlers) change(f func(*table)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	t := *h.table.Load()
	f(&t)
	t.events = make(map[string]namedHandler, len(t.plain))
	for name, handler := range t.plain {
		t.events[name] = namedHandler{name, t.intercepted(handler)}
	}
	t.unknown = t.intercepted(unknownEvent)
	h.table.Store(&t)
}

// intercepted wraps h so that the interceptor registered first is outermost.
func (t *table) intercepted(h Handler) Handler {
	for _, wrap := range slices.Backward(t.intercept) {
		h = wrap(h)
	}
	return h
}

// find returns what handles the event of that name.
func (t *table) find(name []byte) namedHandler {
	if e, ok := t.events[string(name)]; ok {
		return e
	}
	return namedHandler{string(name), t.unknown}
}

// added returns a slice with one more element, sharing nothing with s.
func added[T any](s []T, v T) []T { return append(slices.Clone(s), v) }

// insteadOf are names under which JavaScript programs listen to what happens to a
// connection, with the methods for it here.
var insteadOf = map[string]string{
	"connect": "OnConnect", "connection": "OnConnect",
	"disconnect": "OnDisconnect", "disconnecting": "OnDisconnect",
}

// checkEvent panics if a handler registered for an event of this name would never be
// called.
func checkEvent(name string) {
	if method, ok := insteadOf[name]; ok {
		panic(fmt.Sprintf("socketio: %q is not an event: use %s", name, method)) //nolint:forbidigo // misuse at registration
	}
	if packet.Reserved(name) {
		panic(fmt.Sprintf("socketio: event name %q is reserved", name)) //nolint:forbidigo // misuse at registration
	}
}

// registered returns a map with one more handler.
func registered[H any](m map[string]H, name string, h H) map[string]H {
	if _, ok := m[name]; ok {
		panic(fmt.Sprintf("socketio: second handler for event %q", name)) //nolint:forbidigo // misuse at registration
	}
	m = maps.Clone(m)
	if m == nil {
		m = make(map[string]H)
	}
	m[name] = h
	return m
}
