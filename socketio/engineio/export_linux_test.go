//go:build !nopoller

package engineio

// Parked returns how many connections have no goroutine.
func (srv *Server) Parked() (n int) {
	srv.pollerOnce.Do(srv.openPoller)
	p := srv.poller
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.parked {
		if c != nil {
			n++
		}
	}
	return n
}
