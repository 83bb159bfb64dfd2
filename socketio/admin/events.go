package admin

import (
	"time"

	"github.com/caucus-live/caucus/socketio"
)

// The events that the page gets.
const (
	Session            socketio.Event[string]       = "session" // for later, instead of the password
	Configured         socketio.Event[Config]       = "config"
	Figures            socketio.Event[ServerStats]  = "server_stats"
	AllSockets         socketio.Event[[]SocketInfo] = "all_sockets"
	SocketConnected    socketio.Event[Arrival]      = "socket_connected"
	SocketUpdated      socketio.Event[Update]       = "socket_updated"
	SocketDisconnected socketio.Event[Departure]    = "socket_disconnected"
	RoomJoined         socketio.Event[RoomChange]   = "room_joined"
	RoomLeft           socketio.Event[RoomChange]   = "room_left"
	EventReceived      socketio.Event[Traffic]      = "event_received"
	EventSent          socketio.Event[Traffic]      = "event_sent"
)

// The events that the page sends: its orders.
const (
	Emit       socketio.Event[EmitOrder]       = "emit"
	Join       socketio.Event[RoomOrder]       = "join"
	Leave      socketio.Event[RoomOrder]       = "leave"
	Disconnect socketio.Event[DisconnectOrder] = "_disconnect"
)

// A Config says what the page can do.
type Config struct {
	SupportedFeatures []string `json:"supportedFeatures"`
}

// An Arrival is a new socket.
type Arrival struct {
	socketio.Tuple

	Socket SocketInfo
	At     Timestamp
}

// An Update is what has changed about a socket.
type Update struct {
	ID        string `json:"id"`
	Namespace string `json:"nsp"`
	Transport string `json:"transport,omitempty"`
}

// A Departure is a socket that is disconnected.
type Departure struct {
	socketio.Tuple

	Namespace, ID string
	Reason        socketio.Reason
	At            Timestamp
}

// A RoomChange is a socket that joins or leaves a room.
type RoomChange struct {
	socketio.Tuple

	Namespace, Room, ID string
	At                  Timestamp
}

// Traffic is an event that a socket received or sent: its name, then its arguments.
type Traffic struct {
	socketio.Tuple

	Namespace, ID string
	Args          []any
	At            Timestamp
}

// An EmitOrder is an event for the sockets in a room; without one, for all.
type EmitOrder struct {
	socketio.Tuple

	Namespace string
	Filter    *string
	Event     string
	Args      socketio.Args
}

// A RoomOrder moves sockets, selected like those of an EmitOrder, into a room or out.
type RoomOrder struct {
	socketio.Tuple

	Namespace, Room string
	Filter          *string
}

// A DisconnectOrder disconnects sockets, with their connection if Close is true.
type DisconnectOrder struct {
	socketio.Tuple

	Namespace string
	Close     *bool
	Filter    *string
}

// A Timestamp is a time as JavaScript writes it.
type Timestamp time.Time

func now() Timestamp { return Timestamp(time.Now()) }

// MarshalText implements [encoding.TextMarshaler].
func (t Timestamp) MarshalText() ([]byte, error) {
	return time.Time(t).UTC().AppendFormat(nil, "2006-01-02T15:04:05.000Z"), nil
}
