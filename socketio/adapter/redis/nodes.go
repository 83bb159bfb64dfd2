package redisadapter

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// nodes are the Redis servers that shards of channels are on: those of a cluster, or a single one.
type nodes struct {
	of     func(ctx context.Context, channel string) (*redis.Client, error)
	reload func(ctx context.Context) // finds out again, soon, which node has which slots
	close  func() error
}

// newNodes returns nodes with connections of their own, which do not send anything twice.
func newNodes(client redis.UniversalClient) (*nodes, error) {
	quiet := &maintnotifications.Config{Mode: maintnotifications.ModeDisabled} // it outlives Close
	switch client := client.(type) {
	case *redis.Client:
		opts := *client.Options()
		opts.MaxRetries, opts.PushNotificationProcessor, opts.MaintNotificationsConfig = -1, nil, quiet
		own := redis.NewClient(&opts)
		return &nodes{
			of:     func(context.Context, string) (*redis.Client, error) { return own, nil },
			reload: func(context.Context) {},
			close:  own.Close,
		}, nil
	case *redis.ClusterClient:
		opts := *client.Options()
		opts.MaxRetries, opts.PushNotificationProcessor, opts.MaintNotificationsConfig = -1, nil, quiet
		own := redis.NewClusterClient(&opts)
		return &nodes{of: own.MasterForKey, reload: own.ReloadState, close: own.Close}, nil
	default:
		return nil, fmt.Errorf("redisadapter: a client of type %T has no shard channels", client)
	}
}

const (
	// redirects is how often a message is sent to another node because its slot has moved,
	// which does not happen to one that was published.
	redirects = 6

	firstRedirect = 10 * time.Millisecond // doubles each time
)

// publish publishes each message of a batch at the node that has its channel's slot.
func (n *nodes) publish(ctx context.Context, batch []*publication) {
	for attempt := 0; ; attempt++ {
		n.publishOnce(ctx, batch)
		batch = slices.DeleteFunc(slices.Clone(batch), func(p *publication) bool {
			_, moved := redis.IsMovedError(p.err)
			return !moved
		})
		if len(batch) == 0 || attempt == redirects {
			return
		}
		n.reload(ctx)
		if wait(ctx, firstRedirect<<attempt) != nil {
			return
		}
	}
}

// publishOnce publishes a batch at the nodes that are believed to have its channels' slots.
func (n *nodes) publishOnce(ctx context.Context, batch []*publication) {
	for len(batch) > 0 {
		var here *redis.Client
		var these, rest []*publication
		for _, p := range batch {
			node, err := n.of(ctx, p.channel)
			if p.err = err; err != nil {
				continue
			}
			if here == nil {
				here = node
			}
			if node == here {
				these = append(these, p)
			} else {
				rest = append(rest, p)
			}
		}
		if here != nil {
			publishTo(ctx, here, these, redis.Pipeliner.SPublish)
		}
		batch = rest
	}
}

// wait waits, at most until ctx ends.
func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// subscribers counts the subscribers of a channel, and returns the channels with a prefix that somebody
// is subscribed to. If they are on one node, all is of one moment.
func (n *nodes) subscribers(ctx context.Context, channel, prefix string) (count int, channels []string, err error) {
	node, err := n.of(ctx, channel)
	if err != nil {
		return 0, nil, err
	}
	other, err := n.of(ctx, prefix)
	if err != nil {
		return 0, nil, err
	}
	pattern := literal.Replace(prefix) + "?*"
	var counts *redis.MapStringIntCmd
	var names *redis.StringSliceCmd
	if _, err := node.TxPipelined(ctx, func(p redis.Pipeliner) error {
		counts, names = p.PubSubShardNumSub(ctx, channel), p.PubSubShardChannels(ctx, pattern)
		return nil
	}); err != nil {
		return 0, nil, err
	}
	if other != node {
		if names = other.PubSubShardChannels(ctx, pattern); names.Err() != nil {
			return 0, nil, names.Err()
		}
	}
	return int(counts.Val()[channel]), names.Val(), nil
}
