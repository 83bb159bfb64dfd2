package redisadapter

import (
	"bytes"
	"cmp"
	"time"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/adapter/internal/jswire"
)

// A decode turns what came for a namespace into a message. Its error is errSkip for what is of
// no concern here.
type decode func(c *codec, ns string, payload []byte) (socketio.Message, error)

// decodeBroadcast decodes a broadcast that wants no answers.
func decodeBroadcast(c *codec, ns string, payload []byte) (socketio.Message, error) {
	if bytes.HasPrefix(payload, c.own) {
		return socketio.Message{}, errSkip
	}
	var (
		from string
		p    jswire.Packet
		o    jswire.Options
	)
	parts := [...]any{&from, &p, &o}
	attachments, err := jswire.Unpack(payload, &parts)
	if err != nil || parts[2] == nil { // which is missing
		return socketio.Message{}, jswire.ErrMalformed
	}
	if p.Type != jswire.EventPacket || cmp.Or(p.NSP, "/") != ns {
		return socketio.Message{}, errSkip
	}
	m := socketio.Message{Kind: socketio.MessageBroadcast, From: jswire.NameOf(from), Namespace: ns, Data: p.Data, Attachments: attachments}
	o.Apply(&m)
	m.Timeout = 0
	return m, nil
}

// decodeRequest decodes a request, or what has something done with sockets.
func decodeRequest(c *codec, ns string, payload []byte) (socketio.Message, error) {
	var r request
	attachments, err := jswire.Unpack(payload, &r)
	if err != nil {
		return socketio.Message{}, jswire.ErrMalformed
	}
	m := socketio.Message{From: jswire.NameOf(r.UID), Namespace: ns, Attachments: attachments}
	if r.Type == typeRooms {
		m.ID = r.RequestID
		return m, errRooms
	}
	if r.UID == c.uid || !r.describe(&m) {
		return m, errSkip
	}
	return m, nil
}

// ackTimeout is how long clients are asked on behalf of a JavaScript server that does not say.
const ackTimeout = 5 * time.Second

// describe sets what the type of request has. It returns false if there is no message for it.
func (r *request) describe(m *socketio.Message) bool {
	r.Opts.Apply(m)
	switch r.Type {
	case typeJoin:
		m.Kind, m.Into = socketio.MessageJoin, r.Rooms
	case typeLeave:
		m.Kind, m.Into = socketio.MessageLeave, r.Rooms
	case typeDisconnect:
		m.Kind = socketio.MessageDisconnect
		if r.Close {
			m.Kind = socketio.MessageCloseConns
		}
		if r.Break {
			m.Kind = socketio.MessageBreakConns
		}
	case typeFetch:
		m.Kind, m.ID, m.Timeout = socketio.MessageFetch, r.RequestID, jswire.Duration(r.Timeout)
		return m.ID != "" && r.Opts != nil
	case typeServerEvent:
		m.Kind, m.ID, m.Timeout, m.Data = socketio.MessageServerEvent, r.RequestID, jswire.Duration(r.Timeout), r.Data
		return m.Data != nil
	case typeBroadcast:
		if r.Packet == nil || r.RequestID == "" {
			return false
		}
		m.Kind, m.ID, m.Data = socketio.MessageBroadcast, r.RequestID, r.Packet.Data
		if m.Timeout <= 0 && jswire.IsJS(m.From) {
			m.Timeout = ackTimeout
		}
	default:
		return false
	}
	return r.Opts != nil // otherwise of a version before 4, about one socket
}

// decodeResponse decodes an answer.
func decodeResponse(_ *codec, ns string, payload []byte) (socketio.Message, error) {
	var r response
	attachments, err := jswire.Unpack(payload, &r)
	if err != nil {
		return socketio.Message{}, jswire.ErrMalformed
	}
	m := socketio.Message{Namespace: ns, ID: r.RequestID, Attachments: attachments, Socket: r.SID, Reason: r.Reason}
	if r.UID != "" {
		m.From = jswire.NameOf(r.UID)
	}
	switch {
	case r.ClientCount != nil:
		m.Kind, m.Count = socketio.MessageCount, *r.ClientCount
	case r.Sockets != nil:
		m.Kind, m.Sockets = socketio.MessageSockets, jswire.InfosOf(*r.Sockets)
	case r.Type == typeCancel:
		m.Kind = socketio.MessageCancel
	case r.Type == typeReply:
		m.Kind, m.Data = socketio.MessageReply, jswire.Array(r.Packet, r.More)
	default:
		m.Kind, m.Data = socketio.MessageReply, jswire.Array(r.Data, r.More)
	}
	return m, nil
}
