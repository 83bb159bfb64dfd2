package redisstreams_test

import (
	"context"
	"crypto/rand"
	"slices"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/adapter/redisstreams"
	"github.com/caucus-live/caucus/socketio/adaptertest"
)

func clusters(b *broker) adaptertest.Factory {
	return func(t *testing.T) func() socketio.Adapter {
		t.Helper()
		name := "test*[" + rand.Text()
		opts := &redisstreams.Options{Stream: name, Channel: name, Session: name + ":", MaxLen: 1000}
		return func() socketio.Adapter { return redisstreams.New(b.connect(t), opts) }
	}
}

func TestAdapter(t *testing.T) { adaptertest.Run(t, clusters(start(t))) }

func TestRecovery(t *testing.T) { adaptertest.RunRecovery(t, clusters(start(t))) }

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

// eventually waits until something is so.
func eventually(t *testing.T, what string, isSo func() bool) {
	t.Helper()
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	timeout := time.After(patience)
	for !isSo() {
		select {
		case <-again.C:
		case <-timeout:
			t.Fatalf("not so: %s", what)
		}
	}
}

// After Redis has restarted, and forgotten everything, messages arrive again.
func TestBrokerRestarts(t *testing.T) {
	broker := start(t)
	a, _ := open(t, broker.connect(t), "a")
	_, got := open(t, broker.connect(t), "b")
	broker.kill()
	if servers, err := a.Servers(t.Context()); err == nil {
		t.Errorf("without Redis the servers are %q", servers)
	}
	broker.run(t)
	eventually(t, "a knows b", func() bool {
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
	case <-time.After(patience):
		t.Fatal("nothing came")
	}
}

// What cannot work is refused when the server is made.
func TestOpenRefuses(t *testing.T) {
	adapter := redisstreams.New(start(t).connect(t), &redisstreams.Options{MaxLen: -1})
	if srv, err := socketio.NewServer(&socketio.Options{Adapter: adapter}); err == nil {
		_ = srv.Shutdown(t.Context())
		t.Error("it opens")
	}
}
