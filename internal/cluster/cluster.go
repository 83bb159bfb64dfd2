// Package cluster connects the servers of one installation: it runs NATS inside this
// process, or connects to one that runs already, and carries over it what package live
// shares beside the log.
//
// Servers that run NATS inside trust each other by one secret. Routes between them
// use TLS in both directions, with certificates that each makes at its start under an
// authority that follows from the secret; nothing else can join. The client port
// is on the loopback interface, with a password that changes at every start; a file
// beside the data, which only the server's user can read, says both, for the commands
// of an operator.
package cluster

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// Options describe a server with NATS inside.
type Options struct {
	// Address is this server's, as a host and a port, for the others.
	Address string

	// Members are the addresses of all servers, this one's included: 1, 3 or 5.
	Members []string

	// Secret is what the servers trust each other by; at least [MinSecret] bytes, the
	// same at all.
	Secret []byte

	// Dir keeps the data of this server alone.
	Dir string

	// Logger reports servers that come and go. Default: nobody.
	Logger *slog.Logger
}

// MinSecret is the least length, in bytes, of the secret of a cluster.
const MinSecret = 32

func (o *Options) validate() error {
	switch n := len(o.Members); {
	case len(o.Secret) < MinSecret:
		return fmt.Errorf("cluster: the secret must have at least %d bytes", MinSecret)
	case n != 1 && n != 3 && n != 5:
		return fmt.Errorf("cluster: there are %d members; a cluster has 1, 3 or 5", n)
	case !slices.Contains(o.Members, o.Address):
		return fmt.Errorf("cluster: %s is not among the members", o.Address)
	}
	names := make(map[string]string, len(o.Members))
	for _, member := range o.Members {
		if err := checkAddress(member); err != nil {
			return fmt.Errorf("cluster: %w", err)
		}
		name := strings.ToLower(serverName(member))
		switch other, taken := names[name]; {
		case other == member:
			return fmt.Errorf("cluster: %s is there twice", member)
		case taken:
			return fmt.Errorf("cluster: %s and %s have the same name, %s", other, member, name)
		}
		names[name] = member
	}
	return nil
}

// checkAddress reports what is wrong with an address at which others find a server.
func checkAddress(address string) error {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("%q is not a host and a port: %w", address, err)
	}
	if number, err := strconv.ParseUint(port, 10, 16); err != nil || number == 0 {
		return fmt.Errorf("%q has no port: a number from 1 to 65535", address)
	}
	ip, err := netip.ParseAddr(host)
	switch {
	case host == "" || err == nil && ip.IsUnspecified():
		return fmt.Errorf("%q has no host at which the others find the server", address)
	case err == nil && ip.String() != host:
		return fmt.Errorf("write %q as %s", address, net.JoinHostPort(ip.String(), port))
	}
	return nil
}

// serverName is what NATS calls the server with an address.
func serverName(address string) string {
	return strings.NewReplacer(":", "-", ".", "-", "[", "", "]", "").Replace(address)
}

// A Node is this server's place in the cluster.
type Node struct {
	conn     *nats.Conn
	inside   *inside        // nil when NATS is elsewhere
	mending  sync.WaitGroup // mend, until stop is called
	stop     context.CancelFunc
	whole    chan struct{} // closed when mend has found or made everything; nil when NATS is elsewhere
	replicas int

	closing sync.Once // guards the field below
	closed  error     // what Close returns
}

// Start runs NATS inside this process, and connects to it. The other members may come
// later. In the first minute the server looks for what its copies of streams lack that others
// have, and makes such a copy again; connections to it wait while NATS is started again for this.
func Start(o Options) (*Node, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	config, err := o.config()
	if err != nil {
		return nil, err
	}
	taken, err := o.takePlace()
	if err != nil {
		return nil, fmt.Errorf("cluster: %w", err)
	}
	hurryElections()
	n := &Node{inside: &inside{Options: o, config: config, place: taken}, replicas: min(3, len(o.Members))}
	if n.inside.kept, err = n.inside.streams(); err != nil {
		return nil, errors.Join(fmt.Errorf("cluster: %w", err), n.Close())
	}
	if err := n.inside.start(); err != nil {
		return nil, errors.Join(err, n.Close())
	}
	if err := taken.settle(); err != nil {
		return nil, errors.Join(fmt.Errorf("cluster: %w", err), n.Close())
	}
	if n.conn, err = connect("", n.inside.options()...); err != nil {
		return nil, errors.Join(err, n.Close())
	}
	if _, err := n.conn.Subscribe(copiesSubject, n.inside.tellCopies); err != nil {
		return nil, errors.Join(fmt.Errorf("cluster: %w", err), n.Close())
	}
	if len(o.Members) > 1 {
		ctx, stop := context.WithCancel(context.Background())
		n.stop, n.whole = stop, make(chan struct{})
		whole := sync.OnceFunc(func() { close(n.whole) })
		n.mending.Go(func() { n.mend(ctx, whole) }) // until stop is called, or it is done
	}
	return n, nil
}

