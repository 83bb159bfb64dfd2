package redisadapter

import (
	"cmp"
	"encoding/json"
	"time"

	"github.com/caucus-live/caucus/socketio"
)

// A decode turns what came for a namespace into a message. Its error is errSkip for what is of
// no concern here.
type decode func(c *codec, ns string, payload []byte) (socketio.Message, error)

// decodeBroadcast decodes a broadcast that wants no answers.
func decodeBroadcast(c *codec, ns string, payload []byte) (socketio.Message, error) {
	var parts [3]json.RawMessage
	attachments, err := unpack(payload, &parts)
	if err != nil || parts[2] == nil {
		return socketio.Message{}, errMalformed
	}
	var (
		from string
		p    packet
		o    options
	)
	if json.Unmarshal(parts[0], &from) != nil || json.Unmarshal(parts[1], &p) != nil || json.Unmarshal(parts[2], &o) != nil {
		return socketio.Message{}, errMalformed
	}
	if from == c.uid || p.Type != eventPacket || cmp.Or(p.NSP, "/") != ns {
		return socketio.Message{}, errSkip
	}
	m := socketio.Message{Kind: socketio.MessageBroadcast, From: nameOf(from), Namespace: ns, Data: p.Data, Attachments: attachments}
	o.apply(&m)
	m.Timeout = 0
	return m, nil
}

// decodeRequest decodes a request, or what has something done with sockets.
func decodeRequest(c *codec, ns string, payload []byte) (socketio.Message, error) {
	var r request
	attachments, err := unpack(payload, &r)
	if err != nil {
		return socketio.Message{}, errMalformed
	}
	m := socketio.Message{From: nameOf(r.UID), Namespace: ns, Attachments: attachments}
	if r.UID == c.uid || !r.describe(&m) {
		return m, errSkip
	}
	return m, nil
}

// ackTimeout is how long clients are asked on behalf of a JavaScript server that does not say.
const ackTimeout = 5 * time.Second

// describe sets what the type of request has. It returns false if there is no message for it.
func (r *request) describe(m *socketio.Message) bool {
	r.Opts.apply(m)
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
		m.Kind, m.ID, m.Timeout = socketio.MessageFetch, r.RequestID, duration(r.Timeout)
		return m.ID != "" && r.Opts != nil
	case typeServerEvent:
		m.Kind, m.ID, m.Timeout, m.Data = socketio.MessageServerEvent, r.RequestID, duration(r.Timeout), r.Data
		return m.Data != nil
	case typeBroadcast:
		if r.Packet == nil || r.RequestID == "" {
			return false
		}
		m.Kind, m.ID, m.Data = socketio.MessageBroadcast, r.RequestID, r.Packet.Data
		if m.Timeout <= 0 && isJS(m.From) {
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
	attachments, err := unpack(payload, &r)
	if err != nil {
		return socketio.Message{}, errMalformed
	}
	m := socketio.Message{Namespace: ns, ID: r.RequestID, Attachments: attachments, Socket: r.SID, Reason: r.Reason}
	if r.UID != "" {
		m.From = nameOf(r.UID)
	}
	switch {
	case r.ClientCount != nil:
		m.Kind, m.Count = socketio.MessageCount, *r.ClientCount
	case r.Sockets != nil:
		m.Kind, m.Sockets = socketio.MessageSockets, infosOf(*r.Sockets)
	case r.Type == typeCancel:
		m.Kind = socketio.MessageCancel
	case r.Type == typeReply:
		m.Kind, m.Data = socketio.MessageReply, array(r.Packet, r.More)
	default:
		m.Kind, m.Data = socketio.MessageReply, array(r.Data, r.More)
	}
	return m, nil
}
