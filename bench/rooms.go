package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"sync/atomic"
	"time"
)

const (
	perEvent = "µs CPU an event in, five out"
	halfP99  = "ms on the way at half of the machine, p99"
)

// roomsScenario has 3,000 clients in rooms of six. Each emits five events a second, which
// the server checks and passes on to the other five. The second half of it raises or
// lowers the rate so that server and load together take half of the machine, and
// measures how long events are on their way.
func roomsScenario() scenario {
	const (
		people   = 3_000
		together = 6
		each     = 5 // events a second
	)
	return scenario{
		name:    fmt.Sprintf("rooms/websocket/clients=%d/together=%d/each=%d", people, together, each),
		servers: javascript,
		measure: func(ctx context.Context, l *launcher, server string) ([]figure, error) {
			p, err := l.serve(ctx, server, mode{kind: floorPass})
			if err != nil {
				return nil, err
			}
			defer p.stop()
			clients, err := connectAll(people,
				func() (client, error) { return dial(ctx, p) },
				func(i int, c client) error { return join(c, strconv.Itoa(i/together)) })
			if err != nil {
				return nil, err
			}
			defer closeAll(clients)
			return measureRooms(ctx, p, clients, together, each)
		},
	}
}

func measureRooms(ctx context.Context, p *process, clients []client, together, each int) ([]figure, error) {
	const warmUp, counted = time.Second, 4 * time.Second
	o, err := newOffice(ctx, clients, together-1)
	if err != nil {
		return nil, err
	}
	rate := float64(len(clients) * each)
	if _, err := o.work(ctx, p, rate, warmUp); err != nil {
		return nil, err
	}
	first, err := o.work(ctx, p, rate, counted)
	if err != nil {
		return nil, err
	}
	half, err := o.work(ctx, p, rate*0.5/first.share, counted)
	if err != nil {
		return nil, err
	}
	return []figure{
		{perEvent, micros(first.cpu) / float64(first.events)},
		{"ms on the way, p50", percentile(first.latencies, 50)},
		{"ms on the way, p99", percentile(first.latencies, 99)},
		{"events/s at half of the machine", float64(half.events) / half.elapsed.Seconds()},
		{"% of the machine, then", 100 * half.share},
		{halfP99, percentile(half.latencies, 99)},
	}, nil
}

// An office is clients that emit at a fixed rate, in turn, and the others that hear each event.
type office struct {
	senders []func(packet string) error
	others  int
	epoch   time.Time
	failed  chan error

	heard     atomic.Int64
	complete  chan struct{} // sent to when heard has reached expected
	expected  atomic.Int64  // 0: not known yet
	latencies [][]float64   // ms, of each receiver; owned by its goroutine until it is complete
}

// newOffice starts a goroutine a client; they end when the connections are closed.
func newOffice(ctx context.Context, clients []client, others int) (*office, error) {
	o := &office{
		others: others, epoch: time.Now(),
		failed: make(chan error, len(clients)), complete: make(chan struct{}, 1),
		latencies: make([][]float64, len(clients)),
	}
	for i, c := range clients {
		send, err := c.sender(ctx)
		if err != nil {
			return nil, err
		}
		o.senders = append(o.senders, send)
		go func() { o.failed <- c.receive(func(packet []byte) bool { return o.hear(i, packet) }) }()
	}
	return o, nil
}

// hear takes the event that a client has received.
func (o *office) hear(i int, packet []byte) bool {
	_, rest, found := bytes.Cut(packet, []byte(`"t":`))
	digits := 0
	for digits < len(rest) && '0' <= rest[digits] && rest[digits] <= '9' {
		digits++
	}
	sent, err := strconv.ParseInt(string(rest[:digits]), 10, 64)
	if !found || err != nil {
		o.failed <- fmt.Errorf("received %.40q", packet)
		return false
	}
	o.latencies[i] = append(o.latencies[i], float64(time.Since(o.epoch).Microseconds()-sent)/1000)
	if o.heard.Add(1) == o.expected.Load() {
		o.complete <- struct{}{}
	}
	return true
}

// A shift is what an office has done in some time, and what it has cost.
type shift struct {
	events    int
	cpu       time.Duration // of the server
	elapsed   time.Duration
	share     float64 // of the machine, the load included
	latencies []float64
}

// work emits at a rate for some time, and waits until all events have been heard.
func (o *office) work(ctx context.Context, p *process, rate float64, d time.Duration) (*shift, error) {
	s := &shift{events: int(rate * d.Seconds())}
	o.heard.Store(0)
	o.expected.Store(int64(s.events * o.others))
	for i := range o.latencies {
		o.latencies[i] = o.latencies[i][:0]
	}
	own, err := cpuOf(os.Getpid())
	if err != nil {
		return nil, err
	}
	s.cpu, s.elapsed, err = metered(p, func() error {
		if err := o.emit(ctx, s.events, rate); err != nil {
			return err
		}
		return o.wait(ctx)
	})
	if err != nil {
		return nil, err
	}
	now, err := cpuOf(os.Getpid())
	if err != nil {
		return nil, err
	}
	s.share = (s.cpu + now - own).Seconds() / s.elapsed.Seconds() / float64(runtime.NumCPU())
	for _, l := range o.latencies {
		s.latencies = append(s.latencies, l...)
	}
	return s, nil
}

// emit sends events, each when it is due.
func (o *office) emit(ctx context.Context, events int, rate float64) error {
	ticks := time.NewTicker(time.Millisecond)
	defer ticks.Stop()
	began := time.Now()
	for sent := 0; sent < events; {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case err := <-o.failed:
			return fmt.Errorf("a receiver failed: %w", err)
		case <-ticks.C:
		}
		due := min(events, int(time.Since(began).Seconds()*rate))
		for ; sent < due; sent++ {
			event := fmt.Sprintf(`42["move",{"x":%d,"y":%d,"t":%d}]`, sent%10_000, sent*7%10_000, time.Since(o.epoch).Microseconds())
			if err := o.senders[sent%len(o.senders)](event); err != nil {
				return fmt.Errorf("send move: %w", err)
			}
		}
	}
	return nil
}

// wait waits until the last event has been heard.
func (o *office) wait(ctx context.Context) error {
	select {
	case <-o.complete:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case err := <-o.failed:
		return fmt.Errorf("a receiver failed: %w", err)
	case <-time.After(30 * time.Second):
		return errors.New("events were not heard for half a minute")
	}
}
