// Package msgpack translates packets to and from the encoding of npm's
// socket.io-msgpack-parser: each packet is one MessagePack map with the keys type,
// nsp, data, id. Inside the server all packets have their data as JSON, so this is
// a translation between the two, with binary attachments in between.
package msgpack

import (
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/caucus-live/caucus/socketio/internal/packet"
)

// MaxBinary is how many binary values one packet may hold.
const MaxBinary = 1024

// The first bytes of values, as the specification of MessagePack names them.
const (
	fixMap   = 0x80
	fixArray = 0x90
	fixStr   = 0xa0
	nilByte  = 0xc0
	falsity  = 0xc2
	truth    = 0xc3
	bin8     = 0xc4
	bin16    = 0xc5
	bin32    = 0xc6
	ext8     = 0xc7
	ext16    = 0xc8
	ext32    = 0xc9
	float32b = 0xca
	float64b = 0xcb
	uint8b   = 0xcc
	uint16b  = 0xcd
	uint32b  = 0xce
	uint64b  = 0xcf
	int8b    = 0xd0
	int16b   = 0xd1
	int32b   = 0xd2
	int64b   = 0xd3
	fixExt1  = 0xd4
	fixExt16 = 0xd8
	str8     = 0xd9
	str16    = 0xda
	str32    = 0xdb
	array16  = 0xdc
	array32  = 0xdd
	map16    = 0xde
	map32    = 0xdf
	negative = 0xe0
)

func invalid(format string, args ...any) error {
	return fmt.Errorf("%w: MessagePack: "+format, append([]any{packet.ErrInvalid}, args...)...)
}

// Decode parses a packet. Its data is JSON, in which binary values are references
// to its attachments; it shares no memory with data, but for the attachments.
func Decode(data []byte) (packet.Packet, error) {
	p := packet.Packet{Namespace: []byte("/"), ID: packet.NoID}
	r := reader{data: data}
	keys, err := r.mapLen()
	if err != nil {
		return p, err
	}
	typ := uint64(packet.BinaryAck) + 1
	for range keys {
		key, err := r.str()
		if err != nil {
			return p, err
		}
		switch string(key) {
		case "type":
			typ, err = r.uint()
		case "nsp":
			p.Namespace, err = r.str()
		case "id":
			p.ID, err = r.id()
		case "data":
			p.Data, p.Binary, err = r.json()
		default:
			_, _, err = r.json()
		}
		if err != nil {
			return p, err
		}
	}
	if len(r.data) > 0 {
		return p, invalid("%d bytes behind the packet", len(r.data))
	}
	return p, check(&p, typ)
}

// check reports whether the data is what the type asks for.
func check(p *packet.Packet, typ uint64) error {
	if typ > uint64(packet.BinaryAck) {
		return invalid("packet type")
	}
	if len(p.Namespace) == 0 || p.Namespace[0] != '/' || !utf8.Valid(p.Namespace) {
		return invalid("namespace")
	}
	p.Type, p.Attachments = packet.Type(typ), len(p.Binary)
	var first byte
	if len(p.Data) > 0 {
		first = p.Data[0]
	}
	ok := true
	switch p.Type {
	case packet.Connect:
		if ok = first == 0 || first == '{' || first == 'n'; first == 'n' { // null: no auth data
			p.Data = nil
		}
	case packet.Disconnect:
		ok = first == 0 || first == 'n'
	case packet.Event, packet.Ack:
		ok = first == '['
	case packet.ConnectError: // clients may not send it: its data does not matter
	case packet.BinaryEvent, packet.BinaryAck:
		return invalid("packet type") // attachments are inside of packets
	}
	if !ok {
		return invalid("data of a packet of type %d", typ)
	}
	return nil
}

// Append appends a packet.
func Append(dst []byte, p *packet.Packet) ([]byte, error) {
	keys := 2
	if p.ID != packet.NoID {
		keys++
	}
	if len(p.Data) > 0 {
		keys++
	}
	dst = append(dst, fixMap|byte(keys))
	dst = appendInt(appendStr(dst, "type"), int64(p.Type))
	dst = appendStr(appendStr(dst, "nsp"), string(p.Namespace))
	if p.ID != packet.NoID {
		dst = appendInt(appendStr(dst, "id"), p.ID)
	}
	if len(p.Data) == 0 {
		return dst, nil
	}
	w, err := newWriter(appendStr(dst, "data"), p)
	if err != nil {
		return dst, err
	}
	if err := w.value(); err != nil {
		return dst, fmt.Errorf("msgpack: %w", err)
	}
	return w.dst, nil
}

var errNotJSON = errors.New("data is not JSON")

// newWriter returns a writer for the data of p.
func newWriter(dst []byte, p *packet.Packet) (*writer, error) {
	w := &writer{dst: dst, data: p.Data, binary: p.Binary}
	if !json.Valid(p.Data) {
		return nil, errNotJSON
	}
	if len(p.Binary) == 0 {
		return w, nil
	}
	var err error
	w.refs, err = packet.Refs(p.Data)
	return w, err
}
