// Package socketio is a Socket.IO server: protocol version 5, which JavaScript
// clients speak since Socket.IO 3, over Engine.IO 4 (package engineio).
//
//	Server ───────────── an http.Handler; Options, Shutdown, Stats
//	 │
//	 ├─ Namespace ────── "/", "/chat": middleware, handlers, rooms of its own
//	 │   │
//	 │   ├─ Socket ───── one client in the namespace: ID, Context, Join, Emit, Call
//	 │   │
//	 │   ├─ room ─────── a name, and the sockets that have joined it
//	 │   │
//	 │   └─ Target ───── some of the sockets: To(rooms).Except(…).Volatile()…
//	 │
//	 ├─ connection ───── one client: its sockets, at most one a namespace, share it;
//	 │                   an engineio.Session
//	 │
//	 └─ Adapter ──────── the way to the other servers of a cluster, if there are any
//
// # Events
//
// An event is a constant that carries its types, declared once for everyone that
// emits or handles it: an [Event] has an argument, a [Signal] has none, a [Call] is
// answered.
//
//	const (
//		Vote  socketio.Call[Ballot, Receipt] = "vote"
//		Tally socketio.Event[Result]         = "tally"
//	)
//
//	Vote.On(ns, func(ctx context.Context, s *socketio.Socket, b Ballot) (Receipt, error) { … })
//	Tally.Emit(ctx, ns.To("poll:7"), result)
//
// What a handler returns is the acknowledgement, if the client asked for one. If it
// returns an error, the client sees it only if it is an [*Error]. Bytes in the
// data, at any depth, travel as binary attachments. Clients in Go, of package
// sioclient, share the constants and handle events with [Event.Receive], as do the
// servers of a cluster for events that they send each other. Below that is an
// untyped layer: [Namespace.On], [Socket.Emit], [Args].
//
// # Sockets and their handlers
//
// A client that connects goes through the namespace's [Middleware], then
// [Namespace.OnConnect], then its events, in order, one at a time (but see
// [Async]). They run on a goroutine that exists only while events are waiting, and
// never on the goroutine that reads, so a handler may wait for an answer from its
// own client. Handlers are registered on the namespace, before the first client
// connects, so no event arrives too early to be handled. The [context.Context] is
// the only lifetime: each handler's descends from what middleware returned, and
// ends with the socket.
//
// # Sending
//
// Emit never waits and never writes to a connection. It encodes the event once and
// puts it into the queue of each receiver; pending messages are written together.
// Queues are bounded: a client that does not keep up is disconnected with
// [ReasonQueueFull] or [ReasonStalled]. What one goroutine emits arrives in that
// order.
package socketio
