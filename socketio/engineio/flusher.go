package engineio

import (
	"errors"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// A shard is a server's share of sessions, with a flusher, which writes what
// has gathered for them. Emitting never writes: it puts a connection that has
// something to send on its shard's list. While the flusher is busy with others
// more gathers, and leaves in the same system call; that is what makes many
// messages for many receivers cheap. On an idle server the flusher wakes at once.
type shard struct {
	srv   *Server
	stats counters

	mu      sync.Mutex // guards the fields below; taken after Session.mu
	work    sync.Cond
	dirty   []*websocket
	flushed []func() // to be called when what is on the list now has been written
	stopped bool
}

func newShard(srv *Server) *shard {
	sh := &shard{srv: srv}
	sh.work.L = &sh.mu
	return sh
}

// push puts a connection on the list. Each is on it at most once: see
// websocket.dirty.
func (sh *shard) push(c *websocket) {
	sh.mu.Lock()
	sh.dirty = append(sh.dirty, c)
	sh.mu.Unlock()
	sh.work.Signal()
}

// AfterFlush calls f once, when all messages that were sent before have been written to their
// WebSocket connections, as far as those take them: how long that takes says how busy the machine
// is. It does not wait for clients that are slow, nor for those over polling, TLS or WebTransport.
// f runs on a goroutine that writes, and must neither block nor panic.
func (srv *Server) AfterFlush(f func()) {
	left := new(atomic.Int64)
	left.Store(int64(len(srv.shards)))
	for _, sh := range srv.shards {
		sh.afterFlush(func() {
			if left.Add(-1) == 0 {
				f()
			}
		})
	}
}

func (sh *shard) afterFlush(f func()) {
	sh.mu.Lock()
	stopped := sh.stopped
	if !stopped {
		sh.flushed = append(sh.flushed, f)
	}
	sh.mu.Unlock()
	if stopped {
		f() // everything has been written
	}
	sh.work.Signal()
}

// flushLoop is the flusher.
func (sh *shard) flushLoop() {
	w := newFlushWriter()
	var batch []*websocket
	for flushed, ok := sh.next(&batch); ok; flushed, ok = sh.next(&batch) {
		for i, c := range batch {
			batch[i] = nil
			sh.flush(c, w)
		}
		for _, f := range flushed {
			f()
		}
	}
}

// next waits for work and exchanges the list for an empty one. It returns the functions to call
// after that, and false when the flusher is to end.
func (sh *shard) next(batch *[]*websocket) (flushed []func(), ok bool) {
	// Goroutines that are ready to run may have something to send as well.
	runtime.Gosched()
	sh.mu.Lock()
	defer sh.mu.Unlock()
	for len(sh.dirty)+len(sh.flushed) == 0 {
		if sh.stopped {
			return nil, false
		}
		sh.work.Wait()
	}
	*batch, sh.dirty = sh.dirty, (*batch)[:0]
	flushed, sh.flushed = sh.flushed, nil
	return flushed, true
}

// flush writes once what has gathered for a connection.
func (sh *shard) flush(c *websocket, w *flushWriter) {
	switch {
	case c.blocking && !c.slow:
		sh.srv.blocking.add(c)
		return
	case c.raw == nil:
		sh.srv.wg.Go(c.drain) // ends when there is nothing left to write
		return
	}
	out := c.gather(w.buf)
	n, err := w.write(c.raw, out)
	switch more := c.wrote(n, len(out), err); {
	case more && n < len(out):
		sh.stats.stalls.Add(1)
		sh.srv.wg.Go(c.drain) // the socket is full; ends as above
	case more:
		sh.push(c)
	}
}

func (sh *shard) stop() {
	sh.mu.Lock()
	sh.stopped = true
	sh.mu.Unlock()
	sh.work.Signal()
}

// drain writes until the queue is empty, waiting for the client whenever it has
// to. It has a goroutine of its own.
func (c *websocket) drain() {
	for more := true; more; {
		more = c.drainSome()
	}
}

// drainSome writes what has gathered, and returns whether there is more.
func (c *websocket) drainSome() (more bool) {
	if c.raw != nil {
		return c.writeWhenReady()
	}
	buf := getBuffer()
	defer putBuffer(buf)
	out := c.gatherLimited(buf)
	if len(out) == 0 {
		return c.wrote(0, 0, nil)
	}
	start := time.Now()
	n, err := c.conn.Write(out)
	if c.blocking {
		c.setSlow(time.Since(start) > standstill)
	}
	return c.wrote(n, len(out), err)
}

// gatherLimited returns what to write next, by a call that blocks.
func (c *websocket) gatherLimited(buf []byte) []byte {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.limitWrite()
	out := c.s.queue.gather(c.form, buf)
	return out[:min(len(out), writeSize)] // a part at a time, each of which shows that the client takes something
}

// writeWhenReady does so as soon as the socket has room. No buffer is held while
// waiting for that.
func (c *websocket) writeWhenReady() (more bool) {
	var writeErr error
	err := c.raw.Write(func(fd uintptr) (done bool) {
		buf := getBuffer()
		defer putBuffer(buf)
		out := c.gather(buf)
		n, err := writeFD(fd, out)
		if err != nil {
			writeErr = err // not handled here: the connection could not be closed
			return true
		}
		more = c.wrote(n, len(out), nil)
		full := n == 0 && len(out) > 0
		return !more || !full
	})
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return c.writeLate()
	}
	if err = errors.Join(err, writeErr); err != nil {
		return c.wrote(0, 0, err)
	}
	return more
}

// writeLate is the last attempt for a client that has not made room for a long
// time. The system says so late: only when much of its buffer is free.
func (c *websocket) writeLate() (more bool) {
	var n, gathered int
	var writeErr error
	err := c.raw.Control(func(fd uintptr) {
		buf := getBuffer()
		defer putBuffer(buf)
		out := c.gather(buf)
		gathered = len(out)
		n, writeErr = writeFD(fd, out)
	})
	if err = errors.Join(err, writeErr); err == nil && n == 0 && gathered > 0 {
		err = os.ErrDeadlineExceeded
	}
	return c.wrote(n, gathered, err)
}

// A flushWriter writes for a flusher, without blocking and without allocating.
type flushWriter struct {
	buf     []byte // to gather in
	attempt func(fd uintptr) bool

	out []byte
	n   int
	err error
}

func newFlushWriter() *flushWriter {
	w := &flushWriter{buf: make([]byte, 0, writeSize)}
	w.attempt = func(fd uintptr) bool {
		w.n, w.err = writeFD(fd, w.out)
		return true
	}
	return w
}

// write writes as much as the socket takes.
func (w *flushWriter) write(raw syscall.RawConn, out []byte) (int, error) {
	if len(out) == 0 {
		return 0, nil
	}
	w.out, w.n, w.err = out, 0, nil
	err := raw.Write(w.attempt)
	w.out = nil
	return w.n, errors.Join(err, w.err)
}
