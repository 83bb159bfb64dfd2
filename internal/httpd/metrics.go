package httpd

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

// metrics are what /metrics shows, in the text format of Prometheus (0.0.4). No
// label holds anything that a client chose: routes, statuses, kinds and outcomes
// are all from lists of our own.
type metrics struct {
	requests *family // by route and status
	commands *family // by kind and outcome
	sent     *family // by event
	appends  *family // by outcome
	batches  *family

	turnedAway atomic.Int64 // sockets, see crowded

	gauges []gauge
}

// A gauge is read when it is asked for.
type gauge struct {
	name, help, kind string
	read             func() float64
}

func newMetrics(version string) *metrics {
	return &metrics{
		requests: newFamily("caucus_http_request_seconds", "histogram",
			"Time to answer a request, sockets aside.", durations, "route", "status"),
		commands: newFamily("caucus_command_seconds", "histogram",
			"Time from the arrival of an event on a socket to its answer; what was accepted is durable then.", durations, "kind", "outcome"),
		sent: newFamily("caucus_publications_total", "counter",
			"What was published to rooms and people, each counted once however many receive it.", nil, "event"),
		appends: newFamily("caucus_ledger_append_seconds", "histogram",
			"Time to make the entries of one poll durable, the wait behind other polls included.", durations, "outcome"),
		batches: newFamily("caucus_ledger_append_entries", "histogram",
			"Entries that one append made durable together.", sizes),
		gauges: []gauge{
			{`caucus_build_info{version=` + strconv.Quote(version) + `}`, "Always 1; the label says what runs.", "gauge", func() float64 { return 1 }},
			{"go_goroutines", "Goroutines that exist.", "gauge", func() float64 { return float64(runtime.NumGoroutine()) }},
		},
	}
}

// gauge adds a figure of now, and counter one of all time.
func (m *metrics) gauge(name, help string, read func() float64) {
	m.gauges = append(m.gauges, gauge{name, help, "gauge", read})
}

func (m *metrics) counter(name, help string, read func() float64) {
	m.gauges = append(m.gauges, gauge{name, help, "counter", read})
}

// ServeHTTP answers GET /metrics.
func (m *metrics) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	var b bytes.Buffer // a client that reads slowly must not hold a lock
	for _, f := range []*family{m.requests, m.commands, m.sent, m.appends, m.batches} {
		f.write(&b)
	}
	for _, g := range m.gauges {
		name, _, _ := strings.Cut(g.name, "{")
		writeHead(&b, name, g.help, g.kind)
		fmt.Fprintln(&b, g.name, strconv.FormatFloat(g.read(), 'f', -1, 64))
	}
	_, _ = w.Write(b.Bytes()) // one that is gone needs no answer
}

func writeHead(w io.Writer, name, help, kind string) {
	fmt.Fprintf(w, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind)
}

// The bounds of the histograms' buckets.
var (
	// durations, in seconds, are from half a millisecond, an fsync on a good disk, to
	// more than AnswerTimeout.
	durations = []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 25}

	// sizes are numbers of entries, up to the most that one turn of a poll takes.
	sizes = []float64{1, 2, 5, 10, 25, 50, 100, 250, 500, 1000}
)

// A family is the series of one name, told apart by the values of labels.
type family struct {
	name, kind, help string
	bounds           []float64 // of a histogram
	labels           []string

	mu     sync.Mutex // guards series
	series map[string]*series
}

// A series counts events and, in a histogram, sums up what was measured of them.
type series struct {
	count   uint64
	sum     float64
	buckets []uint64 // by bounds; each event in the first that holds it
}

func newFamily(name, kind, help string, bounds []float64, labels ...string) *family {
	return &family{name: name, kind: kind, help: help, bounds: bounds, labels: labels, series: map[string]*series{}}
}

// observe counts an event, and what was measured of it, in the series with these
// values of the labels.
func (f *family) observe(measured float64, values ...string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	key := f.keyOf(values)
	s := f.series[key]
	if s == nil {
		s = &series{buckets: make([]uint64, len(f.bounds))}
		f.series[key] = s
	}
	s.count++
	s.sum += measured
	if i, _ := slices.BinarySearch(f.bounds, measured); i < len(f.bounds) {
		s.buckets[i]++
	}
}

func (f *family) keyOf(values []string) string {
	var b strings.Builder
	for i, value := range values {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(f.labels[i] + "=" + strconv.Quote(value))
	}
	return b.String()
}

func (f *family) write(w io.Writer) {
	f.mu.Lock()
	defer f.mu.Unlock()
	writeHead(w, f.name, f.help, f.kind)
	for _, key := range slices.Sorted(maps.Keys(f.series)) {
		s := f.series[key]
		if f.kind == "counter" {
			fmt.Fprintf(w, "%s{%s} %d\n", f.name, key, s.count)
			continue
		}
		var below uint64
		for i, bound := range f.bounds {
			below += s.buckets[i]
			fmt.Fprintf(w, "%s_bucket{%s%q} %d\n", f.name, before(key, "le="), strconv.FormatFloat(bound, 'g', -1, 64), below)
		}
		fmt.Fprintf(w, "%s_bucket{%s%q} %d\n", f.name, before(key, "le="), "+Inf", s.count)
		fmt.Fprintf(w, "%s_sum%s %g\n%s_count%s %d\n", f.name, braced(key), s.sum, f.name, braced(key), s.count)
	}
}

// before puts the labels of a series, if it has some, before another one.
func before(key, label string) string {
	if key == "" {
		return label
	}
	return key + "," + label
}

// braced is the labels of a series as they stand behind its name.
func braced(key string) string {
	if key == "" {
		return ""
	}
	return "{" + key + "}"
}
