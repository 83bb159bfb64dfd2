package engineio

import (
	"bytes"
	"encoding/base64"
	"slices"
	"unicode/utf8"
)

// maxPackets bounds the packets of one polling payload, so that a megabyte of
// tiny ones is not half a million calls.
const maxPackets = 1 << 14

const separator = 0x1e // between the packets of a v4 payload

const (
	errPacketType   = packetError("unknown packet type")
	errPacketBase64 = packetError("malformed base64")
	errPacketUTF8   = packetError("text is not UTF-8")
	errPacketCount  = packetError("too many packets in a payload")
	errPacketLength = packetError("malformed packet length")
)

// A packet is one decoded packet. Its data belongs to whoever decoded it.
type packet struct {
	typ  byte // '0' to '6'
	kind Kind
	data []byte
}

// decodeText decodes a packet that came as text: a type and its data or, where
// binary cannot be sent, "b" and base64.
func decodeText(b []byte, protocol uint8) (packet, error) {
	if len(b) > 0 && b[0] == 'b' {
		return decodeBase64(b[1:], protocol)
	}
	if len(b) == 0 || b[0] < typeOpen || b[0] > typeNoop {
		return packet{}, errPacketType
	}
	return packet{typ: b[0], kind: Text, data: b[1:]}, nil
}

func decodeBase64(b []byte, protocol uint8) (packet, error) {
	typ := byte(typeMessage)
	if protocol == 3 {
		if len(b) == 0 || b[0] < typeOpen || b[0] > typeNoop {
			return packet{}, errPacketType
		}
		typ, b = b[0], b[1:]
	}
	data, err := base64.StdEncoding.AppendDecode(nil, b)
	if err != nil {
		return packet{}, errPacketBase64
	}
	return packet{typ: typ, kind: Binary, data: data}, nil
}

// decodeBinary decodes a packet that came as binary: bare data in v4; a type
// and its data in v3.
func decodeBinary(b []byte, protocol uint8) (packet, error) {
	if protocol == 4 {
		return packet{typ: typeMessage, kind: Binary, data: b}, nil
	}
	if len(b) == 0 || b[0] > typeNoop-'0' {
		return packet{}, errPacketType
	}
	return packet{typ: b[0] + '0', kind: Binary, data: b[1:]}, nil
}

// decodePayload calls receive for each packet of a v4 payload (Engine.IO v4,
// "Packet encoding", "HTTP long-polling") until that returns false. Packets
// before a malformed one are received.
func decodePayload(payload []byte, receive func(packet) bool) error {
	if bytes.Count(payload, []byte{separator}) >= maxPackets {
		return errPacketCount
	}
	if !utf8.Valid(payload) {
		return errPacketUTF8
	}
	for b := range bytes.SplitSeq(payload, []byte{separator}) {
		p, err := decodeText(b, 4)
		if err != nil {
			return err
		}
		if !receive(p) {
			return nil
		}
	}
	return nil
}

// encodePayload encodes messages as a v4 payload.
func encodePayload(batch []*Message) []byte {
	size := 0
	for _, m := range batch {
		size += m.packetLen() + 1
	}
	b := make([]byte, 0, size)
	for i, m := range batch {
		if i > 0 {
			b = append(b, separator)
		}
		if m.kind == Binary {
			b = append(append(b, 'b'), m.base64()...)
		} else {
			b = m.appendPacket(b)
		}
	}
	return b
}

// compressible reports whether any of the messages may be compressed.
func compressible(batch []*Message) bool {
	return slices.ContainsFunc(batch, func(m *Message) bool { return !m.noCompress })
}
