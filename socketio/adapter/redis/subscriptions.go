package redisadapter

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
)

// subscriptions are those to shard channels, each with the node that has its slot, over one
// connection a node. One goroutine makes Redis's subscriptions what is wanted: after changes, when a
// connection has broken, and when a slot has moved. go-redis does not do that: it resubscribes to
// all channels of a connection in one command, which may name channels of one slot only.
type subscriptions struct {
	// Immutable.
	nodes   *nodes
	deliver func(channel, payload string)
	closing context.Context //nolint:containedctx // of the goroutines, ends with close
	end     context.CancelFunc
	running sync.WaitGroup
	wake    chan struct{} // has room for one

	// Owned by the goroutine of keep.
	links map[*redis.Client]*link

	mu       sync.Mutex // guards the fields below
	channels map[string]*subscription
	changed  []string // channels that may not be as wanted
}

// A subscription is that to a channel.
type subscription struct {
	wanted    int           // by how many; for a moment it may be negative
	link      *link         // that was told to subscribe; nil if none was
	confirmed chan struct{} // closed when Redis has confirmed it
}

// A link is a connection to a node.
type link struct {
	sub    *redis.PubSub
	heard  atomic.Bool // something has come since the last ping
	broken atomic.Bool
}

func newSubscriptions(nodes *nodes, deliver func(channel, payload string)) *subscriptions {
	s := &subscriptions{
		nodes: nodes, deliver: deliver, wake: make(chan struct{}, 1),
		links: make(map[*redis.Client]*link), channels: make(map[string]*subscription),
	}
	s.closing, s.end = context.WithCancel(context.Background())
	s.running.Go(s.keep) // close ends it, and waits for it
	return s
}

// close ends all subscriptions. Nothing is delivered when it has returned.
func (s *subscriptions) close() {
	s.end()
	s.running.Wait()
}

// add subscribes to a channel once more. The channel that it returns is closed when Redis has
// confirmed that.
func (s *subscriptions) add(channel string) (confirmed <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changeLocked(channel, +1).confirmed
}

// remove undoes add. It may come before it.
func (s *subscriptions) remove(channel string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.changeLocked(channel, -1)
}

func (s *subscriptions) changeLocked(channel string, by int) *subscription {
	sub := s.channels[channel]
	if sub == nil {
		sub = &subscription{confirmed: make(chan struct{})}
		s.channels[channel] = sub
	}
	sub.wanted += by
	if sub.wanted == 0 && sub.link == nil {
		delete(s.channels, channel)
	}
	if (sub.wanted > 0) != (sub.link != nil) {
		s.markLocked(channel)
	}
	return sub
}

