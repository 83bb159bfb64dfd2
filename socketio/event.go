package socketio

import (
	"context"
	"encoding/json"
	"iter"
)

// An Event is the name of an event with the type of its argument, best declared
// as a constant, once for all who emit and handle it:
//
//	const Moved socketio.Event[Position] = "moved"
//
// T is encoded as JSON, bytes in it as binary attachments. If T is [None] the
// event has no arguments; if it is a [Tuple] or [Args], several.
type Event[T any] string

// On registers the handler of the event: see [Namespace.On] and [Handler]. An
// argument that does not decode to T is answered with [CodeBadRequest] and does not
// reach h; one that is missing is T's zero value. A client that asks for an
// acknowledgement gets one without arguments.
func (e Event[T]) On(ns *Namespace, h func(ctx context.Context, s *Socket, v T) error) {
	ns.On(string(e), func(ctx context.Context, s *Socket, r Request) (any, error) {
		v, err := decodeAs[T](r.Args)
		if err != nil {
			return nil, err
		}
		return nil, h(ctx, s, v)
	})
}

// Listen registers the handler of the event at a client: see [Listener]. Arguments
// are decoded as by On.
func (e Event[T]) Listen(l Listener, h func(ctx context.Context, v T) error) (stop func()) {
	return l.Listen(string(e), func(ctx context.Context, r Request) (any, error) {
		v, err := decodeAs[T](r.Args)
		if err != nil {
			return nil, err
		}
		return nil, h(ctx, v)
	})
}

// Emit sends the event: see [Socket.Emit] and [Target.Emit].
func (e Event[T]) Emit(ctx context.Context, to Emitter, v T) error {
	return to.Emit(ctx, string(e), v)
}

// A Signal is the name of an event without arguments.
type Signal string

// On registers the handler of the event: see [Event.On].
func (e Signal) On(ns *Namespace, h func(ctx context.Context, s *Socket) error) {
	ns.On(string(e), func(ctx context.Context, s *Socket, _ Request) (any, error) {
		return nil, h(ctx, s)
	})
}

// Listen registers the handler of the event at a client: see [Listener].
func (e Signal) Listen(l Listener, h func(ctx context.Context) error) (stop func()) {
	return l.Listen(string(e), func(ctx context.Context, _ Request) (any, error) {
		return nil, h(ctx)
	})
}

// Emit sends the event: see [Socket.Emit] and [Target.Emit].
func (e Signal) Emit(ctx context.Context, to Emitter) error {
	return to.Emit(ctx, string(e))
}

// A Call is the name of an event that is answered, with the types of its argument
// and of the answer:
//
//	const Vote socketio.Call[Ballot, Receipt] = "vote"
//
// In and Out may be what an [Event]'s type may be.
type Call[In, Out any] string

// Handle registers the handler of the event, whose result is the acknowledgement:
// see [Event.On] and [Handler].
func (c Call[In, Out]) Handle(ns *Namespace, h func(ctx context.Context, s *Socket, in In) (Out, error)) {
	ns.On(string(c), func(ctx context.Context, s *Socket, r Request) (any, error) {
		in, err := decodeAs[In](r.Args)
		if err != nil {
			return nil, err
		}
		out, err := h(ctx, s, in)
		if err != nil {
			return nil, err
		}
		return out, nil
	})
}

// Answer registers the handler of the event at a client: see [Call.Handle] and
// [Listener].
func (c Call[In, Out]) Answer(l Listener, h func(ctx context.Context, in In) (Out, error)) (stop func()) {
	return l.Listen(string(c), func(ctx context.Context, r Request) (any, error) {
		in, err := decodeAs[In](r.Args)
		if err != nil {
			return nil, err
		}
		out, err := h(ctx, in)
		if err != nil {
			return nil, err
		}
		return out, nil
	})
}

// Do sends the event to one peer, a client or the server, and waits for its
// answer: see [Socket.Call]. An answer of the form in which errors are sent is
// returned as an [*Error].
func (c Call[In, Out]) Do(ctx context.Context, to Peer, in In) (Out, error) {
	args, err := to.Call(ctx, string(c), in)
	if err != nil {
		var none Out
		return none, err
	}
	return decodeAnswer[Out](args)
}

// DoAll sends the event to several and yields their answers as they come: see
// [Target.Call] and [Call.Do].
func (c Call[In, Out]) DoAll(ctx context.Context, to Caller, in In) iter.Seq2[Reply[Out], error] {
	return func(yield func(Reply[Out], error) bool) {
		for raw, err := range to.Call(ctx, string(c), in) {
			r := Reply[Out]{Socket: raw.Socket, Server: raw.Server}
			if err == nil {
				r.Value, err = decodeAnswer[Out](raw.Value)
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

// A Peer is the other end of one socket, which can be asked alone: a [*Socket] of
// this package, or of package client.
type Peer interface {
	Call(ctx context.Context, event string, args ...any) (Args, error)
}

// A Listener is a client's end of a namespace, where it handles what the server
// emits: a Socket of package client. There is at most one handler of an event;
// stop removes it. What a handler returns is the answer, as with [Handler].
type Listener interface {
	Listen(event string, h func(ctx context.Context, r Request) (any, error)) (stop func())
}

// decodeAnswer decodes an acknowledgement.
func decodeAnswer[T any](args Args) (T, error) {
	if e := answeredError(args); e != nil {
		var none T
		return none, e
	}
	return decodeAs[T](args)
}

// answeredError returns the error that args are the form of, if they are: an
// object whose only member is "error", itself an object with a code or message.
func answeredError(args Args) *Error {
	if len(args) != 1 || len(args[0].json) == 0 || args[0].json[0] != '{' {
		return nil
	}
	var members map[string]json.RawMessage
	_ = json.Unmarshal(args[0].json, &members) // it is valid JSON, or there are no members
	var e wireError
	if len(members) != 1 || json.Unmarshal(members["error"], &e) != nil || e.Code == "" && e.Message == "" {
		return nil //nolint:nilerr // it is an answer of another form
	}
	err := &Error{Code: e.Code, Message: e.Message}
	if e.Data != nil {
		err.Data = e.Data
	}
	return err
}
