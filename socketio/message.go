package socketio

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// A MessageKind says what a [Message] asks for or answers. A server ignores kinds
// that it does not know.
type MessageKind string

// The kinds of messages, each with the fields that it has besides Kind, From, To
// and Namespace. The sockets that a message is for are those in any of Rooms, or
// all of the namespace if Rooms is empty, except those in any of Except. A socket's
// id is a room that contains only that socket.
const (
	// MessageBroadcast has an event emitted to sockets: Rooms, Except, Volatile,
	// Uncompressed, Data, Attachments. With an ID each of the sockets is asked for an
	// acknowledgement, and Timeout may be set: a server that receives it answers with
	// one MessageCount, then one MessageReply for each socket. With Socket it is for that
	// socket alone, whose id is the only one of Rooms.
	MessageBroadcast MessageKind = "broadcast"

	// MessageJoin and MessageLeave move sockets into or out of the rooms in Into:
	// Rooms, Except, Into.
	MessageJoin  MessageKind = "join"
	MessageLeave MessageKind = "leave"

	// MessageDisconnect, MessageCloseConns and MessageBreakConns end sockets as
	// [Target.Disconnect], [Target.CloseConns] and [Target.BreakConns] do: Rooms,
	// Except.
	MessageDisconnect MessageKind = "disconnect"
	MessageCloseConns MessageKind = "closeConns"
	MessageBreakConns MessageKind = "breakConns"

	// MessageFetch asks for a description of sockets: ID, Timeout, Rooms, Except. The
	// answer is one MessageSockets.
	MessageFetch MessageKind = "fetch"

	// MessageServerEvent is an event for the servers: Data, Attachments. With an ID
	// each of them answers with one MessageReply, or with a MessageCount of zero if
	// it has no such namespace.
	MessageServerEvent MessageKind = "serverEvent"

	// MessageCount says how many sockets were sent the event of a MessageBroadcast:
	// ID, Count. It may come before, between or after their replies.
	MessageCount MessageKind = "count"

	// MessageReply is one answer: ID; for a broadcast, Socket; Data and Attachments, or
	// Reason if the socket was disconnected before it answered. Data may be an
	// [Error], in the form in which one is acknowledged.
	MessageReply MessageKind = "reply"

	// MessageSockets answers a MessageFetch: ID, Sockets.
	MessageSockets MessageKind = "sockets"

	// MessageCancel says that nobody waits for the answers to a request any more: ID.
	MessageCancel MessageKind = "cancel"

	// MessageTaken says that a client recovers on the server that sends it: Socket, its
	// id; ID and Count, the PID and the new Turn of its [Session].
	MessageTaken MessageKind = "taken"

	// MessagePosition is from an adapter itself: Offset, up to which it will not deliver
	// anything of its [Log] any more; Count, the part of a [PartedLog].
	MessagePosition MessageKind = "position"
)

// A Message is sent by one server of a cluster to others. See [MessageKind] for the
// fields that each kind has; the others are zero.
type Message struct {
	Kind      MessageKind
	From      string `json:",omitempty"` // name of the server that published it; see Adapter.Servers for when it may be empty
	To        string `json:",omitempty"` // name of the server that it is for; all others if empty
	Namespace string `json:",omitempty"` // with its leading slash

	// ID of the request that this is, or that this answers, unique in the cluster.
	// A message that wants no answer has none.
	ID string `json:",omitempty"`

	// Timeout is how long the server that made the request waits for answers. Zero
	// if that is not known.
	Timeout time.Duration `json:",omitempty"`

	Rooms  []string `json:",omitempty"`
	Except []string `json:",omitempty"`
	Into   []string `json:",omitempty"` // rooms to join or leave

	Volatile     bool `json:",omitempty"` // see Target.Volatile
	Uncompressed bool `json:",omitempty"` // see Target.Compress

	// Data is a JSON array: the name of an event and its arguments, or the values of an
	// answer. Bytes in it are objects {"_placeholder":true,"num":n}, each of which
	// stands for the n-th of Attachments, as on the wire of a Socket.IO client.
	Data        json.RawMessage `json:"-"`
	Attachments [][]byte        `json:"-"`

	Socket  string       `json:",omitempty"` // id of the socket that answered, if known, or that it is about
	Reason  Reason       `json:",omitempty"`
	Count   int          `json:",omitempty"`
	Sockets []SocketInfo `json:",omitempty"`

	// Offset is where in the [Log] the message is. Adapters set it; it is empty in
	// messages that are not of the log.
	Offset string `json:",omitempty"`
}

