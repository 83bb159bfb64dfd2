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
	servers []string
	rows    []row
	samples map[row]map[string][]float64
}

type row struct{ scenario, unit string }

func newTable(servers []string) *table {
	return &table{servers: servers, samples: map[row]map[string][]float64{}}
}

func (t *table) add(scenario, server string, figures []figure) {
	for _, f := range figures {
		r := row{scenario, f.unit}
		if t.samples[r] == nil {
			t.rows = append(t.rows, r)
			t.samples[r] = map[string][]float64{}
		}
		t.samples[r][server] = append(t.samples[r][server], f.value)
	}
}

// print writes the table in Markdown, with the ratio of caucus to each other server.
func (t *table) print(w io.Writer) error {
	tw := tabwriter.NewWriter(w, 0, 0, 1, ' ', 0)
	head := []string{"scenario", "figure"}
	head = append(head, t.servers...)
	for _, other := range t.others() {
		head = append(head, caucus+" ÷ "+other)
	}
	fmt.Fprintf(tw, "|\t%s\t|\n", strings.Join(head, "\t|\t"))
	fmt.Fprintf(tw, "|\t%s\t|\n", strings.Join(slices.Repeat([]string{"---"}, len(head)), "\t|\t"))
	for _, r := range t.rows {
		cells := []string{r.scenario, r.unit}
		for _, server := range t.servers {
			cells = append(cells, number(t.samples[r][server]))
		}
		for _, other := range t.others() {
			cells = append(cells, ratio(t.samples[r][caucus], t.samples[r][other]))
		}
		fmt.Fprintf(tw, "|\t%s\t|\n", strings.Join(cells, "\t|\t"))
	}
	return tw.Flush()
}

func (t *table) others() []string {
	if !slices.Contains(t.servers, caucus) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(t.servers), func(s string) bool { return s == caucus })
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
