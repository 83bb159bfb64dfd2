package jetstream_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"go.uber.org/goleak"

	"github.com/caucus-live/caucus/internal/freeport"
	"github.com/caucus-live/caucus/internal/ledger"
	"github.com/caucus-live/caucus/internal/ledger/jetstream"
	"github.com/caucus-live/caucus/internal/ledger/ledgertest"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("github.com/nats-io/nats-server/v2/server.(*Server).Start.func1"))
}

// A cluster is NATS servers in this process, with an account for each ledger that it
// keeps apart.
type cluster struct {
	accounts int
	servers  []*server.Server
	opts     []*server.Options
}

// start starts n servers and waits until they accept connections.
func start(tb testing.TB, n, accounts int) *cluster {
	tb.Helper()
	c := &cluster{accounts: accounts, servers: make([]*server.Server, n)}
	addresses, err := freeport.Find(n)
	if err != nil {
		tb.Fatal(err)
	}
	var routes []*url.URL
	for _, address := range addresses {
		routes = append(routes, &url.URL{Scheme: "nats", Host: address.String()})
	}
	for i := range n {
		o := &server.Options{
			ServerName: fmt.Sprint("server", i), Host: "127.0.0.1", Port: -1,
			JetStream: true, StoreDir: tb.TempDir(), SyncAlways: true, NoLog: true, NoSigs: true,
		}
		if n > 1 {
			o.Cluster = server.ClusterOpts{Name: "test", Host: "127.0.0.1", Port: int(addresses[i].Port())}
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
		var stopping sync.WaitGroup
		for i := range c.servers {
			stopping.Go(func() { c.stop(i) })
		}
		stopping.Wait()
	})
	return c
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
	for i := range c.accounts {
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
	c := start(t, n, 50)
	var mu sync.Mutex // guards the variables below
	ledgers := make(map[string]int)
	opened := 0
	return func(tb testing.TB, dir string) ledger.Ledger {
		tb.Helper()
		mu.Lock()
		account, ok := ledgers[dir]
		if !ok {
			account = len(ledgers)
			ledgers[dir] = account
		}
		opened++
		server := opened % n
		mu.Unlock()
		return c.open(tb, server, account, jetstream.Options{Timeout: time.Minute, Horizon: 100 * 365 * 24 * time.Hour}) // slow machines
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

// However many make a log again of an id whose log has ended, one of them does, and what it
// wrote stays; a log that has ended is removed before its horizon.
func TestTwoCreatorsOfAnEndedLog(t *testing.T) {
	c := start(t, 1, 1)
	opts := jetstream.Options{Horizon: 24 * time.Hour}
	handles := []ledger.Ledger{c.open(t, 0, 0, opts), c.open(t, 0, 0, opts), c.open(t, 0, 0, opts), c.open(t, 0, 0, opts)}
	for _, l := range handles {
		defer l.Close()
	}
	for round := range 20 {
		id, end := fmt.Sprint("log", round), time.Now().Add(30*time.Millisecond)
		if err := handles[0].Create(t.Context(), id, end, []byte("first"), []byte("more")); err != nil {
			t.Fatal(err)
		}
		timer := time.NewTimer(time.Until(end.Add(time.Millisecond)))
		<-timer.C
		errs := make([]error, len(handles))
		var creating sync.WaitGroup
		for i, l := range handles {
			creating.Go(func() { errs[i] = l.Create(t.Context(), id, time.Now().Add(time.Hour), fmt.Append(nil, i)) })
		}
		creating.Wait()
		winner := slices.Index(errs, nil)
		for i, err := range errs {
			if i != winner && !errors.Is(err, ledger.ErrExists) {
				t.Fatalf("round %d, creator %d of winner %d: %v", round, i, winner, err)
			}
		}
		for e, err := range handles[round%len(handles)].Read(t.Context(), id, 0) {
			if err != nil || string(e.Data) != fmt.Sprint(winner) || e.Sequence != 1 {
				t.Fatalf("entry %d is %q (%v), want the winner's, %d", e.Sequence, e.Data, err, winner)
			}
		}
	}
}

// A server removes the logs that it knows soon after their end, and no others.
func TestEndedLogsAreRemoved(t *testing.T) {
	c := start(t, 1, 1)
	l := c.open(t, 0, 0, jetstream.Options{Horizon: 24 * time.Hour})
	defer l.Close()
	end := time.Now().Add(3 * time.Second) // by then one has to be extended
	for _, id := range []string{"ended", "extended"} {
		if err := l.Create(t.Context(), id, end, []byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Extend(t.Context(), "extended", end.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := l.Extend(t.Context(), "extended", end.Add(25*time.Hour)); !errors.Is(err, ledger.ErrInvalid) {
		t.Errorf("beyond the horizon: %v", err)
	}
	timer := time.NewTimer(time.Until(end.Add(time.Millisecond)))
	<-timer.C
	if _, err := l.Expire(t.Context(), time.Now().Add(30*time.Second), 10); err != nil || messages(t, l) != 2 {
		t.Errorf("%d messages, %v: removed too soon", messages(t, l), err)
	}
	if _, err := l.Expire(t.Context(), time.Now().Add(2*time.Hour), 10); err != nil || messages(t, l) != 1 {
		t.Errorf("%d messages, %v", messages(t, l), err)
	}
	if info, err := l.Info(t.Context(), "extended"); err != nil || info.Last != 1 {
		t.Errorf("the one that was extended: %v, %v", info, err)
	}
}

// Logs end by the time of all servers, and not by the clock of this machine.
func TestLogsEndByTheTimeOfAll(t *testing.T) {
	c := start(t, 1, 1)
	at := func(ahead time.Duration) func() time.Time {
		return func() time.Time { return time.Now().Add(ahead) }
	}
	const day = 24 * time.Hour
	for _, ahead := range []time.Duration{-3 * day, 3 * day} {
		now, id := at(ahead), fmt.Sprintf("log%d", ahead)
		l := c.open(t, 0, 0, jetstream.Options{Horizon: 30 * day, Now: now})
		defer l.Close()
		if err := l.Create(t.Context(), id, now().Add(day), []byte("x")); err != nil {
			t.Fatal(err)
		}
		before := messages(t, l)
		if _, err := l.Expire(t.Context(), now(), 10); err != nil || messages(t, l) != before {
			t.Errorf("it was removed, or %v", err)
		}
		if info, err := l.Info(t.Context(), id); err != nil || info.Last != 1 {
			t.Errorf("%+v, %v", info, err)
		}
		later := c.open(t, 0, 0, jetstream.Options{Horizon: 30 * day, Now: at(ahead + 2*day)})
		defer later.Close()
		if _, err := later.Info(t.Context(), id); !errors.Is(err, ledger.ErrNotFound) {
			t.Errorf("two days later: %v", err)
		}
	}
}

// messages counts what all logs together have in NATS.
func messages(t *testing.T, l ledger.Ledger) (n uint64) {
	t.Helper()
	js := streams(t, l)
	for shard := range 2 {
		stream, err := js.Stream(t.Context(), fmt.Sprint("POLLS_", shard))
		if err != nil {
			t.Fatal(err)
		}
		n += stream.CachedInfo().State.Msgs
	}
	return n
}

func TestQuorum(t *testing.T) {
	const bound = time.Minute
	c := start(t, 3, 1)
	patient, impatient := c.open(t, 0, 0, jetstream.Options{Timeout: bound}), c.open(t, 0, 0, jetstream.Options{Timeout: time.Second})
	defer patient.Close()
	defer impatient.Close()
	probe := func(l ledger.Ledger) error { return l.(handle).Ledger.(*jetstream.Ledger).Probe(t.Context()) } //nolint:errcheck // it is one
	if err := probe(patient); err != nil {
		t.Errorf("Probe: %v", err)
	}
	ledgertest.RunQuorum(t, patient, impatient, bound, func() {
		c.stop(1)
		c.stop(2)
	}, func() {
		if probe(impatient) == nil {
			t.Error("Probe does not notice that the quorum is lost")
		}
		c.run(t, 1)
		c.run(t, 2)
	})
}
