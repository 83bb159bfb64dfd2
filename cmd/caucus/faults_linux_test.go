package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"golang.org/x/sys/unix"

	"github.com/caucus-live/caucus/cmd/caucus/clustercmd"
	"github.com/caucus-live/caucus/cmd/caucus/load"
	"github.com/caucus-live/caucus/internal/cluster"
)

const (
	betweenFaults = 200 * time.Millisecond // once everybody is served again
	faultTime     = 4 * time.Second        // how long a fault lasts that is not a restart: longer than it takes to elect
	standstill    = 30 * time.Second       // how long a server does not run, so that all others, and people, have given it up
)

// A fault is one that was made.
type fault struct {
	kind string
	at   time.Time
}

// A kind of fault, and how it is made.
type kind struct {
	name   string
	happen func(c *serverCluster, victim int)
}

// kinds are in the order in which they are made; the short form makes the first ones.
var kinds = []kind{
	{"the leader is killed", func(c *serverCluster, victim int) {
		c.restart(syscall.SIGKILL, c.leader(victim))
	}},
	{"the leader is cut off", func(c *serverCluster, victim int) {
		c.impair(c.leader(victim), impairment{cut: true}, both)
	}},
	{"one ends in good order", func(c *serverCluster, victim int) {
		c.restart(syscall.SIGTERM, victim)
	}},
	{"two are killed", func(c *serverCluster, victim int) {
		c.restart(syscall.SIGKILL, victim, (victim+1)%len(c.Servers))
	}},
	{"one stands still", (*serverCluster).freeze},
	{"links flap", func(c *serverCluster, victim int) {
		for range 4 {
			c.setLinks(victim, impairment{cut: true}, both)
			pause(c.t, faultTime/8)
			c.setLinks(victim, impairment{}, both)
			pause(c.t, faultTime/8)
		}
	}},
	{"one hears and is not heard", func(c *serverCluster, victim int) {
		c.impair(c.leader(victim), impairment{deaf: true}, outgoing)
	}},
	{"one is heard and hears not", func(c *serverCluster, victim int) {
		c.impair(victim, impairment{deaf: true}, incoming)
	}},
	{"links of 200 ms", func(c *serverCluster, victim int) {
		c.impair(victim, impairment{delay: 200 * time.Millisecond}, both)
	}},
	{"links that lose 5 %", func(c *serverCluster, victim int) {
		c.impair(victim, impairment{loss: 0.05}, both)
	}},
	{"a disk is full", (*serverCluster).fillDisk},
	{"a file is cut or flipped", (*serverCluster).damage},
	{"all are killed", func(c *serverCluster, _ int) {
		c.restart(syscall.SIGKILL, 0, 1, 2)
	}},
}

// breakThings makes faults, one after another, of each kind in turn, beginning with one of them.
func (c *serverCluster) breakThings(p *sharedPoll, faults, first int) {
	c.t.Helper()
	kinds := slices.Concat(kinds[first:], kinds[:first])
	kinds = slices.DeleteFunc(kinds, func(k kind) bool { return !strings.Contains(k.name, *clusterKind) })
	p.settle(c.t)
	for i := range faults {
		pause(c.t, betweenFaults)
		kind := kinds[i%len(kinds)]
		c.faults = append(c.faults, fault{kind.name, time.Now()})
		kind.happen(c, rand.IntN(len(c.Servers)))
		p.settle(c.t)
	}
}

func pause(t *testing.T, d time.Duration) {
	t.Helper()
	select {
	case <-time.After(d):
	case <-t.Context().Done():
	}
}

// leader returns the server that leads the stream of the poll, or otherwise, if that cannot
// be known now.
func (c *serverCluster) leader(otherwise int) int {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), faultTime)
	defer cancel()
	leader, err := c.Leader(ctx, otherwise)
	if err != nil {
		c.t.Log(err)
		return otherwise
	}
	return leader
}

// restart ends servers at the same time, and starts them again.
func (c *serverCluster) restart(signal os.Signal, victims ...int) {
	c.t.Helper()
	c.restartAfter(signal, func(int) {}, victims...)
}

// restartAfter is restart, with something done to each server's data in between.
func (c *serverCluster) restartAfter(signal os.Signal, between func(victim int), victims ...int) {
	c.t.Helper()
	var restarting sync.WaitGroup
	for _, victim := range victims {
		restarting.Go(func() {
			s := c.Servers[victim]
			_ = s.End(signal) // killed, or dead already
			between(victim)
			if err := s.Start(context.WithoutCancel(c.t.Context())); err != nil {
				c.t.Errorf("%v\n%s", err, c.log)
			}
		})
	}
	restarting.Wait()
}

// freeze has a server stand still, and go on as if nothing had been.
func (c *serverCluster) freeze(victim int) {
	c.t.Helper()
	for _, signal := range []os.Signal{syscall.SIGSTOP, syscall.SIGCONT} {
		if err := c.Servers[victim].Signal(signal); err != nil {
			c.t.Error(err)
		}
		if signal == syscall.SIGSTOP {
			pause(c.t, standstill)
		}
	}
}

// fillDisk has every write of a server fail that makes a file longer than it is now.
func (c *serverCluster) fillDisk(victim int) {
	c.t.Helper()
	pid := c.Servers[victim].PID()
	full := unix.Rlimit{Cur: 1 << 10, Max: unix.RLIM_INFINITY}
	if err := unix.Prlimit(pid, unix.RLIMIT_FSIZE, &full, nil); err != nil {
		c.t.Error(err)
	}
	pause(c.t, faultTime)
	c.restart(syscall.SIGTERM, victim) // the operator made room
}

