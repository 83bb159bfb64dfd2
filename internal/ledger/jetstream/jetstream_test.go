package jetstream_test

import (
	"context"
	"flag"
	"fmt"
	"net"
	"net/url"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"go.uber.org/goleak"

	"github.com/caucus-live/caucus/internal/ledger"
	"github.com/caucus-live/caucus/internal/ledger/jetstream"
	"github.com/caucus-live/caucus/internal/ledger/ledgertest"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("github.com/nats-io/nats-server/v2/server.(*Server).Start.func1"))
}

// accounts is how many ledgers a cluster can keep apart.
const accounts = 40

// A cluster is NATS servers in this process.
type cluster struct {
	servers []*server.Server
	opts    []*server.Options
}

// start starts n servers and waits until they accept connections.
func start(tb testing.TB, n int) *cluster {
	tb.Helper()
	c := &cluster{servers: make([]*server.Server, n)}
	ports := freePorts(tb, n)
	var routes []*url.URL
	for _, port := range ports {
		routes = append(routes, &url.URL{Scheme: "nats", Host: fmt.Sprintf("127.0.0.1:%d", port)})
	}
	for i := range n {
		o := &server.Options{
			ServerName: fmt.Sprint("server", i), Host: "127.0.0.1", Port: -1,
			JetStream: true, StoreDir: tb.TempDir(), SyncAlways: true, NoLog: true, NoSigs: true,
		}
		if n > 1 {
			o.Cluster = server.ClusterOpts{Name: "test", Host: "127.0.0.1", Port: ports[i]}
			o.Routes = routes
		}
		for i := range accounts {
			account := server.NewAccount(fmt.Sprint("account", i))
			o.Accounts = append(o.Accounts, account)
			o.Users = append(o.Users, &server.User{Username: account.Name, Password: "secret", Account: account})
		}
		c.opts = append(c.opts, o)
		c.run(tb, i)
	}
	tb.Cleanup(func() {
		for i := range c.servers {
			c.stop(i)
		}
	})
	return c
}

// freePorts returns ports that nobody listens on.
func freePorts(tb testing.TB, n int) (ports []int) {
	tb.Helper()
	for range n {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			tb.Fatal(err)
		}
		defer ln.Close()
		ports = append(ports, ln.Addr().(*net.TCPAddr).Port) //nolint:errcheck // it is one
	}
	return ports
}

// run starts a server, again perhaps.
func (c *cluster) run(tb testing.TB, i int) {
	tb.Helper()
	s, err := server.NewServer(c.opts[i].Clone())
	if err != nil {
		tb.Fatal(err)
	}
	s.Start()
	c.servers[i] = s
	for i := range accounts {
		account, err := s.LookupAccount(fmt.Sprint("account", i))
		if err == nil {
			err = account.EnableJetStream(nil, nil)
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
}

func (c *cluster) stop(i int) {
	c.servers[i].Shutdown()
	c.servers[i].WaitForShutdown()
}

// open opens a handle on the ledger of an account, at one of the servers.
func (c *cluster) open(tb testing.TB, i, account int, opts jetstream.Options) ledger.Ledger {
	tb.Helper()
	conn, err := nats.Connect("", nats.InProcessServer(c.servers[i]), nats.UserInfo(fmt.Sprint("account", account), "secret"),
		nats.MaxReconnects(-1), nats.ReconnectWait(50*time.Millisecond))
	if err != nil {
		tb.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	opts.Shards, opts.Replicas = 2, len(c.servers)
	l, err := jetstream.Open(ctx, conn, &opts)
	if err != nil {
		tb.Fatal(err)
	}
	return handle{l, conn}
}

// A handle closes its connection with its ledger.
type handle struct {
	ledger.Ledger
	conn *nats.Conn
}

func (h handle) Close() error {
	err := h.Ledger.Close()
	h.conn.Close()
	return err
}

// opener opens ledgers in a cluster of n servers, in an account for each directory.
func opener(t *testing.T, n int) ledgertest.Opener {
	t.Helper()
	c := start(t, n)
	ledgers := make(map[string]int)
	opened := 0
	return func(tb testing.TB, dir string) ledger.Ledger {
		tb.Helper()
		account, ok := ledgers[dir]
		if !ok {
			account = len(ledgers)
			ledgers[dir] = account
		}
		opened++
		return c.open(tb, opened%n, account, jetstream.Options{Timeout: time.Minute}) // slow machines
	}
}

func TestOneServer(t *testing.T) { ledgertest.RunShared(t, opener(t, 1)) }

func TestThreeServers(t *testing.T) {
	checks := flag.Lookup("rapid.checks").Value
	defer func(before string) { _ = checks.Set(before) }(checks.String())
	if err := checks.Set("10"); err != nil { // one server has played them all
		t.Fatal(err)
	}
	ledgertest.RunShared(t, opener(t, 3))
}

func TestQuorum(t *testing.T) {
	c := start(t, 3)
	l := c.open(t, 0, 0, jetstream.Options{Timeout: 3 * time.Second})
	defer l.Close()
	probe := func() error { return l.(handle).Ledger.(*jetstream.Ledger).Probe(t.Context()) } //nolint:errcheck // it is one
	if err := probe(); err != nil {
		t.Errorf("Probe: %v", err)
	}
	ledgertest.RunQuorum(t, l, 20*time.Second, func() {
		c.stop(1)
		c.stop(2)
	}, func() {
		if probe() == nil {
			t.Error("Probe does not notice that the quorum is lost")
		}
		c.run(t, 1)
		c.run(t, 2)
	})
}
