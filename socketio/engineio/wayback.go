package engineio

import (
	"net"
	"net/http"
	"sync"
)

// A rereadConn is a connection of which something has been read too early.
type rereadConn struct {
	net.Conn

	early []byte // owned by whoever reads
}

func (c *rereadConn) Read(b []byte) (int, error) {
	if len(c.early) > 0 {
		n := copy(b, c.early)
		c.early = c.early[n:]
		return n, nil
	}
	return c.Conn.Read(b)
}

// A wayBack is a listener through which connections return to the http.Server that they
// were taken from, so that their next requests pass through everything in front of this
// server.
type wayBack struct {
	server *http.Server
	addr   net.Addr
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once // closes closed
}

// Accept implements [net.Listener].
func (b *wayBack) Accept() (net.Conn, error) {
	select {
	case conn := <-b.conns:
		return conn, nil
	case <-b.closed:
		return nil, net.ErrClosed
	}
}

// Addr implements [net.Listener].
func (b *wayBack) Addr() net.Addr { return b.addr }

// Close implements [net.Listener].
func (b *wayBack) Close() error {
	b.once.Do(func() { close(b.closed) })
	return nil
}

// give returns a connection, or closes it if its server accepts none any more.
func (b *wayBack) give(conn net.Conn) {
	select {
	case b.conns <- conn:
	case <-b.closed:
		_ = conn.Close() // nobody is left to be told
	}
}

// wayBackOf returns nil if connections cannot return. Otherwise Shutdown waits until done
// is called.
func (srv *Server) wayBackOf(r *http.Request) *wayBack {
	server, ok := r.Context().Value(http.ServerContextKey).(*http.Server)
	addr, isKnown := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok || !isKnown {
		return nil
	}
	srv.mu.Lock()
	defer srv.mu.Unlock()
	if srv.closing {
		return nil
	}
	back := srv.waysBack[server]
	if back == nil {
		back = &wayBack{server: server, addr: addr, conns: make(chan net.Conn), closed: make(chan struct{})}
		srv.waysBack[server] = back
		srv.wg.Go(func() { srv.serveBack(back) }) // ends when server does, or Shutdown closes it
	}
	srv.live++
	return back
}

func (srv *Server) serveBack(back *wayBack) {
	_ = back.server.Serve(back) // it has closed back, so that connections are closed from now on
	srv.mu.Lock()
	defer srv.mu.Unlock()
	delete(srv.waysBack, back.server)
}

// closeWaysBack is called when no poll is held any more.
func (srv *Server) closeWaysBack() {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	for _, back := range srv.waysBack {
		_ = back.Close() // it never fails
	}
}
