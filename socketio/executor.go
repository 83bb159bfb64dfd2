package socketio

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/caucus-live/caucus/socketio/internal/packet"
)

// An inbox holds the events of one socket that wait for their handlers. It is
// guarded by the socket's lock. While there is something to do, one goroutine does
// it; otherwise it does not exist.
type inbox struct {
	first   *task         // a list
	last    *task         // unless first is nil
	bytes   int           // of all in the list, and of events handled aside: see Async
	owed    int32         // events whose sender wants an answer and has none, or whose handler has not returned
	running bool          // a goroutine is at work
	left    bool          // the socket has left its rooms and its namespace
	ended   bool          // then the functions of OnDisconnect have had their turn
	space   chan struct{} // closed when there is room again; nil if nobody waits
}

// A task is an event to be handled. Without a handler it stands for the end of
// the socket: see sayGoodbye.
type task struct {
	event namedHandler
	args  Args
	id    int64 // packet.NoID if the client wants no acknowledgement
	size  int
	came  time.Time // zero unless events are traced
	next  *task     // in the inbox
}

// newTask returns a copy of t, in memory that may have been another's.
func (w *workers) newTask(t task) *task {
	used, ok := w.tasks.Get().(*task)
	if !ok {
		used = new(task)
	}
	*used = t
	return used
}

func (w *workers) release(t *task) {
	*t = task{} // or its arguments could not be collected
	w.tasks.Put(t)
}

// taskSize is what an event counts for at least.
const taskSize = 128

// receive takes an event off the read loop. It blocks while too many wait: then
// nothing more is read from the client.
func (s *Socket) receive(elements []json.RawMessage, p *packet.Packet) error {
	if len(elements) == 0 {
		return errUnexpected
	}
	name, err := packet.EventName(elements[0])
	if err != nil {
		return err
	}
	t := s.conn.srv.workers.newTask(task{
		event: s.ns.handlers.table.Load().find(name),
		args:  keep(elements[1:], p.Binary),
		id:    p.ID,
		size:  max(taskSize, len(p.Data)),
	})
	for _, b := range p.Binary {
		t.size += len(b)
	}
	if s.conn.srv.opts.Trace.Event != nil {
		t.came = time.Now()
	}
	s.conn.srv.stats.eventsIn.Add(1)
	space, err := s.enqueue(t)
	switch {
	case err != nil:
		s.conn.close(ReasonOverload)
	case space != nil:
		s.waitFor(space)
	}
	return nil
}

// enqueue hands t to the goroutine at work, or starts one. If too much waits now,
// it returns a channel to wait on, or an error where waiting would not help.
func (s *Socket) enqueue(t *task) (space <-chan struct{}, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := &s.inbox
	limit := s.conn.srv.opts.MaxPending
	if s.state != connected || s.conn.leaving.Load() {
		return nil, nil
	}
	if t.id != packet.NoID {
		b.owed++
	}
	if b.running {
		b.pushLocked(t)
	} else {
		s.runLocked(t)
	}
	switch {
	case b.bytes <= limit:
		return nil, nil
	case len(s.acks) == 0:
		b.space = make(chan struct{})
		return b.space, nil
	case b.bytes <= 4*limit: // a handler may wait for what has yet to be read
		return nil, nil
	default:
		return nil, errOverload
	}
}

var errOverload = errors.New("socketio: too many events waiting")

func (s *Socket) waitFor(space <-chan struct{}) {
	late := time.NewTimer(s.conn.srv.opts.Engine.PingTimeout)
	defer late.Stop()
	select {
	case <-space:
	case <-s.conn.srv.done:
	case <-late.C:
		s.conn.close(ReasonOverload)
	}
}

func (b *inbox) pushLocked(t *task) {
	if b.first == nil {
		b.first = t
	} else {
		b.last.next = t
	}
	b.last = t
	b.bytes += t.size
}

// popLocked returns nil if nothing waits.
func (b *inbox) popLocked() *task {
	t := b.first
	if t != nil {
		b.first = t.next
	}
	return t
}

// shrinkLocked notes that an event of this size does not count any more.
func (b *inbox) shrinkLocked(size, limit int) {
	b.bytes = max(0, b.bytes-size) // it is zero if the inbox was emptied
	if b.bytes <= limit/2 {
		b.makeSpaceLocked()
	}
}

// makeSpaceLocked lets the read loop go on.
func (b *inbox) makeSpaceLocked() {
	if b.space != nil {
		close(b.space)
		b.space = nil
	}
}

// closeLocked ends the inbox, with or without what waits in it.
func (b *inbox) closeLocked(drop bool) {
	if drop {
		b.first, b.bytes = nil, 0
	}
	b.makeSpaceLocked()
}

// startLocked starts the goroutine, unless it runs or there is nothing to do.
func (s *Socket) startLocked() {
	if s.inbox.running {
		return
	}
	if t := s.nextLocked(); t != nil {
		s.runLocked(t)
	}
}

func (s *Socket) runLocked(t *task) {
	s.inbox.running = true
	s.conn.srv.work(work{s, t})
}

// workOn handles what waits, until nothing does, or a handler has left it to another
// goroutine.
func (s *Socket) workOn() {
	for t := s.next(); t != nil; t = s.next() {
		if !s.work(t) {
			return
		}
	}
}

// work handles a task, which is then no more. It reports whether the goroutine still
// works for the socket.
func (s *Socket) work(t *task) (goOn bool) {
	defer s.conn.leaveWhenSettled()
	defer s.conn.srv.workers.release(t)
	if t.event.handler != nil {
		return s.handle(t)
	}
	s.protect(s.sayGoodbye)
	return true
}

// passOn leaves what waits to another goroutine.
func (s *Socket) passOn() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.passOnLocked()
}

func (s *Socket) passOnLocked() {
	s.inbox.running = false
	s.startLocked()
}

// next returns nil, and the goroutine must end, when nothing is left to do.
func (s *Socket) next() *task {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.nextLocked()
	s.inbox.running = t != nil
	return t
}

func (s *Socket) nextLocked() *task {
	b := &s.inbox
	if t := b.popLocked(); t != nil {
		b.shrinkLocked(t.size, s.conn.srv.opts.MaxPending)
		return t
	}
	if !b.left || b.ended {
		return nil
	}
	b.ended = true
	if len(s.ns.handlers.table.Load().disconnect) == 0 && len(s.conn.srv.observing()) == 0 {
		return nil
	}
	return s.conn.srv.workers.newTask(task{id: packet.NoID})
}

// protect calls functions other than handlers. A panic, or runtime.Goexit, ends the
// socket.
func (s *Socket) protect(f func()) {
	finished := false
	defer func() {
		if v := recover(); !finished {
			_ = s.conn.srv.panicked(v) // logs it
			s.disconnect(ReasonPanic)
			if v == nil { // this goroutine is about to end
				s.passOn()
			}
		}
	}()
	f()
	finished = true
}

// sayHello calls the functions of OnConnect.
func (s *Socket) sayHello() {
	s.observeConnect()
	ctx := s.Context()
	for _, f := range s.ns.handlers.table.Load().connect {
		if err := f(ctx, s); err != nil {
			_ = s.ns.tell(ctx, err, "") // logs it
			s.Disconnect()
			return
		}
	}
}

// sayGoodbye calls the functions of OnDisconnect.
func (s *Socket) sayGoodbye() {
	s.mu.Lock()
	ctx, reason := context.WithoutCancel(s.ctx), s.ended.Reason
	s.mu.Unlock()
	s.observeDisconnect(reason)
	for _, f := range s.ns.handlers.table.Load().disconnect {
		f(ctx, s, reason)
	}
}
