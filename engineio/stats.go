package engineio

import "sync/atomic"

// Stats are counters since the server was made, but for the first three, which
// are what is now.
type Stats struct {
	Sessions  int // open
	Polling   int // of these, over polling
	WebSocket int // of these, over WebSocket

	Opened   uint64 // sessions
	Refused  uint64 // requests
	Upgrades uint64 // from polling to WebSocket

	MessagesIn  uint64 // messages, without heartbeats and the like
	BytesIn     uint64 // of those messages
	MessagesOut uint64 // packets over polling; over WebSocket see Writes
	BytesOut    uint64 // payloads and frames
	Writes      uint64 // system calls, or their like, that wrote frames

	VolatileDropped uint64 // messages
	Stalls          uint64 // times that a connection's buffer was full
	Panics          uint64 // of handlers
}

// counters are a shard's part of Stats.
type counters struct {
	opened, refused, upgrades       atomic.Uint64
	messagesIn, bytesIn             atomic.Uint64
	messagesOut, bytesOut, writes   atomic.Uint64
	volatileDropped, stalls, panics atomic.Uint64
}

func (c *counters) wrote(n int) {
	c.writes.Add(1)
	c.bytesOut.Add(uint64(n))
}

// Stats returns the server's counters.
func (srv *Server) Stats() Stats {
	var st Stats
	for _, sh := range srv.shards {
		c := &sh.stats
		st.Opened += c.opened.Load()
		st.Refused += c.refused.Load()
		st.Upgrades += c.upgrades.Load()
		st.MessagesIn += c.messagesIn.Load()
		st.BytesIn += c.bytesIn.Load()
		st.MessagesOut += c.messagesOut.Load()
		st.BytesOut += c.bytesOut.Load()
		st.Writes += c.writes.Load()
		st.VolatileDropped += c.volatileDropped.Load()
		st.Stalls += c.stalls.Load()
		st.Panics += c.panics.Load()
	}
	srv.mu.Lock()
	defer srv.mu.Unlock()
	st.Sessions = len(srv.sessions)
	return st
}

// NumSessions returns how many sessions are open.
func (srv *Server) NumSessions() int {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	return len(srv.sessions)
}
