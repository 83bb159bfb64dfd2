package engineio

import "syscall"

// A sleeper is a connection for which a poller may wait.
type sleeper interface {
	where() *place
	// resume is called, without a lock, when there is something to read or the end of
	// the connection is to be noticed.
	resume()
}

// A place is where a sleeper is in a poller, whose lock guards it.
type place struct {
	fd    int32 // once it was parked
	awake bool  // it is not parked any more
}

// pollerFor returns nil if no poller can watch the connection.
func (srv *Server) pollerFor(raw syscall.RawConn) *poller {
	if raw == nil {
		return nil
	}
	srv.pollerOnce.Do(srv.openPoller)
	return srv.poller
}
