package socketio

import (
	"context"
	"iter"
	"slices"

	"github.com/caucus-live/caucus/socketio/engineio"
	"github.com/caucus-live/caucus/socketio/internal/packet"
)

// An Emitter is something that events can be sent to: a [*Socket], a [*Namespace], a
// [Target], [Servers].
type Emitter interface {
	Emit(ctx context.Context, event string, args ...any) error
}

// A Target is a set of sockets of a namespace, with modifiers for sending to them.
// It is a value: its methods return a new one and leave the old one unchanged, so
// it can be kept, shared and used concurrently. Its sockets are determined each
// time it is used.
//
// Get one with [Namespace.To], [Namespace.Everyone] or [Socket.To]. A target
// without rooms that does not come from Everyone, Others or Except contains no
// sockets, and neither does the zero Target. Sending to it is not an error.
type Target struct {
	ns       *Namespace // nil in the zero Target
	everyone bool       // all sockets, unless rooms are named
	rooms    []string   // their union
	except   []string
	flags    targetFlags
}

// isNobody reports whether the target contains no sockets, whichever there are.
func (t Target) isNobody() bool { return t.ns == nil || !t.everyone && len(t.rooms) == 0 }

type targetFlags uint8

const (
	isVolatile targetFlags = 1 << iota
	isLocal
	isUncompressed
	isOwn // one socket of this server: see Socket.Self
)

func (f targetFlags) has(flag targetFlags) bool { return f&flag != 0 }

// To adds the sockets in rooms. A socket in several of them counts once. If the
// target was everyone, it becomes only the sockets in rooms.
func (t Target) To(rooms ...string) Target {
	t.everyone = false
	t.flags &^= isOwn
	t.rooms = slices.Concat(t.rooms, rooms)
	return t
}

// In is another name for To, for use where it reads better.
func (t Target) In(rooms ...string) Target { return t.To(rooms...) }

// Except removes the sockets in rooms. A socket's id is a room with that one
// socket.
func (t Target) Except(rooms ...string) Target {
	t.flags &^= isOwn
	t.except = slices.Concat(t.except, rooms)
	return t
}

// Volatile drops events for sockets to which they cannot be sent at once, because
// the client does not read or is between two polls. They are not kept for recovery.
func (t Target) Volatile() Target {
	t.flags |= isVolatile
	return t
}

// Local excludes the sockets on other servers of the cluster.
func (t Target) Local() Target {
	t.flags |= isLocal
	return t
}

// Compress sets whether events may be compressed. They may by default; whether they
// are depends on the options of the engine.
func (t Target) Compress(compress bool) Target {
	t.flags |= isUncompressed
	if compress {
		t.flags &^= isUncompressed
	}
	return t
}

// Emit sends an event to each of the sockets. It is encoded once, before Emit
// returns. Emit does not wait for clients, and does not report those that have
// fallen behind: they are disconnected with [ReasonQueueFull]. ctx is passed to the
// cluster's adapter, whose error Emit returns after sending to the sockets of this
// server. [Recovery] says what is different if the adapter keeps a log.
func (t Target) Emit(ctx context.Context, event string, args ...any) error {
	if t.isNobody() {
		return nil
	}
	if t.ns.matches != nil {
		return t.emitToChildren(ctx, event, args)
	}
	t.ns.observe(ctx, event, args)
	t.observeSent(event, args)
	o, err := t.ns.srv.newEvent(t.ns.name, packet.NoID, event, args)
	if err != nil {
		return err
	}
	defer o.release()
	if t.ns.log.isShared(t) {
		return t.emitShared(ctx, event, o)
	}
	remote := t.ns.srv.cluster.broadcast(t, o) // before send, which may add to the packet
	if err := t.send(o); err != nil {
		return err
	}
	t.traceBroadcast(ctx, event, o)
	return t.ns.srv.cluster.publish(ctx, remote)
}

// send sends a packet to the sockets on this server.
func (t Target) send(o *outgoing) error {
	if log := t.ns.log; log != nil && o.id == packet.NoID {
		return log.publish(o, t, func(batch []*engineio.Message) error { return t.deliver(o, batch) })
	}
	batch, err := o.finish(!t.flags.has(isUncompressed))
	if err != nil {
		return err
	}
	return t.deliver(o, batch)
}

// deliver queues messages for each of the sockets on this server. Errors of
// sessions that are closed, or are being closed for it, are not returned.
func (t Target) deliver(o *outgoing, batch []*engineio.Message) error {
	o.receivers = 0
	for s := range t.Sockets() {
		o.receivers++
		if t.flags.has(isVolatile) {
			s.conn.session.SendVolatile(batch...)
		} else {
			_ = s.conn.session.Send(batch...)
		}
	}
	t.ns.srv.stats.broadcast(o.receivers)
	return nil
}

// Sockets returns the sockets of the target that are on this server, as of the
// start of the iteration.
func (t Target) Sockets() iter.Seq[*Socket] {
	return func(yield func(*Socket) bool) {
		if t.isNobody() {
			return
		}
		list := t.ns.srv.receivers.get()
		defer t.ns.srv.receivers.put(list)
		list.find(t)
		for _, s := range list.sockets {
			if !yield(s) {
				return
			}
		}
	}
}

// Join puts the sockets into rooms, those on other servers shortly after it
// returns. The error is that of the cluster's adapter.
func (t Target) Join(ctx context.Context, rooms ...string) error {
	for s := range t.Sockets() {
		_ = s.Join(rooms...) // one that is gone need not join
	}
	return t.order(ctx, MessageJoin, rooms)
}

// Leave takes the sockets out of rooms, those on other servers shortly after it
// returns. The error is that of the cluster's adapter.
func (t Target) Leave(ctx context.Context, rooms ...string) error {
	for s := range t.Sockets() {
		s.Leave(rooms...)
	}
	return t.order(ctx, MessageLeave, rooms)
}

// Disconnect calls [Socket.Disconnect] on the sockets, on other servers soon after
// it returns. The error is that of the cluster's adapter.
func (t Target) Disconnect(ctx context.Context) error {
	for s := range t.Sockets() {
		s.Disconnect()
	}
	return t.order(ctx, MessageDisconnect, nil)
}

// CloseConns calls [Socket.CloseConn] on the sockets, on other servers soon after
// it returns. The error is that of the cluster's adapter.
func (t Target) CloseConns(ctx context.Context) error {
	for s := range t.Sockets() {
		s.CloseConn()
	}
	return t.order(ctx, MessageCloseConns, nil)
}

// BreakConns calls [Socket.BreakConn] on the sockets, on other servers soon after
// it returns. The error is that of the cluster's adapter.
func (t Target) BreakConns(ctx context.Context) error {
	for s := range t.Sockets() {
		s.BreakConn()
	}
	return t.order(ctx, MessageBreakConns, nil)
}

// order has other servers do the same with their sockets.
func (t Target) order(ctx context.Context, kind MessageKind, into []string) error {
	if t.isNobody() {
		return nil
	}
	return t.ns.srv.cluster.order(ctx, t, kind, into)
}
