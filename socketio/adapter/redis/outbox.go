package redisadapter

import (
	"context"
	"slices"
	"sync"

	"github.com/redis/go-redis/v9"

	"github.com/caucus-live/caucus/socketio"
)

// An outbox publishes what is put into it, in order: what comes while Redis is being waited for goes
// out together, so that a message costs a small part of a round trip.
type outbox struct {
	publish func(context.Context, []*publication) // sets the errors of all

	mu      sync.Mutex // guards the fields below
	queue   []*publication
	bytes   int           // of the queue
	changed chan struct{} // closed when the queue has been taken
	running bool          // the goroutine that publishes the queue
	failing bool          // what was published last could not be
}

// A publication is a message on its way to Redis.
type publication struct {
	channel string
	payload []byte
	err     error         // set before done is closed
	done    chan struct{} // closed when Redis has answered; nil if nobody waits
}

const (
	// mostQueued is how many bytes wait for Redis before those who publish do.
	mostQueued = 256 << 10

	// overhead is what a publication takes beside its payload.
	overhead = 100
)

func newOutbox(publish func(context.Context, []*publication)) *outbox {
	return &outbox{publish: publish, changed: make(chan struct{})}
}

// put has a message published. It returns when that is certain to be tried, in order, or with the
// error of ctx. It waits for Redis's answer if it is told to, or if what was published before has
// failed: so that an error reaches those who go on publishing.
func (o *outbox) put(ctx context.Context, channel string, payload []byte, wait bool) error {
	p := &publication{channel: channel, payload: payload}
	o.mu.Lock()
	for o.bytes >= mostQueued {
		changed := o.changed
		o.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		o.mu.Lock()
	}
	if wait = wait || o.failing; wait {
		p.done = make(chan struct{})
	}
	o.queue = append(o.queue, p)
	o.bytes += len(payload) + overhead
	if !o.running {
		o.running = true
		go o.run(context.WithoutCancel(ctx)) // ends when the queue is empty
	}
	o.mu.Unlock()
	if !wait {
		return nil
	}
	select {
	case <-p.done:
		return p.err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// run publishes the queue until it is empty.
func (o *outbox) run(ctx context.Context) {
	for {
		o.mu.Lock()
		batch := o.queue
		o.queue, o.bytes = nil, 0
		close(o.changed)
		o.changed = make(chan struct{})
		if o.running = len(batch) > 0; !o.running {
			o.mu.Unlock()
			return
		}
		o.mu.Unlock()
		o.publish(ctx, batch)
		o.mu.Lock()
		o.failing = slices.ContainsFunc(batch, func(p *publication) bool { return p.err != nil })
		o.mu.Unlock()
		for _, p := range batch {
			if p.done != nil {
				close(p.done)
			}
		}
	}
}

// drain waits until all that was put has been published, or the client's timeouts have ended it.
func (o *outbox) drain(ctx context.Context) error {
	for {
		o.mu.Lock()
		changed, running := o.changed, o.running
		o.mu.Unlock()
		if !running {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// publishTo publishes a batch at one node, by PUBLISH or SPUBLISH.
func publishTo(
	ctx context.Context, node *redis.Client, batch []*publication,
	command func(p redis.Pipeliner, ctx context.Context, channel string, message any) *redis.IntCmd,
) {
	answers := make([]*redis.IntCmd, len(batch))
	_, _ = node.Pipelined(ctx, func(pipe redis.Pipeliner) error { // each answer has its error
		for i, p := range batch {
			answers[i] = command(pipe, ctx, p.channel, p.payload)
		}
		return nil
	})
	for i, p := range batch {
		p.err = answers[i].Err()
	}
}

// isAsked reports whether other servers are to answer a message.
func isAsked(m *socketio.Message) bool { return m.ID != "" && m.To == "" }