// markLocked has the goroutine of keep look at channels.
func (s *subscriptions) markLocked(channels ...string) {
	s.changed = append(s.changed, channels...)
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

const (
	// health is how often connections are tested. One from which nothing has come for twice as
	// long is given up.
	health = 3 * time.Second

	// Waits between attempts to subscribe.
	firstWait = 10 * time.Millisecond
	lastWait  = time.Second

	// rest is how long a node that has lost something is left alone: until others may know
	// where it is now.
	rest = 100 * time.Millisecond
)

// keep keeps the subscriptions as they are wanted.
func (s *subscriptions) keep() {
	test := time.NewTicker(health)
	defer test.Stop()
	defer func() {
		for _, l := range s.links {
			_ = l.sub.Close() // nothing is lost that is wanted
		}
	}()
	for pause := firstWait; ; {
		select {
		case <-s.closing.Done():
			return
		case <-test.C:
			s.test()
		case <-s.wake:
			if s.settle() {
				pause = firstWait
				continue
			}
			s.nodes.reload(s.closing)
			if wait(s.closing, pause) != nil {
				return
			}
			pause = min(2*pause, lastWait)
		}
	}
}

// settle looks at the channels that have changed. It returns false if it has to be tried again.
func (s *subscriptions) settle() bool {
	s.mu.Lock()
	changed := s.changed
	s.changed = nil
	s.mu.Unlock()
	var failed []string
	for _, channel := range changed {
		if s.settleOne(channel) != nil {
			failed = append(failed, channel)
		}
	}
	if len(failed) == 0 {
		return true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.markLocked(failed...)
	return false
}

// settleOne subscribes to a channel, or unsubscribes from it, if it has to.
func (s *subscriptions) settleOne(channel string) error {
	s.mu.Lock()
	sub := s.channels[channel]
	if sub == nil || (sub.wanted > 0) == (sub.link != nil) {
		s.mu.Unlock()
		return nil
	}
	if old := sub.link; old != nil {
		s.forgetLocked(channel, sub)
		s.mu.Unlock()
		if !old.broken.Load() {
			_ = old.sub.SUnsubscribe(s.closing, channel) // or its connection breaks
		}
		return nil
	}
	s.mu.Unlock()

	l, err := s.linkTo(channel)
	if err != nil {
		return err
	}
	s.mu.Lock()
	isWanted := s.channels[channel] == sub && sub.wanted > 0
	if isWanted {
		sub.link = l // before Redis can confirm it
	}
	s.mu.Unlock()
	if !isWanted {
		return nil
	}
	return l.sub.SSubscribe(s.closing, channel) // otherwise its connection breaks
}

// linkTo returns the connection to the node that has a channel's slot.
func (s *subscriptions) linkTo(channel string) (*link, error) {
	node, err := s.nodes.of(s.closing, channel)
	if err != nil {
		return nil, err
	}
	if l := s.links[node]; l != nil && !l.broken.Load() {
		return l, nil
	}
	l := &link{sub: node.Subscribe(s.closing)}
	l.heard.Store(true)
	if err := l.sub.Ping(s.closing); err != nil { // which connects it
		_ = l.sub.Close()
		return nil, err
	}
	s.links[node] = l
	s.running.Go(func() { s.receive(l) }) // ends with the connection
	return l, nil
}

// test asks for a sign of life over each connection, and gives up those that have shown none.
func (s *subscriptions) test() {
	for node, l := range s.links {
		switch {
		case l.broken.Load():
			delete(s.links, node)
		case !l.heard.Swap(false):
			_ = l.sub.Close() // receive sees it
		default:
			_ = l.sub.Ping(s.closing) // likewise
		}
	}
}

// receive delivers what comes over a connection until it breaks. Then its channels are to be
// subscribed to over another one.
func (s *subscriptions) receive(l *link) {
	for {
		msg, err := l.sub.Receive(s.closing)
		if err != nil {
			break
		}
		l.heard.Store(true)
		switch msg := msg.(type) {
		case *redis.Message:
			if s.closing.Err() == nil {
				s.deliver(msg.Channel, msg.Payload)
			}
		case *redis.Subscription:
			s.confirm(l, msg)
		}
	}
	l.broken.Store(true)
	_ = l.sub.Close() // it may be closed
	s.nodes.reload(s.closing)
	_ = wait(s.closing, rest) // what follows is right in any case
	s.mu.Lock()
	defer s.mu.Unlock()
	for channel, sub := range s.channels {
		if sub.link == l {
			s.forgetLocked(channel, sub)
			s.markLocked(channel)
		}
	}
}

// confirm notes what Redis says about a subscription. It ends those to channels whose slots move to
// another node, and says so as if that had been asked for.
func (s *subscriptions) confirm(l *link, is *redis.Subscription) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sub := s.channels[is.Channel]
	switch {
	case sub == nil || sub.link != l:
	case is.Kind == "sunsubscribe": // or it was, and has been subscribed to again, which can be done twice
		s.forgetLocked(is.Channel, sub)
		s.nodes.reload(s.closing)
		s.running.Go(func() { // ends soon
			_ = wait(s.closing, rest) // marking is right in any case
			s.mu.Lock()
			defer s.mu.Unlock()
			s.markLocked(is.Channel)
		})
	case !isClosed(sub.confirmed):
		close(sub.confirmed)
	}
}

// forgetLocked notes that a channel is not subscribed to any more.
func (s *subscriptions) forgetLocked(channel string, sub *subscription) {
	sub.link = nil
	if isClosed(sub.confirmed) {
		sub.confirmed = make(chan struct{})
	}
	if sub.wanted == 0 {
		delete(s.channels, channel)
	}
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// await waits until all of these are closed, as add returns them.
func await(ctx context.Context, all ...<-chan struct{}) error {
	for _, c := range all {
		select {
		case <-c:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}
