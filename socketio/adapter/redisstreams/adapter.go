package redisstreams

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/adapter/internal/jswire"
)

// An Adapter is the [socketio.LogAdapter] of one server.
type Adapter struct {
	// Immutable after Open.
	client *nodes
	opts   Options
	err    error // of opts or the client
	node   socketio.Node
	uid    string
	sub    *redis.PubSub
	closed chan struct{}  // closed by Close
	loops  sync.WaitGroup // those that deliver messages
	order  *order

	mu       sync.RWMutex // held for reading while a message is published; guards the fields below
	isOpen   bool
	channels map[string]bool // those subscribed to; whether they are for this server alone
}

var errNotOpen = errors.New("redisstreams: not open")

// New returns an adapter for one server. Options may be nil. The client, of a single Redis server
// or a cluster, stays the caller's. The adapter opens connections of its own with the client's
// options, and does not retry what it publishes.
func New(client redis.UniversalClient, opts *Options) *Adapter {
	a := &Adapter{channels: make(map[string]bool), order: newOrder()}
	if a.opts, a.err = opts.withDefaults(); a.err == nil {
		a.client, a.err = newNodes(client, a.opts.StreamCount) // which wait for messages
	}
	if a.err == nil && a.client.cluster != nil {
		a.err = a.opts.onCluster()
	}
	return a
}

// patience bounds waiting for Redis in Open where the context does not.
const patience = 10 * time.Second

