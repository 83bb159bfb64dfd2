package load

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/caucus-live/caucus/cmd/caucus/clustercmd"
	"github.com/caucus-live/caucus/internal/cluster"
	"github.com/caucus-live/caucus/internal/freeport"
)

// members is how many servers a cluster has.
const members = 3

// ClusterOptions say how a cluster is started.
type ClusterOptions struct {
	// Program takes the flags of caucus. It has no default.
	Program string

	// Data is a directory, which gets one for each server. It has no default.
	Data string

	// Stderr receives what the servers write there, from several at a time. Default: nobody.
	Stderr io.Writer

	// Args are more flags of each server.
	Args []string

	// Route, if not nil, returns the address at which one server finds another, whose own
	// it is given, so that something at 127.0.0.1 can stand in between. The servers are then
	// at 127.0.0.2, which Linux has.
	Route func(from, to int, address string) string
}

// A Cluster is three servers of one's own on this machine that keep the polls together,
// with NATS inside each. Its methods must not be called concurrently; those of its servers
// may be, each by one goroutine.
type Cluster struct {
	Servers []*Process
	members []string // their addresses for each other
	data    string
	killed  []time.Time // when Interruptions killed a server
}

// behindRoutes is where servers listen to each other if something stands in between. NATS tells each
// from which IP address another comes, and it would connect past what stands there.
var behindRoutes = netip.AddrFrom4([4]byte{127, 0, 0, 2})

// StartCluster starts three servers and waits until all are ready, each for at most a
// minute.
func StartCluster(ctx context.Context, o ClusterOptions) (*Cluster, error) {
	c := &Cluster{Servers: make([]*Process, members), data: o.Data}
	key := filepath.Join(o.Data, "cluster.key")
	if err := os.WriteFile(key, []byte(rand.Text()+rand.Text()), 0o600); err != nil {
		return nil, err
	}
	addresses, err := freeport.Find(members)
	if err != nil {
		return nil, err
	}
	for _, address := range addresses {
		if o.Route != nil {
			address = netip.AddrPortFrom(behindRoutes, address.Port())
		}
		c.members = append(c.members, address.String())
	}
	var peers [members]string // as each server knows them
	for i := range peers {
		peers[i] = c.peers(i, o.Route)
	}
	err = c.each(func(i int) (err error) {
		args := append([]string{"-cluster", c.members[i], "-peers", peers[i], "-cluster-key-file", key, "-limit-commands", "off"}, o.Args...)
		c.Servers[i], err = StartProcess(ctx, o.Program, c.Data(i), o.Stderr, args...)
		return err
	})
	if err != nil {
		return nil, errors.Join(err, c.End(syscall.SIGKILL))
	}
	return c, nil
}

// peers is where a server finds them all.
func (c *Cluster) peers(server int, route func(from, to int, address string) string) string {
	all := slices.Clone(c.members)
	for to, address := range all {
		if route != nil && to != server {
			all[to] = route(server, to, address)
		}
	}
	return strings.Join(all, ",")
}

// each calls f for all servers at once.
func (c *Cluster) each(f func(i int) error) error {
	errs := make([]error, len(c.Servers))
	var all sync.WaitGroup
	for i := range c.Servers {
		all.Go(func() { errs[i] = f(i) })
	}
	all.Wait()
	return errors.Join(errs...)
}

// URLs are where the servers are.
func (c *Cluster) URLs() (urls []string) {
	for _, s := range c.Servers {
		urls = append(urls, s.URL())
	}
	return urls
}

// Data is the directory of a server's data.
func (c *Cluster) Data(i int) string { return filepath.Join(c.data, fmt.Sprint(i)) }

// End ends all servers with a signal.
func (c *Cluster) End(signal syscall.Signal) error {
	return c.each(func(i int) error {
		if c.Servers[i] == nil { // it was never started
			return nil
		}
		return c.Servers[i].End(signal)
	})
}

// Leader asks one of the servers for the number of the one that leads where most is written
// now: the busiest stream. Polls are spread over many streams, and to kill the leader of one
// that is idle would show nothing.
func (c *Cluster) Leader(ctx context.Context, ask int) (int, error) {
	node, err := cluster.Contact(filepath.Join(c.Data(ask), clustercmd.Dir), nil)
	if err != nil {
		return 0, err
	}
	defer node.Close()
	before, err := node.Status(ctx)
	if err != nil {
		return 0, err
	}
	if err := pause(ctx, sampling); err != nil {
		return 0, err
	}
	now, err := node.Status(ctx)
	if err != nil {
		return 0, err
	}
	name := busiest(before, now)
	leader := slices.IndexFunc(c.members, func(m string) bool { return strings.HasSuffix(name, m[strings.LastIndex(m, ":")+1:]) })
	if name == "" || leader < 0 {
		return 0, fmt.Errorf("no server leads: %+v", now)
	}
	return leader, nil
}

// sampling is how long Leader looks at what is written.
const sampling = 500 * time.Millisecond

// busiest is the leader of the stream that has grown most.
func busiest(before, now *cluster.Status) (leader string) {
	was := make(map[string]uint64)
	for _, s := range before.Streams {
		was[s.Name] = s.Messages
	}
	most := int64(-1)
	for _, s := range now.Streams {
		if grown := int64(s.Messages) - int64(was[s.Name]); grown > most && s.Leader != "" { //nolint:gosec // of messages, and some may have been removed
			most, leader = grown, s.Leader
		}
	}
	return leader
}

// betweenInterruptions lets people vote at a cluster that is whole.
const betweenInterruptions = time.Second

// Interruptions returns an Interrupt. With SIGKILL it kills the server that leads, that
// many times, and starts it again; with another signal it restarts all servers with it,
// one after the other, as one does to upgrade them.
func (c *Cluster) Interruptions(times int, signal syscall.Signal) func(context.Context) error {
	return func(ctx context.Context) error {
		for n := range times {
			victims := []int{0, 1, 2}
			if signal == syscall.SIGKILL {
				leader, err := c.Leader(ctx, n%members)
				if err != nil {
					return err
				}
				victims = []int{leader}
			}
			for _, victim := range victims {
				if err := pause(ctx, betweenInterruptions); err != nil {
					return err
				}
				if signal == syscall.SIGKILL {
					c.killed = append(c.killed, time.Now())
				}
				if err := c.Servers[victim].Restart(context.WithoutCancel(ctx), signal); err != nil {
					return err
				}
			}
		}
		return pause(ctx, betweenInterruptions)
	}
}
