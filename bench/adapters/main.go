// Command adapters prints what a broadcast to another server costs over the adapters for
// NATS and Redis, and over the JavaScript one for Redis: the processor time that each of
// two servers takes for a message beyond that of delivering it to its own clients.
//
//	make bench-adapters ARGS="[-receivers 1,100,1000] [-messages 20000] [-size 200] [-burst 10]"
//
// Servers are processes of their own, and what they cost is the operating system's
// accounting of them (so Linux only). The broker and the clients are not in it. One server
// emits a burst of messages each millisecond to a room that has members at the other alone.
// The sender's processor time counts beyond that of a server without an adapter that emits
// the same to nobody. The receivers' server's counts beyond what it takes a server without
// an adapter to deliver the same to the same number of clients, without emitting it.
//
// It starts a Redis server of its own (REDIS_SERVER says where it is) and NATS inside. Without
// node_modules the rows of the JavaScript adapter are missing.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Adapters that are compared, and servers without one.
const (
	none      = "none"
	natsName  = "adapter/nats"
	redisName = "adapter/redis"
	jsNone    = "none in JavaScript"
	jsName    = "@socket.io/redis-adapter"
)

// most is what a message may cost at each server, beyond delivery, over ours.
const most = 25 * time.Microsecond

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var err error
	if len(os.Args) == 4 && os.Args[1] == "server" {
		err = serve(ctx, os.Args[2:], os.Stdin, os.Stdout)
	} else {
		err = run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "adapters:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("adapters", flag.ContinueOnError)
	flags.SetOutput(stderr)
	receivers := flags.String("receivers", "1,100,1000", "`numbers` of clients of the second server")
	l := load{}
	flags.IntVar(&l.messages, "messages", 20_000, "`number` of messages, of which each client gets all; fewer for many clients")
	flags.IntVar(&l.size, "size", 200, "size of a message in `bytes`")
	flags.IntVar(&l.burst, "burst", 10, "`number` of messages each millisecond")
	if err := flags.Parse(args); err != nil {
		return err
	}
	b, err := startBrokers(ctx)
	if err != nil {
		return err
	}
	defer b.stop()
	fmt.Fprintf(stdout, "%d processors for servers, brokers and clients, %s. Processor time a message, beyond local delivery.\n\n", runtime.NumCPU(), runtime.Version())
	fmt.Fprint(stdout, "| adapter | receivers | at the sender | at the receivers' server | at most | | delivery itself |\n|---|---:|---:|---:|---:|---|---:|\n")
	for field := range strings.SplitSeq(*receivers, ",") {
		n, err := strconv.Atoi(field)
		if err != nil || n < 1 {
			return fmt.Errorf("-receivers: %q is not a number of clients", field)
		}
		if err := compare(ctx, b, l.with(n), stdout); err != nil {
			return err
		}
	}
	return nil
}

// compare prints a row for each adapter.
func compare(ctx context.Context, b *brokers, l load, stdout io.Writer) error {
	for _, language := range []struct {
		without string
		with    []string
	}{{none, []string{natsName, redisName}}, {jsNone, []string{jsName}}} {
		if language.without == jsNone && !haveJavaScript() {
			continue
		}
		emitting, delivering, err := b.alone(ctx, language.without, l)
		if err != nil {
			return fmt.Errorf("%s: %w", language.without, err)
		}
		for _, adapter := range language.with {
			sender, receiver, err := b.pair(ctx, adapter, l)
			if err != nil {
				return fmt.Errorf("%s: %w", adapter, err)
			}
			sender -= emitting
			receiver -= delivering
			limit, verdict := "", ""
			if language.without == none {
				limit = micros(most)
				verdict = map[bool]string{true: "yes", false: "**no**"}[max(sender, receiver) <= most]
			}
			fmt.Fprintf(stdout, "| %s | %d | %s | %s | %s | %s | %s |\n", adapter, l.receivers, micros(sender), micros(receiver), limit, verdict, micros(delivering))
		}
	}
	return nil
}

func micros(d time.Duration) string {
	return fmt.Sprintf("%.1f µs", float64(d)/float64(time.Microsecond))
}

func haveJavaScript() bool {
	_, err := os.Stat("node_modules/socket.io")
	return err == nil
}

// A load is what is sent to whom.
type load struct{ receivers, messages, size, burst int }

// with is the load with some receivers, and with few messages if those are many.
func (l load) with(receivers int) load {
	const deliveries = 200_000
	l.receivers = receivers
	l.messages = min(l.messages, max(deliveries/receivers, 100))
	return l
}

// alone is what a message costs a server without an adapter: to emit it to nobody, and to
// deliver it to all receivers besides.
func (b *brokers) alone(ctx context.Context, name string, l load) (emitting, delivering time.Duration, err error) {
	nobody := l
	nobody.receivers = 0
	costs := make([]time.Duration, 0, 2)
	for _, l := range []load{nobody, l} {
		s, err := b.start(ctx, name)
		if err != nil {
			return 0, 0, err
		}
		cost, err := measure(ctx, s, s, l)
		if s.stop(); err != nil {
			return 0, 0, err
		}
		costs = append(costs, cost[0])
	}
	return costs[0], costs[1] - costs[0], nil
}

// pair is what a message costs each of two servers with an adapter.
func (b *brokers) pair(ctx context.Context, name string, l load) (sender, receiver time.Duration, err error) {
	var servers []*process
	defer func() {
		for _, s := range slices.Backward(servers) {
			s.stop()
		}
	}()
	for range 2 {
		s, err := b.start(ctx, name)
		if err != nil {
			return 0, 0, err
		}
		servers = append(servers, s)
	}
	cost, err := measure(ctx, servers[0], servers[1], l)
	return cost[0], cost[1], err
}
