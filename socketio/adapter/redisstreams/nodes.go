package redisstreams

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// nodes are the Redis servers that streams, sessions and channels are on: those of a cluster, or
// a single one.
type nodes struct {
	redis.UniversalClient // our own: its connections are closed by Close, and nothing is sent twice

	// The same client, and nil.
	single  *redis.Client
	cluster *redis.ClusterClient
}

// newNodes returns nodes with connections of their own, more than usual by a number.
func newNodes(client redis.UniversalClient, more int) (*nodes, error) {
	quiet := &maintnotifications.Config{Mode: maintnotifications.ModeDisabled} // it outlives Close
	switch client := client.(type) {
	case *redis.Client:
		opts := *client.Options()
		opts.MaxRetries, opts.PushNotificationProcessor, opts.MaintNotificationsConfig = -1, nil, quiet // the client has one of its own
		opts.PoolSize += more
		own := redis.NewClient(&opts)
		return &nodes{UniversalClient: own, single: own}, nil
	case *redis.ClusterClient:
		opts := *client.Options()
		opts.MaxRetries, opts.PushNotificationProcessor, opts.MaintNotificationsConfig = -1, nil, quiet
		opts.PoolSize += more
		own := redis.NewClusterClient(&opts)
		return &nodes{UniversalClient: own, cluster: own}, nil
	default:
		return nil, fmt.Errorf("redisstreams: a client of type %T is of neither a Redis server nor a cluster", client)
	}
}

const (
	// redirects is how often something is sent to another node because its slot has moved, after
	// which nothing was done.
	redirects = 6

	firstRedirect = 10 * time.Millisecond // doubles each time
)

// at calls f with the node that has a key, and again when the key turns out to be at another. f sends
// one command or transaction, and returns its error. A client of the whole cluster would send it again
// after other errors, too.
func (n *nodes) at(ctx context.Context, key string, f func(node *redis.Client) error) error {
	if n.cluster == nil {
		return f(n.single)
	}
	for attempt := 0; ; attempt++ {
		node, err := n.cluster.MasterForKey(ctx, key)
		if err == nil {
			err = f(node)
		}
		_, moved := redis.IsMovedError(err)
		_, moves := redis.IsAskError(err)
		if err != nil && !errors.Is(err, redis.Nil) {
			n.cluster.ReloadState(ctx) // also where a node is gone, for the next time
		}
		if !moved && !moves || attempt == redirects {
			return err
		}
		timer := time.NewTimer(firstRedirect << attempt)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return context.Cause(ctx)
		}
	}
}

// channels returns the channels with a pattern that somebody is subscribed to, at any node.
func (n *nodes) channels(ctx context.Context, pattern string, sharded bool) ([]string, error) {
	if sharded {
		return n.PubSubShardChannels(ctx, pattern).Result()
	}
	if n.cluster == nil {
		return n.PubSubChannels(ctx, pattern).Result()
	}
	var mu sync.Mutex // guards all
	var all []string
	err := n.cluster.ForEachShard(ctx, func(ctx context.Context, node *redis.Client) error {
		names, err := node.PubSubChannels(ctx, pattern).Result()
		mu.Lock()
		defer mu.Unlock()
		all = append(all, names...)
		return err
	})
	slices.Sort(all)
	return slices.Compact(all), err
}
