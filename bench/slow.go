package main

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
)

func slowScenario() scenario {
	return scenario{
		name:    "slow/websocket/receivers=1000/size=200/broadcasts=500",
		servers: realServers,
		measure: measureSlow,
	}
}

// receiveBuffer is what the kernel holds for a receiver that does not read.
const receiveBuffer = 4 << 10

// enterSlow opens n connections that join the room and then do not read.
func enterSlow(ctx context.Context, p *process, n int) ([]client, error) {
	open := func() (client, error) {
		c, err := dialWebSocket(ctx, p, receiveBuffer)
		if err != nil {
			return nil, err
		}
		return c, handshake(c)
	}
	return connectAll(n, open, func(_ int, c client) error { return join(c, "room") })
}

// measureSlow sends broadcasts to receivers that do not read until all are
// sent, and then counts what each of them gets.
func measureSlow(ctx context.Context, l *launcher, server string) ([]figure, error) {
	const (
		receivers  = 1_000
		broadcasts = 500
		size       = 200
	)
	p, err := l.serve(ctx, server, mode{size: size})
	if err != nil {
		return nil, err
	}
	defer p.stop()
	slow, err := enterSlow(ctx, p, receivers)
	if err != nil {
		return nil, err
	}
	defer closeAll(slow)
	quick, err := enter(ctx, p, 1)
	if err != nil {
		return nil, err
	}
	defer closeAll(quick)

	r, err := newRoom(ctx, quick, broadcasts, p.mode.bcast())
	if err != nil {
		return nil, err
	}
	if err := r.broadcast(ctx, broadcasts, 16); err != nil {
		return nil, err
	}
	var received atomic.Int64
	var readers sync.WaitGroup
	for _, c := range slow {
		readers.Go(func() {
			got := 0
			_ = c.receive(func([]byte) bool { // a connection that was closed shows in the count
				received.Add(1)
				got++
				return got < broadcasts
			})
		})
	}
	readers.Wait()
	peak, err := p.memory("VmHWM")
	if err != nil {
		return nil, err
	}
	return []figure{
		{"MiB peak RSS", float64(peak) / (1 << 20)},
		{"% of messages lost", 100 * (1 - float64(received.Load())/(receivers*broadcasts))},
	}, nil
}

// oneSlowScenario has one receiver among many that never reads, and more sent than the
// kernel holds for it. How long the others wait is what it costs them.
func oneSlowScenario(what string) scenario {
	const (
		receivers  = 100
		broadcasts = 1_500
		size       = 4_000
	)
	m := over(what)
	m.size = size
	return scenario{
		name:    fmt.Sprintf("one slow reader/%s/receivers=%d/size=%d/broadcasts=%d", what, receivers, size, broadcasts),
		servers: realServers,
		measure: func(ctx context.Context, l *launcher, server string) ([]figure, error) {
			p, err := l.serve(ctx, server, m)
			if err != nil {
				return nil, err
			}
			defer p.stop()
			slow, err := enterSlow(ctx, p, 1)
			if err != nil {
				return nil, err
			}
			defer closeAll(slow)
			others, err := enter(ctx, p, receivers)
			if err != nil {
				return nil, err
			}
			defer closeAll(others)
			r, err := newRoom(ctx, others, broadcasts, p.mode.bcast())
			if err != nil {
				return nil, err
			}
			if err := r.broadcast(ctx, broadcasts, 1); err != nil {
				return nil, err
			}
			return []figure{
				{"ms to the last of the others, p50", percentile(r.latencies, 50)},
				{longest, percentile(r.latencies, 100)},
			}, nil
		},
	}
}
