package redisstreams

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
)

// Options of an [Adapter]. The zero value has the defaults, which are those of the JavaScript
// package. All servers of a cluster must have the same.
type Options struct {
	// Stream is the name of the stream, Channel how the names of channels begin, both
	// "socket.io" if empty; Session how the keys of sessions begin, "sio:session:" if
	// empty.
	Stream, Channel, Session string

	// StreamCount is how many streams there are, one if zero. If there are more, their
	// names are Stream, "-" and a number from zero; all messages of a namespace are in one
	// of them, and each is read over a connection of its own.
	StreamCount int

	// ShardedPubSub uses sharded channels, which Redis has since version 7.0, instead of
	// ordinary ones. It is not for a Redis cluster, where the channels of a server would be on
	// several nodes.
	ShardedPubSub bool

	// MaxLen is how many messages a stream keeps, roughly, 10,000 if zero: those that
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
	full.StreamCount = cmp.Or(full.StreamCount, 1)
	full.MaxLen = cmp.Or(full.MaxLen, 10_000)
	full.ReadCount = cmp.Or(full.ReadCount, 100)
	if full.StreamCount < 0 || full.MaxLen < 0 || full.ReadCount < 0 {
		return full, fmt.Errorf("redisstreams: StreamCount, MaxLen or ReadCount is negative")
	}
	return full, nil
}

// onCluster returns why the options are not for a Redis cluster, or nil.
func (o *Options) onCluster() error {
	switch {
	case o.ShardedPubSub:
		return errors.New("redisstreams: ShardedPubSub is not for a Redis cluster: leave it out")
	case strings.Contains(o.Session, "}") && !hasTag(o.Session):
		return errors.New("redisstreams: on a Redis cluster, a } in Session has to end a part in braces")
	}
	return nil
}

// part returns the number of the stream that a namespace is in: its hash, as JavaScript computes
// it, of UTF-16. JavaScript servers write what has a negative one to a stream that nobody reads.
func (o *Options) part(ns string) int {
	var hash int32
	for _, unit := range utf16.Encode([]rune(ns)) {
		hash = 31*hash + int32(unit)
	}
	part := int(hash) % o.StreamCount
	return max(part, -part)
}

// stream returns the name of a stream.
func (o *Options) stream(part int) string {
	if o.StreamCount == 1 {
		return o.Stream
	}
	return o.Stream + "-" + strconv.Itoa(part)
}

// public is the channel for all servers, private the one for a single server.
func (o *Options) public(ns string) string       { return o.Channel + "#" + ns + "#" }
func (o *Options) private(ns, uid string) string { return o.public(ns) + uid + "#" }
