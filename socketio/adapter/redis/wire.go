package redisadapter

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/internal/msgpack"
)

// Types of requests and of answers.
const (
	typeJoin        = 2
	typeLeave       = 3
	typeDisconnect  = 4
	typeFetch       = 5
	typeServerEvent = 6
	typeBroadcast   = 7
	typeCount       = 8
	typeReply       = 9
	typeCancel      = 100 // among servers of this package
)

// A packet is an event as the Socket.IO parser of JavaScript has it.
type packet struct {
	Type int             `json:"type"` // 2: event
	Data json.RawMessage `json:"data"`
	NSP  string          `json:"nsp,omitempty"` // "/" if missing
}

const eventPacket = 2

// options say which sockets are meant.
type options struct {
	Rooms  names  `json:"rooms"`
	Except names  `json:"except"`
	Flags  *flags `json:"flags,omitempty"`
}

type flags struct {
	Volatile bool    `json:"volatile,omitempty"`
	Compress *bool   `json:"compress,omitempty"`
	Timeout  float64 `json:"timeout,omitempty"` // milliseconds
}

// A request is also what wants no answer, but for broadcasts without one.
type request struct {
	Type      int             `json:"type"`
	UID       string          `json:"uid,omitempty"`
	RequestID string          `json:"requestId,omitempty"`
	Opts      *options        `json:"opts,omitempty"`
	Rooms     names           `json:"rooms,omitempty"` // to join or leave
	Close     bool            `json:"close,omitempty"`
	Data      json.RawMessage `json:"data,omitempty"`   // of an event for servers
	Packet    *packet         `json:"packet,omitempty"` // of a broadcast

	// Among servers of this package.
	Break   bool    `json:"break,omitempty"`
	Timeout float64 `json:"timeout,omitempty"` // milliseconds
}

// A response is an answer to a request.
type response struct {
	Type        int             `json:"type,omitempty"`
	RequestID   string          `json:"requestId"`
	ClientCount *int            `json:"clientCount,omitempty"`
	Packet      json.RawMessage `json:"packet,omitempty"` // a client's acknowledgement
	Data        json.RawMessage `json:"data,omitempty"`   // a server's
	Sockets     *[]remoteSocket `json:"sockets,omitempty"`

	// Among servers of this package.
	UID    string            `json:"uid,omitempty"`
	SID    string            `json:"sid,omitempty"`
	Reason socketio.Reason   `json:"reason,omitempty"`
	More   []json.RawMessage `json:"more,omitempty"` // values behind the one in Packet or Data
}

// names are strings. JavaScript has rooms that are numbers, too.
type names []string

// MarshalJSON implements [json.Marshaler]: none are an empty list.
func (n names) MarshalJSON() ([]byte, error) {
	if n == nil {
		return []byte("[]"), nil
	}
	return json.Marshal([]string(n))
}

// UnmarshalJSON implements [json.Unmarshaler].
func (n *names) UnmarshalJSON(data []byte) error {
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

func optionsOf(m *socketio.Message) *options {
	return &options{Rooms: m.Rooms, Except: m.Except}
}

// withFlags returns the options of a broadcast.
func withFlags(m *socketio.Message) *options {
	o := optionsOf(m)
	o.Flags = &flags{Volatile: m.Volatile, Timeout: milliseconds(m.Timeout)}
	if m.Uncompressed {
		o.Flags.Compress = new(bool)
	}
	return o
}

// apply says in a message which sockets are meant.
func (o *options) apply(m *socketio.Message) {
	if o == nil {
		return
	}
	m.Rooms, m.Except = o.Rooms, o.Except
	if f := o.Flags; f != nil {
		m.Volatile, m.Uncompressed, m.Timeout = f.Volatile, f.Compress != nil && !*f.Compress, duration(f.Timeout)
	}
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func duration(milliseconds float64) time.Duration {
	return time.Duration(milliseconds * float64(time.Millisecond))
}

var errMalformed = errors.New("redisadapter: malformed message")

// pack encodes a value, as JSON if there are no attachments and it may be.
func pack(v any, attachments [][]byte, alwaysPacked bool) ([]byte, error) {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil || !alwaysPacked && len(attachments) == 0 {
		return bytes.TrimSuffix(text.Bytes(), []byte("\n")), err
	}
	return msgpack.AppendValue(nil, text.Bytes(), attachments)
}

// unpack decodes either form into v.
func unpack(data []byte, v any) (attachments [][]byte, err error) {
	if !bytes.HasPrefix(data, []byte("{")) {
		if data, attachments, err = msgpack.DecodeValue(data); err != nil {
			return nil, err
		}
	}
	return attachments, json.Unmarshal(data, v)
}

// array returns the values of an answer as one.
func array(first json.RawMessage, more []json.RawMessage) json.RawMessage {
	text := append(json.RawMessage{'['}, first...)
	for _, value := range more {
		text = append(append(text, ','), value...)
	}
	return append(text, ']')
}
