package redisstreams_test

import (
	"net"
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

// single starts a Redis server, and returns what connects to it.
func single(t *testing.T) func(*testing.T) *redis.Client {
	t.Helper()
	b := redistest.Start(t)
	return func(t *testing.T) *redis.Client { t.Helper(); return connect(t, b) }
}

// startCluster starts a cluster of Redis servers, and returns what connects to it.
func startCluster(t *testing.T) func(*testing.T) *redis.ClusterClient {
	t.Helper()
	addrs := redistest.StartCluster(t)
	return func(t *testing.T) *redis.ClusterClient {
		t.Helper()
		client := redis.NewClusterClient(&redis.ClusterOptions{Addrs: addrs, MaintNotificationsConfig: noNotifications})
		t.Cleanup(func() { _ = client.Close() })
		return client
	}
}

// move moves the slot of a key to another node, with the key.
func move(t *testing.T, cluster *redis.ClusterClient, key string) {
	t.Helper()
	do := func(node *redis.Client, args ...any) *redis.Cmd {
		cmd := node.Do(t.Context(), args...)
		if cmd.Err() != nil {
			t.Fatalf("%v: %v", args, cmd.Err())
		}
		return cmd
	}
	from, err := cluster.MasterForKey(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	to := from
	for other := "x"; to == from; other += "x" {
		if to, err = cluster.MasterForKey(t.Context(), other); err != nil {
			t.Fatal(err)
		}
	}
	slot := do(from, "cluster", "keyslot", key).Val()
	source, target := do(from, "cluster", "myid").Val(), do(to, "cluster", "myid").Val()
	host, port, err := net.SplitHostPort(to.Options().Addr)
	if err != nil {
		t.Fatal(err)
	}
	do(to, "cluster", "setslot", slot, "importing", source)
	do(from, "cluster", "setslot", slot, "migrating", target)
	do(from, "migrate", host, port, key, 0, redistest.Patience.Milliseconds())
	do(to, "cluster", "setslot", slot, "node", target)
	do(from, "cluster", "setslot", slot, "node", target)
}
