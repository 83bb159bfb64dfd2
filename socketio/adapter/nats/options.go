package natsadapter

import (
	"cmp"
	"fmt"
	"strings"
	"time"
)

// Options of an [Adapter]. The zero value has the defaults.
type Options struct {
	// Prefix of the subjects, "socketio" if empty: one or more tokens, without
	// wildcards. Servers with different prefixes are different clusters.
	Prefix string

	// Heartbeat is how often a server shows the others that it is running, 2 s if zero.
	// It should be the same at all servers: one that has not been heard of for three
	// heartbeats is taken for dead.
	Heartbeat time.Duration

	// Queue is how many messages of other servers may wait for this one, 65,536 if zero.
	// Beyond it NATS drops messages, and reports nats.ErrSlowConsumer to the error
	// handler of the connection.
	Queue int

	// Log, if set, keeps a log in JetStream, with which clients recover on any server:
	// see [socketio.Recovery]. All servers of a cluster must have it, or none.
	Log *LogOptions
}

// withDefaults returns the options with defaults for what is zero, or an error.
func (o Options) withDefaults() (Options, error) {
	o.Prefix = cmp.Or(o.Prefix, "socketio")
	o.Heartbeat = cmp.Or(o.Heartbeat, 2*time.Second)
	o.Queue = cmp.Or(o.Queue, 65_536)
	for token := range strings.SplitSeq(o.Prefix, ".") {
		if token == "" || strings.ContainsAny(token, "*> \t\r\n") {
			return o, fmt.Errorf("natsadapter: Prefix %q is not a subject", o.Prefix)
		}
	}
	if o.Heartbeat < 0 {
		return o, fmt.Errorf("natsadapter: Heartbeat %v is negative", o.Heartbeat)
	}
	if o.Queue < 0 {
		return o, fmt.Errorf("natsadapter: Queue %d is negative", o.Queue)
	}
	log, err := o.Log.withDefaults()
	o.Log = log
	return o, err
}
