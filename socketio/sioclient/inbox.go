package sioclient

import (
	"context"
	"slices"
)

// An inbox holds what one socket has still to handle. It is guarded by the client's
// lock. While there is something to do, one goroutine does it, and otherwise none
// exists.
type inbox struct {
	queue   []task
	bytes   int // of queue, and of events handled aside: see socketio.Async
	running bool
}

// A task is an event to be handled or, if event is nil, something to be told.
type task struct {
	event *incoming
	tell  func(context.Context)
	size  int
}

// taskSize is what an event counts for at least.
const taskSize = 128

// tellLocked has a function called in turn.
func (s *Socket) tellLocked(f func(context.Context)) { s.postLocked(task{tell: f}) }

func (s *Socket) postLocked(t task) {
	b := &s.inbox
	b.queue = append(b.queue, t)
	b.bytes += t.size
	if !b.running {
		s.startLocked()
	}
}

func (s *Socket) startLocked() {
	s.inbox.running = true
	go s.work() // nobody waits for it; it ends when nothing is left to do
}

// passOn leaves what waits to another goroutine.
func (s *Socket) passOn() {
	s.client.mu.Lock()
	defer s.client.mu.Unlock()
	s.passOnLocked()
}

func (s *Socket) passOnLocked() {
	s.inbox.running = false
	if len(s.inbox.queue) > 0 {
		s.startLocked()
	}
}

// dropEventsLocked forgets the events that wait.
func (b *inbox) dropEventsLocked() {
	b.queue = slices.DeleteFunc(b.queue, func(t task) bool { return t.event != nil })
	b.bytes = 0
}

// work runs pending tasks until none are left.
func (s *Socket) work() {
	for {
		t, ok := s.next()
		if !ok {
			return
		}
		if t.event == nil {
			s.protect(t.tell)
		} else if !s.handle(s.client.ctx, t.event) {
			return
		}
	}
}

// protect calls functions other than handlers.
func (s *Socket) protect(f func(context.Context)) {
	finished := false
	defer func() {
		if v := recover(); !finished {
			s.client.panicked(v)
			if v == nil { // runtime.Goexit: this goroutine is about to end
				s.passOn()
			}
		}
	}()
	f(s.client.ctx)
	finished = true
}

func (s *Socket) next() (task, bool) {
	c, b := s.client, &s.inbox
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(b.queue) == 0 {
		b.queue, b.running = nil, false
		return task{}, false
	}
	t := b.queue[0]
	b.queue[0] = task{}
	b.queue = b.queue[1:]
	b.bytes = max(0, b.bytes-t.size)
	if b.bytes <= c.opts.MaxPending/2 {
		c.makeSpaceLocked()
	}
	return t, true
}

// makeSpaceLocked lets the read loop see whether it may go on.
func (c *Client) makeSpaceLocked() {
	if c.space != nil {
		close(c.space)
		c.space = nil
	}
}

// waitForSpace keeps the read loop from reading more than can be handled.
func (s *Socket) waitForSpace() error {
	for {
		space, end, err := s.fullness()
		if space == nil || err != nil {
			return err
		}
		select {
		case <-space:
		case <-end:
			return nil
		}
	}
}

// fullness returns what to wait for, nil if there is room: space, or the end of the
// connection. If waiting would not help, it returns an error.
func (s *Socket) fullness() (space, end <-chan struct{}, err error) {
	c, limit := s.client, s.client.opts.MaxPending
	c.mu.Lock()
	defer c.mu.Unlock()
	switch waiting := s.inbox.bytes; {
	case waiting <= limit || c.conn == nil:
		return nil, nil, nil
	case c.awaited == 0:
		c.space = make(chan struct{})
		return c.space, c.conn.Done(), nil
	case waiting <= 4*limit: // a handler may wait for what has yet to be read
		return nil, nil, nil
	}
	return nil, nil, errOverload
}
