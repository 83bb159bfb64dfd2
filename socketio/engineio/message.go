package engineio

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"sync"
	"sync/atomic"
	"unicode/utf8"

	"github.com/gobwas/ws"
)

// A Kind distinguishes text from binary messages.
type Kind uint8

// The kinds of message.
const (
	Text Kind = iota
	Binary
)

// String returns "text" or "binary".
func (k Kind) String() string {
	if k == Binary {
		return "binary"
	}
	return "text"
}

// The packet types of the Engine.IO protocol, as they are written.
const (
	typeOpen    = '0'
	typeClose   = '1'
	typePing    = '2'
	typePong    = '3'
	typeMessage = '4'
	typeUpgrade = '5'
	typeNoop    = '6'
)

// A Message is an encoded Engine.IO message. It is immutable and may be sent to any
// number of sessions concurrently. They share its bytes, and each form that a
// transport needs (a WebSocket frame, a deflated one, base64) is encoded at most
// once.
type Message struct {
	kind       Kind
	noCompress bool
	control    bool // a WebSocket control frame, not a packet

	// frame is the whole unmasked WebSocket frame of protocol v4, which is
	// nearly always what is sent; start is where its payload, the packet, begins.
	frame []byte
	start uint8
	tails [][]byte // the end of the payload, where it is shared: see JoinMessage

	rare atomic.Pointer[rareForms] // nil until one is needed
}

// rareForms are the encodings that few messages need.
type rareForms struct {
	binary3   lazyBytes // v3: a binary packet starts with its type
	deflated  lazyBytes
	deflated3 lazyBytes
	base64    lazyBytes
	stream    lazyBytes // WebTransport: a binary frame's header has another bit
}

type lazyBytes struct {
	once  sync.Once
	bytes []byte
}

func (l *lazyBytes) get(encode func() []byte) []byte {
	l.once.Do(func() { l.bytes = encode() })
	return l.bytes
}

// NewMessage encodes a message. The payload is copied. Bytes of a text message that
// are not UTF-8 become U+FFFD: they would make every client that receives the
// message drop its connection. Text should not contain U+001E, which separates the
// packets of a poll; JSON never does.
func NewMessage(kind Kind, payload []byte) *Message {
	if kind == Binary {
		return &Message{kind: Binary, frame: newFrame(ws.OpBinary, nil, payload), start: headerLen(len(payload))}
	}
	if !utf8.Valid(payload) {
		payload = bytes.ToValidUTF8(payload, []byte("\uFFFD"))
	}
	return newPacket(typeMessage, payload)
}

// JoinMessage encodes a text message of head and then tails. Only head is copied, so
// messages with the same tails share their bytes. Each tail must be UTF-8; neither they nor
// the slice of them may be modified afterwards. No transport compresses such a message.
func JoinMessage(head []byte, tails ...[]byte) *Message {
	head = bytes.ToValidUTF8(head, []byte("\uFFFD"))
	n := 1 + len(head) + lenOf(tails)
	frame := appendFrameHeader(make([]byte, 0, int(headerLen(n))+1+len(head)), ws.OpText, n)
	return &Message{
		noCompress: true,
		frame:      append(append(frame, typeMessage), head...),
		start:      headerLen(n),
		tails:      tails,
	}
}

func lenOf(parts [][]byte) (n int) {
	for _, p := range parts {
		n += len(p)
	}
	return n
}

// Uncompressed returns a copy of the message that no transport compresses, whatever
// the server's options. Use it for data that is already compressed, or that mixes
// secrets with text that others choose.
func (m *Message) Uncompressed() *Message {
	return &Message{kind: m.kind, noCompress: true, control: m.control, frame: m.frame, start: m.start, tails: m.tails}
}

// Len returns the size of the message in bytes, as it counts against
// Options.MaxQueue: that of its WebSocket frame.
func (m *Message) Len() int { return len(m.frame) + lenOf(m.tails) }

// Kind reports whether the message is text or binary.
func (m *Message) Kind() Kind { return m.kind }

// Payload returns the payload that the message was made from. It must not be
// modified.
func (m *Message) Payload() []byte {
	if m.kind == Binary {
		return m.packet()
	}
	if m.tails == nil {
		return m.packet()[1:] // without the packet's type
	}
	return m.appendPacket(make([]byte, 0, m.packetLen()))[1:]
}

