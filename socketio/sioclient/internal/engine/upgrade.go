package engine

import (
	"context"
	"fmt"

	"github.com/caucus-live/caucus/socketio/engineio"
)

// probe tries WebSocket while polling goes on (Engine.IO v4, "Upgrade"). If that
// fails, polling stays.
func (c *Conn) probe() {
	ctx, stop := context.WithTimeout(c.ctx, c.cfg.Timeout)
	defer stop()
	w, err := dialWebsocket(ctx, c.cfg, c.sid)
	if err != nil {
		return
	}
	inTime := context.AfterFunc(ctx, w.drop)
	if w.greet() != nil || !inTime() {
		w.drop()
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended || c.closing {
		w.drop()
		return
	}
	c.next = w
}

// greet asks whether the server is there.
func (w *websocket) greet() error {
	if err := w.write(packet{typ: typePing, data: []byte("probe")}); err != nil {
		return err
	}
	p, err := w.read()
	if err == nil && (p.typ != typePong || p.kind != engineio.Text || string(p.data) != "probe") {
		err = fmt.Errorf("%w: no answer to the probe", errParse)
	}
	return err
}

// takeOver lets WebSocket take over, if it is there to do so. It is called
// between two polls.
func (c *Conn) takeOver() (switched bool, err error) {
	w := c.rest()
	if w == nil {
		return false, nil
	}
	if err := w.write(packet{typ: typeUpgrade}); err != nil {
		return false, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ws, c.next, c.paused = w, nil, false
	c.startLocked()
	return true, nil
}

// rest returns what has been probed once nothing is being posted any more, nil if
// there is nothing.
func (c *Conn) rest() *websocket {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.next == nil || c.closing {
		return nil
	}
	c.paused = true
	for c.writing && !c.ended {
		c.changed.Wait()
	}
	return c.next
}
