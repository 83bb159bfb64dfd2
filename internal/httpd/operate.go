package httpd

import (
	_ "embed"
	"errors"
	"net/http"

	"github.com/caucus-live/caucus/internal/ledger"
	"github.com/caucus-live/caucus/internal/wire"
	"github.com/caucus-live/caucus/socketio/engineio"
)

// The routes whose requests are not worth a line of the usual log: those that
// machines ask every few seconds, and the files of the web client.
const (
	routeHealth  = "GET /healthz"
	routeReady   = "GET /readyz"
	routeMetrics = "GET /metrics"
	routePages   = "GET /"
)

// openAPI describes the REST routes. A test compares it with the routes and with
// the types of package wire.
//
//go:embed openapi.json
var openAPI []byte

func serveOpenAPI(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = w.Write(openAPI) // a client that is gone needs no answer
}

// health answers /healthz: the process is alive.
func (s *Server) health(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, wire.Health{Status: "ok", Version: s.opts.Version})
}

// ready answers /readyz: requests are welcome, and the ledger can be read.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) error {
	if s.draining.Load() {
		return refuse(http.StatusServiceUnavailable, "The server is shutting down.")
	}
	if _, err := s.ledger.Info(r.Context(), "readyz"); err != nil && !errors.Is(err, ledger.ErrNotFound) {
		return refuse(http.StatusServiceUnavailable, "The ledger cannot be read.")
	}
	writeJSON(w, http.StatusOK, wire.Health{Status: "ok", Version: s.opts.Version})
	return nil
}

// measure adds to the metrics what other packages count.
func (s *Server) measure() {
	m := s.metrics
	m.gauge("caucus_polls", "Polls in memory.", func() float64 { return float64(s.polls.Stats().Rooms) })
	m.gauge("caucus_sockets", "Sockets in the /polls namespace.", func() float64 { return float64(s.sockets.Len()) })
	m.counter("caucus_ledger_batches_total", "Appends to the ledger.", func() float64 { return float64(s.polls.Stats().Batches) })
	m.counter("caucus_ledger_entries_total", "Entries in those appends.", func() float64 { return float64(s.polls.Stats().Entries) })
	m.counter("caucus_ledger_overtaken_total", "Appends before which another server's entries came.", func() float64 { return float64(s.polls.Stats().Overtaken) })
	m.counter("caucus_polls_expired_total", "Polls removed from the ledger.", func() float64 { return float64(s.polls.Stats().Expired) })
	m.counter("caucus_patches_total", "Patches, each counted once however many receive it.", func() float64 { return float64(s.polls.Stats().Patches) })
	m.counter("caucus_patch_bytes_total", "Bytes of patches, each counted once however many receive it.", func() float64 { return float64(s.polls.Stats().PatchBytes) })
	engine := func() engineio.Stats { return s.io.Stats().Engine }
	m.counter("caucus_sockets_opened_total", "Sessions of clients.", func() float64 { return float64(engine().Opened) })
	m.counter("caucus_sockets_too_slow_total", "Sessions closed because their client did not take what was queued for it.", func() float64 {
		closed := engine().Closed
		return float64(closed[engineio.ReasonQueueFull] + closed[engineio.ReasonStalled])
	})
	m.counter("caucus_socket_stalls_total", "Times that a client's connection was full.", func() float64 { return float64(engine().Stalls) })
	m.counter("caucus_socket_bytes_total", "Bytes sent to all sockets.", func() float64 { return float64(engine().BytesOut) })
	m.counter("caucus_socket_writes_total", "Writes that took, each of all that had gathered for a connection.", func() float64 { return float64(engine().Writes) })
	m.counter("caucus_panics_total", "Panics of handlers of sockets; each is logged.", func() float64 { return float64(engine().Panics + s.io.Stats().Panics) })
}
