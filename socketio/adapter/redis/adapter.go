package redisadapter

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/adapter/internal/jswire"
)

// An Adapter is the [socketio.Adapter] of one server.
type Adapter struct {
	// Immutable after Open.
	client *redis.Client // our own: nothing is sent twice
	codec  codec
	node   socketio.Node
	sub    *redis.PubSub
	out    *outbox
	done   chan struct{} // closed when the last message is delivered

	mu      sync.RWMutex // held for reading while a message is published; guards the fields below
	isOpen  bool
	sources map[string]source // by what is subscribed to: a channel or a pattern
}

// A source is where messages come from.
type source struct {
	ns     string
	decode decode
}

var (
	errNotOpen = errors.New("redisadapter: not open")
	errSkip    = errors.New("redisadapter: of no concern")
	errRooms   = errors.New("redisadapter: a request that the adapter answers")
)

// New returns an adapter for one server. Options may be nil. The client, of a single Redis
// server or a primary with replicas, stays the caller's. The adapter opens connections
// of its own with the client's options, and does not retry what it publishes, since that might
// arrive twice.
func New(client *redis.Client, opts *Options) *Adapter {
	own := *client.Options()
	own.MaxRetries = -1
	own.PushNotificationProcessor = nil                                                              // the client has one of its own
	own.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled} // it outlives Close
	a := &Adapter{client: redis.NewClient(&own), codec: codec{opts: opts.withDefaults()}, sources: make(map[string]source)}
	a.out = newOutbox(a.publish)
	return a
}

// patience bounds waiting for Redis in Open where the context does not.
const patience = 10 * time.Second

// Open implements [socketio.Adapter]. It waits at most 10 s for Redis. Namespaces that are made
// later are subscribed to at once, but not waited for.
func (a *Adapter) Open(ctx context.Context, node socketio.Node) error {
	if a.done != nil {
		return errors.New("redisadapter: opened twice")
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	a.node = node
	if err := a.codec.publishAs(jswire.UID(node.Name)); err != nil {
		return err
	}
	a.sub = a.client.Subscribe(ctx)
	if err := a.follow(ctx, "/"); err != nil {
		_, _ = a.sub.Close(), a.client.Close() // they fail where Open has failed
		return fmt.Errorf("redisadapter: subscribe: %w", err)
	}
	a.mu.Lock()
	a.isOpen, a.done = true, make(chan struct{})
	a.mu.Unlock()
	go a.run() //nolint:contextcheck // it outlives Open: Close ends it, and waits for it
	lasting := context.WithoutCancel(ctx)
	jswire.Follow(node.Server, func(ns string) { _ = a.subscribe(lasting, ns) }) // the client tries again
	return nil
}

// follow subscribes to the channels of a namespace, and waits for that.
func (a *Adapter) follow(ctx context.Context, ns string) error {
	if err := a.subscribe(ctx, ns); err != nil {
		return err
	}
	for confirmed := 0; confirmed < len(a.sources); {
		msg, err := a.sub.ReceiveTimeout(ctx, patience)
		if err != nil {
			return err
		}
		if _, ok := msg.(*redis.Subscription); ok {
			confirmed++
		}
	}
	return nil
}

// subscribe subscribes to the channels of a namespace once.
func (a *Adapter) subscribe(ctx context.Context, ns string) error {
	opts := &a.codec.opts
	pattern := literal.Replace(opts.broadcasts(ns)) + "*"
	requests, responses := opts.requests(ns), opts.responses(ns)
	own := responses + a.codec.uid + "#"
	a.mu.Lock()
	_, known := a.sources[pattern]
	a.sources[pattern] = source{ns, decodeBroadcast}
	a.sources[requests] = source{ns, decodeRequest}
	a.sources[responses], a.sources[own] = source{ns, decodeResponse}, source{ns, decodeResponse}
	a.mu.Unlock()
	if known {
		return nil
	}
	return errors.Join(a.sub.PSubscribe(ctx, pattern), a.sub.Subscribe(ctx, requests, responses, own))
}

// run delivers what comes until the subscription is closed.
func (a *Adapter) run() {
	defer close(a.done)
	for msg := range a.sub.Channel(redis.WithChannelSize(1000)) {
		from := msg.Channel
		if msg.Pattern != "" {
			from = msg.Pattern
		}
		a.mu.RLock()
		source := a.sources[from]
		a.mu.RUnlock()
		m, err := source.decode(&a.codec, source.ns, []byte(msg.Payload))
		switch {
		case err == nil:
			if strings.HasSuffix(from, "#"+a.codec.uid+"#") {
				m.To = a.node.Name
			}
			a.node.Deliver(m)
		case errors.Is(err, errRooms):
			_ = a.tellRooms(&m) // lost, as any answer may be
		default: // of no concern, or of another version
		}
	}
}

// publish publishes a batch.
func (a *Adapter) publish(ctx context.Context, batch []*publication) {
	publishTo(ctx, a.client, batch, redis.Pipeliner.Publish)
}

// Publish implements [socketio.Adapter]. A message that nobody is waiting for, such as an event, is
// on its way when it is queued; when publishing has failed, Publish waits for Redis until it answers
// again, and returns the error. It also waits while 256 KiB are queued.
func (a *Adapter) Publish(ctx context.Context, m socketio.Message) error {
	channel, payload, err := a.codec.encode(&m)
	if err != nil {
		return err
	}
	a.mu.RLock()
	defer a.mu.RUnlock()
	if !a.isOpen {
		return errNotOpen
	}
	if channel == "" {
		return nil
	}
	if err := a.out.put(ctx, channel, payload, isAsked(&m)); err != nil {
		return fmt.Errorf("redisadapter: publish: %w", err)
	}
	if isAsked(&m) && m.Namespace != "/" {
		return jswire.AnswerForAbsent(ctx, a.node, &m, a.servers)
	}
	return nil
}

// Servers implements [socketio.Adapter]. A server whose connection to Redis has been closed,
// by either side, is not among them.
func (a *Adapter) Servers(ctx context.Context) ([]string, error) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	if !a.isOpen {
		return nil, errNotOpen
	}
	return a.servers(ctx, "/") // which all servers have
}

// Close implements [socketio.Adapter]. It waits for what is queued.
func (a *Adapter) Close(ctx context.Context) error {
	a.mu.Lock()
	wasOpen := a.isOpen
	a.isOpen = false
	a.mu.Unlock()
	if !wasOpen {
		return errNotOpen
	}
	err := errors.Join(a.out.drain(ctx), a.sub.Close(), a.client.Close())
	<-a.done
	if err != nil {
		return fmt.Errorf("redisadapter: close: %w", err)
	}
	return nil
}
