package redisstreams

import (
	"cmp"
	"fmt"
)

// Options of an [Adapter]. The zero value has the defaults, which are those of the JavaScript
// package. All servers of a cluster must have the same.
type Options struct {
	// Stream is the name of the stream, Channel how the names of channels begin, both
	// "socket.io" if empty; Session how the keys of sessions begin, "sio:session:" if
	// empty.
	Stream, Channel, Session string

	// MaxLen is how many messages the stream keeps, roughly, 10,000 if zero: those that
	// clients may recover, and that a server may read late.
	MaxLen int64

	// ReadCount is how many messages are read at once, 100 if zero.
	ReadCount int64
}

// withDefaults returns the options with defaults for what is zero, or an error.
func (o *Options) withDefaults() (Options, error) {
	var full Options
	if o != nil {
		full = *o
	}
	full.Stream = cmp.Or(full.Stream, "socket.io")
	full.Channel = cmp.Or(full.Channel, "socket.io")
	full.Session = cmp.Or(full.Session, "sio:session:")
	full.MaxLen = cmp.Or(full.MaxLen, 10_000)
	full.ReadCount = cmp.Or(full.ReadCount, 100)
	if full.MaxLen < 0 || full.ReadCount < 0 {
		return full, fmt.Errorf("redisstreams: MaxLen or ReadCount is negative")
	}
	return full, nil
}

// public is the channel for all servers, private the one for a single server.
func (o *Options) public(ns string) string       { return o.Channel + "#" + ns + "#" }
func (o *Options) private(ns, uid string) string { return o.public(ns) + uid + "#" }
