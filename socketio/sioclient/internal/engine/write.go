package engine

import (
	"context"
	"runtime"
	"time"

	"github.com/caucus-live/caucus/socketio/engineio"
)

// Send queues messages, which leave in this order. It never blocks. Once the
// connection has ended or cannot be written to, or Close was called, it drops them.
func (c *Conn) Send(messages ...Message) {
	batch := make([]packet, len(messages))
	for i, m := range messages {
		batch[i] = packet{typeMessage, m.Kind, m.Data}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pushLocked(batch...)
}

// Waiting returns how many bytes have not yet been handed to the network.
func (c *Conn) Waiting() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.queued + c.leaving
}

// Writable reports whether nothing waits for its turn to leave.
func (c *Conn) Writable() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.queue) == 0
}

// pong answers a ping. A server that pings and does not read gets no more than one
// at a time.
func (c *Conn) pong() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.ponging {
		c.ponging = true
		c.pushLocked(packet{typ: typePong})
	}
}

func (c *Conn) pushLocked(batch ...packet) {
	if c.ended || c.closing || c.broken != nil {
		return
	}
	c.queue = append(c.queue, batch...)
	for i := range batch {
		c.queued += len(batch[i].data)
	}
	c.startLocked()
}

// startLocked has a goroutine write, if there is a reason to.
func (c *Conn) startLocked() {
	if c.writing || c.paused || c.ended || len(c.queue) == 0 && !c.closing {
		return
	}
	c.writing = true
	c.running.Go(c.write) // Serve waits for it; it ends when nothing is left, or with the connection
}

// write writes until nothing is left.
func (c *Conn) write() {
	for {
		runtime.Gosched() // what goroutines that are ready have to say leaves with it
		batch, l := c.take()
		if batch == nil {
			return
		}
		if err := c.deliver(batch, l); err != nil {
			c.failed(err)
		}
	}
}

// farewell is the last batch of a connection.
var farewell = []packet{{typ: typeClose, kind: engineio.Text}}

// take returns what to write next, nil if there is nothing, and where: nil stands
// for polling.
func (c *Conn) take() (batch []packet, l link) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.ended || c.paused || c.broken != nil:
	case len(c.queue) > 0:
		batch, c.ponging = c.queue, false
	case c.closing && !c.parted:
		c.parted = true
		batch = farewell
	}
	c.leaving = 0
	if batch == nil {
		c.writing = false
		c.changed.Broadcast()
		return nil, nil
	}
	c.leaving, c.queued, c.queue = c.queued, 0, nil
	return batch, c.link
}

func (c *Conn) deliver(batch []packet, l link) error {
	isLast := batch[0].typ == typeClose
	switch {
	case l == nil && isLast:
		if err := c.post(batch); err != nil {
			return err
		}
		return errForced
	case l == nil:
		return c.post(batch)
	case isLast:
		c.endAfter(linger)
		return l.leave()
	}
	return l.write(batch...)
}

// Close ends the connection when what is queued has left, or after the timeout.
// It does not wait for that: Serve returns then.
func (c *Conn) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closing || c.ended {
		return
	}
	c.closing = true
	if c.broken != nil {
		c.endAfter(0)
		return
	}
	c.startLocked()
	c.endAfter(c.cfg.Timeout)
}

// Drop ends the connection without what is queued.
func (c *Conn) Drop() { c.end(errForced) }

// linger is how long a server may take to answer a link's leave. Ending the
// connection before that could lose the last packets.
const linger = time.Second

func (c *Conn) endAfter(d time.Duration) {
	late := time.AfterFunc(d, func() { c.end(errForced) })
	context.AfterFunc(c.ctx, func() { late.Stop() })
}