const (
	user         = "caucus"
	contactName  = "nats.url"
	startTimeout = 10 * time.Second
)

func (o *Options) config() (*server.Options, error) {
	config := &server.Options{
		ServerName: serverName(o.Address),
		Host:       "127.0.0.1", Port: server.RANDOM_PORT, Username: user, Password: rand.Text(),
		JetStream: true, StoreDir: o.Dir, SyncAlways: true, NoSigs: true,
	}
	if len(o.Members) == 1 {
		return config, nil
	}
	host, port, err := net.SplitHostPort(o.Address)
	if err != nil {
		return nil, fmt.Errorf("cluster: %w", err)
	}
	number, err := net.LookupPort("tcp", port)
	if err != nil {
		return nil, fmt.Errorf("cluster: %w", err)
	}
	tls, err := tlsConfig(o.Secret)
	if err != nil {
		return nil, err
	}
	config.Cluster = server.ClusterOpts{Name: user, Host: host, Port: number, TLSConfig: tls, TLSTimeout: startTimeout.Seconds(), NoAdvertise: true}
	for _, member := range o.Members {
		config.Routes = append(config.Routes, &url.URL{Scheme: "nats", Host: member})
	}
	return config, nil
}

// Contact connects to the NATS inside a server that runs on this machine, by its Dir.
func Contact(dir string, log *slog.Logger) (*Node, error) {
	address, err := os.ReadFile(filepath.Join(dir, contactName))
	if err != nil {
		return nil, fmt.Errorf("cluster: no server with NATS inside runs on %s: %w", dir, err)
	}
	return Connect(strings.TrimSpace(string(address)), Access{}, log)
}

func connect(urls string, more ...nats.Option) (*nats.Conn, error) {
	conn, err := nats.Connect(urls, append(more, nats.Name("caucus"), nats.MaxReconnects(-1))...)
	if err != nil {
		return nil, fmt.Errorf("cluster: connect to NATS: %w", err)
	}
	return conn, nil
}

const reconnectWait = 200 * time.Millisecond

// Conn is the connection to NATS. It ends with Close.
func (n *Node) Conn() *nats.Conn { return n.conn }

// AwaitWhole waits until this server has what most of the others had when it started, for 15 s at
// most: were they to stop before that, something could be lost.
func (n *Node) AwaitWhole(ctx context.Context) error {
	if n.whole == nil {
		return nil
	}
	select {
	case <-n.whole:
		return nil
	case <-time.After(wholeWithin):
		return nil // it can still serve what the others have
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

const wholeWithin = 15 * time.Second

// Replicas is how many servers keep each stream.
func (n *Node) Replicas() int { return n.replicas }

// Close leaves the cluster for now. Another server takes over what this one leads. Later calls
// return what the first did.
func (n *Node) Close() error {
	n.closing.Do(func() { n.closed = n.close() })
	return n.closed
}

func (n *Node) close() error {
	if n.stop != nil {
		n.stop()
		n.mending.Wait()
	}
	if n.conn != nil {
		n.conn.Close()
	}
	if n.inside == nil {
		return nil
	}
	return n.inside.close()
}

// ordinary are parts of what NATS warns of where nothing is amiss.
var ordinary = []string{
	"Plaintext passwords detected", // ours is random, of this run alone, and for this process and the commands beside it

	// After a server was killed, NATS makes again what it derives from its messages.
	"TTL state is outdated",
	"Stream state outdated",
	"Recovering stream state from index errored",

	"Metalayer blocking snapshot", // which takes milliseconds
}

// A logger passes on what NATS has to say that an operator may have to act on.
type logger struct{ log *slog.Logger }

func (l *logger) Warnf(format string, v ...any) {
	log := l.log.Warn
	if slices.ContainsFunc(ordinary, func(part string) bool { return strings.Contains(format, part) }) {
		log = l.log.Debug
	}
	log("the cluster says", said(format, v))
}

// fault is what NATS's client has to say. Without it, the client would print that.
func (l *logger) fault(_ *nats.Conn, _ *nats.Subscription, err error) { l.Warnf("%v", err) }

func (l *logger) Errorf(format string, v ...any) { l.log.Warn("the cluster says", said(format, v)) }
func (l *logger) Fatalf(format string, v ...any) { l.log.Error("the cluster says", said(format, v)) }
func (*logger) Noticef(string, ...any)           {}
func (*logger) Debugf(string, ...any)            {}
func (*logger) Tracef(string, ...any)            {}

func said(format string, v []any) slog.Attr {
	return slog.String("message", fmt.Sprintf(format, v...))
}
