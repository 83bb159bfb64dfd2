package socketio

import (
	"context"
	"encoding/json"
	"errors"
	"iter"

	"github.com/caucus-live/caucus/socketio/internal/handling"
)

// An Event is the name of an event with the type of its argument, best declared
// as a constant, once for everyone that emits or handles it:
//
//	const Moved socketio.Event[Position] = "moved"
//
// T is encoded as JSON, bytes in it as binary attachments. If T is [None] the
// event has no arguments; if it is a [Tuple] or [Args], several.
//
// An argument that is missing or null is refused, unless T can be nil: a pointer, slice,
// map or interface. So Event[*Position] is an event whose argument is optional. The same
// holds for the fields of a Tuple.
type Event[T any] string

// On registers the handler of the event: see [Namespace.On] and [Handler]. An
// argument that does not decode to T is answered with [CodeBadRequest], whose cause is a
// [DecodeError], and does not reach h. A client that asks for an acknowledgement gets one
// without arguments.
func (e Event[T]) On(ns *Namespace, h func(ctx context.Context, s *Socket, v T) error) {
	ns.On(string(e), func(ctx context.Context, s *Socket, r Request) (any, error) {
		v, err := decodeAs[T](r.Args)
		if err != nil {
			return nil, err
		}
		return nil, h(ctx, s, v)
	})
}

// Receive registers the handler of the event at a [Source]: in a client, or in a
// server of a cluster for events from the others. Arguments are decoded as by On.
func (e Event[T]) Receive(from Source, h func(ctx context.Context, v T) error) (stop func()) {
	return from.On(string(e), func(ctx context.Context, r Request) (any, error) {
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

// Receive registers the handler of the event at a [Source]: see [Event.Receive].
func (e Signal) Receive(from Source, h func(ctx context.Context) error) (stop func()) {
	return from.On(string(e), func(ctx context.Context, _ Request) (any, error) {
		return nil, h(ctx)
	})
}

// Emit sends the event: see [Socket.Emit] and [Target.Emit].
func (e Signal) Emit(ctx context.Context, to Emitter) error {
	return to.Emit(ctx, string(e))
}

// A Call is the name of an event that gets an answer, with the types of its
// argument and its answer:
//
//	const Vote socketio.Call[Ballot, Receipt] = "vote"
//
// In and Out follow the rules for the type of an [Event].
type Call[In, Out any] string

// On registers the handler of the event, whose result is the acknowledgement:
// see [Event.On] and [Handler]. To answer after the handler has returned, see
// [Call.Defer].
func (c Call[In, Out]) On(ns *Namespace, h func(ctx context.Context, s *Socket, in In) (Out, error)) {
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

// Receive registers the handler of the event at a [Source]: see [Event.Receive] and
// [Call.On].
func (c Call[In, Out]) Receive(from Source, h func(ctx context.Context, in In) (Out, error)) (stop func()) {
	return from.On(string(c), func(ctx context.Context, r Request) (any, error) {
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

// Defer postpones the answer. A handler of the event calls it with its context. The
// handler's result is then not sent, unless it is an error; the returned [Ack]
// answers instead, from any goroutine and at any time. An event whose Ack is not
// used stays unanswered, and [Server.Shutdown] waits for it as for one whose handler has
// not returned.
//
//	Vote.On(ns, func(ctx context.Context, s *socketio.Socket, b Ballot) (Receipt, error) {
//		ack := Vote.Defer(ctx)
//		queue.Add(b, func(r Receipt, err error) { ack.Answer(r, err) })
//		return Receipt{}, nil
//	})
//
// Interceptors do not see a deferred answer. Defer panics if ctx is not that of a
// handler.
func (c Call[In, Out]) Defer(ctx context.Context) Ack[Out] {
	e := handling.From(ctx)
	if e == nil {
		panic("socketio: " + string(c) + ": Defer needs the context of a handler") //nolint:forbidigo // a mistake of the program
	}
	return Ack[Out]{e.Defer()}
}

// An Ack answers an event after its handler has returned. It is a value and may be copied
// and used concurrently. The zero Ack has no event to answer.
type Ack[Out any] struct {
	answer func(v any, err error) error
}

// ErrAnswered is returned by [Ack.Answer] for every answer to an event after the
// first, and by the zero Ack.
var ErrAnswered = errors.New("socketio: the event has been answered")

// Answer sends v, or err if that is not nil, as if the handler had returned them.
// It returns a [*DisconnectError] if the socket is disconnected, and [ErrAnswered]
// if the event already has an answer. If the client did not ask for an
// acknowledgement, Answer does nothing.
func (a Ack[Out]) Answer(v Out, err error) error {
	switch {
	case a.answer == nil:
		return ErrAnswered
	case err != nil:
		return a.answer(nil, err)
	}
	return a.answer(v, nil)
}

// Do sends the event to one recipient, a client or the server, and waits for its
// answer: see [Socket.Call]. An answer that is an error is returned as an [*Error].
func (c Call[In, Out]) Do(ctx context.Context, to Callee, in In) (Out, error) {
	args, err := to.Call(ctx, string(c), in)
	if err != nil {
		var none Out
		return none, err
	}
	return decodeAs[Out](args)
}

// DoAll sends the event to several recipients and yields their answers as they come: see
// [Target.Call] and [Call.Do].
func (c Call[In, Out]) DoAll(ctx context.Context, to Callees, in In) iter.Seq2[Reply[Out], error] {
	return func(yield func(Reply[Out], error) bool) {
		for raw, err := range to.Call(ctx, string(c), in) {
			r := Reply[Out]{Socket: raw.Socket, Server: raw.Server}
			if err == nil {
				r.Value, err = decodeAs[Out](raw.Value)
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

// A Callee is one recipient that can be called: a [*Socket] of this package or of package
// sioclient. An answer that is an error is returned as an [*Error].
type Callee interface {
	Call(ctx context.Context, event string, args ...any) (Args, error)
}

// Callees are several recipients, each of which answers a call: a [Target], a
// [*Namespace] or [Servers].
type Callees interface {
	Call(ctx context.Context, event string, args ...any) iter.Seq2[Reply[Args], error]
}

// A Source delivers events that do not come from a socket of this server: a Socket
// of package sioclient delivers those of its server, and [Servers] those of the
// other servers of the cluster. On registers the only handler of an event, until
// stop is called; it panics if the event has a handler or its name is reserved. The
// handler's result is the answer, as with [Handler].
type Source interface {
	On(event string, h func(ctx context.Context, r Request) (any, error)) (stop func())
}

// answeredError returns the error that args are the form of, if they are: an
// object whose only member is "error", itself an object with a code or message. The
// result is nil otherwise.
func answeredError(args Args) error {
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
