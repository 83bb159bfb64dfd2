package main

import (
	"context"
	"slices"
	"time"
)

// A scenario is one load and what it shows.
type scenario struct {
	name    string // parts of the form key=value are parameters
	full    bool   // left out unless -full is given
	servers []string
	measure func(ctx context.Context, l *launcher, server string) ([]figure, error)
}

// The columns of scenarios.
var (
	everyServer = []string{floor, caucus, bun, reference, zishang}
	javascript  = []string{floor, caucus, bun, reference}
	fewServers  = []string{floor, caucus, reference}
	realServers = []string{caucus, reference}
)

// over is the mode of what connections run over: websocket, polling, tls (WebSockets
// over it) or deflate (compressed WebSockets).
func over(what string) mode {
	switch what {
	case "polling":
		return mode{transport: what}
	case "tls":
		return mode{tls: true}
	case "deflate":
		return mode{deflate: true}
	}
	return mode{}
}

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
	all = append(all, broadcastScenario("tls", 1_000, 200, 1), broadcastScenario("tls", 1_000, 200, 16),
		documentScenario(false), documentScenario(true))
	for _, what := range []string{"websocket", "polling", "tls"} {
		all = append(all, echoScenario(what))
	}
	for _, what := range []string{"websocket", "polling", "tls"} {
		all = append(all, connectScenario(what))
	}
	for _, what := range []string{"websocket", "polling", "tls", "deflate"} {
		all = append(all, idleScenario(what))
	}
	all = append(all, roomsScenario(), mixedScenario(1), mixedScenario(16), idleClientScenario(), echoClientScenario())
	return append(all, slowScenario(), oneSlowScenario("websocket"), oneSlowScenario("tls"),
		countScenario("all", 10, 10), countScenario("ranked_pairs", 100, 5))
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