// Open implements [socketio.Adapter]. It waits at most 10 s for Redis. Namespaces that are made
// later are subscribed to at once, but not waited for.
func (a *Adapter) Open(ctx context.Context, node socketio.Node) error {
	switch {
	case a.closed != nil:
		return errors.New("redisstreams: opened twice")
	case a.err != nil:
		return a.err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	a.node, a.uid, a.closed = node, jswire.UID(node.Name), make(chan struct{})
	a.sub = a.subscription(ctx)
	positions, err := a.join(ctx)
	if err != nil {
		_, _ = a.sub.Close(), a.client.Close() // they fail where Open has failed
		return err
	}
	for part, position := range positions {
		a.order.advance(part, position)
		node.Deliver(socketio.Message{Kind: socketio.MessagePosition, Offset: position, Count: part})
	}
	a.mu.Lock()
	a.isOpen = true
	a.mu.Unlock()
	a.loops.Go(a.listen) // Close ends all of them, and waits for them
	for part, position := range positions {
		a.loops.Go(func() { a.follow(part, position) }) //nolint:contextcheck // until Close
	}
	lasting := context.WithoutCancel(ctx)
	jswire.Follow(node.Server, func(ns string) { _ = a.subscribe(lasting, ns) }) // the client tries again
	return nil
}

// join subscribes, and returns where the streams end.
func (a *Adapter) join(ctx context.Context) (positions []string, err error) {
	if err := a.subscribe(ctx, "/"); err != nil {
		return nil, fmt.Errorf("redisstreams: subscribe: %w", err)
	}
	for confirmed := 0; confirmed < len(a.channels); {
		msg, err := a.sub.ReceiveTimeout(ctx, patience)
		if err != nil {
			return nil, fmt.Errorf("redisstreams: subscribe: %w", err)
		}
		if _, ok := msg.(*redis.Subscription); ok {
			confirmed++
		}
	}
	for part := range a.opts.StreamCount {
		var last []redis.XMessage
		if err := a.client.at(ctx, a.opts.stream(part), func(node *redis.Client) (err error) {
			last, err = node.XRevRangeN(ctx, a.opts.stream(part), "+", "-", 1).Result()
			return err
		}); err != nil {
			return nil, fmt.Errorf("redisstreams: read the stream: %w", err)
		}
		position := "0-0"
		if len(last) > 0 {
			position = last[0].ID
		}
		positions = append(positions, position)
	}
	return positions, nil
}

// subscribe subscribes to the channels of a namespace once.
func (a *Adapter) subscribe(ctx context.Context, ns string) error {
	public, private := a.opts.public(ns), a.opts.private(ns, a.uid)
	a.mu.Lock()
	_, known := a.channels[public]
	a.channels[public], a.channels[private] = false, true
	a.mu.Unlock()
	if known {
		return nil
	}
	if a.opts.ShardedPubSub {
		return a.sub.SSubscribe(ctx, public, private)
	}
	return a.sub.Subscribe(ctx, public, private)
}

// subscription returns one to no channel yet.
func (a *Adapter) subscription(ctx context.Context) *redis.PubSub {
	if a.opts.ShardedPubSub {
		return a.client.SSubscribe(ctx)
	}
	return a.client.Subscribe(ctx)
}

// listen delivers what comes over channels, until the subscription is closed.
func (a *Adapter) listen() {
	for msg := range a.sub.Channel(redis.WithChannelSize(1000)) {
		e, err := jswire.Unseal([]byte(msg.Payload))
		if err != nil || e.UID == a.uid {
			continue // of another version, or our own
		}
		m, err := e.Message()
		if err != nil {
			continue
		}
		a.mu.RLock()
		isPrivate := a.channels[msg.Channel]
		a.mu.RUnlock()
		if isPrivate {
			m.To = a.node.Name
		}
		a.order.await(a.opts.part(m.Namespace), e.After, a.closed)
		a.node.Deliver(m)
	}
}

// Publish implements [socketio.Adapter].
func (a *Adapter) Publish(ctx context.Context, m socketio.Message) error {
	a.mu.RLock()
	defer a.mu.RUnlock()
	if !a.isOpen {
		return errNotOpen
	}
	e, ok, err := jswire.Seal(&m, a.uid)
	if err != nil || !ok {
		return err
	}
	if isStored(&m) {
		_, err := a.add(ctx, &e, false)
		return err
	}
	e.After = a.order.last(a.opts.part(m.Namespace))
	payload, err := e.Pack(true)
	if err != nil {
		return fmt.Errorf("redisstreams: encode: %w", err)
	}
	channel := a.opts.public(e.NSP)
	if m.To != "" {
		channel = a.opts.private(e.NSP, jswire.UID(m.To))
	}
	publish := (*redis.Client).Publish
	if a.opts.ShardedPubSub {
		publish = (*redis.Client).SPublish
	}
	if err := a.client.at(ctx, channel, func(node *redis.Client) error { return publish(node, ctx, channel, payload).Err() }); err != nil {
		return fmt.Errorf("redisstreams: publish: %w", err)
	}
	if m.ID != "" && m.To == "" && m.Namespace != "/" && m.Kind != socketio.MessageTaken {
		return jswire.AnswerForAbsent(ctx, a.node, &m, a.servers)
	}
	return nil
}

// isStored reports whether a message goes through a stream.
func isStored(m *socketio.Message) bool {
	switch m.Kind { //nolint:exhaustive // the others do not
	case socketio.MessageBroadcast:
		return m.ID == "" && !m.Volatile
	case socketio.MessageJoin, socketio.MessageLeave, socketio.MessageDisconnect, socketio.MessageCloseConns, socketio.MessageBreakConns:
		return true
	default:
		return false
	}
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

// literal escapes the special characters of Redis's patterns.
var literal = strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`, `]`, `\]`)

// servers returns the names of the other servers that have a namespace: each is subscribed to
// a channel for answers to its own requests.
func (a *Adapter) servers(ctx context.Context, ns string) ([]string, error) {
	prefix := a.opts.public(ns)
	channels, err := a.client.channels(ctx, literal.Replace(prefix)+"?*#", a.opts.ShardedPubSub)
	if err != nil {
		return nil, fmt.Errorf("redisstreams: servers: %w", err)
	}
	var names []string
	for _, uid := range jswire.UIDs(channels, prefix) {
		if uid != a.uid {
			names = append(names, jswire.NameOf(uid))
		}
	}
	return names, nil
}

// Close implements [socketio.Adapter].
func (a *Adapter) Close(context.Context) error {
	a.mu.Lock()
	wasOpen := a.isOpen
	a.isOpen = false
	a.mu.Unlock()
	if !wasOpen {
		return errNotOpen
	}
	close(a.closed)
	err := errors.Join(a.sub.Close(), a.client.Close()) // which ends reading
	a.loops.Wait()
	if err != nil {
		return fmt.Errorf("redisstreams: close: %w", err)
	}
	return nil
}