// damage kills a server, and cuts the end off one file of its streams or flips a byte of
// it, before it starts again.
func (c *serverCluster) damage(victim int) {
	c.t.Helper()
	c.restartAfter(syscall.SIGKILL, func(victim int) {
		files, err := filepath.Glob(filepath.Join(c.Data(victim), clustercmd.Dir, "jetstream", "*", "streams", "POLLS_*", "msgs", "*.blk"))
		if err != nil || len(files) == 0 {
			c.t.Errorf("no files of streams: %v", err)
			return
		}
		largest := slices.MaxFunc(files, func(a, b string) int { return int(size(a) - size(b)) })
		if err := spoil(largest); err != nil {
			c.t.Error(err)
		}
	}, victim)
}

func size(name string) int64 {
	info, err := os.Stat(name)
	if err != nil {
		return 0
	}
	return info.Size()
}

func spoil(name string) error {
	data, err := os.ReadFile(name)
	if err != nil || len(data) == 0 {
		return err
	}
	at := rand.IntN(len(data))
	if rand.IntN(2) == 0 {
		return os.Truncate(name, int64(at))
	}
	data[at] ^= 0x40
	return os.WriteFile(name, data, 0o600)
}

// impair has a server's links be like that for a while.
func (c *serverCluster) impair(victim int, i impairment, d direction) {
	c.t.Helper()
	c.setLinks(victim, i, d)
	pause(c.t, faultTime)
	c.setLinks(victim, impairment{}, d)
}

// Nothing gets past links that are cut, either after a server has started again: NATS then tells the
// others where it is.
func TestCutOff(t *testing.T) {
	t.Parallel()
	c := startCluster(t)
	c.restart(syscall.SIGKILL, 1, 2)
	var conns [3]*nats.Conn
	var heard [3]*nats.Subscription
	for i := range conns {
		n, err := cluster.Contact(filepath.Join(c.Data(i), clustercmd.Dir), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer n.Close()
		conns[i] = n.Conn()
		if heard[i], err = conns[i].SubscribeSync("cut"); err != nil {
			t.Fatal(err)
		}
	}
	c.setLinks(0, impairment{cut: true}, both)
	say := func(what string) {
		if err := errors.Join(conns[0].Publish("cut", []byte(what)), conns[0].Flush()); err != nil {
			t.Fatal(err)
		}
	}
	say("while they are cut")
	c.setLinks(0, impairment{}, both)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for i := 1; i < len(heard); i++ {
		var msg *nats.Msg
		for err := nats.ErrTimeout; err != nil; msg, err = heard[i].NextMsg(100 * time.Millisecond) {
			if say("afterwards"); ctx.Err() != nil {
				t.Fatalf("server %d hears nothing", i)
			}
		}
		if string(msg.Data) != "afterwards" {
			t.Errorf("server %d heard what was said %s", i, msg.Data)
		}
	}
}

// A direction says which way of a server's links is meant.
type direction int

const (
	both direction = iota
	outgoing
	incoming
)

// setLinks impairs what passes between a server and all others.
func (c *serverCluster) setLinks(server int, i impairment, d direction) {
	for other := range c.Servers {
		if other == server {
			continue
		}
		to, from := c.links[server][other], c.links[other][server]
		if d != incoming { // what the server sends, over connections it or the others opened
			to.set(forth, i)
			from.set(back, i)
		}
		if d != outgoing {
			to.set(back, i)
			from.set(forth, i)
		}
	}
}

// pauses are, by kind of fault and for all, what faults cost those who vote.
type pauses map[string]*struct {
	silences []time.Duration // the longest after each fault in which nothing was acknowledged
	waits    []time.Duration // the longest after each that one person waited for an answer
}

const anyKind = "all"

// add adds what faults cost in one poll.
func (p pauses) add(votes []vote, faults []fault) {
	acks := make([]time.Time, len(votes))
	for i, v := range votes {
		acks[i] = v.acked
	}
	slices.SortFunc(acks, time.Time.Compare)
	at := make([]time.Time, len(faults))
	for i, f := range faults {
		at[i] = f.at
	}
	for i, silence := range load.Silences(acks, at) {
		for _, name := range []string{faults[i].kind, anyKind} {
			if p[name] == nil {
				p[name] = new(struct{ silences, waits []time.Duration })
			}
			p[name].silences = append(p[name].silences, silence)
			p[name].waits = append(p[name].waits, longestWait(votes, at, i))
		}
	}
}

// String is a table.
func (p pauses) String() string {
	var table strings.Builder
	row := func(name string) {
		if s := p[name]; s != nil {
			slices.Sort(s.silences)
			fmt.Fprintf(&table, "%-28s %3d times, without service: median %5.1f s, worst %5.1f s; one person waited %5.1f s\n",
				name, len(s.silences), s.silences[len(s.silences)/2].Seconds(), s.silences[len(s.silences)-1].Seconds(), slices.Max(s.waits).Seconds())
		}
	}
	for _, kind := range kinds {
		row(kind.name)
	}
	row(anyKind)
	return table.String()
}

// longestWait returns the longest that a ballot acknowledged after the i-th fault, and before the
// next, was on its way.
func longestWait(votes []vote, faults []time.Time, i int) (longest time.Duration) {
	for _, v := range votes {
		if v.acked.After(faults[i]) && (i+1 == len(faults) || v.acked.Before(faults[i+1])) {
			longest = max(longest, v.acked.Sub(v.sent))
		}
	}
	return longest
}