// envelope is a message as it is encoded: Data and Attachments follow behind.
type envelope struct {
	*Message

	Sizes []int `json:",omitempty"` // of Data and Attachments
}

// Encode returns the message as bytes, for adapters without an encoding of their
// own. Their format may change with this package's version; servers ignore unknown
// fields.
func (m *Message) Encode() []byte {
	e := envelope{Message: m}
	size := 0
	if m.Data != nil {
		e.Sizes = append(e.Sizes, len(m.Data))
		size = len(m.Data)
		for _, b := range m.Attachments {
			e.Sizes = append(e.Sizes, len(b))
			size += len(b)
		}
	}
	head, err := json.Marshal(e)
	if err != nil {
		panic(err) //nolint:forbidigo // all its fields encode: Data of sockets is checked where it is made
	}
	text := make([]byte, 0, binary.MaxVarintLen32+len(head)+size)
	text = binary.AppendUvarint(text, uint64(len(head)))
	text = append(text, head...)
	text = append(text, m.Data...)
	for _, b := range m.Attachments {
		text = append(text, b...)
	}
	return text
}

var errBadMessage = errors.New("socketio: malformed message from another server")

// DecodeMessage is the inverse of [Message.Encode]. The message shares memory with data.
func DecodeMessage(data []byte) (Message, error) {
	n, used := binary.Uvarint(data)
	if used <= 0 || n > uint64(len(data)-used) {
		return Message{}, errBadMessage
	}
	head, rest := data[used:used+int(n)], data[used+int(n):]
	var m Message
	e := envelope{Message: &m}
	if err := json.Unmarshal(head, &e); err != nil {
		return Message{}, fmt.Errorf("%w: %w", errBadMessage, err)
	}
	for i, size := range e.Sizes {
		if size < 0 || size > len(rest) {
			return Message{}, errBadMessage
		}
		if i == 0 {
			m.Data = rest[:size:size]
		} else {
			m.Attachments = append(m.Attachments, rest[:size:size])
		}
		rest = rest[size:]
	}
	return m, nil
}

// args returns the message's data as arguments.
func (m *Message) args() (Args, error) {
	if m.Data == nil {
		return nil, nil
	}
	args, err := decodeArgs(m.Data, m.Attachments)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errBadMessage, err)
	}
	return args, nil
}

// event returns the event that the message carries.
func (m *Message) event() (name string, args Args, err error) {
	if args, err = m.args(); err != nil {
		return "", nil, err
	}
	if len(args) == 0 {
		return "", nil, errBadMessage
	}
	if err := args[0].Decode(&name); err != nil {
		return "", nil, fmt.Errorf("%w: %w", errBadMessage, err)
	}
	return name, args[1:], nil
}

// isRecoverable reports whether the message is an event that clients may miss and recover.
func (m *Message) isRecoverable() bool {
	return m.Kind == MessageBroadcast && m.ID == "" && !m.Volatile
}

// target returns the sockets of a namespace on this server that the message is about.
func (m *Message) target(ns *Namespace) Target {
	t := Target{ns: ns, everyone: len(m.Rooms) == 0, rooms: m.Rooms, except: m.Except, flags: isLocal}
	if m.Volatile {
		t.flags |= isVolatile
	}
	if m.Uncompressed {
		t.flags |= isUncompressed
	}
	return t
}

// message returns a message about the sockets of a target.
func (t Target) message(kind MessageKind) *Message {
	m := &Message{
		Kind: kind, Namespace: t.ns.name, Rooms: t.rooms, Except: t.except,
		Volatile: t.flags.has(isVolatile), Uncompressed: t.flags.has(isUncompressed),
	}
	if t.flags.has(isOwn) {
		m.Socket = t.rooms[0]
	}
	return m
}
