package redisadapter

import (
	"context"
	"fmt"

	"github.com/caucus-live/caucus/socketio/adapter/internal/jswire"
)

// servers returns the names of the other servers that have a namespace: each is subscribed to
// a channel for answers to its own requests.
func (a *Adapter) servers(ctx context.Context, ns string) ([]string, error) {
	prefix := a.codec.opts.responses(ns)
	channels, err := a.client.PubSubChannels(ctx, literal.Replace(prefix)+"?*#").Result()
	if err != nil {
		return nil, fmt.Errorf("redisadapter: servers: %w", err)
	}
	var names []string
	for _, uid := range jswire.UIDs(channels, prefix) {
		if uid != a.codec.uid {
			names = append(names, jswire.NameOf(uid))
		}
	}
	return names, nil
}
