package redisadapter

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

// A ShardedAdapter is the [socketio.Adapter] of one server over the sharded channels that Redis has
// since version 7.0: the nodes of a Redis cluster share the work, and with the Dynamic modes a server
// gets only the events of rooms that its sockets are in. It joins servers of this package with
// each other and with JavaScript servers that use createShardedAdapter.
//
// With a single Redis server, or with a ChannelPrefix such as "{polls}" that puts all channels on one
// node of a cluster, it keeps the order as [socketio.Adapter] says. Otherwise messages of one channel
// keep their order, and an event for a room may overtake one for everyone.
type ShardedAdapter struct {
	// Immutable after Open.
	nodes *nodes // our own
	opts  ShardedOptions
	err   error // of opts and the client
	node  socketio.Node
	uid   string
	out   *outbox
	subs  *subscriptions
	stop  func() // ends watching the server's rooms

	mu        sync.RWMutex // held for reading while a message is published; guards the fields below
	isOpen    bool
	answers   map[string]bool      // channels that are for this server alone
	following map[string]bool      // namespaces
	joined    map[string]time.Time // until when channels of rooms are not used: see joins
}

// NewSharded returns an adapter for one server. Options may be nil. The client, of a single Redis
// server or a cluster, stays the caller's. The adapter opens connections of its own with the
// client's options, and does not retry what it publishes, since that might arrive twice.
func NewSharded(client redis.UniversalClient, opts *ShardedOptions) *ShardedAdapter {
	a := &ShardedAdapter{
		stop: func() {}, answers: make(map[string]bool), following: make(map[string]bool), joined: make(map[string]time.Time),
	}
	if a.opts, a.err = opts.withDefaults(); a.err == nil {
		a.nodes, a.err = newNodes(client)
	}
	a.out = newOutbox(func(ctx context.Context, batch []*publication) { a.nodes.publish(ctx, batch) })
	return a
}

