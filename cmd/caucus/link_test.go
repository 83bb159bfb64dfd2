package main

import (
	"context"
	"net"
	"sync"
	"testing"
	"time"
)

// A link is a proxy in front of a server, for one of the others. It can be cut or slow.
type link struct {
	listener net.Listener
	target   string
	pumps    sync.WaitGroup

	mu    sync.Mutex // guards the fields below
	cut   bool
	delay time.Duration
	conns map[net.Conn]bool
}

// startLink listens for connections to target, until the test ends.
func startLink(t *testing.T, target string) *link {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &link{listener: ln, target: target, conns: make(map[net.Conn]bool)}
	l.pumps.Go(l.accept) // ends with the listener
	t.Cleanup(func() {
		_ = ln.Close()
		l.set(true, 0)
		l.pumps.Wait()
	})
	return l
}

func (l *link) address() string { return l.listener.Addr().String() }

// set cuts the link, or mends it, and has what passes take its time.
func (l *link) set(cut bool, delay time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut, l.delay = cut, delay
	if !cut {
		return
	}
	for conn := range l.conns {
		_ = conn.Close()
	}
}

func (l *link) accept() {
	for {
		near, err := l.listener.Accept()
		if err != nil {
			return
		}
		far, err := new(net.Dialer).DialContext(context.Background(), "tcp", l.target)
		if err != nil || !l.keep(near, far) {
			_ = near.Close()
			if err == nil {
				_ = far.Close()
			}
			continue
		}
		l.pumps.Go(func() { l.pump(near, far) }) // each ends with either connection
		l.pumps.Go(func() { l.pump(far, near) })
	}
}

// keep notes connections, unless the link is cut.
func (l *link) keep(conns ...net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, conn := range conns {
		if !l.cut {
			l.conns[conn] = true
		}
	}
	return !l.cut
}

// A packet is some bytes on their way.
type packet struct {
	data []byte
	due  time.Time
}

// pump passes on what one end sends, each packet after the delay of its moment.
func (l *link) pump(from, to net.Conn) {
	way := make(chan packet, 1024)
	l.pumps.Go(func() { // ends with way
		for p := range way {
			if wait := time.Until(p.due); wait > 0 {
				<-time.After(wait)
			}
			if _, err := to.Write(p.data); err != nil {
				_ = from.Close()
			}
		}
		_ = to.Close()
	})
	defer close(way)
	for buf := make([]byte, 64<<10); ; {
		n, err := from.Read(buf)
		if n > 0 {
			l.mu.Lock()
			due := time.Now().Add(l.delay)
			l.mu.Unlock()
			way <- packet{append([]byte(nil), buf[:n]...), due}
		}
		if err != nil {
			l.mu.Lock()
			delete(l.conns, from)
			l.mu.Unlock()
			return
		}
	}
}
