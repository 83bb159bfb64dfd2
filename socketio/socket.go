package socketio

import (
	"context"
	"errors"
	"maps"
	"sync"

	"github.com/caucus-live/caucus/socketio/engineio"
	"github.com/caucus-live/caucus/socketio/internal/packet"
)

type socketState uint8

const (
	connecting socketState = iota
	connected
	disconnected
)

// A Socket is one client in one namespace. All methods may be called from any
// goroutine, at any time; none but [Socket.Call] and [Socket.Reauthenticate]
// blocks.
type Socket struct {
	// Immutable.
	conn      *conn
	handshake Handshake
	root      context.Context //nolint:containedctx // the socket is what the context describes
	cancel    context.CancelCauseFunc

	// Immutable once the socket is connected, and not used before that.
	ns        *Namespace
	id        string
	resumable *resumable // nil without recovery
	everyone  member     // of the namespace

	mu     sync.Mutex // guards the fields below
	state  socketState
	ended  *DisconnectError // nil unless disconnected
	ctx    context.Context  //nolint:containedctx // root, with what middleware adds
	expiry func() bool      // stops waiting for ctx to end; nil if it has no end of its own
	rooms  memberships      // do not change once the socket is disconnected
	data   map[string]any
	acks   map[int64]chan<- acked
	inbox  inbox
}

// ID returns the socket's id. It is public, unlike that of the connection.
func (s *Socket) ID() string { return s.id }

// Namespace returns the namespace that the socket is in.
func (s *Socket) Namespace() *Namespace { return s.ns }

// Handshake returns the client's request to enter the namespace.
func (s *Socket) Handshake() *Handshake { return &s.handshake }

// Transport returns the name of the connection's transport: "polling", "websocket" or
// "webtransport". It changes when a client upgrades.
func (s *Socket) Transport() string { return s.conn.session.Transport() }

// Buffered returns how many bytes wait to be written to the client, as bufferedAmount of a
// WebSocket does. Sockets of other namespaces on the same connection are included. See
// [engineio.Session.Buffered].
func (s *Socket) Buffered() int { return s.conn.session.Buffered() }

// Recovered reports whether the socket took the place of one that was disconnected
// a short time ago. If so, it has the same id, rooms and data, and its client gets
// the events that it missed. See [Recovery].
func (s *Socket) Recovered() bool { return s.resumable != nil && s.resumable.recovered }

// Context returns the socket's context, with the values that middleware put in.
// It ends when the socket is disconnected; [context.Cause] is then a
// [*DisconnectError].
func (s *Socket) Context() context.Context {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ctx
}

// name returns the name of the namespace.
func (s *Socket) name() string { return s.handshake.Namespace }

func (s *Socket) isConnecting() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state == connecting
}

// Emit sends an event to the client. The arguments are encoded before it returns
// and may then be changed. It does not wait for the client: a nil error does not
// mean that the client has received the event. It returns a [*DisconnectError] if
// the socket is disconnected, and [engineio.ErrQueueFull] if the client has fallen
// behind by more than Engine.MaxQueue bytes, which disconnects it.
//
// What one goroutine emits arrives in that order, whether to a socket or a room.
func (s *Socket) Emit(ctx context.Context, event string, args ...any) error {
	s.ns.observe(ctx, event, args)
	s.observeSent(event, args)
	o, err := s.conn.srv.newEvent(s.name(), packet.NoID, event, args)
	if err != nil {
		return err
	}
	defer o.release()
	if log := s.ns.log; log != nil {
		if log.shared != nil {
			return s.emitShared(ctx, o)
		}
		own := Target{ns: s.ns, rooms: []string{logRoom(s.id)}}
		return log.publish(o, own, func(batch []*engineio.Message) error { return s.send(batch...) })
	}
	batch, err := o.finish(true)
	if err != nil {
		return err
	}
	return s.send(batch...)
}

// send queues messages.
func (s *Socket) send(batch ...*engineio.Message) error {
	if err := s.gone(); err != nil {
		return err
	}
	err := s.conn.session.Send(batch...)
	if errors.Is(err, engineio.ErrClosed) {
		return &DisconnectError{ReasonTransportClose} // most likely; we are about to be told
	}
	return err
}

// gone returns a DisconnectError if the socket is disconnected.
func (s *Socket) gone() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state == disconnected {
		return s.ended
	}
	return nil
}

// Self returns a target that consists of the socket, for modifiers:
//
//	Cursor.Emit(ctx, s.Self().Compress(false), position)
func (s *Socket) Self() Target {
	t := s.ns.To(s.id).Local()
	t.flags |= isOwn
	return t
}

