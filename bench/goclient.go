package main

import (
	"context"
	"fmt"
	"io"
	"regexp"
	"slices"

	"github.com/caucus-live/caucus/bench/caller"
)

// goClientColumns are the clients in Go. Their server is ours.
var goClientColumns = []string{floor, caucus, zishang}

// idleClientScenario is the memory of a client that is connected and does nothing.
func idleClientScenario() scenario {
	c := caller.Load{Connections: 4_000}
	return clientScenario(fmt.Sprintf("idle client/websocket/connections=%d", c.Connections), c,
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
			return []figure{{perIdle, float64(after-before) / 1024 / float64(c.Connections)}}, nil
		})
}

// echoClientScenario is what a call costs the client.
func echoClientScenario() scenario {
	c := caller.Load{Connections: 100, Echoes: 1_000, InFlight: 8, Size: 40}
	name := fmt.Sprintf("echo client/websocket/connections=%d/size=%d/inflight=%d", c.Connections, c.Size, c.InFlight)
	return clientScenario(name, c, func(_ context.Context, p *process) ([]figure, error) {
		if err := p.step("connected"); err != nil {
			return nil, err
		}
		cpu, elapsed, err := metered(p, func() error { return p.step("done") })
		if err != nil {
			return nil, err
		}
		n := float64(c.Connections * c.Echoes)
		return []figure{{perEcho, micros(cpu) / n}, {"echoes/s", n / elapsed.Seconds()}}, nil
	})
}

func clientScenario(name string, c caller.Load, measure func(context.Context, *process) ([]figure, error)) scenario {
	return scenario{
		name:    name,
		servers: goClientColumns,
		measure: func(ctx context.Context, l *launcher, client string) ([]figure, error) {
			server, err := l.serve(ctx, caucus, mode{})
			if err != nil {
				return nil, err
			}
			defer server.stop()
			told := c
			told.URL = "http://" + server.addr
			p, err := launch(ctx, client, slices.Concat(l.clients[client], told.Args()))
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
	c, err := caller.Parse(floorClient, args)
	if err != nil {
		return err
	}
	step := caller.Steps(in, out)
	step("ready")
	server := &process{addr: c.URL[len("http://"):], mode: mode{small: true, size: c.Size}}
	clients, err := visit(ctx, server, c.Connections)
	if err != nil {
		return err
	}
	defer closeAll(clients)
	if c.Echoes == 0 {
		for _, client := range clients {
			go func() { _ = client.receive(func([]byte) bool { return true }) }() // ends with the connection
		}
	}
	step("connected")
	packet := server.mode.echo()
	err = caller.Parallel(len(clients), len(clients), func(i int) error {
		if c.Echoes == 0 {
			return nil
		}
		_, err := echoes(clients[i], packet, c.Echoes, c.InFlight)
		return err
	})
	if err != nil {
		return err
	}
	step("done")
	return nil
}
