package socketio

// RecoveryLogs returns of how many namespaces recovery keeps anything.
func (srv *Server) RecoveryLogs() int {
	srv.store.mu.Lock()
	defer srv.store.mu.Unlock()
	return len(srv.store.logs)
}
