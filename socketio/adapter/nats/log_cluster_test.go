package natsadapter_test

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/adapter/internal/porttest"
	natsadapter "github.com/caucus-live/caucus/socketio/adapter/nats"
)

// startThree starts three NATS servers that keep streams together.
func startThree(t *testing.T) (servers []*server.Server) {
	t.Helper()
	var routes []*url.URL
	ports := porttest.Free(t, 3)
	for _, port := range ports {
		routes = append(routes, &url.URL{Scheme: "nats", Host: net.JoinHostPort("127.0.0.1", port)})
	}
	for i := range ports {
		port, err := strconv.Atoi(ports[i])
		if err != nil {
			t.Fatal(err)
		}
		servers = append(servers, brokerWith(t, &server.Options{
			ServerName: fmt.Sprint("server", i), Port: -1, JetStream: true, StoreDir: t.TempDir(),
			Cluster: server.ClusterOpts{Name: "test", Host: "127.0.0.1", Port: port}, Routes: routes,
		}))
	}
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for timeout := time.After(patience); !haveFoundEachOther(servers); {
		select {
		case <-again.C:
		case <-timeout:
			t.Fatal("the servers do not find each other")
		}
	}
	return servers
}

// haveFoundEachOther reports whether one of the servers leads all of them.
func haveFoundEachOther(servers []*server.Server) bool {
	return slices.ContainsFunc(servers, func(srv *server.Server) bool {
		return srv.JetStreamIsLeader() && len(srv.JetStreamClusterPeers()) == len(servers)
	})
}

// connectAny connects to any of the servers, the first one first, and to another when that is lost.
func connectAny(t *testing.T, servers ...*server.Server) *nats.Conn {
	t.Helper()
	var urls string
	for _, srv := range servers {
		urls += srv.ClientURL() + ","
	}
	conn, err := nats.Connect(urls[:len(urls)-1], nats.DontRandomize(), nats.MaxReconnects(-1), nats.ReconnectWait(10*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	return conn
}

// A log with three replicas outlives the loss of the server that leads it: what was
// acknowledged before and after is in the log once, in order, and reaches the others.
func TestLogOutlivesItsLeader(t *testing.T) {
	servers := startThree(t)
	opts := &natsadapter.Options{Log: &natsadapter.LogOptions{Replicas: 3, Memory: true}}
	near, far := natsadapter.New(connectAny(t, servers...), opts), natsadapter.New(connectAny(t, servers[1], servers[2], servers[0]), opts)
	got := make(chan socketio.Message, 10_000)
	openOne(t, near, "near", func(socketio.Message) {})
	openOne(t, far, "far", func(m socketio.Message) {
		if m.Kind == socketio.MessageBroadcast {
			got <- m
		}
	})
	var acked, offsets []string
	appendOnce := func(text string) error {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		offset, err := near.Log().Append(ctx, socketio.Message{Kind: socketio.MessageBroadcast, From: "near", Namespace: "/", Data: fmt.Appendf(nil, "[%q]", text)})
		if err == nil {
			acked, offsets = append(acked, fmt.Sprintf("[%q]", text)), append(offsets, offset)
		}
		return err
	}
	for i := range 20 {
		if err := appendOnce(fmt.Sprint("before ", i)); err != nil {
			t.Fatal(err)
		}
	}
	stop(t, servers, leader(t, servers))
	for i, attempt, giveUp := 0, 0, time.Now().Add(patience); i < 20; attempt++ {
		switch err := appendOnce(fmt.Sprintf("after %d, attempt %d", i, attempt)); {
		case err == nil:
			i++
		case time.Now().After(giveUp):
			t.Fatal(err)
		}
	}

	var arrived []string
	for timeout := time.After(patience); !slices.Contains(arrived, acked[len(acked)-1]); {
		select {
		case m := <-got:
			arrived = append(arrived, string(m.Data))
		case <-timeout:
			t.Fatalf("only %d messages arrived of %d", len(arrived), len(acked))
		}
	}
	wantAcked(t, "what arrived", arrived, acked)
	var stored []string
	for m, err := range far.Log().Since(t.Context(), "/", offsets[0], offsets[len(offsets)-1]) {
		if err != nil {
			t.Fatal(err)
		}
		stored = append(stored, string(m.Data))
	}
	wantAcked(t, "what is stored", stored, acked[1:])
}

// wantAcked checks that, but for what was not acknowledged, these are the ones that were.
func wantAcked(t *testing.T, what string, got, acked []string) {
	t.Helper()
	got = slices.DeleteFunc(slices.Clone(got), func(text string) bool { return !slices.Contains(acked, text) })
	if !slices.Equal(got, acked) {
		t.Errorf("%s:\n%q, want\n%q", what, got, acked)
	}
}

// openWithin opens an adapter as soon as the servers have found each other.
func openOne(t *testing.T, a *natsadapter.Adapter, name string, deliver func(socketio.Message)) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := a.Open(ctx, socketio.Node{Name: name, Deliver: deliver}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close(context.WithoutCancel(t.Context())) }) // a server is gone
}

// leader returns which server leads the log.
func leader(t *testing.T, servers []*server.Server) int {
	t.Helper()
	js, err := jetstream.New(connectAny(t, servers...))
	if err != nil {
		t.Fatal(err)
	}
	stream, err := js.Stream(t.Context(), "socketio")
	if err != nil {
		t.Fatal(err)
	}
	name := stream.CachedInfo().Cluster.Leader
	return slices.IndexFunc(servers, func(srv *server.Server) bool { return srv.Name() == name })
}

func stop(t *testing.T, servers []*server.Server, i int) {
	t.Helper()
	if i < 0 {
		t.Fatal("nobody leads the log")
	}
	servers[i].Shutdown()
	servers[i].WaitForShutdown()
}
