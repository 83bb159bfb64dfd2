package engineio

import (
	"errors"
	"net/http"
	"time"

	"github.com/gobwas/ws"
)

// A Reason says why a session ended. Reasons shared with the protocol's reference
// implementation have its names, so that logs and clients agree.
type Reason string

// The reasons with which this package ends a session. [Session.Close] accepts any
// other as well.
const (
	ReasonTransportClose Reason = "transport close"      // the client closed, or its connection is gone
	ReasonTransportError Reason = "transport error"      // the client broke the rules of its transport, or a write failed
	ReasonPingTimeout    Reason = "ping timeout"         // the client did not answer a ping in time
	ReasonParseError     Reason = "parse error"          // a packet could not be parsed, or the handler refused it
	ReasonForcedClose    Reason = "forced close"         // the application closed the session
	ReasonShutdown       Reason = "server shutting down" // see Server.Shutdown
	ReasonQueueFull      Reason = "queue full"           // the client read too slowly: see Options.MaxQueue
	ReasonStalled        Reason = "queue stalled"        // the client took nothing of what was queued: see Options.PingTimeout
	ReasonDisplaced      Reason = "displaced"            // another took its place: see Options.MaxUnconfirmed
	ReasonPanic          Reason = "handler panic"        // the application's handler panicked
)

// Errors that [Session.Send] returns.
var (
	// ErrClosed means that the session is closed, or closing.
	ErrClosed = errors.New("engineio: session closed")
	// ErrQueueFull means that the session's queue exceeded Options.MaxQueue. The
	// session ends with ReasonQueueFull.
	ErrQueueFull = errors.New("engineio: queue full")
)

// ErrServerClosed is returned by a second call to [Server.Shutdown].
var ErrServerClosed = errors.New("engineio: server closed")

// A RequestError refuses a request. A polling request is answered with Status and
// the JSON object {"code":Code,"message":Message}. A WebSocket handshake is always
// refused with status 400 and the message alone, as by the reference server.
//
// Options.AllowRequest may return a *RequestError to choose the answer. Its zero
// fields mean 403, 4 and "Forbidden".
type RequestError struct {
	Status  int
	Code    int
	Message string

	// RetryAfter, if positive, is sent as the header field of that name.
	RetryAfter time.Duration

	// Option names the field of Options that caused the refusal, for
	// Options.OnRefuse and the log. It is "" if the client broke the protocol, was
	// too late, or left while Options.AllowRequest waited for its context.
	Option string
}

// Error implements error.
func (e *RequestError) Error() string { return "engineio: request refused: " + e.Message }

// The refusals of the reference implementation, with its codes and texts.
var (
	errUnknownTransport = &RequestError{Status: http.StatusBadRequest, Code: 0, Message: "Transport unknown", Option: "Transports"}
	errUnknownSession   = &RequestError{Status: http.StatusBadRequest, Code: 1, Message: "Session ID unknown"}
	errBadMethod        = &RequestError{Status: http.StatusBadRequest, Code: 2, Message: "Bad handshake method"}
	errBadRequest       = &RequestError{Status: http.StatusBadRequest, Code: 3, Message: "Bad request"}
	errForbidden        = &RequestError{Status: http.StatusForbidden, Code: 4, Message: "Forbidden"}
	errUnsupported      = &RequestError{Status: http.StatusBadRequest, Code: 5, Message: "Unsupported protocol version", Option: "AllowEIO3"}

	errTooMany  = &RequestError{Status: http.StatusTooManyRequests, Code: 4, Message: "Too many sessions"}
	errTooOften = &RequestError{Status: http.StatusTooManyRequests, Code: 4, Message: "Too many handshakes"}
	errShutdown = &RequestError{Status: http.StatusServiceUnavailable, Code: 4, Message: "Server is shutting down"}
)

// because returns the refusal as one that an option decided about.
func (e *RequestError) because(option string) *RequestError {
	refusal := *e
	refusal.Option = option
	return &refusal
}

// A packetError is a payload or packet that breaks the protocol. It never
// quotes what the client sent.
type packetError string

func (e packetError) Error() string { return "engineio: " + string(e) }

// A frameError is a WebSocket connection that breaks RFC 6455, with the status
// to close it with.
type frameError struct {
	status ws.StatusCode
	text   string
}

func (e *frameError) Error() string { return "engineio: websocket: " + e.text }
