package engineio

import (
	"bytes"
	"slices"
	"strconv"
	"unicode/utf8"
)

// maxDigits bounds the digits of a length in a v3 payload.
const maxDigits = 10

// decodePayload3 calls receive for each packet of a v3 payload: either text,
// `<length>:<packet>` over and over, or binary. A payload that is malformed
// anywhere is still received up to there.
func decodePayload3(payload []byte, binary bool, receive func(packet) bool) error {
	next := nextText3
	if binary {
		next = nextBinary3
	} else if !utf8.Valid(payload) {
		return errPacketUTF8
	}
	for range maxPackets {
		if len(payload) == 0 {
			return nil
		}
		p, rest, err := next(payload)
		if err != nil {
			return err
		}
		if p.typ != 0 && !receive(p) {
			return nil
		}
		payload = rest
	}
	if len(payload) > 0 {
		return errPacketCount
	}
	return nil
}

// nextText3 decodes the first packet of a text payload. Its length counts UTF-16
// code units, as JavaScript does. An empty packet has type 0.
func nextText3(b []byte) (p packet, rest []byte, err error) {
	end := max(0, bytes.IndexByte(b[:min(len(b), maxDigits+1)], ':'))
	units, err := strconv.ParseUint(string(b[:end]), 10, 32) // takes no sign
	if err != nil {
		return p, nil, errPacketLength
	}
	rest = b[end+1:]
	n, ok := utf16Prefix(rest, int(units))
	if !ok {
		return p, nil, errPacketLength
	}
	if n == 0 {
		return p, rest, nil
	}
	p, err = decodeText(rest[:n], 3)
	return p, rest[n:], err
}

// nextBinary3 decodes the first packet of a binary payload: 0 for text or 1 for
// binary, the digits of its length in bytes as numbers, 255, and the packet.
func nextBinary3(b []byte) (p packet, rest []byte, err error) {
	end := bytes.IndexByte(b[:min(len(b), maxDigits+2)], 255)
	if end < 2 || b[0] > 1 {
		return p, nil, errPacketLength
	}
	n := 0
	for _, digit := range b[1:end] {
		if digit > 9 {
			return p, nil, errPacketLength
		}
		n = n*10 + int(digit)
	}
	data := b[end+1:]
	if n > len(data) {
		return p, nil, errPacketLength
	}
	data, rest = data[:n], data[n:]
	if b[0] == 1 {
		p, err = decodeBinary(data, 3)
		return p, rest, err
	}
	if !utf8.Valid(data) {
		return p, nil, errPacketUTF8
	}
	p, err = decodeText(data, 3)
	return p, rest, err
}

// encodePayload3 encodes messages as a v3 payload, which is binary if there is
// a binary message and the client takes that.
func encodePayload3(batch []*Message, takesBinary bool) (payload []byte, binary bool) {
	binary = takesBinary && slices.ContainsFunc(batch, func(m *Message) bool { return m.kind == Binary })
	for _, m := range batch {
		switch {
		case binary:
			payload = appendBinary3(payload, m)
		case m.kind == Binary:
			b := m.base64()
			payload = strconv.AppendInt(payload, int64(2+len(b)), 10)
			payload = append(append(payload, ":b4"...), b...)
		default:
			payload = strconv.AppendInt(payload, int64(m.utf16Len()), 10)
			payload = m.appendPacket(append(payload, ':'))
		}
	}
	return payload, binary
}

func appendBinary3(b []byte, m *Message) []byte {
	n := m.packetLen()
	if m.kind == Binary {
		n++
	}
	b = append(b, byte(m.kind))
	start := len(b)
	b = strconv.AppendInt(b, int64(n), 10)
	for i := start; i < len(b); i++ {
		b[i] -= '0'
	}
	b = append(b, 255)
	if m.kind == Binary {
		b = append(b, typeMessage-'0')
	}
	return m.appendPacket(b)
}

// utf16Len returns the length of the whole packet in UTF-16 code units.
func (m *Message) utf16Len() int {
	n := utf16Len(m.packet())
	for _, tail := range m.tails {
		n += utf16Len(tail)
	}
	return n
}

// utf16Len returns the length of UTF-8 text in UTF-16 code units.
func utf16Len(b []byte) int {
	n := 0
	for _, c := range b {
		switch {
		case c >= 0xf0: // starts a rune of four bytes: a surrogate pair
			n += 2
		case c < 0x80 || c >= 0xc0:
			n++
		}
	}
	return n
}

// utf16Prefix returns how many bytes of UTF-8 text its first units UTF-16 code
// units take. It reports false if there are fewer, or half a surrogate pair.
func utf16Prefix(b []byte, units int) (n int, ok bool) {
	for units > 0 {
		if n >= len(b) {
			return 0, false
		}
		size := 1
		if b[n] >= utf8.RuneSelf {
			_, size = utf8.DecodeRune(b[n:])
		}
		units--
		if size == utf8.UTFMax { // a surrogate pair
			units--
		}
		n += size
	}
	return n, units == 0
}
