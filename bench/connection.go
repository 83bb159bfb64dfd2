package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/caucus-live/caucus/bench/caller"
)

func echoScenario(what string) scenario {
	const (
		connections = 100
		size        = 40
		inFlight    = 8
		warmUp      = 100
	)
	each := 3_000
	if what == "polling" {
		each = 500
	}
	m := over(what)
	m.kind, m.size = floorEcho, size
	return scenario{
		name:    fmt.Sprintf("echo/%s/connections=%d/size=%d/inflight=%d", what, connections, size, inFlight),
		servers: serversOver(what),
		measure: func(ctx context.Context, l *launcher, server string) ([]figure, error) {
			p, err := l.serve(ctx, server, m)
			if err != nil {
				return nil, err
			}
			defer p.stop()
			clients, err := visit(ctx, p, connections)
			if err != nil {
				return nil, err
			}
			defer closeAll(clients)
			return measureEcho(p, clients, inFlight, warmUp, each)
		},
	}
}

func measureEcho(p *process, clients []client, inFlight, warmUp, each int) ([]figure, error) {
	packet := p.mode.echo()
	latencies := make([][]float64, len(clients))
	echo := func(n int) error {
		return caller.Parallel(len(clients), len(clients), func(i int) (err error) {
			latencies[i], err = echoes(clients[i], packet, n, inFlight)
			return err
		})
	}
	if err := echo(warmUp); err != nil {
		return nil, err
	}
	cpu, elapsed, err := metered(p, func() error { return echo(each) })
	if err != nil {
		return nil, err
	}
	all := slices.Concat(latencies...)
	return []figure{
		{perEcho, micros(cpu) / float64(len(all))},
		{"echoes/s", float64(len(all)) / elapsed.Seconds()},
		{"ms, p50", percentile(all, 50)},
		{"ms, p99", percentile(all, 99)},
	}, nil
}

// echoes sends n packets with some in flight and returns how long each answer took.
func echoes(c client, packet string, n, inFlight int) ([]float64, error) {
	sentAt := make([]time.Time, 0, n)
	send := func() error {
		sentAt = append(sentAt, time.Now())
		return c.send(packet)
	}
	for range inFlight {
		if err := send(); err != nil {
			return nil, err
		}
	}
	latencies := make([]float64, 0, n)
	var failed error
	err := c.receive(func(got []byte) bool {
		if !bytes.HasPrefix(got, []byte("430")) {
			failed = fmt.Errorf("got %.20q instead of an acknowledgement", got)
			return false
		}
		latencies = append(latencies, millis(time.Since(sentAt[len(latencies)])))
		if len(sentAt) < n {
			failed = send()
		}
		return failed == nil && len(latencies) < n
	})
	return latencies, errors.Join(err, failed)
}

// serversOver is who takes part in the scenarios of one connection.
func serversOver(what string) []string {
	switch what {
	case "websocket":
		return everyServer
	case "tls":
		return javascript
	}
	return fewServers
}

func connectScenario(what string) scenario {
	const connections = 3_000
	return scenario{
		name:    fmt.Sprintf("connect+join/%s/connections=%d", what, connections),
		full:    what == "polling",
		servers: serversOver(what),
		measure: func(ctx context.Context, l *launcher, server string) ([]figure, error) {
			p, err := l.serve(ctx, server, over(what))
			if err != nil {
				return nil, err
			}
			defer p.stop()
			var clients []client
			cpu, elapsed, err := metered(p, func() (err error) {
				clients, err = enter(ctx, p, connections)
				return err
			})
			if err != nil {
				return nil, err
			}
			closeAll(clients)
			return []figure{
				{perConnect, micros(cpu) / connections},
				{"handshakes/s", connections / elapsed.Seconds()},
			}, nil
		},
	}
}

// settle is for garbage collectors and their scavengers.
const settle = 3 * time.Second

func idleScenario(what string) scenario {
	connections := 10_000
	if what == "tls" {
		connections = 4_000 // the load needs more memory for one than the server
	}
	return scenario{
		name:    fmt.Sprintf("idle/%s/connections=%d", what, connections),
		servers: serversOver(what),
		measure: func(ctx context.Context, l *launcher, server string) ([]figure, error) {
			p, err := l.serve(ctx, server, over(what))
			if err != nil {
				return nil, err
			}
			defer p.stop()
			before, err := p.memory("VmRSS")
			if err != nil {
				return nil, err
			}
			clients, err := connectAll(connections,
				func() (client, error) { return dial(ctx, p) },
				func(_ int, c client) error {
					// Ends with the connection. As with real clients, one that polls has its
					// poll under way as soon as it is connected.
					go func() { _ = c.receive(func([]byte) bool { return true }) }()
					return nil
				})
			if err != nil {
				return nil, err
			}
			defer closeAll(clients)
			if err := pause(ctx, settle); err != nil {
				return nil, err
			}
			after, err := p.memory("VmRSS")
			if err != nil {
				return nil, err
			}
			return []figure{{perIdle, float64(after-before) / 1024 / float64(connections)}}, nil
		},
	}
}
