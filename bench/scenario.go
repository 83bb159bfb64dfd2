package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// A scenario is one load and what it shows.
type scenario struct {
	name    string
	floor   bool // whether the floor server can play it
	measure func(ctx context.Context, l *launcher, server string) ([]figure, error)
}

func scenarios(full bool) []scenario {
	type load struct {
		transport                 string
		receivers, size, inFlight int
	}
	var loads []load
	if full {
		for _, transport := range []string{"websocket", "polling"} {
			for _, receivers := range []int{100, 1_000, 10_000} {
				for _, size := range []int{40, 200, 4_000} {
					for _, inFlight := range []int{1, 16} {
						if transport == "polling" && receivers > 1_000 {
							continue // 20,000 connections: more than the ports of one address
						}
						loads = append(loads, load{transport, receivers, size, inFlight})
					}
				}
			}
		}
	} else {
		loads = []load{
			{"websocket", 1_000, 200, 1},
			{"websocket", 1_000, 200, 16},
			{"websocket", 100, 200, 1},
			{"websocket", 10_000, 200, 1},
			{"websocket", 10_000, 200, 16},
			{"websocket", 1_000, 40, 16},
			{"websocket", 1_000, 4_000, 16},
			{"polling", 1_000, 200, 1},
			{"polling", 1_000, 200, 16},
		}
	}
	var all []scenario
	for _, l := range loads {
		all = append(all, scenario{
			name:  fmt.Sprintf("broadcast/%s/receivers=%d/size=%d/inflight=%d", l.transport, l.receivers, l.size, l.inFlight),
			floor: l.transport == "websocket",
			measure: func(ctx context.Context, launch *launcher, server string) ([]figure, error) {
				return measureBroadcast(ctx, launch, server, l.transport, l.receivers, l.size, l.inFlight)
			},
		})
	}
	return append(all,
		scenario{"echo/connections=100/size=40/inflight=8", true, measureEcho},
		scenario{"connect+join/connections=2000", true, measureConnect},
		scenario{"idle/connections=10000", true, measureIdle},
		scenario{"slow/receivers=1000/size=200/broadcasts=500", false, measureSlow},
	)
}

// start runs a server, the floor in the mode that the load needs.
func start(ctx context.Context, l *launcher, server string, size int, echo bool) (*process, error) {
	if server != floor {
		return l.start(ctx, server)
	}
	return l.start(ctx, server, "-size", strconv.Itoa(size), "-echo="+strconv.FormatBool(echo))
}

// connectAll opens n connections, some at a time, and prepares each.
func connectAll(n int, open func() (client, error), prepare func(client) error) ([]client, error) {
	clients := make([]client, n)
	const atOnce = 32
	err := parallel(atOnce, n, func(i int) error {
		c, err := open()
		if err != nil {
			return err
		}
		clients[i] = c
		return prepare(c)
	})
	if err != nil {
		closeAll(clients)
		return nil, err
	}
	return clients, nil
}

func closeAll(clients []client) {
	for _, c := range clients {
		if c != nil {
			c.close()
		}
	}
}

// parallel calls f for 0..n-1 from some goroutines, and returns the first error.
func parallel(atOnce, n int, f func(i int) error) error {
	var next atomic.Int64
	errs := make([]error, atOnce)
	var workers sync.WaitGroup
	for w := range atOnce {
		workers.Go(func() {
			for errs[w] == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				errs[w] = f(i)
			}
		})
	}
	workers.Wait()
	return errors.Join(errs...)
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

func measureBroadcast(ctx context.Context, l *launcher, server, transport string, receivers, size, inFlight int) ([]figure, error) {
	p, err := start(ctx, l, server, size, false)
	if err != nil {
		return nil, err
	}
	defer p.stop()
	clients, err := connectAll(receivers,
		func() (client, error) { return dial(ctx, p.addr, transport) },
		func(c client) error { return join(c, "room") })
	if err != nil {
		return nil, err
	}
	defer closeAll(clients)

	warmUp := max(2*inFlight, 10)
	counted := min(max(200_000/receivers, 4*inFlight), 4_000)
	r := newRoom(clients, warmUp+counted, size)
	if err := r.broadcast(ctx, warmUp, inFlight); err != nil {
		return nil, err
	}
	r.latencies = r.latencies[:0]
	before, err := p.cpu()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	if err := r.broadcast(ctx, counted, inFlight); err != nil {
		return nil, err
	}
	elapsed := time.Since(began)
	after, err := p.cpu()
	if err != nil {
		return nil, err
	}
	deliveries := float64(counted * receivers)
	return []figure{
		{"µs CPU a delivery", micros(after-before) / deliveries},
		{"deliveries/s", deliveries / elapsed.Seconds()},
		{"ms to the last receiver, p50", percentile(r.latencies, 50)},
		{"ms to the last receiver, p99", percentile(r.latencies, 99)},
	}, nil
}

