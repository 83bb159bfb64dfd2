package redisadapter_test

import (
	"context"
	"crypto/rand"
	"slices"
	"testing"

	"github.com/redis/go-redis/v9"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/adapter/internal/redistest"
	redisadapter "github.com/caucus-live/caucus/socketio/adapter/redis"
	"github.com/caucus-live/caucus/socketio/adaptertest"
)

func TestAdapter(t *testing.T) {
	broker := redistest.Start(t)
	adaptertest.Run(t, func(t *testing.T) func() socketio.Adapter {
		t.Helper()
		opts := &redisadapter.Options{Key: "test*[" + rand.Text()}
		return func() socketio.Adapter { return redisadapter.New(connect(t, broker), opts) }
	})
}

// open opens an adapter, and returns where its messages go.
func open(t *testing.T, client *redis.Client, name string) (*redisadapter.Adapter, <-chan socketio.Message) {
	t.Helper()
	a, got := redisadapter.New(client, nil), make(chan socketio.Message, 1000)
	if err := a.Open(t.Context(), socketio.Node{Name: name, Deliver: func(m socketio.Message) { got <- m }}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close(context.WithoutCancel(t.Context())) }) // the test may have done so
	return a, got
}

// After Redis has restarted the servers are subscribed again.
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
	redistest.Eventually(t, "b gets messages", func() bool {
		if err := a.Publish(t.Context(), message); err != nil {
			return false
		}
		select {
		case m := <-got:
			return string(m.Data) == `["again"]`
		default:
			return false
		}
	})
}

// A server that lacks a namespace answers requests there all the same.
func TestNamespacesThatNotAllServersHave(t *testing.T) {
	broker := redistest.Start(t)
	servers := make([]*socketio.Server, 3)
	for i := range servers {
		var err error
		adapter := redisadapter.New(connect(t, broker), nil)
		if servers[i], err = socketio.NewServer(&socketio.Options{Adapter: adapter}); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = servers[i].Shutdown(context.WithoutCancel(t.Context())) })
	}
	const name socketio.Call[None, int] = "name"
	for i, srv := range servers[:2] {
		name.Receive(srv.Of("/some").Servers(), func(context.Context, None) (int, error) { return i, nil })
	}
	client := connect(t, broker)
	redistest.Eventually(t, "the second server is subscribed", func() bool {
		n, err := client.PubSubNumSub(t.Context(), "socket.io-request#/some#").Result()
		return err == nil && n["socket.io-request#/some#"] == 2
	})
	if infos, err := servers[0].Of("/some").Everyone().Fetch(t.Context()); err != nil || len(infos) > 0 {
		t.Errorf("Fetch = %v, %v", infos, err)
	}
	var got []int
	for r, err := range name.DoAll(t.Context(), servers[0].Of("/some").Servers(), None{}) {
		if err == nil {
			got = append(got, r.Value)
		}
	}
	if !slices.Equal(got, []int{1}) {
		t.Errorf("answers %v, want those of the second server alone", got)
	}
}

type None = socketio.None
