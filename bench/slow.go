package main

import (
	"context"
	"sync"
	"sync/atomic"
)

// measureSlow sends broadcasts to receivers that do not read until all are
// sent, and then counts what each of them gets.
func measureSlow(ctx context.Context, l *launcher, server string) ([]figure, error) {
	const (
		receivers     = 1_000
		broadcasts    = 500
		size          = 200
		receiveBuffer = 4 << 10
	)
	p, err := start(ctx, l, server, "websocket", size, false)
	if err != nil {
		return nil, err
	}
	defer p.stop()
	open := func(buffer int) func() (client, error) {
		return func() (client, error) {
			c, err := dialWebSocket(ctx, p.addr, buffer)
			if err != nil {
				return nil, err
			}
			return c, handshake(c)
		}
	}
	enter := func(c client) error { return join(c, "room") }
	slow, err := connectAll(receivers, open(receiveBuffer), enter)
	if err != nil {
		return nil, err
	}
	defer closeAll(slow)
	quick, err := connectAll(1, open(0), enter)
	if err != nil {
		return nil, err
	}
	defer closeAll(quick)

	r, err := newRoom(ctx, quick, broadcasts, size)
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
