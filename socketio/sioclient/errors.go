package sioclient

import (
	"encoding/json"
	"errors"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
)

// Errors that the methods of a client and its sockets return.
var (
	// ErrClosed means that [Client.Close] was called.
	ErrClosed = errors.New("sioclient: closed")
	// ErrBufferFull means that an event was dropped, because pending events would
	// exceed Options.MaxBuffer.
	ErrBufferFull = errors.New("sioclient: buffer full")
)

// A ConnectError is the server's refusal to let a client into a namespace: the
// error of its middleware, or the namespace does not exist.
type ConnectError struct {
	Message string
	Data    json.RawMessage // further data of the error, or nil
}

// Error implements error.
func (e *ConnectError) Error() string { return "sioclient: refused: " + e.Message }

// Reason says why a socket was disconnected, by the names of the reference
// implementation.
type Reason = socketio.Reason

// The reasons for which a socket is disconnected. After ReasonServer and
// ReasonClient it stays so until [Socket.Connect] is called; after the others the
// client tries to connect again.
const (
	ReasonServer         Reason = "io server disconnect"        // the server took the client out of the namespace
	ReasonClient         Reason = "io client disconnect"        // Socket.Disconnect, Client.Close
	ReasonPingTimeout           = engineio.ReasonPingTimeout    // the server gave no sign of life in time
	ReasonTransportClose        = engineio.ReasonTransportClose // the server closed the connection, or a WebSocket was lost
	ReasonTransportError        = engineio.ReasonTransportError // a request failed, or a stream of WebTransport
	ReasonParseError            = engineio.ReasonParseError     // the server sent what the protocol forbids
	ReasonOverload              = socketio.ReasonOverload       // see Options.MaxPending
)

// errOverload ends a connection whose events are not handled.
var errOverload = errors.New("too many events waiting")

var errUnexpected = errors.New("message out of place")