// Open implements [socketio.Adapter]. It waits at most 10 s for Redis. Namespaces that are made
// later are subscribed to at once, but not waited for.
func (a *ShardedAdapter) Open(ctx context.Context, node socketio.Node) error {
	switch {
	case a.err != nil:
		return a.err
	case a.subs != nil:
		return errors.New("redisadapter: opened twice")
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	a.node, a.uid = node, jswire.UID(node.Name)
	if node.Server == nil { // nobody is in a room
		a.opts.SubscriptionMode = Static
	}
	a.subs = newSubscriptions(a.nodes, a.deliver)
	if err := await(ctx, a.follow("/")...); err != nil {
		a.subs.close()
		_ = a.nodes.close() // it fails where Open has failed
		return fmt.Errorf("redisadapter: subscribe: %w", err)
	}
	a.mu.Lock()
	a.isOpen = true
	a.mu.Unlock()
	a.followServer() //nolint:contextcheck // what it follows outlives Open
	return nil
}

// follow subscribes to the channels of a namespace once.
func (a *ShardedAdapter) follow(ns string) (confirmed []<-chan struct{}) {
	own := a.opts.own(ns, a.uid)
	a.mu.Lock()
	known := a.following[ns]
	a.following[ns], a.answers[own] = true, true
	a.mu.Unlock()
	if known {
		return nil
	}
	// The last one has others count this server, the one before says that it is of this package.
	for _, channel := range []string{own, a.opts.presence(ns) + a.node.Name, a.opts.public(ns)} {
		confirmed = append(confirmed, a.subs.add(channel))
	}
	return confirmed
}

// followServer subscribes to the namespaces of the server, and to its rooms, now and as they are
// made.
func (a *ShardedAdapter) followServer() {
	srv := a.node.Server
	if srv == nil {
		return
	}
	if a.opts.SubscriptionMode != Static {
		a.stop = srv.Observe(a.observer())
	}
	jswire.Follow(srv, func(ns string) { a.follow(ns) })
}

// observer returns what subscribes to the channels of rooms, and waits for that: once a socket has
// joined a room, it gets what other servers emit to it.
func (a *ShardedAdapter) observer() (o socketio.Observer) {
	o.Room = func(ns *socketio.Namespace, e socketio.RoomEvent) {
		switch e.Kind {
		case socketio.RoomCreated:
			a.enter(a.opts.own(ns.Name(), e.Room))
		case socketio.RoomDeleted:
			a.subs.remove(a.opts.own(ns.Name(), e.Room))
		case socketio.RoomJoined, socketio.RoomLeft:
		}
	}
	if a.opts.SubscriptionMode == DynamicPrivate {
		o.Connect = func(s *socketio.Socket) { a.enter(a.opts.own(s.Namespace().Name(), s.ID())) }
		o.Disconnect = func(s *socketio.Socket, _ socketio.Reason) {
			a.subs.remove(a.opts.own(s.Namespace().Name(), s.ID()))
		}
	}
	return o
}

// entering is how long joining a room waits for Redis.
const entering = time.Second

// enter subscribes to the channel of a room.
func (a *ShardedAdapter) enter(channel string) {
	ctx, cancel := context.WithTimeout(a.subs.closing, entering)
	defer cancel()
	_ = await(ctx, a.subs.add(channel)) // what comes until then is missed
}

// deliver delivers what came over a channel.
func (a *ShardedAdapter) deliver(channel, payload string) {
	if strings.HasPrefix(payload, `{"uid":"`+a.uid+`"`) {
		return // our own, which need not be decoded to know that
	}
	e, err := jswire.Unseal([]byte(payload))
	if err != nil || e.UID == a.uid {
		return // of another version, or our own
	}
	m, err := e.Message()
	if err != nil {
		return
	}
	a.mu.RLock()
	isAnswer := a.answers[channel]
	a.mu.RUnlock()
	if isAnswer {
		m.To = a.node.Name
	}
	a.node.Deliver(m)
}

// Publish implements [socketio.Adapter]. It waits for Redis as that of [Adapter] does.
func (a *ShardedAdapter) Publish(ctx context.Context, m socketio.Message) error {
	e, ok, err := jswire.Seal(&m, a.uid)
	if err != nil || !ok {
		return err
	}
	payload, err := e.Pack(false)
	if err != nil {
		return fmt.Errorf("redisadapter: encode: %w", err)
	}
	if m.Kind == socketio.MessageJoin {
		a.joins(e.NSP, m.Into)
	}
	a.mu.RLock()
	defer a.mu.RUnlock()
	if !a.isOpen {
		return errNotOpen
	}
	if err := a.out.put(ctx, a.channelLocked(&m, e.NSP), payload, isAsked(&m)); err != nil {
		return fmt.Errorf("redisadapter: publish: %w", err)
	}
	if isAsked(&m) && e.NSP != "/" {
		return jswire.AnswerForAbsent(ctx, a.node, &m, a.servers)
	}
	return nil
}

// channelLocked returns the channel of a message: that of its room, if it is an event for a single
// one that has a channel.
func (a *ShardedAdapter) channelLocked(m *socketio.Message, ns string) string {
	if m.To != "" {
		return a.opts.own(ns, jswire.UID(m.To))
	}
	if m.Kind != socketio.MessageBroadcast || m.ID != "" || len(m.Rooms) != 1 || !a.hasChannel(m.Rooms[0]) {
		return a.opts.public(ns)
	}
	channel := a.opts.own(ns, m.Rooms[0])
	if until, ok := a.joined[channel]; ok && time.Now().Before(until) {
		return a.opts.public(ns)
	}
	return channel
}

// idLength is that of the ids of sockets. In mode Dynamic JavaScript servers take rooms with names of
// that length for sockets.
const idLength = 20

func (a *ShardedAdapter) hasChannel(room string) bool {
	switch a.opts.SubscriptionMode {
	case Dynamic:
		return len(room) != idLength
	case DynamicPrivate:
		return true
	case Static:
	}
	return false
}

// settling is how long the channel of a room is not used after sockets of other servers were told
// to join it: those servers may still have to subscribe to it. They also listen to the public one.
const settling = 10 * time.Second

// joins notes which rooms are about to have new channels.
func (a *ShardedAdapter) joins(ns string, rooms []string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := time.Now()
	for channel, until := range a.joined {
		if until.Before(now) {
			delete(a.joined, channel)
		}
	}
	for _, room := range rooms {
		a.joined[a.opts.own(ns, room)] = now.Add(settling)
	}
}

// Servers implements [socketio.Adapter]. A server whose connection to Redis has been closed,
// by either side, is not among them.
func (a *ShardedAdapter) Servers(ctx context.Context) ([]string, error) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	if !a.isOpen {
		return nil, errNotOpen
	}
	return a.servers(ctx, "/") // which all servers have
}

// servers returns the names of the other servers that have a namespace. JavaScript servers, whose
// channels do not differ from those of rooms, are the rest of the subscribers of the public one.
func (a *ShardedAdapter) servers(ctx context.Context, ns string) (names []string, err error) {
	prefix := a.opts.presence(ns)
	subscribers, channels, err := a.nodes.subscribers(ctx, a.opts.public(ns), prefix)
	if err != nil {
		return nil, fmt.Errorf("redisadapter: servers: %w", err)
	}
	for _, channel := range channels {
		if name := strings.TrimPrefix(channel, prefix); name != a.node.Name {
			names = append(names, name)
		}
	}
	for i := range subscribers - len(channels) {
		names = append(names, jswire.NameOf(fmt.Sprint(i)))
	}
	return names, nil
}

// Close implements [socketio.Adapter]. It waits for what is queued.
func (a *ShardedAdapter) Close(ctx context.Context) error {
	a.mu.Lock()
	wasOpen := a.isOpen
	a.isOpen = false
	a.mu.Unlock()
	if !wasOpen {
		return errNotOpen
	}
	err := a.out.drain(ctx)
	a.stop()
	a.subs.close()
	if err := errors.Join(err, a.nodes.close()); err != nil {
		return fmt.Errorf("redisadapter: close: %w", err)
	}
	return nil
}
