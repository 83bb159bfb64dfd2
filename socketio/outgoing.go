package socketio

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	"github.com/caucus-live/caucus/socketio/engineio"
	"github.com/caucus-live/caucus/socketio/internal/msgpack"
	"github.com/caucus-live/caucus/socketio/internal/packet"
)

// An outgoing packet is one that is being encoded: the header, and the data as
// far as it is known. It is encoded once, for however many sockets.
type outgoing struct {
	srv    *Server
	typ    packet.Type
	ns     string
	id     int64
	buf    []byte // the header, as if there were no attachments, and the data
	head   int    // the length of the header
	binary [][]byte
	shared *Shared // the last value of the array, not in buf yet; nil: none

	receivers int // of a broadcast, once it is delivered
}

// keepScratch is the largest buffer that is kept for the next packet.
const keepScratch = 64 << 10

// newOutgoing starts a packet whose data is an array.
func (srv *Server) newOutgoing(typ packet.Type, ns string, id int64) *outgoing {
	o, ok := srv.scratch.Get().(*outgoing)
	if !ok {
		o = &outgoing{srv: srv}
	}
	o.typ, o.ns, o.id, o.shared = typ, ns, id, nil
	o.buf = packet.AppendHeader(o.buf[:0], typ, 0, ns, id)
	o.head = len(o.buf)
	o.buf = append(o.buf, '[')
	return o
}

// release gives the packet's memory back. It must not be used afterwards.
func (o *outgoing) release() {
	if cap(o.buf) > keepScratch {
		return
	}
	clear(o.binary)
	o.binary = o.binary[:0]
	o.srv.scratch.Put(o)
}

// newEvent encodes an event but for its end: see finish.
func (srv *Server) newEvent(ns string, id int64, event string, args []any) (*outgoing, error) {
	if packet.Reserved(event) {
		return nil, fmt.Errorf("%w: %q", ErrReserved, event)
	}
	o := srv.newOutgoing(packet.Event, ns, id)
	o.buf = packet.AppendString(o.buf, event)
	if err := o.append(args...); err != nil {
		o.release()
		return nil, fmt.Errorf("socketio: encode %s: %w", event, err)
	}
	return o, nil
}

// append appends values to the array.
func (o *outgoing) append(values ...any) (err error) {
	for _, v := range values {
		o.flatten()
		switch v := v.(type) {
		case *Shared:
			o.comma()
			o.shared = v
		case None:
		case Args:
			for _, arg := range v {
				err = errors.Join(err, o.appendArg(arg))
			}
		case Arg:
			err = o.appendArg(v)
		case tupleLike:
			err = o.appendTuple(v)
		default:
			o.comma()
			o.buf, o.binary, err = encoder.Append(o.buf, withoutNil(v), o.binary)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// flatten puts a shared value into the buffer, for what cannot leave it apart.
func (o *outgoing) flatten() {
	if o.shared != nil {
		o.buf = o.shared.appendJSON(o.buf)
		o.shared = nil
	}
}

func (o *outgoing) comma() {
	if len(o.buf) > o.head+1 {
		o.buf = append(o.buf, ',')
	}
}

// appendArg appends what came from a client. It was checked then.
func (o *outgoing) appendArg(a Arg) (err error) {
	o.comma()
	switch {
	case a.json == nil:
		o.buf = append(o.buf, "null"...)
	case len(a.binary) == 0:
		o.buf = append(o.buf, a.json...)
	default:
		o.buf, o.binary, err = packet.AppendShifted(o.buf, a.json, a.binary, o.binary)
	}
	return err
}

func (o *outgoing) appendTuple(t tupleLike) error { return o.append(fieldsOf(t)...) }

// fieldsOf returns the fields that a tuple consists of.
func fieldsOf(t tupleLike) (fields []any) {
	v := reflect.Indirect(reflect.ValueOf(t))
	if !v.IsValid() {
		return nil // a nil pointer: no arguments
	}
	for field, value := range v.Fields() {
		if field.IsExported() && field.Type != reflect.TypeFor[Tuple]() {
			fields = append(fields, value.Interface())
		}
	}
	return fields
}

// finish ends the array and returns the messages that the packet consists of.
func (o *outgoing) finish(compress bool) ([]*engineio.Message, error) {
	if len(o.binary) > 0 || o.srv.opts.Parser != JSON {
		o.flatten()
	}
	if o.shared != nil {
		return []*engineio.Message{engineio.JoinMessage(o.buf, o.shared.parts...)}, nil
	}
	o.buf = append(o.buf, ']')
	if n := len(o.binary); n > 0 {
		if n > o.srv.opts.MaxAttachments {
			return nil, fmt.Errorf("socketio: %d attachments, above MaxAttachments", n)
		}
		if err := packet.CheckRefs(o.buf[o.head:], n); err != nil {
			return nil, fmt.Errorf("socketio: %w", err)
		}
	}
	batch, err := o.messages()
	if !compress {
		for i, m := range batch {
			batch[i] = m.Uncompressed()
		}
	}
	return batch, err
}

func (o *outgoing) messages() ([]*engineio.Message, error) {
	if o.srv.opts.Parser == MessagePack {
		p := packet.Packet{Type: o.typ, Namespace: []byte(o.ns), ID: o.id, Data: o.buf[o.head:], Binary: o.binary}
		return packed(&p)
	}
	if len(o.binary) == 0 {
		return []*engineio.Message{engineio.NewMessage(engineio.Text, o.buf)}, nil
	}
	text := packet.AppendHeader(nil, o.typ.WithBinary(), len(o.binary), o.ns, o.id)
	batch := make([]*engineio.Message, 1, 1+len(o.binary))
	batch[0] = engineio.NewMessage(engineio.Text, append(text, o.buf[o.head:]...))
	for _, b := range o.binary {
		batch = append(batch, engineio.NewMessage(engineio.Binary, b))
	}
	return batch, nil
}

func packed(p *packet.Packet) ([]*engineio.Message, error) {
	data, err := msgpack.Append(nil, p)
	if err != nil {
		return nil, fmt.Errorf("socketio: %w", err)
	}
	return []*engineio.Message{engineio.NewMessage(engineio.Binary, data)}, nil
}

// control returns a packet other than an event or acknowledgement. data is nil
// without one.
func (srv *Server) control(typ packet.Type, ns string, data any) *engineio.Message {
	text := packet.AppendHeader(nil, typ, 0, ns, packet.NoID)
	head := len(text)
	if data != nil {
		body, err := json.Marshal(data)
		if err != nil {
			panic(err) //nolint:forbidigo // all our own structs encode
		}
		text = append(text, body...)
	}
	if srv.opts.Parser == JSON {
		return engineio.NewMessage(engineio.Text, text)
	}
	batch, err := packed(&packet.Packet{Type: typ, Namespace: []byte(ns), ID: packet.NoID, Data: text[head:]})
	if err != nil {
		panic(err) //nolint:forbidigo // all our own structs encode
	}
	return batch[0]
}
