package socketio

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"github.com/caucus-live/caucus/socketio/engineio"
	"github.com/caucus-live/caucus/socketio/internal/limit"
)

// Options configure a [Server]. The zero value of each field means its default.
type Options struct {
	// Engine configures the layer below: transports, heartbeat, sizes, origins,
	// admission. Its MessageRate bounds the events of a client, its
	// acknowledgements and attachments; Namespace.Intercept may refuse single
	// events. Its Logger is that of these Options unless it has its own.
	Engine engineio.Options

	// ConnectTimeout is how long a connection may be in no namespace, at first or after
	// it has left them all, before it is closed, and how long the attachments of a packet
	// may take to arrive. Default: 45 s.
	ConnectTimeout time.Duration

	// MaxNamespaces bounds the namespaces that one connection may be in at once.
	// Further ones are refused. Default: 64.
	MaxNamespaces int

	// MaxAttachments bounds the binary attachments of one packet, in both
	// directions. Default: 10, as in JavaScript clients.
	MaxAttachments int

	// MaxPacket bounds, in bytes, a packet and its attachments together. Default:
	// 10 times Engine.MaxPayload.
	MaxPacket int64

	// MaxPending bounds, in bytes, the pending events of one socket, those that
	// wait for its handlers. Each counts for at least 128. Above it, nothing more
	// is read from the connection until the handlers have caught up. If that takes
	// longer than Engine.PingTimeout the connection is closed with ReasonOverload.
	// While the server waits for an answer from the client, which it could not read
	// otherwise, the bound is four times as much; above that the connection is
	// closed. Default: 1 MiB.
	MaxPending int

	// CleanupEmptyNamespaces removes children of dynamic namespaces when their
	// last socket has left. By default they stay.
	CleanupEmptyNamespaces bool

	// CallTimeout is how long a call waits for answers if its context has no deadline:
	// [Socket.Call], [Target.Call], [Target.Fetch], [Servers.Call], and the typed calls
	// that use them. Default: 20 s.
	CallTimeout time.Duration

	// Parser is the encoding of packets. All clients must use the same.
	// Default: [JSON].
	Parser Parser

	// Recovery, if set, lets clients that lose their connection for a short time
	// resume it without missing events.
	Recovery *Recovery

	// Adapter, if set, joins this server to a cluster. Default: the server runs
	// alone.
	Adapter Adapter

	// Client, if set, holds the files of the JavaScript client (socket.io.js,
	// socket.io.esm.min.js, their source maps…), which are then served beside
	// the server's path.
	Client fs.FS

	// Trace, if set, observes what the server does. Default: none.
	Trace Trace

	// Logger receives what an operator should know, such as errors and panics of
	// handlers. Arguments, ids and auth data are never logged. Default:
	// [slog.Default].
	Logger *slog.Logger
}

// Parser names an encoding of packets.
type Parser uint8

const (
	// JSON is the encoding of the protocol: text, with binary attachments.
	JSON Parser = iota
	// MessagePack is the encoding of npm's socket.io-msgpack-parser: each packet
	// is one binary message.
	MessagePack
)

// withDefaults returns a validated copy of o with its defaults filled in.
func (o *Options) withDefaults() (Options, error) {
	var opts Options
	if o != nil {
		opts = *o
	}
	opts.Logger = cmp.Or(opts.Logger, slog.Default())
	opts.Engine.Logger = cmp.Or(opts.Engine.Logger, opts.Logger)
	opts.ConnectTimeout = cmp.Or(opts.ConnectTimeout, 45*time.Second)
	opts.CallTimeout = cmp.Or(opts.CallTimeout, 20*time.Second)
	opts.MaxNamespaces = cmp.Or(opts.MaxNamespaces, 64)
	opts.MaxAttachments = cmp.Or(opts.MaxAttachments, 10)
	opts.MaxPending = cmp.Or(opts.MaxPending, 1<<20)
	limit.Cap(&opts.ConnectTimeout, &opts.CallTimeout)
	limit.Cap(&opts.MaxPending)
	engine, err := opts.Engine.WithDefaults()
	if err != nil {
		err = fmt.Errorf("socketio: %w", err)
	}
	opts.Engine = engine
	opts.MaxPacket = cmp.Or(opts.MaxPacket, 10*int64(max(0, engine.MaxPayload)))
	limit.Cap(&opts.MaxPacket)
	err = errors.Join(err, opts.validate())
	if opts.Recovery != nil {
		recovery, recoveryErr := opts.Recovery.withDefaults()
		opts.Recovery, err = &recovery, errors.Join(err, recoveryErr)
	}
	return opts, err
}

func (o *Options) validate() error {
	var errs []error
	for name, n := range map[string]int64{
		"ConnectTimeout": int64(o.ConnectTimeout), "CallTimeout": int64(o.CallTimeout), "MaxNamespaces": int64(o.MaxNamespaces),
		"MaxAttachments": int64(o.MaxAttachments), "MaxPacket": o.MaxPacket, "MaxPending": int64(o.MaxPending),
	} {
		if n < 0 {
			errs = append(errs, fmt.Errorf("socketio: %s is negative", name))
		}
	}
	if o.Parser > MessagePack {
		errs = append(errs, fmt.Errorf("socketio: unknown parser %d", o.Parser))
	}
	return errors.Join(errs...)
}
