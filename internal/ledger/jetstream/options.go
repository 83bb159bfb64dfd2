package jetstream

import (
	"fmt"
	"log/slog"
	"time"
)

// Options are the settings of a ledger. A nil *Options stands for all defaults.
type Options struct {
	// Shards is how many streams the logs are spread over. It cannot be changed
	// once the streams exist. Default: 16.
	Shards int

	// Replicas is how many servers of the cluster keep each stream: 1, 3 or 5.
	// Streams with fewer are given more. Default: 1.
	Replicas int

	// Horizon is how long after its creation a log may be kept by Extend. Messages are
	// kept that long in any case, since NATS cannot keep one for longer than it was told
	// to; a server removes the logs it knows of soon after they end. Default: logs end when Create
	// said, and cannot be extended.
	Horizon time.Duration

	// Dir is where the NATS server in this process keeps its data; see [Ledger.Free].
	// Default: none, since that server runs elsewhere.
	Dir string

	// Timeout bounds every call: one that has no answer of a quorum by then returns
	// an error, and may still take effect. NATS elects another leader within 4 to 9
	// seconds. Default: 12 seconds.
	Timeout time.Duration

	// Now is the time by which logs end, the same for all servers. Default: time.Now.
	Now func() time.Time

	// Logger receives errors that belong to no call: a damaged message of which another
	// replica has an intact copy. Default: nobody.
	Logger *slog.Logger
}

func (o *Options) withDefaults() (Options, error) {
	var set Options
	if o != nil {
		set = *o
	}
	if set.Shards == 0 {
		set.Shards = 16
	}
	if set.Replicas == 0 {
		set.Replicas = 1
	}
	if set.Timeout == 0 {
		set.Timeout = 12 * time.Second
	}
	if set.Now == nil {
		set.Now = time.Now
	}
	if set.Logger == nil {
		set.Logger = slog.New(slog.DiscardHandler)
	}
	switch {
	case set.Shards < 1 || set.Shards > maxShards:
		return set, fmt.Errorf("jetstream: Shards is %d; it must be from 1 to %d", set.Shards, maxShards)
	case set.Replicas != 1 && set.Replicas != 3 && set.Replicas != 5:
		return set, fmt.Errorf("jetstream: Replicas is %d; it must be 1, 3 or 5", set.Replicas)
	case set.Horizon < 0:
		return set, fmt.Errorf("jetstream: Horizon is %s; it must be positive", set.Horizon)
	case set.Timeout < 0:
		return set, fmt.Errorf("jetstream: Timeout is %s; it must be positive", set.Timeout)
	}
	return set, nil
}

const maxShards = 1024
