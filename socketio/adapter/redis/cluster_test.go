package redisadapter_test

import (
	"context"
	"fmt"
	"net"
	"net/http/httptest"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/adapter/internal/redistest"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

// slots is how many a Redis cluster has.
const slots = 16384

// A redisCluster is three Redis servers of a test's own, each with a third of the slots.
type redisCluster struct {
	addrs []string
	nodes []*redis.Client
}

// startCluster starts a cluster, and waits until all its nodes know that it works.
func startCluster(t *testing.T) *redisCluster {
	t.Helper()
	const n = 3
	c := new(redisCluster)
	ports := freePorts(t, 2*n) // each node has another port for the others
	for i := range n {
		c.addrs = append(c.addrs, net.JoinHostPort("127.0.0.1", ports[i]))
		c.run(t, ports[i], ports[n+i])
		node := redis.NewClient(&redis.Options{Addr: c.addrs[i], MaxRetries: -1})
		t.Cleanup(func() { _ = node.Close() })
		c.nodes = append(c.nodes, node)
		redistest.Eventually(t, "Redis answers", func() bool { return node.Ping(t.Context()).Err() == nil })
		c.do(t, i, "cluster", "addslotsrange", slots*i/n, slots*(i+1)/n-1)
		c.do(t, i, "cluster", "set-config-epoch", i+1)
	}
	for i := range n - 1 {
		c.do(t, n-1, "cluster", "meet", "127.0.0.1", ports[i], ports[n+i])
	}
	for i, node := range c.nodes {
		redistest.Eventually(t, fmt.Sprint("the cluster works at node ", i), func() bool {
			info, err := node.ClusterInfo(t.Context()).Result()
			return err == nil && strings.Contains(info, "cluster_state:ok") && strings.Contains(info, "cluster_size:3")
		})
	}
	return c
}

// run starts the process of a node.
func (c *redisCluster) run(t *testing.T, port, busPort string) {
	t.Helper()
	cmd := exec.Command(redistest.Program(), "--port", port, "--bind", "127.0.0.1", "--cluster-enabled", "yes", "--cluster-port", busPort, //nolint:noctx // it is killed
		"--save", "", "--appendonly", "no", "--dir", t.TempDir())
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = redistest.End(cmd) }) // it was killed
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
	owner := int(slot) * len(c.nodes) / slots
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

// freePorts returns ports on which nobody listens.
func freePorts(t *testing.T, n int) (ports []string) {
	t.Helper()
	for range n {
		l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		_, port, err := net.SplitHostPort(l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		ports = append(ports, port)
	}
	return ports
}
