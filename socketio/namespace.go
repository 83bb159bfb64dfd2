package socketio

import (
	"context"
	"iter"
	"sync"
	"sync/atomic"

	"github.com/caucus-live/caucus/socketio/engineio"
	"github.com/caucus-live/caucus/socketio/internal/packet"
)

// A Namespace is a separate channel over the clients' connections, with its own
// sockets, rooms, middleware and handlers. Get one with [Server.Of].
//
// All methods may be called concurrently, and at any time. A registration takes
// effect immediately but not retroactively, so register before serving. Functions
// of the same kind are called in the order of registration.
type Namespace struct {
	// Immutable.
	srv      *Server
	name     string
	handlers *handlers
	log      *recoveryLog // nil without recovery
	parent   *Namespace   // nil unless it is dynamic
	matches  matcher      // nil unless it is a parent

	everyone room               // never dead
	sockets  map[string]*Socket // by id; guarded by the lock of everyone
	rooms    sync.Map           // name → *room
	lastAck  atomic.Int64

	// Guarded by srv.mu.
	children map[string]*Namespace // of a parent
	users    int                   // of a child: sockets that are in it or on their way
}

func newNamespace(srv *Server, name string, h *handlers) *Namespace {
	return &Namespace{srv: srv, name: name, handlers: h, log: srv.store.logOf(name), sockets: make(map[string]*Socket)}
}

// Name returns the namespace's name, with its leading slash.
func (ns *Namespace) Name() string { return ns.name }

// Server returns the server that the namespace belongs to.
func (ns *Namespace) Server() *Server { return ns.srv }

// Use registers middleware, which is called for each client that wants to enter.
// See [Middleware].
func (ns *Namespace) Use(m Middleware) {
	ns.handlers.change(func(t *table) { t.middleware = added(t.middleware, m) })
}

// OnConnect registers a function that is called for each new socket, before any of
// its events is handled. The client gets the events that it emits to the socket
// before any others. An error disconnects the socket, and is logged unless it is an
// [*Error].
func (ns *Namespace) OnConnect(f func(ctx context.Context, s *Socket) error) {
	ns.handlers.change(func(t *table) { t.connect = added(t.connect, f) })
}

// OnDisconnect registers a function that is called for each socket that is
// disconnected, after the last of its handlers has returned. The socket's rooms
// and data can still be read. ctx has the values of the socket's context but does
// not end.
func (ns *Namespace) OnDisconnect(f func(ctx context.Context, s *Socket, reason Reason)) {
	ns.handlers.change(func(t *table) { t.disconnect = added(t.disconnect, f) })
}

// On registers the handler of an event. It panics if the event has a handler, or if
// the name is not an event's, as with "connection" and "disconnect". [Event.On] and
// [Call.On] do the same for typed handlers.
func (ns *Namespace) On(event string, h Handler) {
	checkEvent(event)
	ns.handlers.change(func(t *table) { t.plain = registered(t.plain, event, h) })
}

// OnAny registers a function that sees each event before its handler does,
// including events without a handler.
func (ns *Namespace) OnAny(f func(ctx context.Context, s *Socket, r Request)) {
	ns.handlers.change(func(t *table) { t.incoming = added(t.incoming, f) })
}

// OnAnyOutgoing registers a function that sees each event emitted on this server,
// once, however many sockets it goes to. Acknowledgements are not events. The
// function must not change the arguments.
func (ns *Namespace) OnAnyOutgoing(f func(ctx context.Context, event string, args []any)) {
	ns.handlers.change(func(t *table) { t.outgoing = added(t.outgoing, f) })
}

// Intercept wraps all handlers of the namespace. The interceptor registered first
// is outermost. For an event without a handler, next returns an [*Error] with
// [CodeUnknownEvent]; unless an interceptor replaces that error, the event is not
// answered. An interceptor may look at an event, change it, refuse it by returning
// an error instead of calling next, or change the answer:
//
//	ns.Intercept(func(next socketio.Handler) socketio.Handler {
//		return func(ctx context.Context, s *socketio.Socket, r socketio.Request) (any, error) {
//			answer, err := next(ctx, s, r)
//			if err != nil && !r.WantsAck {
//				return nil, s.Emit(ctx, "exception", describe(err))
//			}
//			return answer, err
//		}
//	})
func (ns *Namespace) Intercept(wrap func(next Handler) Handler) {
	ns.handlers.change(func(t *table) { t.intercept = added(t.intercept, wrap) })
}

