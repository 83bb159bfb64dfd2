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

// clusters returns a factory of clusters with some options.
func clusters(b *redistest.Broker, opts redisstreams.Options) adaptertest.Factory {
	return func(t *testing.T) func() socketio.Adapter {
		t.Helper()
		name := "test*[" + rand.Text()
		opts := opts
		opts.Stream, opts.Channel, opts.Session, opts.MaxLen = name, name, name+":", 1000
		for part := range opts.StreamCount {
			if part != partOfRoot {
				skew(t, b, fmt.Sprint(name, "-", part))
			}
		}
		return func() socketio.Adapter { return redisstreams.New(connect(t, b), &opts) }
	}
}

// parted are options of a cluster with several streams and sharded channels.
var parted = redisstreams.Options{StreamCount: 3, ShardedPubSub: true}

// partOfRoot is the stream of three that "/" is in, as JavaScript servers have it.
const partOfRoot = 47 % 3

// skew has a stream go on from an offset that no other comes to, so that whatever takes offsets
// of different streams for those of one goes wrong.
func skew(t *testing.T, b *redistest.Broker, stream string) {
	t.Helper()
	if err := connect(t, b).XAdd(t.Context(), &redis.XAddArgs{Stream: stream, ID: "9999999999999-0", Values: []string{"uid", ""}}).Err(); err != nil {
		t.Fatal(err)
	}
}

func TestAdapter(t *testing.T) {
	t.Parallel()
	adaptertest.Run(t, clusters(redistest.Start(t), redisstreams.Options{}))
}

func TestPartedAdapter(t *testing.T) {
	t.Parallel()
	adaptertest.Run(t, clusters(redistest.Start(t), parted))
}

func TestRecovery(t *testing.T) {
	adaptertest.RunRecovery(t, clusters(redistest.Start(t), redisstreams.Options{}))
}

func TestPartedRecovery(t *testing.T) {
	t.Parallel()
	adaptertest.RunRecovery(t, clusters(redistest.Start(t), parted))
}

// open opens an adapter, and returns where its messages go.
func open(t *testing.T, client *redis.Client, name string) (*redisstreams.Adapter, <-chan socketio.Message) {
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
	adapter := redisstreams.New(connect(t, redistest.Start(t)), &redisstreams.Options{MaxLen: -1})
	if srv, err := socketio.NewServer(&socketio.Options{Adapter: adapter}); err == nil {
		_ = srv.Shutdown(t.Context())
		t.Error("it opens")
	}
}
