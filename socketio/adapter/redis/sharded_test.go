package redisadapter_test

import (
	"context"
	"crypto/rand"
	"slices"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/adapter/internal/proxytest"
	"github.com/caucus-live/caucus/socketio/adapter/internal/redistest"
	redisadapter "github.com/caucus-live/caucus/socketio/adapter/redis"
	"github.com/caucus-live/caucus/socketio/adaptertest"
)

var modes = []redisadapter.SubscriptionMode{redisadapter.Static, redisadapter.Dynamic, redisadapter.DynamicPrivate}

func TestShardedAdapter(t *testing.T) {
	broker := redistest.Start(t)
	for _, mode := range modes {
		t.Run(string(mode), func(t *testing.T) {
			t.Parallel()
			adaptertest.Run(t, func(t *testing.T) func() socketio.Adapter {
				t.Helper()
				opts := &redisadapter.ShardedOptions{ChannelPrefix: "test*[" + rand.Text(), SubscriptionMode: mode}
				return func() socketio.Adapter { return redisadapter.NewSharded(connect(t, broker), opts) }
			})
		})
	}
}

// On a cluster one node has all channels of a prefix with a tag, which keeps the order.
func TestShardedAdapterOnCluster(t *testing.T) {
	c := startCluster(t)
	adaptertest.Run(t, func(t *testing.T) func() socketio.Adapter {
		t.Helper()
		opts := &redisadapter.ShardedOptions{ChannelPrefix: "{" + rand.Text() + "}"}
		return func() socketio.Adapter { return redisadapter.NewSharded(c.connect(t), opts) }
	})
}

// Rooms are on all nodes. What is emitted to each arrives once, requests are answered by all servers,
// and when a slot moves to another node messages arrive again.
func TestRoomsOnCluster(t *testing.T) {
	c := startCluster(t)
	here, there := newServer(t, redisadapter.NewSharded(c.connect(t), nil)), newServer(t, redisadapter.NewSharded(c.connect(t), nil))
	got := make(chan string, 1000)
	rooms := []string{"a", "b", "c", "d", "e", "f", "g", "h"}
	socket := join(t, there, got, rooms...)
	for _, room := range rooms {
		if err := here.Of("/").To(room).Emit(t.Context(), "x", room); err != nil {
			t.Error(err)
		}
	}
	if arrived := received(t, got, len(rooms)); !slices.Equal(arrived, rooms) {
		t.Errorf("%q arrived of %q", arrived, rooms)
	}
	infos, err := here.Of("/").To("a").Fetch(t.Context())
	if err != nil || len(infos) != 1 || infos[0].ID != socket.ID() {
		t.Errorf("Fetch = %v, %v", infos, err)
	}

	c.move(t, "socket.io#/#a#")
	redistest.Eventually(t, "the room's events arrive over another node", func() bool {
		if err := here.Of("/").To("a").Emit(t.Context(), "x", "again"); err != nil {
			return false
		}
		select {
		case text := <-got:
			return text == "again"
		default:
			return false
		}
	})
}

// In the dynamic modes nothing is sent to a server about rooms in which it has no socket.
func TestChannelsOfRooms(t *testing.T) {
	broker := redistest.Start(t)
	client := connect(t, broker)
	for _, mode := range modes {
		t.Run(string(mode), func(t *testing.T) {
			srv := newServer(t, redisadapter.NewSharded(client, &redisadapter.ShardedOptions{ChannelPrefix: string(mode), SubscriptionMode: mode}))
			got := make(chan string, 100)
			socket := join(t, srv, got, "room")
			has := func(name string) bool {
				n, err := client.PubSubShardNumSub(t.Context(), string(mode)+"#/#"+name+"#").Result()
				if err != nil {
					t.Fatal(err)
				}
				return n[string(mode)+"#/#"+name+"#"] == 1
			}
			if has("room") != (mode != redisadapter.Static) || has(socket.ID()) != (mode == redisadapter.DynamicPrivate) {
				t.Errorf("subscribed to the room: %t, to the socket: %t", has("room"), has(socket.ID()))
			}
			id := socket.ID()
			socket.Disconnect()
			redistest.Eventually(t, "nothing is subscribed to for the socket", func() bool { return !has("room") && !has(id) })
		})
	}
}

// After Redis has restarted the servers are subscribed again, to rooms too.
func TestShardedBrokerRestarts(t *testing.T) {
	broker := redistest.Start(t)
	here := newServer(t, redisadapter.NewSharded(connect(t, broker), nil))
	there := newServer(t, redisadapter.NewSharded(connect(t, broker), nil))
	got := make(chan string, 1000)
	join(t, there, got, "room")
	broker.Kill()
	broker.Run(t)
	redistest.Eventually(t, "the room's events arrive", func() bool {
		if err := here.Of("/").To("room").Emit(t.Context(), "x", "again"); err != nil {
			return false
		}
		select {
		case <-got:
			return true
		default:
			return false
		}
	})
}

func TestShardedSlowBroker(t *testing.T) {
	broker := redistest.Start(t)
	proxy := proxytest.Start(t, "unix", broker.Socket)
	proxytest.TestSlow(t, proxy, redisadapter.NewSharded(connect(t, broker), nil), shardedBehind(t, proxy))
}

func TestShardedGap(t *testing.T) {
	broker := redistest.Start(t)
	proxy := proxytest.Start(t, "unix", broker.Socket)
	proxytest.TestGap(t, proxy, redisadapter.NewSharded(connect(t, broker), nil), shardedBehind(t, proxy), false)
}

// shardedBehind returns an adapter that reaches Redis by way of a proxy.
func shardedBehind(t *testing.T, proxy *proxytest.Proxy) *redisadapter.ShardedAdapter {
	t.Helper()
	client := redis.NewClient(&redis.Options{Addr: proxy.Addr()})
	t.Cleanup(func() { _ = client.Close() })
	return redisadapter.NewSharded(client, nil)
}

// What cannot work is refused when the server is made.
func TestShardedOpenRefuses(t *testing.T) {
	broker := redistest.Start(t)
	ring := redis.NewRing(&redis.RingOptions{Addrs: map[string]string{"one": "127.0.0.1:1"}})
	defer ring.Close()
	for name, adapter := range map[string]socketio.Adapter{
		"mode": redisadapter.NewSharded(connect(t, broker), &redisadapter.ShardedOptions{SubscriptionMode: "some"}),
		"ring": redisadapter.NewSharded(ring, nil),
	} {
		if srv, err := socketio.NewServer(&socketio.Options{Adapter: adapter}); err == nil {
			_ = srv.Shutdown(t.Context())
			t.Errorf("%s: it opens", name)
		}
	}
}

func newServer(t *testing.T, adapter socketio.Adapter) *socketio.Server {
	t.Helper()
	srv, err := socketio.NewServer(&socketio.Options{Adapter: adapter})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = srv.Shutdown(context.WithoutCancel(t.Context())) })
	return srv
}

// received returns what comes, in order of the texts.
func received(t *testing.T, got <-chan string, n int) (texts []string) {
	t.Helper()
	timeout := time.After(redistest.Patience)
	for len(texts) < n {
		select {
		case text := <-got:
			texts = append(texts, text)
		case <-timeout:
			t.Fatalf("only %q came", texts)
		}
	}
	slices.Sort(texts)
	return texts
}
