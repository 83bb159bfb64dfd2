package httpd

import (
	"net"
	"net/http"
	"sync"
	"time"
)

// silence is for how long a connection without a request is given the benefit of the
// doubt when the server ends.
const silence = time.Second

// A silent knows the connections on which no request has come yet: browsers open some
// in advance. [http.Server.Shutdown] would wait five seconds for one.
type silent struct {
	mu    sync.Mutex // guards since
	since map[net.Conn]time.Time
}

// note is the ConnState of a server.
func (s *silent) note(conn net.Conn, state http.ConnState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if state == http.StateNew {
		s.since[conn] = time.Now()
	} else {
		delete(s.since, conn)
	}
}

// close closes those that have been silent for long enough.
func (s *silent) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for conn, since := range s.since {
		if time.Since(since) >= silence {
			_ = conn.Close() // the client may be gone
		}
	}
}
