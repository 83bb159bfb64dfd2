package socketio

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/caucus-live/caucus/socketio/engineio"
)

// A sharedLog is a server's view of the cluster's log. A nil one is of a cluster without.
//
// What this server emits comes back to it through the log, so that events have the same
// order for all clients of the cluster. Emitting waits for that: what a handler does next,
// such as an answer or an end, comes behind.
type sharedLog struct {
	log    Log
	opts   *Recovery
	srv    *Server
	keeper *sessionKeeper

	mu    sync.Mutex // guards the fields below
	parts map[int]*logPart
	hooks int           // functions of the program that the adapter's goroutines are in
	moved chan struct{} // closed when any of it changes; nil if nobody waits

	closed chan struct{} // closed when nothing more comes
}

// A logPart is how far a part of the log has come.
type logPart struct {
	reading offset // of the message that came last
	reached offset // of the message before which all have been delivered, and which is, too
}

// sharedLogOf returns the log of a server's adapter, nil if it has none.
func sharedLogOf(srv *Server) (*sharedLog, error) {
	adapter, ok := srv.opts.Adapter.(LogAdapter)
	if !ok || srv.opts.Recovery == nil {
		return nil, nil
	}
	log := adapter.Log()
	switch {
	case log == nil:
		return nil, nil
	case srv.opts.Recovery.Store != nil:
		return nil, fmt.Errorf("socketio: Recovery.Store with an adapter that keeps a log")
	}
	s := &sharedLog{log: log, opts: srv.opts.Recovery, srv: srv, parts: make(map[int]*logPart), closed: make(chan struct{})}
	s.keeper = newSessionKeeper(s)
	return s, nil
}

// part returns the part of the log that a namespace is in.
func (s *sharedLog) part(namespace string) int {
	if s == nil {
		return 0
	}
	if log, ok := s.log.(PartedLog); ok {
		return log.Part(namespace)
	}
	return 0
}

func (s *sharedLog) partLocked(part int) *logPart {
	p := s.parts[part]
	if p == nil {
		p = new(logPart)
		s.parts[part] = p
	}
	return p
}

