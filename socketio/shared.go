package socketio

import (
	"bytes"
	"errors"
	"io"
	"strings"
)

// errSharedBinary says that bytes would leave a shared value as attachments.
var errSharedBinary = errors.New("socketio: a shared value must not have binary data")

// A Shared is a value that is encoded once, however many packets end with it. Use
// it for a value that many clients get, but at different times, such as the state
// of a room that each client gets on entering. As the last argument of an event, or
// as an answer, its bytes are shared by all the queues it waits in, like those of a
// broadcast. They are not compressed. With the MessagePack parser, recovery or a
// cluster they are copied. A Shared is immutable and may be used concurrently.
type Shared struct {
	parts [][]byte // JSON, and the bracket that ends a packet
}

// Share encodes a value. It returns an error if the value cannot be encoded or
// contains binary data.
func Share(v any) (*Shared, error) {
	data, attachments, err := encoder.Append(nil, v, nil)
	switch {
	case err != nil:
		return nil, err
	case len(attachments) > 0:
		return nil, errSharedBinary
	}
	return &Shared{[][]byte{append(bytes.ToValidUTF8(data, []byte("\uFFFD")), ']')}}, nil
}

// Insert returns the value with text inserted at a byte offset of its JSON, sharing
// everything but text with s. Use it for a receiver that gets a little more than all
// others. The result must be valid JSON, and the offset must not be within a character:
// neither is checked. Insert panics if the offset is beyond the end of the JSON.
//
// A [json.RawMessage] is shared as it is, so the offsets in it are those of its JSON.
func (s *Shared) Insert(offset int, text string) *Shared {
	parts := make([][]byte, 0, len(s.parts)+2)
	for i, part := range s.parts {
		if offset < len(part) { // always in the last: behind the JSON is the bracket
			parts = append(parts, part[:offset], []byte(strings.ToValidUTF8(text, "\uFFFD")), part[offset:])
			return &Shared{append(parts, s.parts[i+1:]...)}
		}
		parts = append(parts, part)
		offset -= len(part)
	}
	panic("socketio: Insert beyond the end of a shared value") //nolint:forbidigo // as an index out of range
}

// appendJSON appends the value's JSON.
func (s *Shared) appendJSON(dst []byte) []byte {
	for _, part := range s.parts {
		dst = append(dst, part...)
	}
	return dst[:len(dst)-1]
}

// WriteTo implements [io.WriterTo]: it writes the value's JSON, of which it makes no copy. Use
// it to answer an HTTP request with what sockets are sent too.
func (s *Shared) WriteTo(w io.Writer) (n int64, err error) {
	for i, part := range s.parts {
		if i == len(s.parts)-1 {
			part = part[:len(part)-1]
		}
		written, err := w.Write(part)
		if n += int64(written); err != nil {
			return n, err
		}
	}
	return n, nil
}

// MarshalJSON implements [json.Marshaler], for a value that is part of another.
func (s *Shared) MarshalJSON() ([]byte, error) {
	if len(s.parts) > 1 {
		return s.appendJSON(nil), nil
	}
	return s.parts[0][:len(s.parts[0])-1], nil
}
