package redisstreams_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/adapter/internal/redistest"
	"github.com/caucus-live/caucus/socketio/adapter/redisstreams"
	"github.com/caucus-live/caucus/socketio/adaptertest"
)

// clusters returns a factory of clusters with some options, over a client for each server.
func clusters[Client redis.UniversalClient](connect func(*testing.T) Client, opts redisstreams.Options) adaptertest.Factory {
	return func(t *testing.T) func() socketio.Adapter {
		t.Helper()
		name := "test*[" + rand.Text()
		opts := opts
		opts.Stream, opts.Channel, opts.Session, opts.MaxLen = name, name, name+":", 1000
		for part := range opts.StreamCount {
			if part != partOfRoot {
				skew(t, connect(t), fmt.Sprint(name, "-", part))
			}
		}
		return func() socketio.Adapter { return redisstreams.New(connect(t), &opts) }
	}
}

// parted are options of a cluster with several streams and sharded channels.
var parted = redisstreams.Options{StreamCount: 3, ShardedPubSub: true}

// partOfRoot is the stream of three that "/" is in, as JavaScript servers have it.
const partOfRoot = 47 % 3

// skew has a stream go on from an offset that no other comes to, so that whatever takes offsets
// of different streams for those of one goes wrong.
func skew(t *testing.T, client redis.UniversalClient, stream string) {
	t.Helper()
	if err := client.XAdd(t.Context(), &redis.XAddArgs{Stream: stream, ID: "9999999999999-0", Values: []string{"uid", ""}}).Err(); err != nil {
		t.Fatal(err)
	}
}

func TestAdapter(t *testing.T) {
	t.Parallel()
	adaptertest.Run(t, clusters(single(t), redisstreams.Options{}))
}

func TestPartedAdapter(t *testing.T) {
	t.Parallel()
	adaptertest.Run(t, clusters(single(t), parted))
}

func TestRecovery(t *testing.T) {
	adaptertest.RunRecovery(t, clusters(single(t), redisstreams.Options{}))
}

func TestPartedRecovery(t *testing.T) {
	t.Parallel()
	adaptertest.RunRecovery(t, clusters(single(t), parted))
}

// Streams and sessions of a cluster are on all its nodes, also where the names of sessions say which.
func TestAdapterOnCluster(t *testing.T) {
	t.Parallel()
	adaptertest.Run(t, clusters(startCluster(t), redisstreams.Options{StreamCount: 3}))
}

func TestRecoveryOnCluster(t *testing.T) {
	t.Parallel()
	adaptertest.RunRecovery(t, clusters(startCluster(t), redisstreams.Options{StreamCount: 3}))
}

// A session and its turn are on one node of a cluster, whatever their names begin with.
func TestSessionsOnCluster(t *testing.T) {
	t.Parallel()
	connect := startCluster(t)
	for _, prefix := range []string{"", "{app}:", "a{b", "a}{b}"} {
		a := redisstreams.New(connect(t), &redisstreams.Options{Session: prefix})
		node := socketio.Node{Name: "a" + prefix, Deliver: func(socketio.Message) {}}
		if err := a.Open(t.Context(), node); err != nil {
			t.Fatal(err)
		}
		for i := range 10 {
			want := socketio.Session{PID: fmt.Sprint("pid", i), ID: "id", Namespace: "/", Turn: 3}
			if err := a.SaveSession(t.Context(), want, time.Minute); err != nil {
				t.Fatalf("%q: %v", prefix, err)
			}
			if got, err := a.TakeSession(t.Context(), "/", want.PID); err != nil || got.ID != want.ID || got.Turn != want.Turn {
				t.Errorf("%q: %+v, %v", prefix, got, err)
			}
		}
		if err := a.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

// When the stream moves to another node of the cluster, what is added there arrives.
func TestStreamMoves(t *testing.T) {
	t.Parallel()
	connect := startCluster(t)
	a, _ := open(t, connect(t), "a")
	_, got := open(t, connect(t), "b")
	publish := func(text string) error {
		return a.Publish(t.Context(), socketio.Message{Kind: socketio.MessageBroadcast, From: "a", Namespace: "/", Data: []byte(text)})
	}
	want := func(text string) {
		t.Helper()
		select {
		case m := <-got:
			if string(m.Data) != text {
				t.Errorf("got %s, want %s", m.Data, text)
			}
		case <-time.After(redistest.Patience):
			t.Fatalf("%s did not come", text)
		}
	}
	if err := publish(`["before"]`); err != nil {
		t.Fatal(err)
	}
	want(`["before"]`)
	move(t, connect(t), "socket.io")
	redistest.Eventually(t, "a adds to the stream at its new place", func() bool { return publish(`["after"]`) == nil })
	want(`["after"]`)
}

// open opens an adapter, and returns where its messages go.
func open(t *testing.T, client redis.UniversalClient, name string) (*redisstreams.Adapter, <-chan socketio.Message) {
	t.Helper()
	a, got := redisstreams.New(client, nil), make(chan socketio.Message, 1000)
	if err := a.Open(t.Context(), socketio.Node{Name: name, Deliver: func(m socketio.Message) {
		if m.Kind != socketio.MessagePosition {
			got <- m
		}
	}}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close(context.WithoutCancel(t.Context())) }) // the test may have done so
	return a, got
}

// After Redis has restarted, and forgotten everything, messages arrive again.
func TestBrokerRestarts(t *testing.T) {
	broker := redistest.Start(t)
	a, _ := open(t, connect(t, broker), "a")
	_, got := open(t, connect(t, broker), "b")
	broker.Kill()
	if servers, err := a.Servers(t.Context()); err == nil {
		t.Errorf("without Redis the servers are %q", servers)
	}
	broker.Run(t)
	redistest.Eventually(t, "a knows b", func() bool {
		servers, err := a.Servers(t.Context())
		return err == nil && slices.Equal(servers, []string{"b"})
	})
	message := socketio.Message{Kind: socketio.MessageBroadcast, From: "a", Namespace: "/", Data: []byte(`["again"]`)}
	if err := a.Publish(t.Context(), message); err != nil {
		t.Error(err)
	}
	select {
	case m := <-got:
		if string(m.Data) != `["again"]` {
			t.Errorf("got %+v", m)
		}
	case <-time.After(redistest.Patience):
		t.Fatal("nothing came")
	}
}

// What cannot work is refused when the server is made.
func TestOpenRefuses(t *testing.T) {
	cluster := redis.NewClusterClient(&redis.ClusterOptions{Addrs: []string{"127.0.0.1:1"}})
	defer cluster.Close()
	ring := redis.NewRing(new(redis.RingOptions))
	defer ring.Close()
	for name, adapter := range map[string]*redisstreams.Adapter{
		"MaxLen":                      redisstreams.New(single(t)(t), &redisstreams.Options{MaxLen: -1}),
		"a ring of servers":           redisstreams.New(ring, nil),
		"a brace, on a cluster":       redisstreams.New(cluster, &redisstreams.Options{Session: "{}:"}),
		"ShardedPubSub, on a cluster": redisstreams.New(cluster, &redisstreams.Options{ShardedPubSub: true}),
	} {
		if srv, err := socketio.NewServer(&socketio.Options{Adapter: adapter}); err == nil {
			_ = srv.Shutdown(t.Context())
			t.Errorf("%s: it opens", name)
		}
	}
}
