package redisadapter_test

import (
	"testing"

	"github.com/redis/go-redis/v9"

	"github.com/caucus-live/caucus/socketio/adapter/internal/redistest"
)

// connect returns a client of a broker.
func connect(t *testing.T, b *redistest.Broker) *redis.Client {
	t.Helper()
	client := redis.NewClient(&redis.Options{Network: "unix", Addr: b.Socket, MaxRetries: -1})
	t.Cleanup(func() { _ = client.Close() })
	return client
}
