package jswire

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"time"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/internal/msgpack"
)

// A Packet is an event as the Socket.IO parser of JavaScript has it.
type Packet struct {
	Type int             `json:"type"` // 2: event
	Data json.RawMessage `json:"data"`
	NSP  string          `json:"nsp,omitempty"` // "/" if missing
}

// EventPacket is the type of events.
const EventPacket = 2

// Options say which sockets are meant.
type Options struct {
	Rooms  Names  `json:"rooms"`
	Except Names  `json:"except"`
	Flags  *Flags `json:"flags,omitempty"`
}

// Flags are the modifiers of a broadcast.
type Flags struct {
	Volatile bool    `json:"volatile,omitempty"`
	Compress *bool   `json:"compress,omitempty"`
	Timeout  float64 `json:"timeout,omitempty"` // milliseconds
}

// Names are strings. In JavaScript anything can name a room: what is not a string is here what JavaScript's
// String makes of it. None is left out, since a target without rooms is everyone.
type Names []string

// MarshalJSON implements [json.Marshaler]: none are an empty list.
func (n Names) MarshalJSON() ([]byte, error) {
	if n == nil {
		return []byte("[]"), nil
	}
	return json.Marshal([]string(n))
}

// UnmarshalJSON implements [json.Unmarshaler].
func (n *Names) UnmarshalJSON(data []byte) error {
	*n = nil
	if string(data) == "[]" {
		return nil
	}
	var names []string
	if !bytes.Contains(data, []byte("null")) && json.Unmarshal(data, &names) == nil { // null would be ""
		*n = names
		return nil
	}
	var all []json.RawMessage
	if err := json.Unmarshal(data, &all); err != nil {
		return err
	}
	for _, name := range all {
		*n = append(*n, nameOf(name))
	}
	return nil
}

// nameOf returns the name that a value is.
func nameOf(value json.RawMessage) string {
	var v any
	if json.Unmarshal(value, &v) != nil {
		return string(value) // a number that is too big
	}
	switch v := v.(type) {
	case string:
		return v
	case float64:
		if math.Abs(v) < 1e21 {
			return strconv.FormatFloat(v, 'f', -1, 64)
		}
		return strconv.FormatFloat(v, 'e', -1, 64)
	default:
		return string(value)
	}
}

// OptionsOf returns the options of a message.
func OptionsOf(m *socketio.Message) *Options {
	return &Options{Rooms: m.Rooms, Except: m.Except}
}

// WithFlags returns the options of a broadcast.
func WithFlags(m *socketio.Message) *Options {
	o := OptionsOf(m)
	o.Flags = &Flags{Volatile: m.Volatile, Timeout: Milliseconds(m.Timeout)}
	if m.Uncompressed {
		o.Flags.Compress = new(bool)
	}
	return o
}

// Apply says in a message which sockets are meant.
func (o *Options) Apply(m *socketio.Message) {
	if o == nil {
		return
	}
	m.Rooms, m.Except = o.Rooms, o.Except
	if f := o.Flags; f != nil {
		m.Volatile, m.Uncompressed, m.Timeout = f.Volatile, f.Compress != nil && !*f.Compress, Duration(f.Timeout)
	}
}

// Milliseconds returns a time as JavaScript has it.
func Milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// Duration is the inverse of Milliseconds.
func Duration(milliseconds float64) time.Duration {
	return time.Duration(milliseconds * float64(time.Millisecond))
}

// ErrMalformed is of messages that do not decode.
var ErrMalformed = errors.New("socketio: malformed message of the JavaScript wire")

// Pack encodes a value, as JSON if there are no attachments and it may be.
func Pack(v any, attachments [][]byte, alwaysPacked bool) ([]byte, error) {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil || !alwaysPacked && len(attachments) == 0 {
		return bytes.TrimSuffix(text.Bytes(), []byte("\n")), err
	}
	return msgpack.AppendValue(nil, text.Bytes(), attachments)
}

// Unpack decodes either form into v.
func Unpack(data []byte, v any) (attachments [][]byte, err error) {
	if !bytes.HasPrefix(data, []byte("{")) {
		if data, attachments, err = msgpack.DecodeValue(data); err != nil {
			return nil, err
		}
	}
	return attachments, json.Unmarshal(data, v)
}

// Array returns the values of an answer as one.
func Array(first json.RawMessage, more []json.RawMessage) json.RawMessage {
	text := append(json.RawMessage{'['}, first...)
	for _, value := range more {
		text = append(append(text, ','), value...)
	}
	return append(text, ']')
}
