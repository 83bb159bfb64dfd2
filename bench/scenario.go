package main

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// A scenario is one load and what it shows.
type scenario struct {
	name    string // parts of the form key=value are parameters
	full    bool   // left out unless -full is given
	servers []string
	measure func(ctx context.Context, l *launcher, server string) ([]figure, error)
}

var (
	everyServer = []string{floor, caucus, reference}
	realServers = []string{caucus, reference}
)

func scenarios() []scenario {
	var all []scenario
	for _, transport := range []string{"websocket", "polling"} {
		for _, receivers := range []int{100, 1_000, 10_000} {
			for _, size := range []int{40, 200, 4_000} {
				for _, inFlight := range []int{1, 16} {
					all = append(all, broadcastScenario(transport, receivers, size, inFlight))
				}
			}
		}
	}
	for _, transport := range []string{"websocket", "polling"} {
		all = append(all,
			echoScenario(transport),
			connectScenario(transport),
			idleScenario(transport))
	}
	return append(all, scenario{
		name:    "slow/websocket/receivers=1000/size=200/broadcasts=500",
		servers: realServers,
		measure: measureSlow,
	})
}

// start runs a server, the floor in the mode that the load needs.
func start(ctx context.Context, l *launcher, server, transport string, size int, echo bool) (*process, error) {
	if server != floor {
		return l.start(ctx, server)
	}
	return l.start(ctx, server, "-transport", transport, "-size", strconv.Itoa(size), "-echo="+strconv.FormatBool(echo))
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

// parallel calls f for 0..n-1 from some goroutines, and returns the first error of each.
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

// metered runs a load, and returns what it cost the server and how long it took.
func metered(p *process, load func() error) (cpu, elapsed time.Duration, err error) {
	before, err := p.cpu()
	if err != nil {
		return 0, 0, err
	}
	began := time.Now()
	if err := load(); err != nil {
		return 0, 0, err
	}
	elapsed = time.Since(began)
	after, err := p.cpu()
	return after - before, elapsed, err
}

func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }
func millis(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// percentile is the nearest-rank percentile p of the samples, which it sorts.
func percentile(samples []float64, p int) float64 {
	slices.Sort(samples)
	return samples[max(0, (len(samples)*p+99)/100-1)]
}
