package httpd

import (
	"context"
	"encoding/json"
	"errors"
	"sync/atomic"
	"time"

	"github.com/caucus-live/caucus/internal/ledger"
	"github.com/caucus-live/caucus/internal/live"
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/wire"
	"github.com/caucus-live/caucus/internal/wire/event"
	"github.com/caucus-live/caucus/socketio"
)

// intercept is around the handlers of all events. It limits how often a person is
// heard, and turns errors into what the contract has for them: an Answer if one was asked
// for, else an exception for the sender.
func (s *Server) intercept(next socketio.Handler) socketio.Handler {
	return func(ctx context.Context, sock *socketio.Socket, r socketio.Request) (any, error) {
		m := memberOf(ctx)
		x := &exchange{Context: ctx, s: s, sock: sock, member: m, event: r.Event, wantsAck: r.WantsAck, start: time.Now()}
		var answer any
		err := s.commands.take(seat{m.poll, m.id})
		if err == nil {
			r.Args = payload(r.Args)
			answer, err = next(x, sock, r) //nolint:contextcheck // x is ctx, and a little more
		}
		switch {
		case err != nil:
			return x.refuse(ctx, err), nil
		case x.timeout == nil:
			x.measure("ok")
		}
		return answer, nil
	}
}

// An exchange is an event and its answer. It is the context of the event's handler.
type exchange struct {
	context.Context //nolint:containedctx // it is one

	// Immutable.
	s        *Server
	sock     *socketio.Socket
	member   *member
	event    string
	wantsAck bool
	start    time.Time

	timeout *time.Timer // nil unless it is answered later
	over    atomic.Bool // then it is answered
}

type exchangeKey struct{}

// Value implements [context.Context].
func (x *exchange) Value(key any) any {
	if key == (exchangeKey{}) {
		return x
	}
	return x.Context.Value(key)
}

func exchangeOf(ctx context.Context) *exchange {
	x, _ := ctx.Value(exchangeKey{}).(*exchange)
	return x
}

// later has the event answered by the function it returns, within AnswerTimeout, instead
// of by what its handler returns.
func (x *exchange) later(ctx context.Context, ack socketio.Ack[wire.Answer]) func(wire.Answer, error) {
	answer := func(a wire.Answer, err error) {
		if !x.over.CompareAndSwap(false, true) {
			return
		}
		if err != nil {
			a = x.refuse(ctx, err)
		} else {
			x.measure("ok")
		}
		_ = ack.Answer(a, nil) // a client that is gone needs none
	}
	x.timeout = time.AfterFunc(x.s.opts.AnswerTimeout, func() { answer(wire.Answer{}, context.DeadlineExceeded) })
	return func(a wire.Answer, err error) {
		x.timeout.Stop()
		answer(a, err)
	}
}

// refuse is the end of an exchange that has failed. It returns the answer, and tells a
// sender that wants none by an exception.
func (x *exchange) refuse(ctx context.Context, err error) wire.Answer {
	refused := x.s.refusalOf(ctx, err)
	x.measure(string(refused.Code))
	if !x.wantsAck {
		exception := wire.Exception{Type: exceptionType(refused.Code), Message: refused.Message}
		if x.member.patches { // the base contract fixes the rest
			exception.Error = errorOf(refused)
		}
		_ = event.Exception.Emit(ctx, x.sock, exception) // a client that is gone needs no answer
	}
	return wire.Answer{Error: errorOf(refused)}
}

// measure notes how an exchange ended, and when. A name that a client made up is not worth
// a series.
func (x *exchange) measure(outcome string) {
	kind := x.event
	if !x.s.kinds[kind] {
		kind = "unknown"
	}
	x.s.metrics.commands.WithLabelValues(kind, outcome).Observe(time.Since(x.start).Seconds())
}

// payload returns the one argument of an event. An event without one has an empty one: all
// fields are optional until a command says otherwise. Attachments are left behind, since
// bytes are not text.
func payload(args socketio.Args) socketio.Args {
	if len(args) == 0 || string(args[0].JSON()) == "null" {
		return emptyPayload
	}
	return socketio.Args{args[0].Text()}
}

var emptyPayload = must(socketio.NewArgs(json.RawMessage("{}")))

// refusalOf translates an error for the client. What is the server's own fault is
// logged, and the sentence has the number under which it is.
func (s *Server) refusalOf(ctx context.Context, err error) *poll.Error {
	if refused, ok := errors.AsType[*poll.Error](err); ok {
		return refused
	}
	if payload, ok := errors.AsType[*socketio.DecodeError](err); ok {
		return mismatch(payload.Type, payload.Err)
	}
	if limited, ok := errors.AsType[*errTooMany](err); ok {
		return tooOften.Refuse(seconds(limited.wait))
	}
	if unknown, ok := errors.AsType[*socketio.Error](err); ok && unknown.Code == socketio.CodeUnknownEvent {
		return unknownEvent.Refuse()
	}
	if why, ok := errors.AsType[*ledger.UnwritableError](err); ok {
		_ = s.fault(ctx, err) // for the log: the client gets another sentence
		return notSaved.Refuse(why.Reason)
	}
	switch {
	case errors.Is(err, live.ErrNotFound):
		return noSuchCode.Refuse()
	case errors.Is(err, live.ErrForbidden), errors.Is(err, errBadToken):
		return noEntry.Refuse()
	case errors.Is(err, live.ErrClosed):
		return goingDown.Refuse()
	case errors.Is(err, context.DeadlineExceeded), ctx.Err() != nil:
		return tooSlow.Refuse()
	}
	return s.fault(ctx, err)
}

// errorOf is a refusal as an answer has it.
func errorOf(e *poll.Error) *wire.Error {
	return &wire.Error{Code: string(e.Code), Message: e.Message, Reason: e.Reason, Params: e.Params, Existing: e.Existing}
}

// exceptionType is what a code is in the base contract.
func exceptionType(code poll.Code) string {
	switch code { //nolint:exhaustive // there are three types
	case poll.Unauthorized:
		return wire.ExceptionUnauthorized
	case internalFault:
		return wire.ExceptionUnknown
	}
	return wire.ExceptionBadRequest
}
