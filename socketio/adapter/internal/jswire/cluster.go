package jswire

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/caucus-live/caucus/socketio"
)

// Types of messages of ClusterAdapter.
const (
	typeBroadcast   = 3
	typeJoin        = 4
	typeLeave       = 5
	typeDisconnect  = 6
	typeFetch       = 7
	typeSockets     = 8
	typeServerEvent = 9
	typeServerReply = 10
	typeCount       = 11
	typeReply       = 12

	// Among servers of this package.
	typeCancel = 100
	typeTaken  = 101
)

// An Envelope is a message of ClusterAdapter.
type Envelope struct {
	UID  string          `json:"uid"`
	NSP  string          `json:"nsp"`
	Type int             `json:"type"`
	Data json.RawMessage `json:"data,omitempty"` // with references to Attachments

	// After is what a message waits for that goes another way than what its server published
	// before it. JavaScript servers ignore it.
	After string `json:"after,omitempty"`

	Attachments [][]byte `json:"-"`
}

// content is the data of an envelope.
type content struct {
	RequestID   string          `json:"requestId,omitempty"`
	Packet      json.RawMessage `json:"packet,omitempty"` // a Packet, an array of an event for servers, or an answer
	Opts        *Options        `json:"opts,omitempty"`
	Rooms       Names           `json:"rooms,omitempty"` // to join or leave
	Close       bool            `json:"close,omitempty"`
	Sockets     *[]RemoteSocket `json:"sockets,omitempty"`
	ClientCount *int            `json:"clientCount,omitempty"`

	// Among servers of this package.
	Break   bool              `json:"break,omitempty"`
	Timeout float64           `json:"timeout,omitempty"` // milliseconds
	SID     string            `json:"sid,omitempty"`
	Reason  socketio.Reason   `json:"reason,omitempty"`
	More    []json.RawMessage `json:"more,omitempty"` // values behind the one in Packet
	Turn    int               `json:"turn,omitempty"`
}

// Seal returns a message of the server that is called uid. ok is false if it is an answer that
// its receiver, a JavaScript server, has no words for.
func Seal(m *socketio.Message, uid string) (e Envelope, ok bool, err error) {
	if IsJS(m.To) && (m.Reason != "" || m.Kind == socketio.MessageCancel) {
		return Envelope{}, false, nil
	}
	e = Envelope{UID: uid, NSP: cmp.Or(m.Namespace, "/"), Attachments: m.Attachments}
	c := content{RequestID: m.ID, SID: m.Socket, Timeout: Milliseconds(m.Timeout)}
	if e.Type, err = c.fill(m, e.NSP); err != nil {
		return Envelope{}, false, err
	}
	e.Data, err = Pack(c, nil, false)
	return e, true, err
}

// fill sets what the kind of message needs, and returns its type.
func (c *content) fill(m *socketio.Message, ns string) (typ int, err error) {
	switch m.Kind {
	case socketio.MessageBroadcast:
		c.Opts = WithFlags(m)
		c.Packet, err = Pack(Packet{EventPacket, m.Data, ns}, nil, false)
		return typeBroadcast, err
	case socketio.MessageJoin, socketio.MessageLeave:
		c.Opts, c.Rooms = OptionsOf(m), m.Into
		if m.Kind == socketio.MessageJoin {
			return typeJoin, nil
		}
		return typeLeave, nil
	case socketio.MessageDisconnect, socketio.MessageCloseConns, socketio.MessageBreakConns:
		c.Opts, c.Close, c.Break = OptionsOf(m), m.Kind != socketio.MessageDisconnect, m.Kind == socketio.MessageBreakConns
		return typeDisconnect, nil
	case socketio.MessageFetch:
		c.Opts = OptionsOf(m)
		return typeFetch, nil
	case socketio.MessageServerEvent:
		c.Packet = m.Data
		return typeServerEvent, nil
	case socketio.MessageCount, socketio.MessageReply, socketio.MessageSockets, socketio.MessageCancel:
		return c.answer(m)
	case socketio.MessageTaken:
		c.Turn = m.Count
		return typeTaken, nil
	case socketio.MessagePosition:
	}
	return 0, fmt.Errorf("socketio: message of unknown kind %q", m.Kind)
}

