// Command simulate says how a cluster would fare that nobody has at hand: with more people, polls,
// servers or processors. It is a discrete-event simulation of what docs/scaling.md describes, with costs that
// make bench-cluster measures.
//
//	go run ./bench/simulate -people 30000 -together         # what make bench-cluster would print
//	go run ./bench/simulate -people 100000 -polls 10000 -servers 8 -over 1m
//
// In it are processors, which work is done on in turns of a millisecond; logs, in which entries gather while
// a message is being stored; streams, which store one message after another; and patches, which each server
// sends at the pace of its poll. Not in it are the network, but for what its system calls cost, memory, and faults.
//
// With -fit the costs of a person and of a ballot are those with which the simulation takes the processor
// time that was measured: five numbers of make bench-cluster's table, in its order.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"time"
)

func main() {
	if err := run(os.Args[1:], os.Stdout, os.Stderr); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "simulate:", err)
		os.Exit(1)
	}
}

// measured are the costs of the machine that docs/scaling.md speaks of.
var measured = costs{
	join: 1265 * time.Microsecond, ballot: 418 * time.Microsecond, joiner: 999 * time.Microsecond, voter: 203 * time.Microsecond,
	delivery: 3 * time.Microsecond, received: 5 * time.Microsecond, message: 500 * time.Microsecond,
	count: 5 * time.Microsecond, sync: 4 * time.Millisecond,
}

func run(args []string, stdout, stderr io.Writer) error {
	h, c := hall{arrivals: 64}, measured
	flags := flag.NewFlagSet("simulate", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.IntVar(&h.people, "people", 30_000, "how many, over all polls")
	flags.IntVar(&h.polls, "polls", 1, "how many they are spread over")
	flags.IntVar(&h.servers, "servers", 3, "how many")
	flags.IntVar(&h.processors, "processors", 2, "of each machine")
	flags.BoolVar(&h.together, "together", false, "servers and people share one machine")
	flags.IntVar(&h.streams, "streams", 16, "that polls are spread over")
	flags.DurationVar(&h.over, "over", 0, "people come, and vote, at even distances within this time (0: as fast as it goes)")
	for name, cost := range map[string]*time.Duration{
		"join": &c.join, "ballot": &c.ballot, "joiner": &c.joiner, "voter": &c.voter, "delivery": &c.delivery,
		"received": &c.received, "message": &c.message, "count": &c.count, "sync": &c.sync,
	} {
		flags.DurationVar(cost, name, *cost, "cost; see costs in cluster.go")
	}
	var at int
	var want measurement
	flags.Func("fit", "`measurement`: people, and of a person at servers and people, joining, then voting, as \"3000 900µs 700µs 300µs 200µs\"", func(s string) error {
		var times [4]string
		if _, err := fmt.Sscan(s, &at, &times[0], &times[1], &times[2], &times[3]); err != nil {
			return err
		}
		for i, t := range []*time.Duration{&want.join, &want.joiner, &want.ballot, &want.voter} {
			var err error
			if *t, err = time.ParseDuration(times[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err := flags.Parse(args); err != nil {
		return err
	}
	if h.polls < 1 || h.people < h.polls || h.servers < 1 || h.processors < 1 || h.streams < 1 || at < 0 {
		return errors.New("there must be servers, processors, streams, polls, and people in each")
	}
	if at > 0 {
		there := h
		there.people, there.polls, there.together, there.over = at, 1, true, 0
		c = c.fit(there, want)
		fmt.Fprintf(stdout, "Of a person: join %v, joiner %v; of a ballot: ballot %v, voter %v.\n\n", c.join, c.joiner, c.ballot, c.voter)
	}
	report(stdout, h, c)
	return nil
}

// report simulates, and prints what came of it.
func report(w io.Writer, h hall, c costs) {
	s := newCluster(h, c)
	phases := s.play()
	fmt.Fprintf(w, "| phase | seen by the last after | processor time a person: servers | people | servers' processors busy |\n|---|---:|---:|---:|---:|\n")
	var total time.Duration
	for _, p := range phases {
		total += p.took
		all := h.processors
		if !h.together {
			all *= h.servers
		}
		busy := float64(p.servers) / float64(max(p.took, 1)) / float64(all)
		fmt.Fprintf(w, "| %s | %v | %d µs | %d µs | %.0f %% |\n", p.name, p.took.Round(time.Millisecond),
			(p.servers / time.Duration(h.people)).Microseconds(), (p.people / time.Duration(h.people)).Microseconds(), 100*busy)
	}
	slices.Sort(s.acks)
	n := len(s.acks)
	fmt.Fprintf(w, "\nThe whole: %v. Ballots: %.0f a second, acknowledged within %v (median), %v (99 of 100). Messages stored: %d, for %d entries.\n",
		total.Round(time.Millisecond), float64(n)/phases[3].took.Seconds(), s.acks[n/2].Round(time.Millisecond), s.acks[n*99/100].Round(time.Millisecond),
		s.messages, 2*h.people+h.polls*(nominations+2))
}
