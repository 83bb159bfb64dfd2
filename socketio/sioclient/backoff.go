package sioclient

import (
	"math/rand/v2"
	"time"
)

// isLast reports whether the client gives up after a failure. retries counts the
// failed attempts since the connection was lost or first wanted.
func (o *Options) isLast(retries int) bool {
	return o.DisableReconnection || o.ReconnectAttempts > 0 && retries >= o.ReconnectAttempts
}

// delay returns how long to wait before the next attempt to connect. Jitter is
// truncated at the maximum, so clients do not pile up there.
func (o *Options) delay(retries int) time.Duration {
	longest := o.MaxReconnectDelay
	d := min(o.ReconnectDelay, longest)
	for n := 0; n < retries && d < longest; n++ {
		d = min(2*d, longest)
	}
	jitter := time.Duration(float64(d) * max(0, o.ReconnectJitter))
	return d - jitter + rand.N(min(2*jitter, longest-d+jitter)+1)
}
