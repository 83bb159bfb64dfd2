package sioclient

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
	"github.com/caucus-live/caucus/socketio/internal/bridge"
	"github.com/caucus-live/caucus/socketio/internal/msgpack"
	"github.com/caucus-live/caucus/socketio/internal/packet"
	"github.com/caucus-live/caucus/socketio/sioclient/internal/engine"
)

// A parcel is an encoded packet.
type parcel struct {
	id       int64 // of a call
	messages []engine.Message
	size     int
}

// Emit sends an event to the server. The arguments are encoded before it returns
// and may then be changed. It does not wait, so a nil error does not mean that the
// server has received the event. While the socket is not connected, events are kept
// in order until it is (but see [Socket.Volatile]); [ErrBufferFull] means that this
// one was dropped. After [Client.Close] it returns [ErrClosed].
//
// What one goroutine emits to a socket arrives in that order.
func (s *Socket) Emit(ctx context.Context, event string, args ...any) error {
	return s.emit(ctx, false, event, args)
}

// Volatile returns an emitter for events that may be lost. If the socket is not
// connected, or other events are pending, they are dropped without an error. Use it
// for data that is soon out of date, such as the position of a cursor.
func (s *Socket) Volatile() socketio.Emitter { return volatile{s} }

type volatile struct{ socket *Socket }

func (v volatile) Emit(ctx context.Context, event string, args ...any) error {
	return v.socket.emit(ctx, true, event, args)
}

func (s *Socket) emit(ctx context.Context, mayDrop bool, event string, args []any) error {
	s.observe(ctx, event, args)
	p, err := s.encodeEvent(packet.NoID, event, args)
	if err != nil {
		return err
	}
	c := s.client
	c.mu.Lock()
	defer c.mu.Unlock()
	if mayDrop && (!s.connected || !c.conn.Writable()) {
		return nil
	}
	if err := s.sendLocked(p); !mayDrop || !errors.Is(err, ErrBufferFull) {
		return err
	}
	return nil
}

// encodeEvent encodes an event. id is NoID if it is not a call.
func (s *Socket) encodeEvent(id int64, event string, args []any) (*parcel, error) {
	if packet.Reserved(event) {
		return nil, fmt.Errorf("%w: %q", socketio.ErrReserved, event)
	}
	p, err := s.encode(packet.Event, id, slices.Insert(slices.Clone(args), 0, any(event))...)
	if err != nil {
		return nil, fmt.Errorf("sioclient: encode %s: %w", event, err)
	}
	return p, nil
}

// encode encodes a packet that has arguments.
func (s *Socket) encode(typ packet.Type, id int64, args ...any) (*parcel, error) {
	array, binary, err := bridge.Socketio.Encode(args...)
	if err != nil {
		return nil, err
	}
	if len(binary) > s.client.opts.MaxAttachments {
		return nil, fmt.Errorf("%d attachments, above MaxAttachments", len(binary))
	}
	p := &parcel{id: id, size: len(array)}
	for _, b := range binary {
		p.size += len(b)
	}
	if s.client.opts.Parser == socketio.MessagePack {
		p.messages, err = packed(&packet.Packet{Type: typ, Namespace: []byte(s.name), ID: id, Data: array, Binary: binary})
		return p, err
	}
	if len(binary) > 0 {
		typ = typ.WithBinary()
	}
	text := packet.AppendHeader(nil, typ, len(binary), s.name, id)
	p.messages = append(p.messages, engine.Message{Kind: engineio.Text, Data: append(text, array...)})
	for _, b := range binary {
		p.messages = append(p.messages, engine.Message{Kind: engineio.Binary, Data: slices.Clone(b)})
	}
	return p, nil
}

func packed(p *packet.Packet) ([]engine.Message, error) {
	data, err := msgpack.Append(nil, p)
	return []engine.Message{{Kind: engineio.Binary, Data: data}}, err
}

// control returns a packet that has no arguments.
func (c *Client) control(typ packet.Type, namespace string, data json.RawMessage) engine.Message {
	if c.opts.Parser == socketio.MessagePack {
		batch, err := packed(&packet.Packet{Type: typ, Namespace: []byte(namespace), ID: packet.NoID, Data: data})
		if err == nil { // which it is: the data was encoded by us
			return batch[0]
		}
	}
	return engine.Message{Kind: engineio.Text, Data: append(packet.AppendHeader(nil, typ, 0, namespace, packet.NoID), data...)}
}

