package main

import (
	"context"
	"math/rand/v2"
	"net"
	"sync"
	"testing"
	"time"
)

// A link is a proxy in front of a server, for one of the others. Each way of it can be
// impaired.
type link struct {
	listener net.Listener
	target   string
	pumps    sync.WaitGroup

	mu    sync.Mutex // guards the fields below
	ways  [2]impairment
	conns map[net.Conn]bool
}

// A way is one of a link's two: forth to its target, or back from it.
type way int

const (
	forth way = iota
	back
)

// An impairment is what is wrong with one way of a link. The zero value is nothing.
type impairment struct {
	cut   bool          // connections end and cannot be made, both ways
	deaf  bool          // what is sent vanishes, while connections stay
	delay time.Duration // of every packet
	loss  float64       // the share of packets that must be sent a second time
}

// retransmission is how long a lost packet, and all behind it, takes longer: the
// least that Linux waits before it sends one again.
const retransmission = 200 * time.Millisecond

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
		l.set(forth, impairment{cut: true})
		l.pumps.Wait()
	})
	return l
}

func (l *link) address() string { return l.listener.Addr().String() }

// set impairs one way of the link, or mends it. A connection some of whose bytes
// vanished does not survive the mending.
func (l *link) set(w way, i impairment) {
	l.mu.Lock()
	defer l.mu.Unlock()
	broken := i.cut || l.ways[w].deaf && !i.deaf
	l.ways[w] = i
	if !broken {
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
		l.pumps.Go(func() { l.pump(near, far, forth) }) // each ends with either connection
		l.pumps.Go(func() { l.pump(far, near, back) })
	}
}

// keep notes connections, unless the link is cut.
func (l *link) keep(conns ...net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ways[forth].cut || l.ways[back].cut {
		return false
	}
	for _, conn := range conns {
		l.conns[conn] = true
	}
	return true
}

// A packet is some bytes on their way.
type packet struct {
	data []byte
	due  time.Time
}

// pump passes on what one end sends, each packet when it is due.
func (l *link) pump(from, to net.Conn, w way) {
	under := make(chan packet, 1024)
	l.pumps.Go(func() { // ends with under
		for p := range under {
			if wait := time.Until(p.due); wait > 0 {
				<-time.After(wait)
			}
			if _, err := to.Write(p.data); err != nil {
				_ = from.Close()
			}
		}
		_ = to.Close()
	})
	defer close(under)
	for buf := make([]byte, 64<<10); ; {
		n, err := from.Read(buf)
		if n > 0 {
			if due, arrives := l.due(w); arrives {
				under <- packet{append([]byte(nil), buf[:n]...), due}
			}
		}
		if err != nil {
			l.mu.Lock()
			delete(l.conns, from)
			l.mu.Unlock()
			return
		}
	}
}

// due returns when a packet that is sent now arrives, if it does.
func (l *link) due(w way) (due time.Time, arrives bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	i := l.ways[w]
	due = time.Now().Add(i.delay)
	if rand.Float64() < i.loss {
		due = due.Add(retransmission)
	}
	return due, !i.deaf
}
