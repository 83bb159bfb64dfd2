package sioclient

import (
	"math/rand/v2"
	"time"
)

// isLast reports whether no other attempt follows a failure, if so many of them were
// made since the first connection, or the last one.
func (o *Options) isLast(retries int) bool {
	return o.DisableReconnection || o.ReconnectAttempts > 0 && retries >= o.ReconnectAttempts
}

// delay returns how long to wait before connecting again after so many attempts. The interval that the jitter makes is cut at the maximum, not moved to it:
// the clients of a server that was away for long should not meet there.
func (o *Options) delay(retries int) time.Duration {
	longest := o.MaxReconnectDelay
	d := min(o.ReconnectDelay, longest)
	for n := 0; n < retries && d < longest; n++ {
		d = min(2*d, longest)
	}
	jitter := time.Duration(float64(d) * max(0, o.ReconnectJitter))
	return d - jitter + rand.N(min(2*jitter, longest-d+jitter)+1)
}
