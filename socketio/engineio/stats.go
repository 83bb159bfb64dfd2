package engineio

import (
	"maps"
	"sync/atomic"
)

// Stats are a server's counters, counted since its start unless noted otherwise.
type Stats struct {
	Sessions  int // open now
	Polling   int // of these, over polling
	WebSocket int // of these, over WebSocket

	WebTransport int // of these, over WebTransport

	Opened   uint64            // sessions
	Closed   map[Reason]uint64 // sessions, by the reason for which they ended
	Refused  uint64            // requests
	Upgrades uint64            // from polling to another transport

	MessagesIn  uint64 // messages from clients, without heartbeats and the like
	BytesIn     uint64 // of those messages
	MessagesOut uint64 // packets and control frames that have left
	BytesOut    uint64 // of polling responses and frames, and of the answer to a WebSocket handshake
	Writes      uint64 // polling responses, and writes to WebSocket connections

	VolatileDropped uint64 // messages
	Stalls          uint64 // times that a client's connection was full; behind TLS, for a millisecond
	Panics          uint64 // of the application's handlers
}

// counters are a shard's part of Stats.
type counters struct {
	websockets, webtransports       atomic.Int64 // sessions that are open
	opened, upgrades                atomic.Uint64
	messagesIn, bytesIn             atomic.Uint64
	messagesOut, bytesOut, writes   atomic.Uint64
	volatileDropped, stalls, panics atomic.Uint64
}

// open counts sessions that are open, but for those over polling, which are the rest.
func (c *counters) open(transport string, n int64) {
	switch transport {
	case TransportWebSocket:
		c.websockets.Add(n)
	case TransportWebTransport:
		c.webtransports.Add(n)
	}
}

// sent counts a write, if it was one.
func (c *counters) sent(messages, bytes int) {
	if bytes == 0 {
		return
	}
	c.messagesOut.Add(uint64(messages))
	c.bytesOut.Add(uint64(bytes))
	c.writes.Add(1)
}

// Stats returns the server's counters.
func (srv *Server) Stats() Stats {
	var st Stats
	for _, sh := range srv.shards {
		c := &sh.stats
		st.WebSocket += int(c.websockets.Load())
		st.WebTransport += int(c.webtransports.Load())
		st.Opened += c.opened.Load()
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
	st.Polling = max(0, st.Sessions-st.WebSocket-st.WebTransport)
	st.Closed = maps.Clone(srv.closed)
	st.Refused = srv.refused
	return st
}

// NumSessions returns the number of open sessions.
func (srv *Server) NumSessions() int {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	return len(srv.sessions)
}
