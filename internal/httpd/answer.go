package httpd

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/caucus-live/caucus/internal/ledger"
	"github.com/caucus-live/caucus/internal/live"
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/wire"
	"github.com/caucus-live/caucus/internal/wire/event"
	"github.com/caucus-live/caucus/socketio"
)

// intercept is around the handlers of all events. It limits how often a person is
// heard, bounds the time to answer, and turns errors into what the contract has
// for them: an Answer if one was asked for, else an exception for the sender.
func (s *Server) intercept(next socketio.Handler) socketio.Handler {
	return func(ctx context.Context, sock *socketio.Socket, r socketio.Request) (any, error) {
		start, m := time.Now(), memberOf(ctx)
		err := s.commands.take(seat{m.poll, m.id})
		var answer any
		if err == nil {
			r.Args = payload(r.Args)
			bounded, cancel := context.WithTimeout(ctx, s.opts.AnswerTimeout)
			answer, err = next(bounded, sock, r)
			cancel()
		}
		if err == nil {
			s.answered(r.Event, "ok", start)
			return answer, nil
		}
		refused := s.refusalOf(ctx, err)
		s.answered(r.Event, string(refused.Code), start)
		if r.WantsAck {
			return wire.Answer{Error: errorOf(refused)}, nil
		}
		exception := wire.Exception{Type: exceptionType(refused.Code), Message: refused.Message}
		if m.patches { // the base contract fixes the rest
			exception.Error = errorOf(refused)
		}
		_ = event.Exception.Emit(ctx, sock, exception) // a client that is gone needs no answer
		return nil, nil
	}
}

// payload returns the one argument of an event. An event without one has an empty one: all
// fields are optional until a command says otherwise. Attachments are left behind, since
// bytes are no text.
func payload(args socketio.Args) socketio.Args {
	text := json.RawMessage("{}")
	if len(args) > 0 && string(args[0].JSON()) != "null" {
		text = args[0].JSON()
	}
	args, err := socketio.NewArgs(text)
	if err != nil {
		panic(err) //nolint:forbidigo // it came as valid JSON
	}
	return args
}

// answered measures. A name that a client made up is not worth a series.
func (s *Server) answered(kind, outcome string, start time.Time) {
	if !s.kinds[kind] {
		kind = "unknown"
	}
	s.metrics.commands.WithLabelValues(kind, outcome).Observe(time.Since(start).Seconds())
}

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
	refused := s.fault(ctx, err)
	if why, ok := errors.AsType[*ledger.UnwritableError](err); ok {
		return notSaved.Refuse(why.Reason)
	}
	return refused
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
