// Package promsocketio exports the figures of a Socket.IO server to Prometheus. Handlers need no code for it:
//
//	metrics := promsocketio.New()
//	io, err := socketio.NewServer(&socketio.Options{Trace: metrics.Trace()})
//	metrics.Add(io)
//	prometheus.MustRegister(metrics)
//
// The figures of [socketio.Stats] are read at each scrape and cost nothing
// otherwise. The histograms come from the trace; leave it out to do without them.
//
// No label holds what a client chose: an event's name is one that a handler is registered
// for, or "other"; reasons and transports are from the library's own lists.
package promsocketio

import (
	"maps"
	"slices"
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
)

// Metrics is a [prometheus.Collector] of the figures of one or several servers, which it
// adds up. Its methods may be called concurrently.
type Metrics struct {
	handling  *prometheus.HistogramVec
	waiting   prometheus.Histogram
	receivers prometheus.Histogram

	mu      sync.Mutex // guards servers
	servers []*socketio.Server
}

// New returns metrics without a server. Their names begin with "socketio_". To tell
// several apart in one registry, wrap it: see [prometheus.WrapRegistererWith].
func New() *Metrics {
	return &Metrics{
		handling: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "socketio_event_handling_seconds", Help: "Time a handler took, by event and outcome.", Buckets: durations,
		}, []string{"event", "outcome"}),
		waiting: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "socketio_event_waiting_seconds", Help: "Time an event stood behind others of its socket.", Buckets: durations,
		}),
		receivers: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "socketio_broadcast_receivers", Help: "Sockets of this server that a broadcast was queued for.", Buckets: receivers,
		}),
	}
}

// The bounds of the histograms' buckets: seconds, and sockets.
var (
	durations = []float64{.0001, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}
	receivers = []float64{0, 1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000}
)

// Add adds a server, whose figures are collected from then on.
func (m *Metrics) Add(srv *socketio.Server) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.servers = append(m.servers, srv)
}

// A figure is one of [socketio.Stats] that has no labels.
type figure struct {
	desc *prometheus.Desc
	kind prometheus.ValueType
	read func(*socketio.Stats) float64
}

func gauge(name, help string, read func(*socketio.Stats) int) figure {
	return figure{prometheus.NewDesc("socketio_"+name, help, nil, nil), prometheus.GaugeValue, func(s *socketio.Stats) float64 { return float64(read(s)) }}
}

func counter(name, help string, read func(*socketio.Stats) uint64) figure {
	return figure{prometheus.NewDesc("socketio_"+name+"_total", help, nil, nil), prometheus.CounterValue, func(s *socketio.Stats) float64 { return float64(read(s)) }}
}

var figures = []figure{
	gauge("namespaces", "Namespaces, children of dynamic ones included.", func(s *socketio.Stats) int { return s.Namespaces }),
	gauge("sockets", "Sockets that are connected, in all namespaces.", func(s *socketio.Stats) int { return s.Sockets }),
	counter("events_received", "Events from clients.", func(s *socketio.Stats) uint64 { return s.EventsIn }),
	counter("broadcasts", "Events emitted to rooms and namespaces.", func(s *socketio.Stats) uint64 { return s.Broadcasts }),
	counter("deliveries", "Sockets that broadcasts were queued for.", func(s *socketio.Stats) uint64 { return s.Deliveries }),
	counter("recovered", "Sockets that went on where a lost one had been.", func(s *socketio.Stats) uint64 { return s.Recovered }),
	counter("panics", "Panics of handlers and middleware.", func(s *socketio.Stats) uint64 { return s.Panics + s.Engine.Panics }),
	counter("dropped_errors", "Errors of handlers that were not sent, because the client had not asked for an acknowledgement.", func(s *socketio.Stats) uint64 { return s.DroppedErrors }),
	counter("sessions_opened", "Engine.IO sessions.", func(s *socketio.Stats) uint64 { return s.Engine.Opened }),
	counter("upgrades", "Sessions that went from polling to another transport.", func(s *socketio.Stats) uint64 { return s.Engine.Upgrades }),
	counter("requests_refused", "Requests that were refused; the log has the reasons.", func(s *socketio.Stats) uint64 { return s.Engine.Refused }),
	counter("messages_received", "Messages from clients, heartbeats aside.", func(s *socketio.Stats) uint64 { return s.Engine.MessagesIn }),
	counter("received_bytes", "Bytes of these messages.", func(s *socketio.Stats) uint64 { return s.Engine.BytesIn }),
	counter("packets_sent", "Packets and control frames that have left.", func(s *socketio.Stats) uint64 { return s.Engine.MessagesOut }),
	counter("sent_bytes", "Bytes of responses and frames.", func(s *socketio.Stats) uint64 { return s.Engine.BytesOut }),
	counter("writes", "Writes to connections, each of everything that had gathered.", func(s *socketio.Stats) uint64 { return s.Engine.Writes }),
	counter("volatile_dropped", "Volatile messages that were dropped.", func(s *socketio.Stats) uint64 { return s.Engine.VolatileDropped }),
	counter("stalls", "Times that a client's connection was full.", func(s *socketio.Stats) uint64 { return s.Engine.Stalls }),
}

var (
	sessions = prometheus.NewDesc("socketio_sessions", "Engine.IO sessions that are open, by transport.", []string{"transport"}, nil)
	closed   = prometheus.NewDesc("socketio_sessions_closed_total", "Engine.IO sessions that ended, by reason.", []string{"reason"}, nil)
)

// Describe implements [prometheus.Collector].
func (m *Metrics) Describe(ch chan<- *prometheus.Desc) {
	for _, f := range figures {
		ch <- f.desc
	}
	ch <- sessions
	ch <- closed
	for _, c := range m.histograms() {
		c.Describe(ch)
	}
}

func (m *Metrics) histograms() []prometheus.Collector {
	return []prometheus.Collector{m.handling, m.waiting, m.receivers}
}

// Collect implements [prometheus.Collector].
func (m *Metrics) Collect(ch chan<- prometheus.Metric) {
	m.mu.Lock()
	servers := slices.Clone(m.servers)
	m.mu.Unlock()

	stats := make([]socketio.Stats, len(servers))
	for i, srv := range servers {
		stats[i] = srv.Stats()
	}
	for _, f := range figures {
		ch <- prometheus.MustNewConstMetric(f.desc, f.kind, sum(stats, f.read))
	}
	for transport, read := range transports {
		ch <- prometheus.MustNewConstMetric(sessions, prometheus.GaugeValue, sum(stats, read), transport)
	}
	ended := map[engineio.Reason]uint64{}
	for i := range stats {
		for reason, n := range stats[i].Engine.Closed {
			ended[reason] += n
		}
	}
	for _, reason := range slices.Sorted(maps.Keys(ended)) {
		ch <- prometheus.MustNewConstMetric(closed, prometheus.CounterValue, float64(ended[reason]), string(reason))
	}
	for _, c := range m.histograms() {
		c.Collect(ch)
	}
}

var transports = map[string]func(*socketio.Stats) float64{
	"polling":      func(s *socketio.Stats) float64 { return float64(s.Engine.Polling) },
	"websocket":    func(s *socketio.Stats) float64 { return float64(s.Engine.WebSocket) },
	"webtransport": func(s *socketio.Stats) float64 { return float64(s.Engine.WebTransport) },
}

func sum(stats []socketio.Stats, read func(*socketio.Stats) float64) (total float64) {
	for i := range stats {
		total += read(&stats[i])
	}
	return total
}
