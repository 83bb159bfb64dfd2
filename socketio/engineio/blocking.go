package engineio

import (
	"crypto/tls"
	"net"
	"runtime"
	"slices"
	"sync"
	"time"
)

// standstill is how long a write may take before another goroutine goes on with what waits
// behind it; it is noticed within twice that.
const standstill = time.Millisecond

// blockingWriters write to connections over TLS, whose writes block where the client does not
// take what is written. A goroutine for each write costs as much as encryption does, so a few
// write to one connection after another. Where one stands still others take its place, and
// its connection is slow: that has a goroutine of its own for what is written next.
type blockingWriters struct {
	srv  *Server
	most int // how many write while none stands still

	mu      sync.Mutex // guards the fields below; taken before Session.mu
	queue   []*websocket
	head    int                          // of the queue
	writers map[*blockingWriter]struct{} // that do not stand still
	watch   *time.Timer
	watched bool // the timer runs
}

// A blockingWriter is one of the goroutines. Its fields are guarded by the lock of all.
type blockingWriter struct {
	at    *websocket // what it writes to
	seen  bool       // at the last look it was there already
	still bool       // it stands still
}

func newBlockingWriters(srv *Server) *blockingWriters {
	b := &blockingWriters{srv: srv, most: runtime.GOMAXPROCS(0), writers: make(map[*blockingWriter]struct{})}
	b.watch = time.AfterFunc(time.Hour, b.look)
	b.watch.Stop()
	return b
}

// isBlocking reports whether the connection is one for blockingWriters.
func isBlocking(conn net.Conn) bool {
	c, ok := conn.(*tls.Conn)
	if !ok {
		return false
	}
	_, ok = c.NetConn().(*net.TCPConn)
	return ok
}

// add has what has gathered for a connection written.
func (b *blockingWriters) add(c *websocket) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.queue) == cap(b.queue) && b.head > len(b.queue)/2 {
		b.queue = slices.Delete(b.queue, 0, b.head)
		b.head = 0
	}
	b.queue = append(b.queue, c)
	if len(b.writers) == 0 {
		b.startLocked()
	}
	if !b.watched {
		b.watched = true
		b.watch.Reset(standstill)
	}
}

func (b *blockingWriters) startLocked() {
	w := new(blockingWriter)
	b.writers[w] = struct{}{}
	b.srv.wg.Go(func() { b.write(w) }) // ends when nothing is left to write
}

// write writes to one connection after another, until it has stood still or nothing is left.
func (b *blockingWriters) write(w *blockingWriter) {
	buf := getBuffer()
	defer putBuffer(buf)
	for c := b.take(w); c != nil; c = b.take(w) {
		more, still := b.writeTo(c, w, buf)
		switch {
		case still && more:
			b.srv.wg.Go(c.drain) // ends when there is nothing left to write
		case more:
			b.add(c)
		}
		if still {
			return // others have taken its place
		}
	}
}

// take returns the next connection, or nil: then the writer ends.
func (b *blockingWriters) take(w *blockingWriter) *websocket {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.head == len(b.queue) {
		b.queue, b.head = b.queue[:0], 0
		delete(b.writers, w)
		return nil
	}
	w.at, w.seen = b.queue[b.head], false
	b.queue[b.head] = nil
	b.head++
	return w.at
}

// writeTo writes once. If there is nothing more, others may write to the connection.
func (b *blockingWriters) writeTo(c *websocket, w *blockingWriter, buf []byte) (more, still bool) {
	out := c.gather(buf)
	out = out[:min(len(out), writeSize)]
	var n int
	var err error
	if len(out) > 0 {
		n, err = c.conn.Write(out)
	}
	if still = b.left(w); still {
		c.setSlow(true)
	}
	return c.wrote(n, len(out), err), still
}

// left notes that a write has returned, and reports whether it had stood still.
func (b *blockingWriters) left(w *blockingWriter) (stoodStill bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	w.at = nil
	return w.still
}

// look sees which writers stand still, bounds how long they may, and starts others.
func (b *blockingWriters) look() {
	b.mu.Lock()
	defer b.mu.Unlock()
	still := 0
	for w := range b.writers {
		if w.seen && w.at != nil {
			w.still = true
			delete(b.writers, w)
			w.at.s.shard.stats.stalls.Add(1)
			w.at.boundWrite()
			still++
		}
		w.seen = true
	}
	more := 2 * still // so that many slow clients are soon passed
	if still == 0 && len(b.writers) < b.most {
		more = 1
	}
	waiting := len(b.queue) - b.head
	for range min(more, waiting) {
		b.startLocked()
	}
	if b.watched = len(b.writers) > 0; b.watched {
		b.watch.Reset(standstill)
	}
}

// boundWrite bounds how long the client may take nothing of what is being written.
func (c *websocket) boundWrite() {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.limitWrite()
}

// setSlow notes whether the last write stood still, after which the next may take any time.
// The goroutine that writes calls it.
func (c *websocket) setSlow(slow bool) {
	c.slow = slow
	_ = c.conn.SetWriteDeadline(time.Time{}) // it fails on a closed connection only
}
