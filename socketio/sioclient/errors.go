package sioclient

import (
	"encoding/json"
	"errors"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
)

// Errors of what is asked of a client.
var (
	// ErrClosed means that [Client.Close] was called.
	ErrClosed = errors.New("sioclient: closed")
	// ErrBufferFull means that what was emitted is dropped, because more than
	// Options.MaxBuffer waits to be sent.
	ErrBufferFull = errors.New("sioclient: buffer full")
)

// A ConnectError is the server's refusal to let a client into a namespace: what
// its middleware says, or that there is no such namespace.
type ConnectError struct {
	Message string
	Data    json.RawMessage // what else the server says; nil if nothing
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
	ReasonTransportClose        = engineio.ReasonTransportClose // the server closed the connection
	ReasonTransportError        = engineio.ReasonTransportError // the connection broke
	ReasonParseError            = engineio.ReasonParseError     // the server sent what the protocol forbids
	ReasonOverload              = socketio.ReasonOverload       // see Options.MaxPending
)

// errOverload ends a connection whose events are not handled.
var errOverload = errors.New("too many events waiting")

var errUnexpected = errors.New("message out of place")
