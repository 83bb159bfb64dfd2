package redisadapter

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/adapter/internal/jswire"
	"github.com/caucus-live/caucus/socketio/internal/msgpack"
	"github.com/caucus-live/caucus/socketio/internal/packet"
)

// A codec translates messages to the wire and back.
type codec struct {
	opts Options
	uid  string // of the publisher
	own  []byte // how its broadcasts begin
}

// publishAs sets who publishes.
func (c *codec) publishAs(uid string) (err error) {
	const arrayOfThree = 0x93
	c.uid = uid
	c.own, err = msgpack.AppendValue([]byte{arrayOfThree}, packet.AppendString(nil, uid), nil)
	return err
}

// encode returns a message as it is published, and where. Without a channel the wire has no
// words for it.
func (c *codec) encode(m *socketio.Message) (channel string, payload []byte, err error) {
	ns := cmp.Or(m.Namespace, "/")
	switch m.Kind {
	case socketio.MessageCount, socketio.MessageReply, socketio.MessageSockets, socketio.MessageCancel:
		if jswire.IsJS(m.To) && (m.Reason != "" || m.Kind == socketio.MessageCancel) {
			return "", nil, nil
		}
		payload, err = c.encodeResponse(m)
		return c.opts.responses(ns) + jswire.UID(m.To) + "#", payload, err
	case socketio.MessageBroadcast:
		if m.ID == "" {
			return c.encodeBroadcast(ns, m)
		}
	case socketio.MessageJoin, socketio.MessageLeave, socketio.MessageDisconnect, socketio.MessageCloseConns,
		socketio.MessageBreakConns, socketio.MessageFetch, socketio.MessageServerEvent:
	case socketio.MessageTaken, socketio.MessagePosition: // of adapters with a log
		return "", nil, nil
	default:
		return "", nil, fmt.Errorf("redisadapter: message of unknown kind %q", m.Kind)
	}
	r := request{UID: c.uid, RequestID: m.ID, Opts: jswire.OptionsOf(m)}
	r.fill(ns, m)
	payload, err = jswire.Pack(r, m.Attachments, false)
	return c.opts.requests(ns), payload, err
}

// fill sets what the kind of message needs.
func (r *request) fill(ns string, m *socketio.Message) {
	switch m.Kind { //nolint:exhaustive // encode knows the others
	case socketio.MessageJoin:
		r.Type, r.Rooms = typeJoin, m.Into
	case socketio.MessageLeave:
		r.Type, r.Rooms = typeLeave, m.Into
	case socketio.MessageDisconnect:
		r.Type = typeDisconnect
	case socketio.MessageCloseConns:
		r.Type, r.Close = typeDisconnect, true
	case socketio.MessageBreakConns:
		r.Type, r.Close, r.Break = typeDisconnect, true, true
	case socketio.MessageFetch:
		r.Type, r.Timeout = typeFetch, jswire.Milliseconds(m.Timeout)
	case socketio.MessageServerEvent:
		r.Type, r.Opts, r.Data, r.Timeout = typeServerEvent, nil, m.Data, jswire.Milliseconds(m.Timeout)
	case socketio.MessageBroadcast:
		r.Type, r.Opts, r.Packet = typeBroadcast, jswire.WithFlags(m), &jswire.Packet{Type: jswire.EventPacket, Data: m.Data, NSP: ns}
	}
}

func (c *codec) encodeBroadcast(ns string, m *socketio.Message) (channel string, payload []byte, err error) {
	channel = c.opts.broadcasts(ns)
	if len(m.Rooms) == 1 {
		channel += m.Rooms[0] + "#"
	}
	options, err := json.Marshal(jswire.WithFlags(m))
	if err != nil {
		return "", nil, err
	}
	// By hand, since the data is JSON already: it is checked once, and not copied for that.
	text := make([]byte, 0, len(m.Data)+len(options)+len(ns)+100)
	text = append(packet.AppendString(append(text, '['), c.uid), `,{"type":`...)
	text = append(strconv.AppendInt(text, jswire.EventPacket, 10), `,"data":`...)
	text = append(append(text, m.Data...), `,"nsp":`...)
	text = append(packet.AppendString(text, ns), "},"...)
	text = append(append(text, options...), ']')
	payload, err = msgpack.AppendValue(nil, text, m.Attachments)
	return channel, payload, err
}

func (c *codec) encodeResponse(m *socketio.Message) ([]byte, error) {
	r := response{RequestID: m.ID, UID: c.uid, SID: m.Socket, Reason: m.Reason}
	switch m.Kind { //nolint:exhaustive // encode knows the others
	case socketio.MessageCount:
		r.Type, r.ClientCount = typeCount, &m.Count
	case socketio.MessageSockets:
		r.Sockets = jswire.RemoteSockets(m.Sockets)
	case socketio.MessageCancel:
		r.Type = typeCancel
	default:
		if err := r.answer(m); err != nil {
			return nil, fmt.Errorf("redisadapter: encode answer: %w", err)
		}
	}
	return jswire.Pack(r, m.Attachments, false)
}

// answer sets the values of a reply: of a client if it names a socket, else of a server.
func (r *response) answer(m *socketio.Message) error {
	var values []json.RawMessage
	if m.Data != nil {
		if err := json.Unmarshal(m.Data, &values); err != nil {
			return err
		}
	}
	var first json.RawMessage
	if len(values) > 0 {
		first, r.More = values[0], values[1:]
	}
	if m.Socket != "" {
		r.Type, r.Packet = typeReply, first
	} else {
		r.Type, r.Data = typeServerEvent, first
	}
	return nil
}
