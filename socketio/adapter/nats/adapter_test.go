package natsadapter_test

import (
	"context"
	"crypto/rand"
	"errors"
	"net"
	"slices"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"github.com/caucus-live/caucus/socketio"
	natsadapter "github.com/caucus-live/caucus/socketio/adapter/nats"
	"github.com/caucus-live/caucus/socketio/adaptertest"
)

// patience is how long a test waits for what has to happen.
const patience = time.Minute

// broker starts a NATS server on a port, -1 for a free one.
func broker(t *testing.T, port int) *server.Server {
	t.Helper()
	return brokerWith(t, &server.Options{Port: port})
}

// brokerWith is broker with options.
func brokerWith(t *testing.T, opts *server.Options) *server.Server {
	t.Helper()
	opts.Host, opts.NoLog, opts.NoSigs = "127.0.0.1", true, true
	srv, err := server.NewServer(opts)
	if err != nil {
		t.Fatal(err)
	}
	srv.Start()
	t.Cleanup(func() {
		srv.Shutdown()
		srv.WaitForShutdown()
	})
	if !srv.ReadyForConnections(patience) {
		t.Fatal("NATS does not start")
	}
	return srv
}

func connect(t *testing.T, srv *server.Server) *nats.Conn {
	t.Helper()
	conn, err := nats.Connect(srv.ClientURL(), nats.UserInfo(user, ""), nats.MaxReconnects(-1), nats.ReconnectWait(10*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	return conn
}

const user = "app"

// permitted is a user with no more permissions than those that the package asks for.
func permitted(subjects ...string) []*server.User {
	allowed := &server.SubjectPermission{Allow: subjects}
	return []*server.User{{Username: user, Permissions: &server.Permissions{Publish: allowed, Subscribe: allowed}}}
}

func TestAdapter(t *testing.T) {
	srv := brokerWith(t, &server.Options{Port: -1, Users: permitted("test.>")})
	adaptertest.Run(t, func(t *testing.T) func() socketio.Adapter {
		t.Helper()
		opts := &natsadapter.Options{Prefix: "test." + rand.Text()}
		return func() socketio.Adapter { return natsadapter.New(connect(t, srv), opts) }
	})
}

// Servers may share a connection, with each other and with whatever else uses it.
func TestAdapterSharesItsConnection(t *testing.T) {
	srv := broker(t, -1)
	adaptertest.Run(t, func(t *testing.T) func() socketio.Adapter {
		t.Helper()
		conn, opts := connect(t, srv), &natsadapter.Options{Prefix: "socketio." + rand.Text()}
		return func() socketio.Adapter { return natsadapter.New(conn, opts) }
	})
}

// open opens an adapter with a short heartbeat, and returns where its messages go.
func open(t *testing.T, conn *nats.Conn, name string) (*natsadapter.Adapter, <-chan socketio.Message) {
	t.Helper()
	a, got := natsadapter.New(conn, &natsadapter.Options{Heartbeat: 20 * time.Millisecond}), make(chan socketio.Message, 1000)
	if err := a.Open(t.Context(), socketio.Node{Name: name, Deliver: func(m socketio.Message) { got <- m }}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close(context.WithoutCancel(t.Context())) }) // the connection may be closed
	return a, got
}

// awaitServers waits until an adapter knows these servers and no others.
func awaitServers(t *testing.T, a *natsadapter.Adapter, want ...string) {
	t.Helper()
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	timeout := time.After(patience)
	for {
		got, err := a.Servers(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if slices.Sort(got); slices.Equal(got, want) {
			return
		}
		select {
		case <-again.C:
		case <-timeout:
			t.Fatalf("the servers are %q, want %q", got, want)
		}
	}
}

// A server that is gone without a word is forgotten; one that comes back is known again.
func TestSilentServerIsForgotten(t *testing.T) {
	srv := broker(t, -1)
	lost := connect(t, srv)
	a, _ := open(t, connect(t, srv), "a")
	open(t, lost, "b")
	awaitServers(t, a, "b")
	lost.Close()
	awaitServers(t, a)
	open(t, connect(t, srv), "b")
	awaitServers(t, a, "b")
}

// When NATS restarts the servers find each other again, and messages arrive.
func TestBrokerRestarts(t *testing.T) {
	srv := broker(t, -1)
	a, _ := open(t, connect(t, srv), "a")
	b, got := open(t, connect(t, srv), "b")
	awaitServers(t, a, "b")
	addr, ok := srv.Addr().(*net.TCPAddr)
	if !ok {
		t.Fatalf("NATS listens on %v", srv.Addr())
	}
	srv.Shutdown()
	srv.WaitForShutdown()
	awaitServers(t, a)
	awaitServers(t, b)
	broker(t, addr.Port)
	awaitServers(t, a, "b")
	awaitServers(t, b, "a")
	message := socketio.Message{Kind: socketio.MessageBroadcast, From: "a", Namespace: "/", Data: []byte(`["again"]`)}
	if err := a.Publish(t.Context(), message); err != nil {
		t.Fatal(err)
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
	conn := connect(t, broker(t, -1))
	closed := connect(t, broker(t, -1))
	closed.Close()
	tests := map[string]struct {
		conn *nats.Conn
		opts natsadapter.Options
	}{
		"wildcard":          {conn, natsadapter.Options{Prefix: "a.*"}},
		"empty token":       {conn, natsadapter.Options{Prefix: "a..b"}},
		"blank":             {conn, natsadapter.Options{Prefix: "a b"}},
		"heartbeat":         {conn, natsadapter.Options{Heartbeat: -1}},
		"queue":             {conn, natsadapter.Options{Queue: -1}},
		"log":               {conn, natsadapter.Options{Log: &natsadapter.LogOptions{Replicas: -1}}},
		"no JetStream":      {conn, natsadapter.Options{Log: new(natsadapter.LogOptions)}},
		"closed connection": {closed, natsadapter.Options{}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if srv, err := socketio.NewServer(&socketio.Options{Adapter: natsadapter.New(tt.conn, &tt.opts)}); err == nil {
				_ = srv.Shutdown(t.Context())
				t.Error("it opens")
			}
		})
	}
}

// A message that NATS would refuse is an error.
func TestPublishReportsMessagesThatAreTooLarge(t *testing.T) {
	a, _ := open(t, connect(t, broker(t, -1)), "a")
	big := socketio.Message{Kind: socketio.MessageBroadcast, From: "a", Namespace: "/", Data: make([]byte, 2<<20)}
	if err := a.Publish(t.Context(), big); !errors.Is(err, nats.ErrMaxPayload) {
		t.Errorf("Publish = %v, want %v", err, nats.ErrMaxPayload)
	}
}
