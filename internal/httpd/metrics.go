package httpd

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promauto"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/caucus-live/caucus/socketio/promsocketio"
)

// metrics are what [Server.Metrics] shows. No label holds anything that a client chose:
// routes, statuses, kinds and outcomes are all from lists of our own.
type metrics struct {
	registry *prometheus.Registry
	sockets  *promsocketio.Metrics // of the Socket.IO server

	requests   *prometheus.HistogramVec // by route and status
	commands   *prometheus.HistogramVec // by kind and outcome
	appends    *prometheus.HistogramVec // by outcome
	batches    prometheus.Histogram
	sent       *prometheus.CounterVec // by event
	turnedAway prometheus.Counter     // sockets, see crowded
}

// The bounds of the histograms' buckets.
var (
	// durations, in seconds, are from half a millisecond, an fsync on a good disk, to
	// more than AnswerTimeout.
	durations = []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 25}

	// sizes are numbers of entries, up to the most that one turn of a poll takes.
	sizes = []float64{1, 2, 5, 10, 25, 50, 100, 250, 500, 1000}
)

func newMetrics(version string) *metrics {
	registry, sockets := prometheus.NewRegistry(), promsocketio.New()
	registry.MustRegister(sockets, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	in := promauto.With(registry)
	in.NewGauge(prometheus.GaugeOpts{
		Name: "caucus_build_info", Help: "Always 1; the label says what runs.",
		ConstLabels: prometheus.Labels{"version": version},
	}).Set(1)
	return &metrics{
		registry: registry,
		sockets:  sockets,
		requests: in.NewHistogramVec(prometheus.HistogramOpts{
			Name: "caucus_http_request_seconds", Help: "Time to answer a request, sockets aside.", Buckets: durations,
		}, []string{"route", "status"}),
		commands: in.NewHistogramVec(prometheus.HistogramOpts{
			Name: "caucus_command_seconds", Help: "Time from the arrival of an event on a socket to its answer; what was accepted is durable then.", Buckets: durations,
		}, []string{"kind", "outcome"}),
		appends: in.NewHistogramVec(prometheus.HistogramOpts{
			Name: "caucus_ledger_append_seconds", Help: "Time to make the entries of one poll durable, the wait behind other polls included.", Buckets: durations,
		}, []string{"outcome"}),
		batches: in.NewHistogram(prometheus.HistogramOpts{
			Name: "caucus_ledger_append_entries", Help: "Entries that one append made durable together.", Buckets: sizes,
		}),
		sent: in.NewCounterVec(prometheus.CounterOpts{
			Name: "caucus_publications_total", Help: "What was published to rooms and people, each counted once however many receive it.",
		}, []string{"event"}),
		turnedAway: in.NewCounter(prometheus.CounterOpts{
			Name: "caucus_sockets_turned_away_total", Help: "Clients told to come back later because too many were coming in.",
		}),
	}
}

// gauge adds a figure of now, which is read when it is asked for.
func (m *metrics) gauge(name, help string, read func() float64) {
	promauto.With(m.registry).NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, read)
}

// counter adds a figure of all time, which is read when it is asked for.
func (m *metrics) counter(name, help string, read func() float64) {
	promauto.With(m.registry).NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, read)
}

// Metrics answers with what the server measures, in the text format of Prometheus: for an
// address that only an operator reaches. No figure is of one poll.
func (s *Server) Metrics() http.Handler {
	show := promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		show.ServeHTTP(w, r)
	})
}
