package redisadapter

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/internal/bridge"
	"github.com/caucus-live/caucus/socketio/internal/packet"
)

// An Emitter reaches the clients of all servers of a cluster, JavaScript servers included, from
// a program that is not a server, such as a worker. It emits to a namespace: "/" unless it comes
// from Of. Its methods may be called concurrently.
//
//	emitter := redisadapter.NewEmitter(client, nil)
//	err := News.Emit(ctx, emitter.To("readers"), "hello")
type Emitter struct {
	client *redis.Client
	codec  codec
	ns     string
}

// emitterUID is what emitters are called on the wire, as in JavaScript.
const emitterUID = "emitter"

// NewEmitter returns an Emitter. Options, which may be nil, are as for the adapters of the
// servers. The client stays the caller's.
func NewEmitter(client *redis.Client, opts *Options) *Emitter {
	return &Emitter{client: client, codec: codec{opts: opts.withDefaults(), uid: emitterUID}, ns: "/"}
}

// Of returns an emitter to another namespace. The leading slash may be left out.
func (e *Emitter) Of(namespace string) *Emitter {
	other := *e
	other.ns = "/" + strings.TrimPrefix(namespace, "/")
	return &other
}

// Emit sends an event to every socket of the namespace: see [Target.Emit].
func (e *Emitter) Emit(ctx context.Context, event string, args ...any) error {
	return e.Everyone().Emit(ctx, event, args...)
}

// Everyone returns all sockets of the namespace.
func (e *Emitter) Everyone() Target { return Target{emitter: e, everyone: true} }

// To returns the sockets in any of the rooms. Without rooms the target is empty. A socket's id is
// a room with that one socket.
func (e *Emitter) To(rooms ...string) Target { return Target{emitter: e}.To(rooms...) }

// Except returns all sockets of the namespace except those in the rooms.
func (e *Emitter) Except(rooms ...string) Target { return e.Everyone().Except(rooms...) }

// Servers returns the servers themselves: what is emitted to it does not reach clients. See
// [socketio.Servers].
func (e *Emitter) Servers() socketio.Emitter { return servers{e} }

// servers are where events for servers are emitted.
type servers struct{ emitter *Emitter }

// Emit implements [socketio.Emitter].
func (s servers) Emit(ctx context.Context, event string, args ...any) error {
	m, err := message(event, args)
	if err != nil {
		return err
	}
	m.Kind = socketio.MessageServerEvent
	return s.emitter.publish(ctx, m)
}

// publish sends a message to all servers.
func (e *Emitter) publish(ctx context.Context, m *socketio.Message) error {
	m.Namespace = e.ns
	channel, payload, err := e.codec.encode(m)
	if err != nil {
		return err
	}
	if err := e.client.Publish(ctx, channel, payload).Err(); err != nil {
		return fmt.Errorf("redisadapter: publish: %w", err)
	}
	return nil
}

// message returns a broadcast of an event.
func message(event string, args []any) (*socketio.Message, error) {
	if packet.Reserved(event) {
		return nil, fmt.Errorf("redisadapter: %w: %q", socketio.ErrReserved, event)
	}
	data, attachments, err := bridge.Socketio.Encode(append([]any{event}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("redisadapter: encode %s: %w", event, err)
	}
	return &socketio.Message{Kind: socketio.MessageBroadcast, Data: data, Attachments: attachments}, nil
}

// A Target is a set of sockets of a namespace, with modifiers, as [socketio.Target] is. It is a
// value: its methods return a new one. Its own errors are those of Redis; whether servers and
// clients get what is sent is not known.
type Target struct {
	emitter  *Emitter // nil in the zero Target, which is nobody
	everyone bool     // all sockets, unless rooms are named

	rooms, except          []string
	volatile, uncompressed bool
}

// To adds the sockets in rooms. If the target was everyone, it becomes only the sockets in rooms.
func (t Target) To(rooms ...string) Target {
	t.everyone = false
	t.rooms = slices.Concat(t.rooms, rooms)
	return t
}

// Except removes the sockets in rooms.
func (t Target) Except(rooms ...string) Target {
	t.except = slices.Concat(t.except, rooms)
	return t
}

// Volatile drops events for sockets to which they cannot be sent at once.
func (t Target) Volatile() Target {
	t.volatile = true
	return t
}

// Compress sets whether events may be compressed. They may by default.
func (t Target) Compress(compress bool) Target {
	t.uncompressed = !compress
	return t
}

// Emit sends an event to each of the sockets. It returns when Redis has it.
func (t Target) Emit(ctx context.Context, event string, args ...any) error {
	m, err := message(event, args)
	if err != nil {
		return err
	}
	m.Volatile, m.Uncompressed = t.volatile, t.uncompressed
	return t.publish(ctx, m)
}

// Join puts the sockets into rooms.
func (t Target) Join(ctx context.Context, rooms ...string) error {
	return t.publish(ctx, &socketio.Message{Kind: socketio.MessageJoin, Into: rooms})
}

// Leave takes the sockets out of rooms.
func (t Target) Leave(ctx context.Context, rooms ...string) error {
	return t.publish(ctx, &socketio.Message{Kind: socketio.MessageLeave, Into: rooms})
}

// Disconnect takes the clients out of the namespace: see [socketio.Socket.Disconnect].
func (t Target) Disconnect(ctx context.Context) error {
	return t.publish(ctx, &socketio.Message{Kind: socketio.MessageDisconnect})
}

// CloseConns closes the clients' connections: see [socketio.Socket.CloseConn].
func (t Target) CloseConns(ctx context.Context) error {
	return t.publish(ctx, &socketio.Message{Kind: socketio.MessageCloseConns})
}

// publish sends a message about the sockets, unless there can be none.
func (t Target) publish(ctx context.Context, m *socketio.Message) error {
	if t.emitter == nil || !t.everyone && len(t.rooms) == 0 {
		return nil
	}
	m.Rooms, m.Except = t.rooms, t.except
	return t.emitter.publish(ctx, m)
}
