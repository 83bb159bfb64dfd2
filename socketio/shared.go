package socketio

import (
	"bytes"
	"errors"
)

// errSharedBinary says that bytes would leave a shared value as attachments.
var errSharedBinary = errors.New("socketio: a shared value must not have binary data")

// A Shared is a value that is encoded once, however many packets end with it. Use
// it for a value that many clients get, but at different times, such as the state
// of a room that each client gets on entering. As the last argument of an event, or
// as an answer, its bytes are shared by all the queues it waits in, like those of a
// broadcast. They are not compressed. With the MessagePack parser, recovery or a
// cluster they are copied. A Shared is immutable and may be used concurrently.
type Shared struct{ tail []byte } // JSON, and the bracket that ends a packet

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
	return &Shared{append(bytes.ToValidUTF8(data, []byte("\uFFFD")), ']')}, nil
}

func (s *Shared) json() []byte { return s.tail[:len(s.tail)-1] }

// MarshalJSON implements [json.Marshaler], for a value that is part of another.
func (s *Shared) MarshalJSON() ([]byte, error) { return s.json(), nil }