// observe passes an event to the functions of OnAnyOutgoing.
func (ns *Namespace) observe(ctx context.Context, event string, args []any) {
	for _, f := range ns.handlers.table.Load().outgoing {
		f(ctx, event, args)
	}
}

// Emit sends an event to every socket of the namespace: see [Target.Emit].
func (ns *Namespace) Emit(ctx context.Context, event string, args ...any) error {
	return ns.Everyone().Emit(ctx, event, args...)
}

// Call asks every socket of the namespace: see [Target.Call].
func (ns *Namespace) Call(ctx context.Context, event string, args ...any) iter.Seq2[Reply[Args], error] {
	return ns.Everyone().Call(ctx, event, args...)
}

// Everyone returns all sockets of the namespace.
func (ns *Namespace) Everyone() Target { return Target{ns: ns, everyone: true} }

// To returns the sockets in any of the rooms. Without rooms the target is empty.
// Each socket is in a room named by its id.
func (ns *Namespace) To(rooms ...string) Target { return Target{ns: ns}.To(rooms...) }

// Except returns all sockets of the namespace except those in the rooms.
func (ns *Namespace) Except(rooms ...string) Target { return ns.Everyone().Except(rooms...) }

// Socket returns the socket with an id, or nil if no such socket is on this server.
func (ns *Namespace) Socket(id string) *Socket {
	ns.everyone.mu.RLock()
	defer ns.everyone.mu.RUnlock()
	return ns.sockets[id]
}

// Sockets returns the sockets of the namespace that are on this server.
func (ns *Namespace) Sockets() iter.Seq[*Socket] { return ns.Everyone().Sockets() }

// Len returns the number of sockets of the namespace on this server.
func (ns *Namespace) Len() int { return ns.everyone.size() }

// Rooms returns the rooms that sockets of this server have joined, in no order,
// each with the number of those sockets.
func (ns *Namespace) Rooms() iter.Seq2[string, int] {
	return func(yield func(string, int) bool) {
		ns.rooms.Range(func(_, r any) bool {
			room := r.(*room) //nolint:errcheck // nothing else is stored
			return yield(room.name, room.size())
		})
	}
}

// RoomLen returns the number of sockets of this server that have joined a room.
func (ns *Namespace) RoomLen(name string) int {
	if r := ns.room(name); r != nil {
		return r.size()
	}
	return 0
}

// add makes s a socket of the namespace and greets its client, in one step for
// everybody else: what is emitted to the namespace comes behind the greeting. It
// returns false if the client is gone.
func (ns *Namespace) add(s *Socket, greeting ...*engineio.Message) bool {
	ns.everyone.mu.Lock()
	defer ns.everyone.mu.Unlock()
	s.mu.Lock() // after the room's: join takes them the other way round, but never for everyone
	if s.state == disconnected {
		s.mu.Unlock()
		return false
	}
	s.state = connected
	s.setContextLocked(s.ctx) // if it has ended, the client hears so behind the greeting
	s.mu.Unlock()
	s.everyone.socket = s
	ns.everyone.addLocked(&s.everyone)
	ns.sockets[s.id] = s
	_ = s.conn.session.Send(greeting...) // if it is closed we are told
	return true
}

// remove undoes add, and takes a socket that has ended out of its rooms. It still
// remembers them.
func (ns *Namespace) remove(s *Socket) {
	ns.everyone.mu.Lock()
	ns.everyone.removeLocked(&s.everyone)
	if ns.sockets[s.id] == s { // otherwise its client is back
		delete(ns.sockets, s.id)
	}
	ns.everyone.mu.Unlock()
	for m := range s.rooms.all() {
		ns.removeFrom(m)
	}
	ns.release()
}

// greeting is the answer to a client that may enter.
func (s *Socket) greeting() *engineio.Message {
	if s.conn.session.Protocol() == 3 {
		return s.conn.srv.control(packet.Connect, s.name(), nil)
	}
	return s.conn.srv.control(packet.Connect, s.name(), struct {
		SID string `json:"sid"`
		PID string `json:"pid,omitempty"`
	}{s.id, s.resumable.id()})
}
