package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

func echoScenario(transport string) scenario {
	const (
		connections = 100
		size        = 40
		inFlight    = 8
		warmUp      = 100
	)
	each := 3_000
	if transport == "polling" {
		each = 500
	}
	return scenario{
		name:    fmt.Sprintf("echo/%s/connections=%d/size=%d/inflight=%d", transport, connections, size, inFlight),
		full:    transport == "polling",
		servers: everyServer,
		measure: func(ctx context.Context, l *launcher, server string) ([]figure, error) {
			p, err := start(ctx, l, server, transport, size, true)
			if err != nil {
				return nil, err
			}
			defer p.stop()
			clients, err := connectAll(connections,
				func() (client, error) { return dial(ctx, p.addr, transport) },
				func(client) error { return nil })
			if err != nil {
				return nil, err
			}
			defer closeAll(clients)
			return measureEcho(p, clients, size, inFlight, warmUp, each)
		},
	}
}

func measureEcho(p *process, clients []client, size, inFlight, warmUp, each int) ([]figure, error) {
	packet := `420["echo","` + strings.Repeat("x", size) + `"]`
	latencies := make([][]float64, len(clients))
	echo := func(n int) error {
		return parallel(len(clients), len(clients), func(i int) (err error) {
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
		{"µs CPU an echo", micros(cpu) / float64(len(all))},
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

func connectScenario(transport string) scenario {
	const connections = 3_000
	return scenario{
		name:    fmt.Sprintf("connect+join/%s/connections=%d", transport, connections),
		full:    transport == "polling",
		servers: everyServer,
		measure: func(ctx context.Context, l *launcher, server string) ([]figure, error) {
			p, err := start(ctx, l, server, transport, 40, false)
			if err != nil {
				return nil, err
			}
			defer p.stop()
			var clients []client
			cpu, elapsed, err := metered(p, func() (err error) {
				clients, err = connectAll(connections,
					func() (client, error) { return dial(ctx, p.addr, transport) },
					func(c client) error { return join(c, "room") })
				return err
			})
			if err != nil {
				return nil, err
			}
			closeAll(clients)
			return []figure{
				{"µs CPU a handshake + join", micros(cpu) / connections},
				{"handshakes/s", connections / elapsed.Seconds()},
			}, nil
		},
	}
}

func idleScenario(transport string) scenario {
	const (
		connections = 10_000
		settle      = 3 * time.Second // for garbage collectors and their scavengers
	)
	return scenario{
		name:    fmt.Sprintf("idle/%s/connections=%d", transport, connections),
		full:    transport == "polling",
		servers: everyServer,
		measure: func(ctx context.Context, l *launcher, server string) ([]figure, error) {
			p, err := start(ctx, l, server, transport, 40, false)
			if err != nil {
				return nil, err
			}
			defer p.stop()
			before, err := p.memory("VmRSS")
			if err != nil {
				return nil, err
			}
			clients, err := connectAll(connections,
				func() (client, error) { return dial(ctx, p.addr, transport) },
				func(client) error { return nil })
			if err != nil {
				return nil, err
			}
			defer closeAll(clients)
			for _, c := range clients {
				// Ends with the connection. One that polls has a poll under way.
				go func() { _ = c.receive(func([]byte) bool { return true }) }()
			}
			if err := pause(ctx, settle); err != nil {
				return nil, err
			}
			after, err := p.memory("VmRSS")
			if err != nil {
				return nil, err
			}
			return []figure{{"KiB RSS a connection", float64(after-before) / 1024 / connections}}, nil
		},
	}
}
