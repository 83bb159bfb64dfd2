package socketio

import "context"

// An Adapter joins servers to a cluster. It moves [Message] values between them and
// does not act on them: what a message means, and which sockets it is for, is up to
// this package. Its methods may be called concurrently. Package adaptertest checks
// everything below.
//
// An adapter promises:
//
//   - Order: messages that one server publishes one after the other arrive at each other
//     server in that order. Messages of different servers, or published concurrently,
//     may arrive in any order.
//   - At most once: no message arrives twice at a server, and none at the server that
//     published it.
//   - From the return of Open to the call of Close, a server receives what other servers
//     publish while they are running and connected to it.
//
// A message may be lost if a server dies, is cut off or does not keep up, and the
// adapter need not report it. Nothing is resent. If a server misses an event, its
// clients do not get it, as with [Target.Volatile]; if it misses a request, a
// [MissingServersError] names it. An adapter that does not keep the order can still
// be used: one event may then overtake another, but requests are still answered in
// full.
//
// An adapter has two ways to put messages on its broker's wire. One that joins only
// servers of this package sends [Message.Encode] and delivers what [DecodeMessage]
// returns. One that speaks the wire of another implementation translates: each
// [MessageKind] says which fields it has.
//
// An adapter that can also keep events for clients that come back on another server is a
// [LogAdapter].
type Adapter interface {
	// Open joins the cluster as node. From then on, until Close returns, the adapter
	// calls node.Deliver with each message that another server published to all
	// servers or to this one. Open is called once. It may block until the broker
	// answers; ctx is that of [NewServerContext] and does not limit what the adapter
	// does after Open has returned.
	Open(ctx context.Context, node Node) error

	// Publish sends a message to all other servers, or to the one named by m.To. A
	// message to a server that does not exist is lost. Publish returns when the
	// message is on its way. It may keep m's slices but must not change them. After
	// Close it fails.
	Publish(ctx context.Context, m Message) error

	// Servers returns the names of the other servers that are believed to be
	// running: those that a request waits for. A server that has left, or has shown no
	// sign of life for as long as the adapter allows, is not among them. A server
	// whose answers do not say where they are from has a name that the adapter makes up,
	// "#" and anything, and Message.From of its answers is empty. Made-up names are
	// always the same for the same servers, or for the same number of them.
	Servers(ctx context.Context) ([]string, error)

	// Close leaves the cluster. When it has returned, the adapter does not call
	// Deliver any more. Close is called once, and not from within Deliver.
	Close(ctx context.Context) error
}

// A Node is a server as its [Adapter] sees it.
type Node struct {
	// Name is the server's name in the cluster, which no other server has: 20
	// characters of A-Z, a-z, 0-9, '-' and '_'.
	Name string

	// Deliver takes a message from another server. It does not block, and an
	// adapter that does not keep the order may call it concurrently. The server
	// owns the message's slices from then on.
	Deliver func(Message)

	// Server is the server itself, for adapters that subscribe to single namespaces or
	// rooms: see [Server.Namespaces], [Server.OnNamespace], [Namespace.Rooms] and
	// [Namespace.OnRoom]. It is nil where package adaptertest tests an adapter
	// without a server, in the namespace "/".
	Server *Server
}
