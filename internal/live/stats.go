package live

import "sync/atomic"

// Stats are counters of a Registry, since it was made unless they say otherwise.
type Stats struct {
	Rooms       int    // polls in memory, now
	Connections int    // of all rooms, now
	Batches     uint64 // successful appends
	Entries     uint64 // appended in them
	Overtaken   uint64 // appends before which another server's entries came
	Patches     uint64 // published, each to a whole room
	PatchBytes  uint64 // of JSON in them
	Expired     uint64 // polls removed from the ledger
}

type stats struct {
	connections                                               atomic.Int64
	batches, entries, overtaken, patches, patchBytes, expired atomic.Uint64
}

// Stats returns the present counters.
func (r *Registry) Stats() Stats {
	r.mu.Lock()
	rooms := len(r.rooms)
	r.mu.Unlock()
	return Stats{
		Rooms:       rooms,
		Connections: int(r.stats.connections.Load()),
		Batches:     r.stats.batches.Load(),
		Entries:     r.stats.entries.Load(),
		Overtaken:   r.stats.overtaken.Load(),
		Patches:     r.stats.patches.Load(),
		PatchBytes:  r.stats.patchBytes.Load(),
		Expired:     r.stats.expired.Load(),
	}
}
