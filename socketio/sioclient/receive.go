package sioclient

import (
	"bytes"
	"encoding/json"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
	"github.com/caucus-live/caucus/socketio/internal/bridge"
	"github.com/caucus-live/caucus/socketio/internal/msgpack"
	"github.com/caucus-live/caucus/socketio/internal/packet"
	"github.com/caucus-live/caucus/socketio/sioclient/internal/engine"
)

// receive takes a message off the read loop. An error costs the connection.
func (c *Client) receive(m engine.Message) error {
	switch {
	case c.opts.Parser == socketio.MessagePack:
		return c.unpack(m)
	case m.Kind == engineio.Binary:
		return c.attach(m.Data)
	case c.assembler != nil:
		return errUnexpected
	}
	p, err := packet.Decode(m.Data, c.opts.MaxAttachments)
	if err != nil {
		return err
	}
	if p.Type.HasBinary() {
		c.assembler = packet.NewAssembler(p, int64(c.opts.MaxMessage))
		return nil
	}
	return c.route(&p)
}

func (c *Client) attach(data []byte) error {
	if c.assembler == nil {
		return errUnexpected
	}
	p, err := c.assembler.Add(data)
	if err != nil || p == nil {
		return err
	}
	c.assembler = nil
	return c.route(p)
}

func (c *Client) unpack(m engine.Message) error {
	if m.Kind != engineio.Binary {
		return errUnexpected
	}
	p, err := msgpack.Decode(m.Data)
	if err != nil {
		return err
	}
	return c.route(&p)
}

// route hands a packet to the socket it is for.
func (c *Client) route(p *packet.Packet) error {
	var args socketio.Args
	if p.Type == packet.Event || p.Type == packet.BinaryEvent || p.Type.IsAck() {
		decoded, err := bridge.Socketio.Decode(p.Data, p.Binary)
		if err != nil {
			return err
		}
		args, _ = decoded.(socketio.Args)
	}
	s, err := c.dispatch(p, args)
	if s == nil || err != nil {
		return err
	}
	return s.waitForSpace()
}

// dispatch does what a packet asks for, and returns the socket it is for.
func (c *Client) dispatch(p *packet.Packet, args socketio.Args) (*Socket, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.findLocked(string(p.Namespace))
	if s == nil || c.conn == nil {
		return nil, nil // nobody wants to know any more
	}
	switch p.Type {
	case packet.Connect:
		return s, s.admittedLocked(p.Data)
	case packet.ConnectError:
		s.refusedLocked(refusal(p.Data))
	case packet.Disconnect:
		s.dismissedLocked()
	case packet.Event, packet.BinaryEvent:
		return s, s.eventLocked(p, args)
	case packet.Ack, packet.BinaryAck:
		s.answeredLocked(p.ID, args)
	}
	return s, nil
}

// refusal makes an error of what the server says.
func refusal(data []byte) *ConnectError {
	var e ConnectError
	if json.Unmarshal(data, &e) != nil {
		_ = json.Unmarshal(data, &e.Message) // servers before Socket.IO 3 send text
	}
	return &e
}

// eventLocked takes an event.
func (s *Socket) eventLocked(p *packet.Packet, args socketio.Args) error {
	if len(args) == 0 {
		return errUnexpected
	}
	name, err := packet.EventName(args[0].JSON())
	if err != nil {
		return err
	}
	size := max(taskSize, len(p.Data))
	for _, b := range p.Binary {
		size += len(b)
	}
	e := &incoming{
		socket:  s,
		request: socketio.Request{Event: string(name), Args: args[1:], WantsAck: p.ID != packet.NoID},
		id:      p.ID, conn: s.client.conn, size: size,
	}
	switch {
	case s.connected:
		s.takeLocked(e)
	case s.asked != nil:
		return s.keepLocked(e)
	}
	return nil // or the server did not know yet that we are gone
}

// keepLocked keeps an event for when the server says that the client is let in. The
// reference server sends what was missed before it says so.
func (s *Socket) keepLocked(e *incoming) error {
	if s.early.bytes += e.size; s.early.bytes > 4*s.client.opts.MaxPending {
		return errOverload
	}
	s.early.events = append(s.early.events, e)
	return nil
}

// A backlog is events that came before their time.
type backlog struct {
	events []*incoming
	bytes  int
}

// takeLocked has an event handled.
func (s *Socket) takeLocked(e *incoming) {
	if s.pid != "" && !e.request.WantsAck {
		s.noteOffset(e.request.Args)
	}
	s.postLocked(task{event: e, size: e.size})
}

// noteOffset remembers how far the server has got: where it has recovery on, it
// says so in the last argument of an event.
func (s *Socket) noteOffset(args socketio.Args) {
	if len(args) == 0 {
		return
	}
	var offset string
	last := args[len(args)-1].JSON()
	if bytes.HasPrefix(last, []byte{'"'}) && json.Unmarshal(last, &offset) == nil {
		s.offset = offset
	}
}
