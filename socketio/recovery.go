package socketio

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/caucus-live/caucus/socketio/internal/limit"
)

// Recovery configures connection state recovery. A client that loses its connection
// and returns within MaxDisconnection keeps its id, rooms and data
// ([Socket.Recovered]), and gets the events emitted to it or its rooms in the
// meantime, except volatile events and calls. JavaScript clients need no code for
// it. It covers every reason after which clients reconnect: a transport that closed
// or failed, a missed ping, a shutdown.
//
// With recovery on, every event has one more argument, a string that marks the
// client's position. Middleware also runs for clients that return, since it makes
// their context.
//
// Clients must return to the same server, unless Options.Adapter is a [LogAdapter]
// with a log: then they recover on any server of the cluster, also when theirs has
// died. What that costs:
//
//   - Emitting an event waits until the adapter has stored it and this server has
//     sent it, for at most Options.CallTimeout if the context has no deadline. On an
//     error it may or may not have been sent. The server does not report that a
//     client's queue is full.
//   - Events to a [Target.Local] are sent at once, and not recovered.
//   - Sessions are saved as they change, a moment later. A change in the last moment
//     before a server dies may be lost.
type Recovery struct {
	// MaxDisconnection is how long a client may be away. Default: 2 min.
	MaxDisconnection time.Duration

	// MaxBytes bounds the events that are kept for one namespace, MaxSessions the
	// clients of a namespace that may be away. The oldest go first; a client that
	// still needed them starts afresh. With an adapter's log MaxBytes bounds what this
	// server holds of it, and MaxSessions is not used. Defaults: 16 MiB; 10,000.
	MaxBytes    int
	MaxSessions int

	// Store, if set, keeps recovery working over a planned restart. An adapter's log
	// does so without, and excludes it.
	Store RecoveryStore
}

// A RecoveryStore keeps the state of recovery while no server is running.
type RecoveryStore interface {
	// Load returns the data last saved, or nil if nothing was saved. It is called once,
	// with the context of [NewServerContext].
	Load(ctx context.Context) ([]byte, error)
	// Save is called once, at the end of [Server.Shutdown]. The data contains
	// emitted events and the secrets by which clients resume their sessions, so
	// keep it private.
	Save(ctx context.Context, data []byte) error
}

func (r *Recovery) withDefaults() (Recovery, error) {
	opts := *r
	opts.MaxDisconnection = cmp.Or(opts.MaxDisconnection, 2*time.Minute)
	opts.MaxBytes = cmp.Or(opts.MaxBytes, 16<<20)
	opts.MaxSessions = cmp.Or(opts.MaxSessions, 10_000)
	limit.Cap(&opts.MaxDisconnection)
	limit.Cap(&opts.MaxBytes)
	if opts.MaxDisconnection < 0 || opts.MaxBytes < 0 || opts.MaxSessions < 0 {
		return opts, errors.New("socketio: a limit of Recovery is negative")
	}
	return opts, nil
}
