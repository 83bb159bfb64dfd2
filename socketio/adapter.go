package socketio

import "context"

// An Adapter joins servers to a cluster. It only moves messages between them: what
// they mean, and which sockets they are for, is this package's business. Its
// methods may be called concurrently.
//
// A message to all servers may arrive late, or not at all at one that is just being
// started or cut off. Messages of one server should arrive in the order in which
// they were published; what is emitted from one server to a room may otherwise
// arrive in another order at sockets of other servers.
type Adapter interface {
	// Open joins the cluster under a name that no other server has. From then
	// on, until Close returns, deliver is called with each message that another
	// server published to all or to this one. deliver does not block, and may be
	// called concurrently.
	Open(ctx context.Context, name string, deliver func(Message)) error

	// Publish sends a message, to all other servers or to the one it names. It
	// returns when the message is on its way. It may keep the message's data, but
	// not change it.
	Publish(ctx context.Context, m Message) error

	// Peers returns the names of the other servers that are believed to be
	// running: those that an answer is waited for.
	Peers(ctx context.Context) ([]string, error)

	// Close leaves the cluster.
	Close(ctx context.Context) error
}

// A Message is what an [Adapter] moves.
type Message struct {
	From string // the server that published it
	To   string // the server that it is for; all others if empty
	Data []byte // opaque
}
