package socketio

import (
	"sync/atomic"

	"github.com/caucus-live/caucus/socketio/engineio"
)

// Stats are figures about a [Server]. Those that count events only grow.
type Stats struct {
	Engine engineio.Stats // of the layer below: sessions, bytes, drops

	Namespaces int
	Sockets    int    // connected now, in all namespaces
	EventsIn   uint64 // events received from clients
	Broadcasts uint64 // events emitted to a target
	Deliveries uint64 // sockets that broadcasts were queued for
	Recovered  uint64 // sockets that took the place of one that was lost: see Recovery
	Panics     uint64 // of handlers and middleware, and calls of runtime.Goexit

	// DroppedErrors counts errors of handlers, arguments that do not decode among
	// them, that were not sent, because the client had not asked for an
	// acknowledgement.
	DroppedErrors uint64
}

// AfterFlush calls f once, when what was emitted before has been written: see
// [engineio.Server.AfterFlush]. f must neither block nor panic.
func (srv *Server) AfterFlush(f func()) { srv.engine.AfterFlush(f) }

type counters struct {
	eventsIn   atomic.Uint64
	broadcasts atomic.Uint64
	deliveries atomic.Uint64
	recovered  atomic.Uint64
	panics     atomic.Uint64

	droppedErrors atomic.Uint64
}

func (c *counters) broadcast(receivers int) {
	c.broadcasts.Add(1)
	c.deliveries.Add(uint64(receivers))
}

// Stats returns the current figures.
func (srv *Server) Stats() Stats {
	namespaces := srv.Namespaces()
	s := Stats{
		Engine:     srv.engine.Stats(),
		Namespaces: len(namespaces),
		EventsIn:   srv.stats.eventsIn.Load(),
		Broadcasts: srv.stats.broadcasts.Load(),
		Deliveries: srv.stats.deliveries.Load(),
		Recovered:  srv.stats.recovered.Load(),
		Panics:     srv.stats.panics.Load(),

		DroppedErrors: srv.stats.droppedErrors.Load(),
	}
	for _, ns := range namespaces {
		s.Sockets += ns.Len()
	}
	return s
}