// sendLocked sends a packet, or keeps it for when the socket is connected.
func (s *Socket) sendLocked(p *parcel) error {
	c := s.client
	if c.closed {
		return ErrClosed
	}
	waiting := c.buffered
	if s.connected {
		waiting = c.conn.Waiting()
	}
	switch {
	case waiting > 0 && waiting+p.size > c.opts.MaxBuffer: // a big one may go alone
		return ErrBufferFull
	case s.connected:
		c.conn.Send(p.messages...)
	default:
		s.buffer = append(s.buffer, p)
		c.buffered += p.size
	}
	return nil
}

// flushLocked sends what was kept.
func (s *Socket) flushLocked() {
	for _, p := range s.buffer {
		s.client.buffered -= p.size
		s.client.conn.Send(p.messages...)
	}
	s.buffer = nil
}

type answer struct {
	args socketio.Args
	err  error
}

// Call sends an event to the server and waits for its acknowledgement. If ctx is
// done first, it returns ctx's cause. If the socket is disconnected first, it
// returns a [*socketio.DisconnectError], and the server may or may not have handled
// the event. After [Client.Close] it returns [ErrClosed]. If the socket is not
// connected, Call waits until it is; if ctx ends before that, the event is not sent
// at all. If ctx has no deadline, Options.CallTimeout applies. An acknowledgement
// in the form of an error is returned as a [*socketio.Error], together with its
// arguments.
//
// A handler may call the server.
func (s *Socket) Call(ctx context.Context, event string, args ...any) (socketio.Args, error) {
	var late <-chan time.Time
	if _, ok := ctx.Deadline(); !ok { // cheaper than a context that has one
		timer := time.NewTimer(s.client.opts.CallTimeout)
		defer timer.Stop()
		late = timer.C
	}
	s.observe(ctx, event, args)
	id := s.nextID()
	p, err := s.encodeEvent(id, event, args)
	if err != nil {
		return nil, err
	}
	ch := make(chan answer, 1)
	if err := s.ask(p, ch); err != nil {
		return nil, err
	}
	select {
	case a := <-ch:
		if a.err == nil {
			a.err = bridge.Socketio.AnsweredError(a.args)
		}
		return a.args, a.err
	case <-ctx.Done():
		s.forget(id)
		return nil, context.Cause(ctx)
	case <-late:
		s.forget(id)
		return nil, context.DeadlineExceeded
	case <-s.client.ctx.Done():
		s.forget(id)
		return nil, ErrClosed
	}
}

func (s *Socket) nextID() int64 {
	s.client.mu.Lock()
	defer s.client.mu.Unlock()
	s.lastID++
	return s.lastID
}

func (s *Socket) ask(p *parcel, ch chan<- answer) error {
	c := s.client
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := s.sendLocked(p); err != nil {
		return err
	}
	if s.acks == nil {
		s.acks = make(map[int64]chan<- answer)
	}
	s.acks[p.id] = ch
	c.awaited++
	c.makeSpaceLocked() // what is awaited may stand behind events
	return nil
}

// forget undoes ask.
func (s *Socket) forget(id int64) {
	s.client.mu.Lock()
	defer s.client.mu.Unlock()
	s.takeCallLocked(id)
	s.buffer = slices.DeleteFunc(s.buffer, func(p *parcel) bool {
		if p.id != id {
			return false
		}
		s.client.buffered -= p.size
		return true
	})
}

// takeCallLocked returns where the answer to a call goes, nil if nobody waits for
// it any more.
func (s *Socket) takeCallLocked(id int64) chan<- answer {
	ch, ok := s.acks[id]
	if ok {
		delete(s.acks, id)
		s.client.awaited--
	}
	return ch
}

// answeredLocked takes an acknowledgement. One that nobody waits for is ignored.
func (s *Socket) answeredLocked(id int64, args socketio.Args) {
	if ch := s.takeCallLocked(id); ch != nil {
		ch <- answer{args: args}
	}
}

// failCallsLocked lets all calls fail. They have been sent, since the socket was
// connected.
func (s *Socket) failCallsLocked(err error) {
	for id := range s.acks {
		s.takeCallLocked(id) <- answer{err: err}
	}
}
