package socketio

import (
	"context"
	"errors"
	"time"
)

// A Trace has functions that observe a server as it works, for tracing and for
// figures that [Stats] does not have. Each function may be nil. They are called on
// the goroutine that does the work, and so concurrently, and must neither block nor
// panic. [engineio.Trace] does the same for connections.
type Trace struct {
	// Event is called for each event of a client, before its handler. waited is how
	// long the event waited behind others of its socket. The event's name is empty
	// if nobody handles it: such names are the client's choice. Event returns the
	// handler's context, which must descend from ctx, and a function that is called
	// with the handler's error, or another if it panics. Neither may be nil.
	Event func(ctx context.Context, s *Socket, event string, waited time.Duration) (context.Context, func(err error))

	// Broadcast is called for each event that is emitted on this server to a target
	// or a namespace, after it is queued. receivers is the number of this server's
	// sockets that it goes to. bytes is its size.
	Broadcast func(ctx context.Context, ns *Namespace, event string, receivers, bytes int)

	// Call is called before an event that asks one or several clients for an answer
	// is sent, by [Socket.Call] and [Target.Call]. It returns the call's context,
	// which must descend from ctx, and a function that is called when the call is
	// over, with nil if everybody has answered, and otherwise with the first error.
	// Neither may be nil.
	Call func(ctx context.Context, ns *Namespace, event string) (context.Context, func(err error))
}

var errPanicked = errors.New("socketio: handler panicked")

// run calls the handler of an event.
func (s *Socket) run(ctx context.Context, table *table, t *task, r Request) (answer any, err error) {
	if trace := s.conn.srv.opts.Trace.Event; trace != nil {
		var done func(error)
		ctx, done = trace(ctx, s, s.ns.logged(r.Event), time.Since(t.came))
		err = errPanicked // unless the handler returns
		defer func() { done(err) }()
	}
	s.observeReceived(r)
	for _, f := range table.incoming {
		f(ctx, s, r)
	}
	return t.event.handler(ctx, s, r)
}

// traceCall begins to trace a call; the function it returns ends that.
func (ns *Namespace) traceCall(ctx context.Context, event string) (context.Context, func(error)) {
	if trace := ns.srv.opts.Trace.Call; trace != nil {
		return trace(ctx, ns, event)
	}
	return ctx, func(error) {}
}

// traceBroadcast reports an event that was sent.
func (t Target) traceBroadcast(ctx context.Context, event string, o *outgoing) {
	trace := t.ns.srv.opts.Trace.Broadcast
	if trace == nil {
		return
	}
	bytes := len(o.buf)
	for _, b := range o.binary {
		bytes += len(b)
	}
	trace(ctx, t.ns, event, o.receivers, bytes)
}
