package engine

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/caucus-live/caucus/socketio/engineio"
)

// headStart is how long WebTransport is tried before WebSocket is tried too, as in the
// reference client. Where UDP is blocked, nothing says so.
const headStart = 200 * time.Millisecond

// probe tries the upgrades while polling goes on (Engine.IO v4, "Upgrade"). The first
// to answer takes over. If none does, polling stays.
func (c *Conn) probe() {
	ctx, stop := context.WithTimeout(c.ctx, c.cfg.Timeout)
	defer stop()
	var probes sync.WaitGroup
	defer probes.Wait()
	for _, transport := range c.upgrades {
		over := make(chan struct{})
		probes.Go(func() { // ends with ctx
			defer close(over)
			if c.try(ctx, transport) {
				stop()
			}
		})
		select {
		case <-over:
		case <-time.After(headStart):
		}
		if ctx.Err() != nil {
			return
		}
	}
}

// try probes a transport, and reports whether it is to take over.
func (c *Conn) try(ctx context.Context, transport string) bool {
	l, err := c.cfg.dial(ctx, transport, c.sid)
	if err != nil {
		return false
	}
	inTime := context.AfterFunc(ctx, l.drop)
	if greet(l) != nil || !inTime() || !c.propose(l) {
		l.drop()
		return false
	}
	return true
}

// propose makes a link the next transport, unless another is or it is too late.
func (c *Conn) propose(l link) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended || c.closing || c.next != nil || c.link != nil {
		return false
	}
	c.next = l
	return true
}

// greet asks whether the server is there.
func greet(l link) error {
	if err := l.write(packet{typ: typePing, data: []byte("probe")}); err != nil {
		return err
	}
	p, err := l.read()
	if err == nil && (p.typ != typePong || p.kind != engineio.Text || string(p.data) != "probe") {
		err = fmt.Errorf("%w: no answer to the probe", errParse)
	}
	return err
}

// takeOver lets the next transport take over, if it is there to do so. It is called
// between two polls.
func (c *Conn) takeOver() (switched bool) {
	l := c.rest()
	if l == nil {
		return false
	}
	switched = l.write(packet{typ: typeUpgrade}) == nil
	if !switched { // it was lost since it was probed
		l.drop()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if switched {
		c.link = l
	}
	c.next, c.paused = nil, false
	c.startLocked()
	return switched
}

// rest returns what has been probed once nothing is being posted any more, nil if
// there is nothing.
func (c *Conn) rest() link {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.next == nil || c.closing || c.broken != nil {
		return nil
	}
	c.paused = true
	for c.writing && !c.ended {
		c.changed.Wait()
	}
	if c.broken != nil {
		return nil
	}
	return c.next
}