// position returns up to where all messages of a part have been delivered.
func (s *sharedLog) position(part int) offset {
	if s == nil {
		return offset{}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.partLocked(part).reached
}

// start returns where the copy of a namespace that did not exist begins.
func (s *sharedLog) start(part int) offset {
	if s == nil {
		return offset{}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.partLocked(part).reading
}

// change changes the log's state, and wakes whoever waits for that.
func (s *sharedLog) change(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
	if s.moved != nil {
		close(s.moved)
		s.moved = nil
	}
}

// reach waits until all messages of a part up to an offset have been delivered. With orHook it
// does not wait while one of the adapter's goroutines is in a function of the program, which may
// be the one that waits.
func (s *sharedLog) reach(ctx context.Context, part int, at offset, orHook bool) error {
	for {
		s.mu.Lock()
		if orHook && s.hooks > 0 || !at.isAfter(s.partLocked(part).reached) {
			s.mu.Unlock()
			return nil
		}
		if s.moved == nil {
			s.moved = make(chan struct{})
		}
		moved := s.moved
		s.mu.Unlock()
		select {
		case <-moved:
		case <-s.closed:
			return engineio.ErrServerClosed
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// deliver does what a message of the log says: f, with its position.
func (s *sharedLog) deliver(m *Message, f func(at offset)) {
	at, err := parseOffset(m.Offset)
	if err != nil {
		s.srv.opts.Logger.Error("socketio: message of the log", slog.Any("error", err))
		return
	}
	part := m.Count // of a MessagePosition
	if m.Kind != MessagePosition {
		part = s.part(m.Namespace)
	}
	s.mu.Lock()
	p := s.partLocked(part)
	s.mu.Unlock()
	s.change(func() { p.reading = latest(p.reading, at) })
	f(at)
	s.change(func() { p.reached = latest(p.reached, at) })
}

// runHooks calls f, which may call functions of the program.
func (s *sharedLog) runHooks(f func()) {
	if s == nil {
		f()
		return
	}
	s.change(func() { s.hooks++ })
	defer s.change(func() { s.hooks-- })
	f()
}

// append puts a message into the log.
func (s *sharedLog) append(ctx context.Context, m *Message) (offset, error) {
	m.From = s.srv.cluster.name
	text, err := s.log.Append(ctx, *m)
	if err != nil {
		return offset{}, fmt.Errorf("socketio: adapter: %w", err)
	}
	return parseOffset(text)
}

// emit has an event sent by way of the log, and returns its offset when this server has sent
// it.
func (s *sharedLog) emit(ctx context.Context, m *Message) (offset, error) {
	ctx, cancel := s.srv.withTimeout(ctx)
	defer cancel()
	at, err := s.append(ctx, m)
	if err != nil {
		return offset{}, err
	}
	if err := s.reach(ctx, s.part(m.Namespace), at, true); err != nil {
		return at, fmt.Errorf("socketio: wait for the adapter's log: %w", err)
	}
	return at, nil
}

// emitShared is Emit for what goes through the cluster's log.
func (t Target) emitShared(ctx context.Context, event string, o *outgoing) error {
	at, err := t.ns.log.shared.emit(ctx, t.message(MessageBroadcast).carry(o))
	if err != nil {
		return err
	}
	if t.ns.srv.opts.Trace.Broadcast != nil {
		o.receivers = t.ns.log.receivers(at)
		t.traceBroadcast(ctx, event, o)
	}
	return nil
}

// emitShared is Emit for what goes through the cluster's log.
func (s *Socket) emitShared(ctx context.Context, o *outgoing) error {
	m := s.Self().message(MessageBroadcast).carry(o)
	if _, err := s.ns.log.shared.emit(ctx, m); err != nil {
		return err
	}
	return s.gone()
}

// recordShared sends an event of the log to the sockets of this server.
func (c *cluster) recordShared(m *Message, at offset) {
	ns := c.srv.lookup(m.Namespace)
	if ns == nil {
		return
	}
	out, err := c.outgoing(m)
	if err == nil {
		defer out.release()
		c.observeSent(m.target(ns), m)
		t := m.recorded(ns)
		err = ns.log.record(out, t, at, func(batch []*engineio.Message) error { return m.deliver(ns, t, out, batch) })
	}
	if err != nil {
		c.srv.opts.Logger.ErrorContext(c.ctx, "socketio: message of the log", slog.Any("error", err))
	}
}

// recorded returns the target under which an event is in the log.
func (m *Message) recorded(ns *Namespace) Target {
	t := m.target(ns)
	if m.Socket != "" {
		t.rooms = []string{logRoom(m.Socket)}
	}
	return t
}

// deliver sends an event to the sockets of this server that it is for.
func (m *Message) deliver(ns *Namespace, t Target, out *outgoing, batch []*engineio.Message) error {
	if m.Socket == "" {
		return t.deliver(out, batch)
	}
	if s := ns.Socket(m.Socket); s != nil {
		_ = s.send(batch...) // if it is gone, it may come back
	}
	return nil
}

// catchUp is how long a client that is back waits for this server to reach what it has seen
// on another.
const catchUp = 5 * time.Second

// replaceShared is resume for sessions that the cluster keeps.
func (l *recoveryLog) replaceShared(s *Socket, c claim) (entrances map[string]entrance, ok bool) {
	ctx, cancel := context.WithTimeout(s.root, catchUp)
	defer cancel()
	claiming, stop := l.shared.keeper.claim(c.PID)
	defer stop()
	a, ok := l.shared.take(ctx, s.ns.name, c)
	if !ok {
		return nil, false
	}
	from, ok := l.from(a.awaySocket, c.Offset)
	if !ok || c.Offset == "" && !a.isSinceKnown || l.shared.reach(ctx, l.part, a.latest(from), false) != nil {
		return nil, false
	}
	if !a.isSinceKnown {
		a.Since = from
	}
	early, upTo, ok := l.early(ctx, s.ns, a.awaySocket, from)
	if !ok {
		return nil, false
	}
	return l.enterShared(s, a.awaySocket, claiming, early, upTo)
}

// enterShared makes s the socket that a was. early is what it has missed up to an offset.
func (l *recoveryLog) enterShared(s *Socket, a *awaySocket, claiming *claiming, early []*engineio.Message, upTo offset) (entrances map[string]entrance, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	missed, ok := l.missedLocked(a, upTo)
	missed = append(early, missed...)
	if !ok || sizeOf(missed) >= l.queue || l.shared.keeper.isLost(claiming, a.Turn) || !l.enterLocked(s, a, missed) {
		return nil, false // or the client is gone again, or elsewhere; its session is kept
	}
	entrances = l.enterRoomsLocked(s, a)
	l.changed(s)
	return entrances, true
}

// early returns what a has missed behind an offset and before what this server holds, and the
// offset up to which that goes.
func (l *recoveryLog) early(ctx context.Context, ns *Namespace, a *awaySocket, from offset) (missed []*engineio.Message, upTo offset, ok bool) {
	l.mu.Lock()
	upTo = l.start
	l.mu.Unlock()
	if !upTo.isAfter(from) {
		return nil, from, true
	}
	upTo = l.position() // a little more, since the start moves
	size := 0
	for m, err := range l.shared.log.Since(ctx, ns.name, from.String(), upTo.String()) {
		batch, err := l.missedOf(ns, a, &m, err)
		if err != nil {
			l.shared.report(ctx, "read the log", err)
			return nil, upTo, false
		}
		missed = append(missed, batch...)
		if size += sizeOf(batch); size >= l.queue {
			return nil, upTo, false
		}
	}
	return missed, upTo, true
}

// missedOf returns what a has missed by one message of the log: nothing, if that is for others.
func (l *recoveryLog) missedOf(ns *Namespace, a *awaySocket, m *Message, err error) ([]*engineio.Message, error) {
	if err != nil {
		return nil, err
	}
	at, err := parseOffset(m.Offset)
	if err != nil || !m.isRecoverable() || m.Namespace != ns.name {
		return nil, err
	}
	t := m.recorded(ns)
	if !a.isIn(t.rooms, at) || a.isExcluded(t.except) {
		return nil, nil
	}
	out, err := ns.srv.cluster.outgoing(m)
	if err != nil {
		return nil, err
	}
	defer out.release()
	return l.finish(out, t, at)
}

// latest returns the latest of an offset and of those at which the socket joined its rooms. A
// server that has not reached it would send events from before the socket joined, or again.
func (a *awaySocket) latest(from offset) offset {
	for _, joined := range a.Rooms {
		from = latest(from, joined)
	}
	return from
}

// isIn reports whether an event emitted to rooms was for a.
func (a *awaySocket) isIn(rooms []string, at offset) bool {
	for _, room := range rooms {
		if joined, in := a.Rooms[room]; in && at.isAfter(joined) || room == a.ID || room == logRoom(a.ID) {
			return true
		}
	}
	return len(rooms) == 0
}
