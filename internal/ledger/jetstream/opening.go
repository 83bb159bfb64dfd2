package jetstream

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// An opening is what it takes until the streams are there. The servers may be starting, too, and a
// cluster has no leader for a while; some faults no time mends. Its methods may be called concurrently.
type opening struct {
	conn    *nats.Conn
	outside bool // NATS runs elsewhere
	since   time.Time

	mu   sync.Mutex // guards the field below
	last error
}

const (
	// waitingAfter is when a server that waits for others says so.
	waitingAfter = 15 * time.Second

	// unansweredFor is how long NATS servers elsewhere may have nobody who answers for JetStream. One
	// that runs without it has nobody ever.
	unansweredFor = 5 * time.Second
)

// persist calls try until it succeeds, no time will mend its error, or ctx ends.
func (o *opening) persist(ctx context.Context, try func(context.Context) error) error {
	err := persist(ctx, o.isFinal, func(ctx context.Context) error {
		err := try(ctx)
		if err != nil {
			o.mu.Lock()
			o.last = err
			o.mu.Unlock()
		}
		return err
	})
	switch {
	case err == nil:
		return nil
	case o.denied() != nil:
		return o.denied()
	case isNotEnabled(err) || errors.Is(err, nats.ErrNoResponders):
		return fmt.Errorf("%w; start the NATS servers with JetStream, and enable it for the account of this server's user", err)
	}
	return err
}

func (o *opening) isFinal(err error) bool {
	return errors.Is(err, errShards) || isNotEnabled(err) || o.denied() != nil ||
		o.outside && errors.Is(err, nats.ErrNoResponders) && time.Since(o.since) > unansweredFor
}

// denied returns what NATS has not permitted. It does not answer a request that it does not permit.
func (o *opening) denied() error {
	if err := o.conn.LastError(); errors.Is(err, nats.ErrPermissionViolation) {
		return err
	}
	return nil
}

// isNotEnabled reports whether the servers run without JetStream, or the account has none.
func isNotEnabled(err error) bool {
	return errors.Is(err, jetstream.ErrJetStreamNotEnabled) || errors.Is(err, jetstream.ErrJetStreamNotEnabledForAccount)
}

func (o *opening) lastError() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.last
}