// newPacket encodes a text packet of any type.
func newPacket(typ byte, data []byte) *Message {
	return &Message{
		frame: newFrame(ws.OpText, []byte{typ}, data),
		start: headerLen(1 + len(data)),
	}
}

// newControl encodes a WebSocket control frame to be queued like a message.
func newControl(op ws.OpCode, data []byte) *Message {
	return &Message{control: true, noCompress: true, frame: newFrame(op, nil, data), start: headerLen(len(data))}
}

func newCloseFrame(status ws.StatusCode) *Message {
	return newControl(ws.OpClose, ws.NewCloseFrameBody(status, ""))
}

// packet returns the packet as it stands in a WebSocket frame of protocol v4, but for
// the tails.
func (m *Message) packet() []byte { return m.frame[m.start:] }

// packetLen is the size of the whole packet.
func (m *Message) packetLen() int { return len(m.packet()) + lenOf(m.tails) }

// appendPacket appends the whole packet.
func (m *Message) appendPacket(b []byte) []byte { return m.appendTails(append(b, m.packet()...)) }

func (m *Message) appendTails(b []byte) []byte {
	for _, tail := range m.tails {
		b = append(b, tail...)
	}
	return b
}

// A form is how a session wants its frames.
type form struct {
	stream      bool   // those of WebTransport; the fields below are of WebSocket
	v3          bool   // Engine.IO v3
	deflateFrom uint32 // packets of at least this many bytes are deflated; 0: none
}

// size is how long the message is in a form.
func (m *Message) size(f form) int { return len(m.encode(f)) + lenOf(m.tails) }

// from returns the message in a form, from an offset on, or the part of that which is in
// one piece.
func (m *Message) from(f form, offset int) []byte {
	piece := m.encode(f)
	for _, next := range m.tails {
		if offset < len(piece) {
			break
		}
		offset -= len(piece)
		piece = next
	}
	return piece[offset:]
}

// appendFrom appends the message in a form, from an offset on.
func (m *Message) appendFrom(b []byte, f form, offset int) []byte {
	for size := m.size(f); offset < size; {
		piece := m.from(f, offset)
		b = append(b, piece...)
		offset += len(piece)
	}
	return b
}

// encode returns the message's frame in a form, but for the tails.
func (m *Message) encode(f form) []byte {
	binary3 := f.v3 && m.kind == Binary
	deflate := f.deflateFrom > 0 && !m.noCompress && uint64(len(m.packet())) >= uint64(f.deflateFrom)
	switch {
	case f.stream:
		return m.streamFrame()
	case binary3 && deflate:
		return m.forms().deflated3.get(func() []byte { return deflateFrame(m.encode(form{v3: true})) })
	case deflate:
		return m.forms().deflated.get(func() []byte { return deflateFrame(m.frame) })
	case binary3:
		return m.forms().binary3.get(func() []byte {
			return newFrame(ws.OpBinary, []byte{typeMessage - '0'}, m.packet())
		})
	default:
		return m.frame
	}
}

// base64 returns a binary message's data in base64.
func (m *Message) base64() []byte {
	return m.forms().base64.get(func() []byte { return base64.StdEncoding.AppendEncode(nil, m.packet()) })
}

func (m *Message) forms() *rareForms {
	if f := m.rare.Load(); f != nil {
		return f
	}
	m.rare.CompareAndSwap(nil, new(rareForms))
	return m.rare.Load()
}

// headerLen is the size of an unmasked frame's header.
func headerLen(payload int) uint8 {
	return uint8(ws.HeaderSize(ws.Header{Length: int64(payload)}))
}

// newFrame returns a final, unmasked frame whose payload is prefix and data.
func newFrame(op ws.OpCode, prefix, data []byte) []byte {
	n := len(prefix) + len(data)
	b := appendFrameHeader(make([]byte, 0, int(headerLen(n))+n), op, n)
	return append(append(b, prefix...), data...)
}

// appendFrameHeader appends the header of a final, unmasked frame of n bytes.
func appendFrameHeader(b []byte, op ws.OpCode, n int) []byte {
	b = append(b, 0x80|byte(op))
	switch {
	case n <= 125:
		return append(b, byte(n))
	case n <= 0xffff:
		return binary.BigEndian.AppendUint16(append(b, 126), uint16(n))
	default:
		return binary.BigEndian.AppendUint64(append(b, 127), uint64(n))
	}
}
