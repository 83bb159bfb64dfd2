package redisadapter

import (
	"encoding/json"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/adapter/internal/jswire"
)

// Types of requests and of answers.
const (
	typeRooms       = 1
	typeJoin        = 2
	typeLeave       = 3
	typeDisconnect  = 4
	typeFetch       = 5
	typeServerEvent = 6
	typeBroadcast   = 7
	typeCount       = 8
	typeReply       = 9
	typeCancel      = 100 // among servers of this package
)

// A request is also what wants no answer, but for broadcasts without one.
type request struct {
	Type      int             `json:"type"`
	UID       string          `json:"uid,omitempty"`
	RequestID string          `json:"requestId,omitempty"`
	Opts      *jswire.Options `json:"opts,omitempty"`
	Rooms     jswire.Names    `json:"rooms,omitempty"` // to join or leave
	Close     bool            `json:"close,omitempty"`
	Data      json.RawMessage `json:"data,omitempty"`   // of an event for servers
	Packet    *jswire.Packet  `json:"packet,omitempty"` // of a broadcast

	// Among servers of this package.
	Break   bool    `json:"break,omitempty"`
	Timeout float64 `json:"timeout,omitempty"` // milliseconds
}

// A response is an answer to a request.
type response struct {
	Type        int                    `json:"type,omitempty"`
	RequestID   string                 `json:"requestId"`
	ClientCount *int                   `json:"clientCount,omitempty"`
	Packet      json.RawMessage        `json:"packet,omitempty"` // a client's acknowledgement
	Data        json.RawMessage        `json:"data,omitempty"`   // a server's
	Sockets     *[]jswire.RemoteSocket `json:"sockets,omitempty"`
	Rooms       *jswire.Names          `json:"rooms,omitempty"`

	// Among servers of this package.
	UID    string            `json:"uid,omitempty"`
	SID    string            `json:"sid,omitempty"`
	Reason socketio.Reason   `json:"reason,omitempty"`
	More   []json.RawMessage `json:"more,omitempty"` // values behind the one in Packet or Data
}