// answer is fill for answers.
func (c *content) answer(m *socketio.Message) (typ int, err error) {
	switch m.Kind { //nolint:exhaustive // fill knows the others
	case socketio.MessageCount:
		c.ClientCount = &m.Count
		return typeCount, nil
	case socketio.MessageSockets:
		c.Sockets = RemoteSockets(m.Sockets)
		return typeSockets, nil
	case socketio.MessageCancel:
		return typeCancel, nil
	}
	c.Reason = m.Reason
	var values []json.RawMessage
	if m.Data != nil {
		if err := json.Unmarshal(m.Data, &values); err != nil {
			return 0, fmt.Errorf("socketio: encode answer: %w", err)
		}
	}
	if len(values) > 0 {
		c.Packet, c.More = values[0], values[1:]
	}
	if m.Socket != "" {
		return typeReply, nil
	}
	return typeServerReply, nil
}

// Pack returns the envelope as one value: MessagePack, or JSON if it may be and has no attachments.
func (e *Envelope) Pack(alwaysPacked bool) ([]byte, error) {
	return Pack(e, e.Attachments, alwaysPacked)
}

// Unseal decodes what Pack returns.
func Unseal(payload []byte) (e Envelope, err error) {
	e.Attachments, err = Unpack(payload, &e)
	if err != nil {
		return Envelope{}, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return e, nil
}

// ackTimeout is how long clients are asked on behalf of a JavaScript server that does not say.
const ackTimeout = 5 * time.Second

// Message returns what the envelope says. Answers of JavaScript servers have no sender, since
// those have another uid in each namespace.
func (e *Envelope) Message() (socketio.Message, error) {
	m := socketio.Message{From: NameOf(e.UID), Namespace: e.NSP, Attachments: e.Attachments}
	var c content
	if err := json.Unmarshal(e.Data, &c); err != nil {
		return m, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	m.ID, m.Socket = c.RequestID, c.SID
	switch e.Type {
	case typeBroadcast, typeJoin, typeLeave, typeDisconnect, typeFetch:
		return m, c.aboutSockets(&m, e.Type)
	case typeServerEvent:
		m.Kind, m.Data, m.Timeout = socketio.MessageServerEvent, c.Packet, Duration(c.Timeout)
		if m.Data == nil {
			return m, ErrMalformed
		}
		return m, nil
	case typeTaken:
		m.Kind, m.Count = socketio.MessageTaken, c.Turn
		return m, nil
	}
	if IsJS(m.From) {
		m.From = ""
	}
	return m, c.answered(&m, e.Type)
}

// aboutSockets sets what concerns sockets.
func (c *content) aboutSockets(m *socketio.Message, typ int) error {
	if c.Opts == nil {
		return ErrMalformed
	}
	c.Opts.Apply(m)
	m.Timeout = max(m.Timeout, Duration(c.Timeout))
	switch typ {
	case typeJoin:
		m.Kind, m.Into = socketio.MessageJoin, c.Rooms
	case typeLeave:
		m.Kind, m.Into = socketio.MessageLeave, c.Rooms
	case typeDisconnect:
		m.Kind = socketio.MessageDisconnect
		if c.Close {
			m.Kind = socketio.MessageCloseConns
		}
		if c.Break {
			m.Kind = socketio.MessageBreakConns
		}
	case typeFetch:
		m.Kind = socketio.MessageFetch
		if m.ID == "" {
			return ErrMalformed
		}
	default:
		return c.broadcast(m)
	}
	return nil
}

func (c *content) broadcast(m *socketio.Message) error {
	var p Packet
	if err := json.Unmarshal(c.Packet, &p); err != nil || p.Type != EventPacket {
		return ErrMalformed
	}
	m.Kind, m.Data = socketio.MessageBroadcast, p.Data
	switch {
	case m.ID == "":
		m.Timeout = 0
	case m.Timeout <= 0 && IsJS(m.From):
		m.Timeout = ackTimeout
	}
	return nil
}

// answered sets what an answer says.
func (c *content) answered(m *socketio.Message, typ int) error {
	switch typ {
	case typeCount:
		m.Kind = socketio.MessageCount
		if c.ClientCount != nil {
			m.Count = *c.ClientCount
		}
	case typeSockets:
		m.Kind = socketio.MessageSockets
		if c.Sockets != nil {
			m.Sockets = InfosOf(*c.Sockets)
		}
	case typeReply, typeServerReply:
		m.Kind, m.Reason, m.Data = socketio.MessageReply, c.Reason, Array(c.Packet, c.More)
	case typeCancel:
		m.Kind = socketio.MessageCancel
	default:
		return fmt.Errorf("%w: type %s", ErrMalformed, strconv.Itoa(typ))
	}
	return nil
}