// Volatile returns a target that consists of the socket, for events that may be lost:
// see [Target.Volatile].
func (s *Socket) Volatile() Target { return s.Self().Volatile() }

// To returns the sockets in any of the rooms, except this one. Without rooms the
// target is empty.
func (s *Socket) To(rooms ...string) Target { return s.ns.To(rooms...).Except(s.id) }

// Others returns every socket of the namespace but this one.
func (s *Socket) Others() Target { return s.ns.Except(s.id) }

// Join puts the socket into rooms, and Leave takes it out. Both take effect before
// they return: an event emitted to a room after Join has returned reaches the
// socket, after everything emitted to the socket before. If the socket is
// disconnected, Join does nothing and returns a [*DisconnectError].
//
// Each socket is also in a room of its own, named by its id. It cannot leave that
// room, and [Socket.Rooms] does not list it.
func (s *Socket) Join(rooms ...string) error {
	for _, name := range rooms {
		e, err := s.enter(name, s.ns.log.position())
		if err != nil {
			return err
		}
		s.announceEntrance(name, e)
	}
	s.ns.log.changed(s)
	return nil
}

// Leave takes the socket out of rooms: see [Socket.Join].
func (s *Socket) Leave(rooms ...string) {
	for _, name := range rooms {
		s.leave(name)
	}
	s.ns.log.changed(s)
}

// Rooms returns the rooms that the socket has joined, in no order; once it is
// disconnected, those that it was in then.
func (s *Socket) Rooms() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.rooms.names()
}

// InRoom reports whether the socket is in a room.
func (s *Socket) InRoom(room string) bool {
	if room == s.id {
		return true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.rooms.find(room) != nil
}

// Disconnect takes the client out of the namespace, with ReasonServer. Its
// connection stays open for other namespaces. Pending events from the client are
// dropped.
func (s *Socket) Disconnect() { s.disconnect(ReasonServer) }

// CloseConn disconnects the client's sockets in all namespaces, as Disconnect does,
// and closes its connection when what is queued for it has left. JavaScript clients
// do not reconnect after this.
func (s *Socket) CloseConn() { s.conn.dismiss() }

// BreakConn closes the client's connection, with ReasonForcedClose, when what is
// queued for it has left, but does not disconnect its namespaces first. The client
// takes the connection for lost, and reconnects after a delay. With [Recovery] it
// resumes its id, rooms and data.
func (s *Socket) BreakConn() { s.conn.close(ReasonForcedClose) }

// disconnect ends the socket and leaves the connection open.
func (s *Socket) disconnect(reason Reason) {
	if !s.end(reason) {
		return
	}
	if reason == ReasonClient {
		s.conn.remove(s)
		return
	}
	s.conn.part(s)
	_ = s.conn.session.Send(s.conn.srv.control(packet.Disconnect, s.name(), nil)) // if it is closed the client knows
}

// end marks the socket disconnected, and wakes everything that waits for it. It
// returns false if it was disconnected before, or never connected.
func (s *Socket) end(reason Reason) bool {
	s.mu.Lock()
	was := s.state
	if was == disconnected {
		s.mu.Unlock()
		return false
	}
	gone := &DisconnectError{reason}
	s.state, s.ended = disconnected, gone
	acks := s.acks
	s.acks = nil
	s.inbox.closeLocked(isDismissal(reason))
	if s.expiry != nil {
		s.expiry()
	}
	s.inbox.left = was == connecting // it has been nowhere
	s.mu.Unlock()

	s.cancel(gone)
	if was == connecting {
		return false
	}
	s.ns.log.suspend(s, reason)
	s.ns.remove(s)
	s.mu.Lock()
	s.inbox.left = true
	s.startLocked()
	s.mu.Unlock()
	for _, ack := range acks {
		ack <- acked{socket: s.id, err: gone}
	}
	return true
}

// isDismissal reports whether the server ended the socket on purpose, which
// discards its pending events.
func isDismissal(reason Reason) bool {
	return reason == ReasonServer || reason == ReasonForcedServerClose || reason == ReasonOverload || reason == ReasonPanic
}

// allData returns the names and values of the socket's data.
func (s *Socket) allData() map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.allDataLocked()
}

func (s *Socket) allDataLocked() map[string]any { return maps.Clone(s.data) }

// value returns a piece of data as JSON or as it was set.
func (s *Socket) value(name string) (any, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, ok := s.data[name]
	return v, ok
}

func (s *Socket) setValue(name string, v any) {
	s.mu.Lock()
	if s.data == nil {
		s.data = make(map[string]any)
	}
	s.data[name] = v
	isConnected := s.state == connected
	s.mu.Unlock()
	if isConnected {
		s.ns.log.changed(s)
	}
}
