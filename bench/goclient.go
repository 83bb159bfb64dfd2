package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
)

// goClientColumns are the clients in Go. Their server is ours.
var goClientColumns = []string{floor, caucus, zishang}

// A callers is what a client is told: how many connections, how many calls each.
type callers struct{ connections, echoes, inFlight, size int }

func (c callers) args(addr string) []string {
	return []string{
		"--url=http://" + addr, "--connections=" + strconv.Itoa(c.connections), "--echoes=" + strconv.Itoa(c.echoes),
		"--inflight=" + strconv.Itoa(c.inFlight), "--size=" + strconv.Itoa(c.size),
	}
}

// idleClientScenario is the memory of a client that is connected and does nothing.
func idleClientScenario() scenario {
	c := callers{connections: 4_000}
	return clientScenario(fmt.Sprintf("idle client/websocket/connections=%d", c.connections), c,
		func(ctx context.Context, p *process) ([]figure, error) {
			before, err := p.memory("VmRSS")
			if err != nil {
				return nil, err
			}
			if err := p.step("connected"); err != nil {
				return nil, err
			}
			if err := pause(ctx, settle); err != nil {
				return nil, err
			}
			after, err := p.memory("VmRSS")
			if err != nil {
				return nil, err
			}
			return []figure{{perIdle, float64(after-before) / 1024 / float64(c.connections)}}, nil
		})
}

// echoClientScenario is what a call costs the client.
func echoClientScenario() scenario {
	c := callers{connections: 100, echoes: 1_000, inFlight: 8, size: 40}
	name := fmt.Sprintf("echo client/websocket/connections=%d/size=%d/inflight=%d", c.connections, c.size, c.inFlight)
	return clientScenario(name, c, func(_ context.Context, p *process) ([]figure, error) {
		if err := p.step("connected"); err != nil {
			return nil, err
		}
		cpu, elapsed, err := metered(p, func() error { return p.step("done") })
		if err != nil {
			return nil, err
		}
		n := float64(c.connections * c.echoes)
		return []figure{{perEcho, micros(cpu) / n}, {"echoes/s", n / elapsed.Seconds()}}, nil
	})
}

func clientScenario(name string, c callers, measure func(context.Context, *process) ([]figure, error)) scenario {
	return scenario{
		name:    name,
		servers: goClientColumns,
		measure: func(ctx context.Context, l *launcher, client string) ([]figure, error) {
			server, err := l.serve(ctx, caucus, mode{})
			if err != nil {
				return nil, err
			}
			defer server.stop()
			p, err := launch(ctx, client, slices.Concat(l.clients[client], c.args(server.addr)))
			if err != nil {
				return nil, err
			}
			if _, err := p.await(regexp.MustCompile("^ready$")); err != nil {
				return nil, err
			}
			defer p.stop()
			return measure(ctx, p)
		},
	}
}

// step lets a client take its next step, and waits until it has.
func (p *process) step(said string) error {
	if _, err := io.WriteString(p.in, "\n"); err != nil {
		return fmt.Errorf("tell the client to go on: %w", err)
	}
	_, err := p.await(regexp.MustCompile("^" + said + "$"))
	return err
}

// floorClient, as the first argument, makes this binary the floor's client: connections
// that know the answers they get.
const floorClient = "floor-client"

func runFloorClient(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	flags := flag.NewFlagSet(floorClient, flag.ContinueOnError)
	var c callers
	addr := flags.String("url", "", "the server")
	flags.IntVar(&c.connections, "connections", 1, "how many clients")
	flags.IntVar(&c.echoes, "echoes", 0, "calls of each")
	flags.IntVar(&c.inFlight, "inflight", 1, "calls of each at a time")
	flags.IntVar(&c.size, "size", 40, "bytes of a call's string")
	if err := flags.Parse(args); err != nil {
		return err
	}
	lines := bufio.NewScanner(in)
	step := func(said string) {
		fmt.Fprintln(out, said)
		lines.Scan()
	}
	step("ready")
	server := &process{addr: (*addr)[len("http://"):], mode: mode{small: true, size: c.size}}
	clients, err := visit(ctx, server, c.connections)
	if err != nil {
		return err
	}
	defer closeAll(clients)
	if c.echoes == 0 {
		for _, client := range clients {
			go func() { _ = client.receive(func([]byte) bool { return true }) }() // ends with the connection
		}
	}
	step("connected")
	packet := server.mode.echo()
	err = parallel(len(clients), len(clients), func(i int) error {
		if c.echoes == 0 {
			return nil
		}
		_, err := echoes(clients[i], packet, c.echoes, c.inFlight)
		return err
	})
	if err != nil {
		return err
	}
	step("done")
	return nil
}
