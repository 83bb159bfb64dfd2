package jswire

import (
	"bytes"
	"encoding/json"
	"errors"
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

// Names are strings. JavaScript has rooms that are numbers, too.
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
	var all []any
	if err := json.Unmarshal(data, &all); err != nil {
		return err
	}
	for _, v := range all {
		switch v := v.(type) {
		case string:
			*n = append(*n, v)
		case float64:
			*n = append(*n, strconv.FormatFloat(v, 'f', -1, 64))
		}
	}
	return nil
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
