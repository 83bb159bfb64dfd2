package httpd

import (
	"context"
	_ "embed"
	"errors"
	"net/http"

	"github.com/caucus-live/caucus/internal/ledger"
	"github.com/caucus-live/caucus/internal/wire"
)

// The routes whose requests are not worth a line of the usual log: those that
// machines ask every few seconds, and the files of the web client.
const (
	routeHealth = "GET /healthz"
	routeReady  = "GET /readyz"
	routePages  = "GET /"
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

// ready answers /readyz: requests are welcome, the ledger can be read and written, and
// there is room for new polls.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) error {
	if s.draining.Load() {
		return refuse(http.StatusServiceUnavailable, shuttingDown.Refuse())
	}
	ctx, cancel := context.WithTimeout(r.Context(), probeTimeout)
	defer cancel()
	if _, err := s.ledger.Info(ctx, "readyz"); err != nil && !errors.Is(err, ledger.ErrNotFound) {
		return refuse(http.StatusServiceUnavailable, unreadableLedger.Refuse())
	}
	if err := s.readiness.ask(ctx); err != nil {
		return refuse(http.StatusServiceUnavailable, unwritable(err))
	}
	if s.diskIsLow() {
		return refuse(http.StatusServiceUnavailable, nearlyFullDisk.Refuse())
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
	m.sockets.Add(s.io)
}
