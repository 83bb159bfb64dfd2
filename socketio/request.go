package socketio

import (
	"context"

	"github.com/caucus-live/caucus/socketio/internal/handling"
)

// A Request is an event as it was received.
type Request struct {
	Event string
	Args  Args

	// WantsAck reports whether the sender asked for an acknowledgement, which is
	// what the handler returns.
	WantsAck bool

	// Server is the name of the server that emitted the event, if it came from
	// [Servers].
	Server string
}

// RequestFrom returns the request that a handler is called for, given the handler's
// context or one that descends from it. It is for typed handlers, to see whether an
// acknowledgement is wanted or which event it is. In other contexts it returns a zero
// Request.
func RequestFrom(ctx context.Context) Request {
	e := handling.From(ctx)
	if e == nil {
		return Request{}
	}
	r, _ := e.Request().(Request)
	return r
}

// Async lets the socket's next event be handled while the calling handler is still
// running. ctx is the handler's context. Use it in a handler that waits for its
// client, a database or another service.
//
// The price is order: later events, and OnDisconnect, may be handled before this
// one is done. The event still counts towards MaxPending until its handler returns.
// In a context that is not a handler's, and when called again, Async does nothing.
func Async(ctx context.Context) {
	if e := handling.From(ctx); e != nil {
		e.Async()
	}
}