// A room is the receivers of broadcasts. Every receiver gets every broadcast in
// order, so a receiver's n-th message is the n-th broadcast.
type room struct {
	sender    client
	packet    string
	remaining []atomic.Int32 // receivers that lack the broadcast
	sentAt    []time.Time
	completed chan int
	failed    chan error
	sent      int
	latencies []float64 // ms, of the completed broadcasts
}

// newRoom starts a goroutine a receiver; they end when the connections are closed.
func newRoom(clients []client, broadcasts, size int) *room {
	r := &room{
		sender:    clients[0],
		packet:    bcast(size),
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
	return r
}

// broadcast sends n more, with so many under way at a time, and waits for all.
func (r *room) broadcast(ctx context.Context, n, inFlight int) error {
	end := r.sent + n
	for completed := 0; completed < n; {
		for r.sent < end && r.sent-(end-n)-completed < inFlight {
			r.sentAt[r.sent] = time.Now()
			r.sent++
			if err := r.sender.send(r.packet); err != nil {
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

func measureEcho(ctx context.Context, l *launcher, server string) ([]figure, error) {
	const (
		connections = 100
		inFlight    = 8
		size        = 40
		each        = 1_500
		warmUp      = 100
	)
	p, err := start(ctx, l, server, size, true)
	if err != nil {
		return nil, err
	}
	defer p.stop()
	clients, err := connectAll(connections,
		func() (client, error) { return dial(ctx, p.addr, "websocket") },
		func(client) error { return nil })
	if err != nil {
		return nil, err
	}
	defer closeAll(clients)
	packet := `420["echo","` + strings.Repeat("x", size) + `"]`
	echo := func(n int) ([]float64, error) {
		latencies := make([][]float64, connections)
		err := parallel(connections, connections, func(i int) (err error) {
			latencies[i], err = echoes(clients[i], packet, n, inFlight)
			return err
		})
		return slices.Concat(latencies...), err
	}
	if _, err := echo(warmUp); err != nil {
		return nil, err
	}
	before, err := p.cpu()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	latencies, err := echo(each)
	if err != nil {
		return nil, err
	}
	elapsed := time.Since(began)
	after, err := p.cpu()
	if err != nil {
		return nil, err
	}
	return []figure{
		{"µs CPU an echo", micros(after-before) / (connections * each)},
		{"echoes/s", connections * each / elapsed.Seconds()},
		{"ms, p50", percentile(latencies, 50)},
		{"ms, p99", percentile(latencies, 99)},
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

func measureConnect(ctx context.Context, l *launcher, server string) ([]figure, error) {
	const connections = 2_000
	p, err := start(ctx, l, server, 40, false)
	if err != nil {
		return nil, err
	}
	defer p.stop()
	before, err := p.cpu()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	clients, err := connectAll(connections,
		func() (client, error) { return dial(ctx, p.addr, "websocket") },
		func(c client) error { return join(c, "room") })
	if err != nil {
		return nil, err
	}
	elapsed := time.Since(began)
	after, err := p.cpu()
	closeAll(clients)
	if err != nil {
		return nil, err
	}
	return []figure{
		{"µs CPU a connect + join", micros(after-before) / connections},
		{"connects/s", connections / elapsed.Seconds()},
	}, nil
}

func measureIdle(ctx context.Context, l *launcher, server string) ([]figure, error) {
	const (
		connections = 10_000
		settle      = 3 * time.Second // for garbage collectors and their scavengers
	)
	p, err := start(ctx, l, server, 40, false)
	if err != nil {
		return nil, err
	}
	defer p.stop()
	before, err := p.memory("VmRSS")
	if err != nil {
		return nil, err
	}
	clients, err := connectAll(connections,
		func() (client, error) { return dial(ctx, p.addr, "websocket") },
		func(client) error { return nil })
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
	return []figure{{"KiB RSS a connection", float64(after-before) / 1024 / connections}}, nil
}

// measureSlow sends broadcasts to receivers that do not read until all are
// sent, and then counts what each of them gets.
func measureSlow(ctx context.Context, l *launcher, server string) ([]figure, error) {
	const (
		receivers     = 1_000
		broadcasts    = 500
		size          = 200
		receiveBuffer = 4 << 10
	)
	p, err := start(ctx, l, server, size, false)
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

	if err := newRoom(quick, broadcasts, size).broadcast(ctx, broadcasts, 16); err != nil {
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

func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }
func millis(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// percentile is the nearest-rank percentile p of the samples, which it sorts.
func percentile(samples []float64, p int) float64 {
	slices.Sort(samples)
	return samples[max(0, (len(samples)*p+99)/100-1)]
}
