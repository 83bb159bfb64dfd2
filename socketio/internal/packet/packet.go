// Package packet is the codec of the Socket.IO protocol, version 5: bytes in,
// packets out, and back. It does no I/O and keeps no state between calls but
// in an [Assembler], which joins a packet with its binary attachments.
//
// What comes from the network is checked here, once: a packet that Decode or an
// Assembler accepts is valid JSON in valid UTF-8, nested no deeper than
// [MaxDepth], so that its parts may be sent on to others as they are.
package packet

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"
)

// Type is the kind of a packet: the first character of its text.
type Type byte

// The packet types of the protocol.
const (
	Connect Type = iota
	Disconnect
	Event
	Ack
	ConnectError
	BinaryEvent
	BinaryAck
)

// HasBinary reports whether packets of the type carry attachments.
func (t Type) HasBinary() bool { return t == BinaryEvent || t == BinaryAck }

// IsAck reports whether the type is an acknowledgement, with attachments or not.
func (t Type) IsAck() bool { return t == Ack || t == BinaryAck }

// WithBinary returns the type of the same event or acknowledgement when it has
// attachments.
func (t Type) WithBinary() Type { return t + BinaryEvent - Event }

// Limits on what a peer may send. They are far above what clients do send.
const (
	MaxID    = 1<<53 - 1 // the largest integer that JavaScript tells from its neighbours
	MaxDepth = 256       // nested arrays and objects
)

// NoID is the ID of a packet that wants no acknowledgement.
const NoID = -1

// ErrInvalid is wrapped by every error of this package that blames the peer.
var ErrInvalid = errors.New("invalid packet")

func invalid(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrInvalid}, args...)...)
}

// A Packet is one Socket.IO packet.
type Packet struct {
	Type        Type
	Namespace   []byte // "/" where the text has none
	ID          int64  // NoID if absent
	Data        []byte // JSON; empty if absent
	Attachments int    // how many binary messages belong to it

	// Binary holds the attachments once they have all come.
	Binary [][]byte
}

var rootNamespace = []byte("/")

// Decode parses the text of a packet. Its slices share memory with text, and
// nothing is allocated. A packet may have at most maxAttachments.
func Decode(text []byte, maxAttachments int) (Packet, error) {
	p := Packet{Namespace: rootNamespace, ID: NoID}
	if len(text) == 0 || text[0] < '0' || text[0] > '0'+byte(BinaryAck) {
		return p, invalid("unknown type")
	}
	p.Type = Type(text[0] - '0')
	rest := text[1:]
	var err error
	if p.Type.HasBinary() {
		if p.Attachments, rest, err = cutAttachments(rest, maxAttachments); err != nil {
			return p, err
		}
	}
	if len(rest) > 0 && rest[0] == '/' {
		if p.Namespace, rest, err = cutNamespace(rest); err != nil {
			return p, err
		}
	}
	if p.ID, rest, err = cutID(rest); err != nil {
		return p, err
	}
	p.Data = rest
	return p, p.check()
}

// cutAttachments reads "3-" off text.
func cutAttachments(text []byte, limit int) (n int, rest []byte, err error) {
	for i, c := range text {
		switch {
		case c == '-' && n > 0:
			return n, text[i+1:], nil
		case c < '0' || c > '9':
			return 0, nil, invalid("number of attachments")
		}
		if n = n*10 + int(c-'0'); n > limit {
			return 0, nil, invalid("more than %d attachments", limit)
		}
	}
	return 0, nil, invalid("number of attachments")
}

// cutNamespace reads "/name," off text. The comma may be missing at the end.
func cutNamespace(text []byte) (name, rest []byte, err error) {
	end := slices.Index(text, ',')
	if end < 0 {
		name = text
	} else {
		name, rest = text[:end], text[end+1:]
	}
	if !utf8.Valid(name) {
		return nil, nil, invalid("namespace is not UTF-8")
	}
	return name, rest, nil
}

// cutID reads the digits off text, if there are any.
func cutID(text []byte) (id int64, rest []byte, err error) {
	i := 0
	for ; i < len(text) && text[i] >= '0' && text[i] <= '9'; i++ {
		if id = id*10 + int64(text[i]-'0'); id > MaxID {
			return 0, nil, invalid("id above 2^53-1")
		}
	}
	if i == 0 {
		return NoID, text, nil
	}
	return id, text[i:], nil
}

// check reports whether the data is what the type asks for. Arrays are left to
// Split, which has to go through them anyway.
func (p *Packet) check() error {
	switch p.Type {
	case Connect:
		if len(p.Data) > 0 && (p.Data[0] != '{' || !Valid(p.Data)) {
			return invalid("data of a connect is not an object")
		}
	case Disconnect:
		if len(p.Data) > 0 {
			return invalid("data in a disconnect")
		}
	case Event, Ack, BinaryEvent, BinaryAck:
		if len(p.Data) == 0 || p.Data[0] != '[' {
			return invalid("data is not an array")
		}
	case ConnectError: // clients may not send it: its data does not matter
	}
	return nil
}

// AppendHeader appends what comes before the data of a packet: type, number of
// attachments, namespace, id.
func AppendHeader(dst []byte, t Type, attachments int, namespace string, id int64) []byte {
	dst = append(dst, '0'+byte(t))
	if t.HasBinary() {
		dst = strconv.AppendInt(dst, int64(attachments), 10)
		dst = append(dst, '-')
	}
	if namespace != "/" {
		dst = append(dst, namespace...)
		dst = append(dst, ',')
	}
	if id != NoID {
		dst = strconv.AppendInt(dst, id, 10)
	}
	return dst
}
