package redisstreams_test

import (
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"github.com/caucus-live/caucus/socketio/adapter/internal/redistest"
)

// connect returns a client of a broker.
func connect(t *testing.T, b *redistest.Broker) *redis.Client {
	t.Helper()
	client := redis.NewClient(&redis.Options{Network: "unix", Addr: b.Socket, MaxRetries: -1, MaintNotificationsConfig: noNotifications})
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// noNotifications keeps a client from starting what its Close does not always end.
var noNotifications = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
