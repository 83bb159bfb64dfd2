// Package handling carries the event that a handler is called for in the handler's
// context, so that typed handlers of servers and clients need no argument for it.
package handling

import "context"

// An Event is one that is being handled. Its methods may be called concurrently.
type Event interface {
	// Request returns the socketio.Request.
	Request() any
	// Async lets the next event be handled before the handler returns.
	Async()
	// Defer has what the handler returns not sent. The function that it returns
	// answers the event, once, and says whether it could.
	Defer() (answer func(v any, err error) error)
}

type key struct{}

// From returns the event of a handler's context, nil if it is not one.
func From(ctx context.Context) Event {
	e, _ := ctx.Value(key{}).(Event)
	return e
}

// A Context is a handler's context. Embedded in an Event, it saves an allocation.
type Context struct {
	context.Context //nolint:containedctx // it is one

	Event Event
}

// Value implements [context.Context].
func (c *Context) Value(k any) any {
	if k == (key{}) {
		return c.Event
	}
	return c.Context.Value(k)
}
