package main

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

// deliveries is how many of them a broadcast scenario counts at least: those over
// polling cost so much more that fewer tell as much.
var deliveries = map[string]int{"websocket": 400_000, "tls": 400_000, "polling": 100_000}

func broadcastScenario(what string, receivers, size, inFlight int) scenario {
	m := over(what)
	m.size = size
	s := scenario{
		name:    fmt.Sprintf("broadcast/%s/receivers=%d/size=%d/inflight=%d", what, receivers, size, inFlight),
		servers: fewServers,
		measure: func(ctx context.Context, l *launcher, server string) ([]figure, error) {
			counted := max(deliveries[what]/receivers, 2*inFlight)
			return measureBroadcast(ctx, l, server, m, receivers, inFlight, counted)
		},
	}
	switch {
	case receivers == 1_000 && size == 200 && what == "websocket":
		s.servers = everyServer
	case receivers == 1_000 && size == 200 && what == "tls":
		s.servers = javascript
	default:
		goals := what == "websocket" && (receivers == 1_000 || size == 200) || receivers == 1_000 && size == 200
		s.full = !goals
	}
	return s
}

// documentScenario sends 1 KB of JSON, compressed or not.
func documentScenario(deflate bool) scenario {
	const receivers, inFlight, counted = 1_000, 1, 200
	m := mode{size: 1_024, json: true, deflate: deflate}
	answer := map[bool]string{false: "no", true: "yes"}[deflate]
	return scenario{
		name:    fmt.Sprintf("document/websocket/compressed=%s/receivers=%d/size=%d/inflight=%d", answer, receivers, m.size, inFlight),
		servers: fewServers,
		measure: func(ctx context.Context, l *launcher, server string) ([]figure, error) {
			return measureBroadcast(ctx, l, server, m, receivers, inFlight, counted)
		},
	}
}

func measureBroadcast(ctx context.Context, l *launcher, server string, m mode, receivers, inFlight, counted int) ([]figure, error) {
	p, err := l.serve(ctx, server, m)
	if err != nil {
		return nil, err
	}
	defer p.stop()
	clients, err := enter(ctx, p, receivers)
	if err != nil {
		return nil, err
	}
	defer closeAll(clients)
	return deliver(ctx, p, clients, inFlight, counted)
}

// deliver measures broadcasts to clients that are in the room.
func deliver(ctx context.Context, p *process, clients []client, inFlight, counted int) ([]figure, error) {
	warmUp := max(inFlight, 10)
	r, err := newRoom(ctx, clients, warmUp+counted, p.mode.bcast())
	if err != nil {
		return nil, err
	}
	if err := r.broadcast(ctx, warmUp, inFlight); err != nil {
		return nil, err
	}
	r.latencies = r.latencies[:0]
	cpu, elapsed, err := metered(p, func() error { return r.broadcast(ctx, counted, inFlight) })
	if err != nil {
		return nil, err
	}
	n := float64(counted * len(clients))
	return []figure{
		{perDelivery, micros(cpu) / n},
		{"deliveries/s", n / elapsed.Seconds()},
		{"ms to the last receiver, p50", percentile(r.latencies, 50)},
		{"ms to the last receiver, p99", percentile(r.latencies, 99)},
	}, nil
}

// A room is the receivers of broadcasts. Every receiver gets every broadcast in
// order, so a receiver's n-th message is the n-th broadcast.
type room struct {
	send      func(packet string) error
	packet    string
	remaining []atomic.Int32 // receivers that lack the broadcast
	sentAt    []time.Time
	completed chan int
	failed    chan error
	sent      int
	latencies []float64 // ms, of the completed broadcasts
}

// newRoom starts a goroutine a receiver; they end when the connections are closed.
func newRoom(ctx context.Context, clients []client, broadcasts int, packet string) (*room, error) {
	send, err := clients[0].sender(ctx)
	if err != nil {
		return nil, err
	}
	r := &room{
		send:      send,
		packet:    packet,
		remaining: make([]atomic.Int32, broadcasts),
		sentAt:    make([]time.Time, broadcasts),
		completed: make(chan int, broadcasts),
		failed:    make(chan error, len(clients)),
	}
	for i := range r.remaining {
		r.remaining[i].Store(int32(len(clients)))
	}
	for _, c := range clients {
		go func() {
			got := 0
			r.failed <- c.receive(func([]byte) bool {
				if r.remaining[got].Add(-1) == 0 {
					r.completed <- got
				}
				got++
				return got < broadcasts
			})
		}()
	}
	return r, nil
}

// broadcast sends n more, with a fixed number under way at a time, and waits for all.
func (r *room) broadcast(ctx context.Context, n, inFlight int) error {
	end := r.sent + n
	for completed := 0; completed < n; {
		for r.sent < end && r.sent-(end-n)-completed < inFlight {
			r.sentAt[r.sent] = time.Now()
			r.sent++
			if err := r.send(r.packet); err != nil {
				return fmt.Errorf("send bcast: %w", err)
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case err := <-r.failed:
			if err != nil {
				return fmt.Errorf("a receiver failed: %w", err)
			}
		case i := <-r.completed:
			r.latencies = append(r.latencies, millis(time.Since(r.sentAt[i])))
			completed++
		case <-time.After(time.Minute):
			return errors.New("no broadcast reached its last receiver for a minute")
		}
	}
	return nil
}
