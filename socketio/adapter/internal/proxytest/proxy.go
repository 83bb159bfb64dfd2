// Package proxytest has a proxy between an adapter and its broker, for tests of what happens when
// the connection is cut or slow.
package proxytest

import (
	"io"
	"net"
	"sync"
	"testing"
	"time"
)

// A Proxy passes connections on to a broker. Its methods may be called concurrently.
type Proxy struct {
	network, target string
	listener        net.Listener
	running         sync.WaitGroup

	mu    sync.Mutex // guards the fields below
	conns map[net.Conn]struct{}
	isCut bool
	delay time.Duration
}

// Start starts a proxy on a port of loopback, until the test ends.
func Start(t *testing.T, network, target string) *Proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{network: network, target: target, listener: l, conns: make(map[net.Conn]struct{})}
	p.running.Go(p.accept)
	t.Cleanup(func() {
		_ = l.Close() // ends accept
		p.Cut()
		p.running.Wait()
	})
	return p
}

// Addr returns the address to connect to.
func (p *Proxy) Addr() string { return p.listener.Addr().String() }

// Cut ends all connections, and refuses new ones until Mend.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.isCut = true
	for conn := range p.conns {
		_ = conn.Close() // the other end may have done so
	}
}

// Mend ends Cut.
func (p *Proxy) Mend() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.isCut = false
}

// Slow delays everything that the broker sends.
func (p *Proxy) Slow(delay time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.delay = delay
}

func (p *Proxy) accept() {
	for {
		conn, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.running.Go(func() { p.serve(conn) })
	}
}

// keep notes a connection. It returns false if there shall be none.
func (p *Proxy) keep(conn net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.isCut {
		p.conns[conn] = struct{}{}
	}
	return !p.isCut
}

func (p *Proxy) forget(conn net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.conns, conn)
	_ = conn.Close() // it may be closed
}

// serve passes bytes on in both directions, until either end closes.
func (p *Proxy) serve(near net.Conn) {
	defer p.forget(near)
	if !p.keep(near) {
		return
	}
	far, err := net.Dial(p.network, p.target) //nolint:noctx // of loopback
	if err != nil {
		return
	}
	defer p.forget(far)
	if !p.keep(far) {
		return
	}
	p.running.Go(func() {
		_, _ = io.Copy(far, near) // its error is the end
		_ = far.Close()
	})
	p.pass(near, far)
}

// pass copies what the broker sends, after the delay.
func (p *Proxy) pass(near, far net.Conn) {
	buf := make([]byte, 32<<10)
	for {
		n, err := far.Read(buf)
		p.mu.Lock()
		delay := p.delay
		p.mu.Unlock()
		if delay > 0 {
			<-time.After(delay)
		}
		if _, writeErr := near.Write(buf[:n]); err != nil || writeErr != nil {
			return
		}
	}
}
