package redisadapter_test

import (
	"context"
	"net/http/httptest"
	"strconv"
	"testing"

	"github.com/redis/go-redis/v9"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/adapter/internal/redistest"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

// A redisCluster is three Redis servers of a test's own, each with a third of the slots.
type redisCluster struct {
	addrs []string
	nodes []*redis.Client
}

func startCluster(t *testing.T) *redisCluster {
	t.Helper()
	c := &redisCluster{addrs: redistest.StartCluster(t)}
	for _, addr := range c.addrs {
		node := redis.NewClient(&redis.Options{Addr: addr, MaxRetries: -1})
		t.Cleanup(func() { _ = node.Close() })
		c.nodes = append(c.nodes, node)
	}
	return c
}

func (c *redisCluster) do(t *testing.T, node int, args ...any) {
	t.Helper()
	if err := c.nodes[node].Do(t.Context(), args...).Err(); err != nil {
		t.Fatalf("%v: %v", args, err)
	}
}

func (c *redisCluster) connect(t *testing.T) *redis.ClusterClient {
	t.Helper()
	client := redis.NewClusterClient(&redis.ClusterOptions{Addrs: c.addrs})
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// move moves the slot of a channel to another node.
func (c *redisCluster) move(t *testing.T, channel string) {
	t.Helper()
	slot, err := c.nodes[0].ClusterKeySlot(t.Context(), channel).Result()
	if err != nil {
		t.Fatal(err)
	}
	owner := int(slot) * len(c.nodes) / redistest.Slots
	id, err := c.nodes[(owner+1)%len(c.nodes)].ClusterMyID(t.Context()).Result()
	if err != nil {
		t.Fatal(err)
	}
	for i := range c.nodes { // the new owner first
		c.do(t, (owner+1+i)%len(c.nodes), "cluster", "setslot", strconv.FormatInt(slot, 10), "node", id)
	}
}

// join connects a client, has its socket join rooms, and puts the texts of events "x" into got.
func join(t *testing.T, srv *socketio.Server, got chan<- string, rooms ...string) *socketio.Socket {
	t.Helper()
	sockets := make(chan *socketio.Socket, 1)
	srv.Of("/").OnConnect(func(_ context.Context, s *socketio.Socket) error {
		err := s.Join(rooms...)
		sockets <- s
		return err
	})
	server := httptest.NewServer(srv)
	client, err := sioclient.New(server.URL, &sioclient.Options{Transports: []string{"websocket"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	t.Cleanup(func() { _ = client.Close(context.WithoutCancel(t.Context())) }) // the server may have ended it
	socketio.Event[string]("x").Receive(client.Of("/"), func(_ context.Context, text string) error {
		got <- text
		return nil
	})
	if err := client.Of("/").Connect(t.Context()); err != nil {
		t.Fatal(err)
	}
	return <-sockets
}
