package socketio

import "context"

// An Adapter joins servers to a cluster. It only moves messages between them: what
// they mean, and which sockets they are for, is this package's business. Its
// methods may be called concurrently. Package adaptertest checks all that follows.
//
// An adapter promises:
//
//   - Order: what one server publishes, one after the other, arrives at each other
//     server in that order. Messages of different servers, or published at the same
//     time, may arrive in any.
//   - At most once: no message arrives twice at a server, and none at the one that
//     published it.
//   - From the return of Open to the call of Close, a server gets what others publish
//     while they are running and connected to it.
//
// A message may be lost where a server dies, is cut off or does not keep up, and that
// need not be told. Nothing is sent again: clients of the server that missed it do
// not get an event, which in a cluster is as with [Target.Volatile]; a request gets no
// answer from that server, and names it ([PeerError]). An adapter that promises less
// than order may be used all the same: then an event can overtake another, but
// requests are answered in full.
type Adapter interface {
	// Open joins the cluster under a name that no other server has. From then
	// on, until Close returns, deliver is called with each message that another
	// server published to all or to this one. deliver does not wait for anybody,
	// and may be called concurrently by adapters that do not keep the order. Open
	// is called once.
	Open(ctx context.Context, name string, deliver func(Message)) error

	// Publish sends a message, to all other servers or to the one it names; if
	// there is none of that name, it is lost. It returns when the message is on its
	// way. It may keep the message's data, but not change it. After Close it fails.
	Publish(ctx context.Context, m Message) error

	// Peers returns the names of the other servers that are believed to be
	// running: those that an answer is waited for. A server that has left, or that
	// has shown no sign of life for as long as the adapter says, is none.
	Peers(ctx context.Context) ([]string, error)

	// Close leaves the cluster. When it has returned, deliver is not called any
	// more. It is called once, and not from within deliver.
	Close(ctx context.Context) error
}

// A Message is what an [Adapter] moves. It arrives as it was published.
type Message struct {
	From string // the server that published it
	To   string // the server that it is for; all others if empty
	Data []byte // opaque
}
