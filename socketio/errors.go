package socketio

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"log/slog"
	"runtime/debug"

	"github.com/caucus-live/caucus/socketio/engineio"
)

// ErrReserved is returned for an event whose name clients reserve for changes of
// the connection: connect, connect_error, disconnect, disconnecting, newListener,
// removeListener.
var ErrReserved = errors.New("socketio: event name is reserved")

// ErrParent is returned if an operation needs a single namespace but was given the
// parent of dynamic ones, which stands for all its children.
var ErrParent = errors.New("socketio: not possible on the parent of dynamic namespaces")

// The codes of the errors that this package sends.
const (
	CodeBadRequest   = "bad_request"   // arguments that are not what the handler takes
	CodeUnknownEvent = "unknown_event" // an event without a handler: see Namespace.Intercept
	CodeInternal     = "internal"      // anything that is not an *Error; the log has it
)

// An Error is the only error that crosses the wire. If a handler or middleware
// returns an error that neither is an *Error nor wraps one, the error is logged,
// and the client gets [CodeInternal] and the id of the log entry.
//
// It is the answer to an event as
//
//	{"error": {"code": Code, "message": Message, "data": Data}}
//
// if the client asked for an acknowledgement. If it did not, nothing is sent (see
// [Namespace.Intercept] for another convention), and the error is logged at Debug
// and counted in [Stats]. If a client answers in the same form, calls return it as
// an *Error. A middleware's error arrives as connect_error, whose message is
// Message and whose data is Data, or {"code": Code} where there is no Data.
type Error struct {
	Code    string // for programs; stable
	Message string // for people
	Data    any    // encoded as JSON; nil for none

	cause error
}

// Error implements error.
func (e *Error) Error() string {
	switch {
	case e.Code == "":
		return "socketio: " + e.Message
	case e.Message == "":
		return "socketio: " + e.Code
	}
	return "socketio: " + e.Code + ": " + e.Message
}

// Unwrap returns the cause of the error, if this package knows it. The cause is not
// sent.
func (e *Error) Unwrap() error { return e.cause }

// wireError is an Error in an acknowledgement.
type wireError struct {
	Code    string          `json:"code"`
	Message string          `json:"message"`
	Data    json.RawMessage `json:"data,omitempty"`
}

// errorReply is the one argument of an acknowledgement that is an error.
type errorReply struct {
	Error *wireError `json:"error"`
}

// answer returns what e is in an acknowledgement.
func (e *Error) answer() (errorReply, error) {
	data, err := e.data()
	return errorReply{&wireError{e.Code, e.Message, data}}, err
}

func (e *Error) data() (json.RawMessage, error) {
	if e.Data == nil {
		return nil, nil
	}
	return json.Marshal(e.Data)
}

// refusal is the data of a connect_error.
type refusal struct {
	Message string          `json:"message"`
	Data    json.RawMessage `json:"data,omitempty"`
}

func (e *Error) refusal() (refusal, error) {
	data, err := e.data()
	if data == nil && e.Code != "" {
		data, err = json.Marshal(map[string]string{"code": e.Code})
	}
	message := e.Message
	if message == "" {
		message = e.Code
	}
	return refusal{message, data}, err
}

// tell returns the error to send to the client. Anything kept from the client is
// logged.
func (ns *Namespace) tell(ctx context.Context, err error, event string) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	_, gone := errors.AsType[*DisconnectError](err)
	if ctx.Err() != nil && (gone || errors.Is(err, ctx.Err())) {
		return internal("") // it is because the socket is gone: no fault, and nobody hears it
	}
	id := errorID()
	ns.srv.opts.Logger.ErrorContext(ctx, "socketio: handler failed", slog.Any("error", err),
		slog.String("id", id), slog.String("namespace", ns.name), slog.String("event", ns.logged(event)))
	return internal(id)
}

// panicked logs a panic, or runtime.Goexit if v is nil, and returns what the client is
// told about it.
func (srv *Server) panicked(v any) *Error {
	if v == nil {
		v = "runtime.Goexit was called"
	}
	srv.stats.panics.Add(1)
	id := errorID()
	srv.opts.Logger.Error("socketio: handler panicked", slog.Any("panic", v),
		slog.String("id", id), slog.String("stack", string(debug.Stack())))
	return internal(id)
}

// logged returns the name of an event if the program chose it. A client's choice
// does not belong into the log, and a namespace's is bounded by what exists.
func (ns *Namespace) logged(event string) string {
	t := ns.handlers.table.Load()
	if t.plain[event] == nil && t.fromServers[event] == nil {
		return ""
	}
	return event
}

func errorID() string { return rand.Text()[:10] }

// internal stands in for an error that is not meant for the client.
func internal(id string) *Error {
	e := &Error{Code: CodeInternal, Message: "internal error"}
	if id != "" {
		e.Data = map[string]string{"id": id}
	}
	return e
}

// Reason says why a socket was disconnected, by the names of the reference
// implementation.
type Reason = engineio.Reason

// The reasons for which a socket is disconnected. A client cannot recover what it
// missed (see [Recovery]) after ReasonClient, ReasonServer, ReasonOverload, ReasonPanic
// and ReasonParseError; it can after all others.
const (
	ReasonClient            Reason = "client namespace disconnect" // the client left the namespace
	ReasonServer            Reason = "server namespace disconnect" // Socket.Disconnect, Socket.CloseConn, or its context has ended
	ReasonForcedServerClose Reason = "forced server close"         // the client broke the protocol's rules
	ReasonOverload          Reason = "too many events waiting"     // see Options.MaxPending
	ReasonPanic                    = engineio.ReasonPanic          // a handler panicked
	ReasonParseError               = engineio.ReasonParseError
	ReasonTransportClose           = engineio.ReasonTransportClose
	ReasonTransportError           = engineio.ReasonTransportError
	ReasonPingTimeout              = engineio.ReasonPingTimeout
	ReasonForcedClose              = engineio.ReasonForcedClose // Socket.BreakConn
	ReasonShutdown                 = engineio.ReasonShutdown
	ReasonQueueFull                = engineio.ReasonQueueFull
	ReasonStalled                  = engineio.ReasonStalled // the client takes nothing of what is queued
)

// A DisconnectError is the cause, as returned by [context.Cause], of the end of a
// socket's context. Pending calls and later emits to the socket fail with it too.
type DisconnectError struct {
	Reason Reason
}

// Error implements error.
func (e *DisconnectError) Error() string { return "socketio: disconnected: " + string(e.Reason) }
