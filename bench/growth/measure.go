package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// A quantity is something of which there can be more or less.
type quantity struct {
	name      string
	does      string // what is measured, of n of them
	sizes     []int  // smallest first
	explained string // why more than linear is right; empty: it is not
	setUp     func(ctx context.Context, n int) (*trial, error)
}

// A trial is a state in which an operation is measured, once.
type trial struct {
	operate func() error
	end     func() error // nil: nothing is left to end
}

// The kinds of cost.
const (
	cpu       = iota // in µs
	allocated        // in bytes
	held             // in bytes, by setUp and the operation together
	kinds
)

// A curve is what the sizes of a quantity cost.
type curve struct {
	quantity
	costs [kinds][]point
}

func (q quantity) measure(ctx context.Context, rounds int) (*curve, error) {
	c := &curve{quantity: q}
	if _, err := q.once(ctx, q.sizes[0]); err != nil { // warms up
		return nil, err
	}
	for _, n := range q.sizes {
		var samples [kinds][]float64
		for range rounds {
			costs, err := q.once(ctx, n)
			if err != nil {
				return nil, fmt.Errorf("%d: %w", n, err)
			}
			for kind, cost := range costs {
				samples[kind] = append(samples[kind], cost)
			}
		}
		for kind, costs := range samples {
			slices.Sort(costs)
			chosen := costs[len(costs)/2]
			if kind == cpu {
				chosen = costs[0] // nothing makes it less
			}
			c.costs[kind] = append(c.costs[kind], point{float64(n), chosen})
		}
	}
	return c, nil
}

func (q quantity) once(ctx context.Context, n int) (costs [kinds]float64, err error) {
	empty := collect()
	t, err := q.setUp(ctx, n)
	if err != nil {
		return costs, err
	}
	if t.end != nil {
		defer func() {
			if ended := t.end(); err == nil {
				err = ended
			}
		}()
	}
	before := collect()
	// What collecting costs depends on what is allocated and held, which are measured.
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	began, err := processorTime()
	if err != nil {
		return costs, err
	}
	if err := t.operate(); err != nil {
		return costs, err
	}
	ended, err := processorTime()
	if err != nil {
		return costs, err
	}
	var after runtime.MemStats
	runtime.ReadMemStats(&after)
	costs[cpu] = float64(ended-began) / float64(time.Microsecond)
	costs[allocated] = float64(after.TotalAlloc - before.TotalAlloc)
	costs[held] = float64(collect().HeapAlloc) - float64(empty.HeapAlloc)
	runtime.KeepAlive(t)
	return costs, nil
}

// collect returns how much memory is in use after all that can be is collected. Pools give
// back what they hold at the second collection, finalizers at a later one.
func collect() (m runtime.MemStats) {
	for previous := uint64(math.MaxUint64); ; previous = m.HeapAlloc {
		runtime.GC()
		runtime.ReadMemStats(&m)
		if m.HeapAlloc >= previous {
			return m
		}
	}
}

// isSteep reports whether a cost grows faster than linearly.
func (c *curve) isSteep() bool {
	for kind, points := range c.costs {
		if exponent(points) > linear[kind] {
			return true
		}
	}
	return false
}

func (c *curve) isFault() bool { return c.isSteep() && c.explained == "" }

func (c *curve) verdict() string {
	switch {
	case c.isFault():
		return "FAULT"
	case c.isSteep():
		return "explained: " + c.explained
	default:
		return "at most linear"
	}
}

// printTable writes what each quantity cost at its largest size, with the exponents.
func printTable(w io.Writer, curves []*curve) error {
	tw := tabwriter.NewWriter(w, 0, 0, 1, ' ', 0)
	line := func(cells ...string) { fmt.Fprintf(tw, "|\t%s\t|\n", strings.Join(cells, "\t|\t")) }
	line("quantity", "measured", "sizes", "ms CPU", "exponent", "KiB allocated", "exponent", "KiB held", "exponent", "verdict")
	line("---", "---", "---", "---:", "---:", "---:", "---:", "---:", "---:", "---")
	for _, c := range curves {
		last := len(c.sizes) - 1
		cells := []string{c.name, c.does, fmt.Sprintf("%d–%d", c.sizes[0], c.sizes[last])}
		for kind, unit := range [kinds]float64{cpu: 1_000, allocated: 1 << 10, held: 1 << 10} {
			cells = append(cells, fmt.Sprintf("%.1f", c.costs[kind][last].cost/unit), fmt.Sprintf("%.2f", exponent(c.costs[kind])+0))
		}
		line(append(cells, c.verdict())...)
	}
	return tw.Flush()
}
