package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
)

// A figure is one measured number with its unit, such as 10.8 "µs CPU a delivery".
type figure struct {
	unit  string
	value float64
}

// A table gathers figures over the rounds and prints their medians.
type table struct {
	servers   []string
	scenarios []string            // in the order in which they came
	units     map[string][]string // by kind
	samples   map[cell][]float64
}

type cell struct{ scenario, unit, server string }

func newTable(servers []string) *table {
	return &table{servers: servers, units: map[string][]string{}, samples: map[cell][]float64{}}
}

func (t *table) add(scenario, server string, figures []figure) {
	if !slices.Contains(t.scenarios, scenario) {
		t.scenarios = append(t.scenarios, scenario)
	}
	kind, _ := parse(scenario)
	for _, f := range figures {
		if !slices.Contains(t.units[kind], f.unit) {
			t.units[kind] = append(t.units[kind], f.unit)
		}
		c := cell{scenario, f.unit, server}
		t.samples[c] = append(t.samples[c], f.value)
	}
}

// print writes a Markdown table for each kind of scenario, with the ratio of
// caucus to each other server.
func (t *table) print(w io.Writer) error {
	for left := t.scenarios; len(left) > 0; {
		kind, _ := parse(left[0])
		n := slices.IndexFunc(left, func(s string) bool { k, _ := parse(s); return k != kind })
		if n < 0 {
			n = len(left)
		}
		fmt.Fprintf(w, "\n### %s\n\n", kind)
		if err := t.printKind(w, left[:n]); err != nil {
			return err
		}
		left = left[n:]
	}
	return nil
}

// printKind writes the table of scenarios that have the same parameters.
func (t *table) printKind(w io.Writer, scenarios []string) error {
	tw := tabwriter.NewWriter(w, 0, 0, 1, ' ', 0)
	line := func(cells []string) { fmt.Fprintf(tw, "|\t%s\t|\n", strings.Join(cells, "\t|\t")) }
	kind, params := parse(scenarios[0])
	head, under := []string{"figure"}, []string{"---"}
	for _, p := range params {
		key, _, _ := strings.Cut(p, "=")
		head = append(head, key)
	}
	head = append(head, t.servers...)
	for _, other := range t.others() {
		head = append(head, caucus+" ÷ "+other)
	}
	line(head)
	line(append(under, slices.Repeat([]string{"---:"}, len(head)-1)...))
	for _, unit := range t.units[kind] {
		for _, s := range scenarios {
			line(t.row(s, unit))
		}
	}
	return tw.Flush()
}

func (t *table) row(scenario, unit string) []string {
	cells := []string{unit}
	_, params := parse(scenario)
	for _, p := range params {
		_, value, _ := strings.Cut(p, "=")
		cells = append(cells, value)
	}
	for _, server := range t.servers {
		cells = append(cells, number(t.samples[cell{scenario, unit, server}]))
	}
	for _, other := range t.others() {
		cells = append(cells, ratio(t.samples[cell{scenario, unit, caucus}], t.samples[cell{scenario, unit, other}]))
	}
	return cells
}

// parse splits a scenario's name into its kind and its parameters.
func parse(scenario string) (kind string, params []string) {
	parts := strings.Split(scenario, "/")
	n := slices.IndexFunc(parts, func(p string) bool { return strings.Contains(p, "=") })
	return strings.Join(parts[:n], " over "), parts[n:]
}

func (t *table) others() []string {
	if !slices.Contains(t.servers, caucus) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(t.servers), func(s string) bool { return s == caucus })
}

// spread returns by how much the rounds of one figure differ from their median, in
// percent: in the median of all figures, and at most.
func (t *table) spread() (typical, most float64) {
	var all []float64
	for _, samples := range t.samples {
		if m := median(samples); m > 0 {
			all = append(all, 100*max(slices.Max(samples)/m-1, 1-slices.Min(samples)/m))
		}
	}
	if len(all) == 0 {
		return 0, 0
	}
	return median(all), slices.Max(all)
}

func number(samples []float64) string {
	if len(samples) == 0 {
		return "–"
	}
	m := median(samples)
	switch {
	case m >= 100:
		return fmt.Sprintf("%.0f", m)
	case m >= 10:
		return fmt.Sprintf("%.1f", m)
	default:
		return fmt.Sprintf("%.2f", m)
	}
}

func ratio(a, b []float64) string {
	if len(a) == 0 || len(b) == 0 || median(b) == 0 {
		return "–"
	}
	return fmt.Sprintf("%.2f", median(a)/median(b))
}

func median(samples []float64) float64 {
	s := slices.Sorted(slices.Values(samples))
	if n := len(s); n%2 == 0 {
		return (s[n/2-1] + s[n/2]) / 2
	}
	return s[len(s)/2]
}
