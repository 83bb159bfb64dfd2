package main

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
)

// What counting takes.
const (
	toCount  = "s to count"
	peakSize = "MiB peak RSS, ballots included"
)

// countScenario counts a million ballots by a method, or by all.
func countScenario(method string, options, places int) scenario {
	const ballots = 1_000_000
	return scenario{
		name:    fmt.Sprintf("count/method=%s/ballots=%d/options=%d/places=%d", method, ballots, options, places),
		servers: []string{caucus},
		measure: func(ctx context.Context, l *launcher, _ string) ([]figure, error) {
			p, err := launch(ctx, "count", slices.Concat(l.counter, []string{
				"--method=" + method, "--ballots=" + strconv.Itoa(ballots),
				"--options=" + strconv.Itoa(options), "--places=" + strconv.Itoa(places),
			}))
			if err != nil {
				return nil, err
			}
			defer p.stop()
			if _, err := p.await(regexp.MustCompile("^ready$")); err != nil {
				return nil, err
			}
			cpu, elapsed, err := metered(p, func() error { return p.step("counted") })
			if err != nil {
				return nil, err
			}
			peak, err := p.memory("VmHWM")
			if err != nil {
				return nil, err
			}
			return []figure{
				{toCount, elapsed.Seconds()},
				{"s CPU", cpu.Seconds()},
				{peakSize, float64(peak) / (1 << 20)},
			}, nil
		},
	}
}
