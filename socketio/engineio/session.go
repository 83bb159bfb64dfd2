package engineio

import (
	"container/list"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/gobwas/ws"
)

// A Handler receives the messages of one session, and its end. Its methods are
// never called concurrently. A panic ends that session and no other.
type Handler interface {
	// HandleMessage is called for each message, in the order in which the
	// client sent them. Nothing more is read from the client until it returns.
	// The data is valid, and may be modified, until then. An error ends the
	// session with ReasonParseError.
	HandleMessage(kind Kind, data []byte) error

	// HandleClose is called exactly once, after the last HandleMessage, on a
	// goroutine that holds no lock.
	HandleClose(reason Reason)
}

// A Leaver is a [Handler] that owes its client something when [Server.Shutdown] would close
// the session: answers to what the client has sent, say.
type Leaver interface {
	// HandleShutdown is called at most once, on a goroutine that holds no lock, and must
	// not block. The session goes on until leave is called, which may be at once, from
	// any goroutine, and more than once; or for Options.CloseTimeout.
	HandleShutdown(leave func())
}

// A transport carries the packets of a session. Its methods are called with the
// session's lock held, but for drop.
type transport interface {
	name() string
	// wake tells that there is something in the queue.
	wake()
	// ready reports whether what is queued now would leave at once.
	ready() bool
	// finish says good-bye after what is queued, then calls endLocked.
	finish()
	// press bounds by the session's patience how long the client may take nothing
	// of what is queued, or not come at all. The session is closing, or the server is.
	press()
	// farewell says good-bye after what can still leave without waiting. The session
	// has ended.
	farewell(status ws.StatusCode)
	// hurry bounds the time that the client has for requests under way. The session has
	// ended.
	hurry()
	// drop abandons the connection. It is called without the lock.
	drop()
}

type state uint8

const (
	stateOpen    state = iota
	stateClosing       // Close was called; what is queued has still to leave
	stateClosed
)

// A Session is one client: over polling, over WebSocket, or first one and then the
// other. All methods may be called concurrently and from within a handler, and none
// of them blocks.
type Session struct {
	// Immutable once the handler is called.
	id        string
	shard     *shard
	handshake *Handshake
	handler   Handler // written with the lock held
	address   string  // see Options.ClientAddress
	pacer     *pacer  // nil without Options.MessageRate

	mu        sync.Mutex // guards the fields below
	probe     *websocket // may take over from polling
	reason    Reason
	transport transport
	queue     queue
	closer    *time.Timer // bounds stateClosing, and what a Leaver takes

	alarm alarm // guarded by the clock's lock

	unconfirmed *list.Element // its place in Server.unconfirmed; guarded by the server's lock

	protocol     uint8 // immutable; here since small fields side by side take the least room
	confirmed    bool  // guarded by the server's lock; see Confirm
	state        state // guarded by mu, as are the fields below
	delivering   bool  // the handler, or accept, is at work: whoever called it calls HandleClose
	probing      bool  // a probe has begun to take over: polls are answered soon
	awaitingPong bool
	extended     bool // the pong's deadline was extended
	left         bool // see Left
	hasty        bool // Shutdown has begun
}

// ID returns the session's id. Anyone who has it can impersonate the client: do not
// publish or log it.
func (s *Session) ID() string { return s.id }

// Protocol returns the revision of the Engine.IO protocol: 4, or 3 where
// Options.AllowEIO3 is set.
func (s *Session) Protocol() int { return int(s.protocol) }

// Transport returns [TransportPolling], [TransportWebSocket] or
// [TransportWebTransport].
func (s *Session) Transport() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.transport.name()
}

// Left reports whether the client closed the session itself, with a close packet or a
// close frame. If it did not, it vanished, or something in between cut its connection.
func (s *Session) Left() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.left
}

// Buffered returns how many bytes of messages wait to be written to the client. A message
// that sessions share counts in full for each. The answer to a poll no longer counts once
// it is being written.
func (s *Session) Buffered() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.queue.bytes
}

// Handshake returns the parts of the request that opened the session.
func (s *Session) Handshake() *Handshake { return s.handshake }

// Send queues messages. They are sent in order, and those of one call are not
// interleaved with others; pending messages of a session are written together. Send
// itself does not write, so a nil error does not mean that the client has received,
// or will receive, the messages. It does not keep the slice.
//
// It returns [ErrClosed] after the session has ended or [Session.Close] was called,
// and [ErrQueueFull] if the queue would exceed Options.MaxQueue. The session then
// ends, so that no client misses a message without noticing.
func (s *Session) Send(batch ...*Message) error {
	s.mu.Lock()
	if s.state != stateOpen {
		s.mu.Unlock()
		return ErrClosed
	}
	ok := s.pushLocked(batch...)
	s.mu.Unlock()
	if !ok {
		s.end(ReasonQueueFull, 0)
		return ErrQueueFull
	}
	return nil
}

// SendVolatile is like [Session.Send], but drops the messages and returns false if
// they cannot be sent at once, because the client has stopped reading, is between
// two polls, has a long queue, or is gone.
func (s *Session) SendVolatile(batch ...*Message) (sent bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sent = s.state == stateOpen && s.transport.ready() && s.pushLocked(batch...)
	if !sent {
		s.shard.stats.volatileDropped.Add(uint64(len(batch)))
	}
	return sent
}

// pushLocked queues messages unless that would make the queue too long. What is
// pushed on an empty queue always fits.
func (s *Session) pushLocked(batch ...*Message) bool {
	if waiting := s.queue.bytes; waiting > 0 {
		for _, m := range batch {
			waiting += m.Len()
		}
		if waiting > s.shard.srv.opts.MaxQueue {
			return false
		}
	}
	s.queue.push(batch...)
	s.transport.wake()
	return true
}

// Close ends the session once the client has taken its pending messages, or after
// Options.CloseTimeout. Until then, the limits of an open session
// apply: the client must answer the last ping and keep reading. After Close, Send
// returns [ErrClosed] and messages from the client are ignored. Close does nothing
// if the session has ended.
func (s *Session) Close(reason Reason) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state != stateOpen {
		return
	}
	s.state, s.reason = stateClosing, reason
	if s.closer != nil {
		s.closer.Stop()
	}
	s.resumeLocked()
	s.transport.finish()
	if s.state == stateClosing {
		s.closer = time.AfterFunc(s.shard.srv.opts.CloseTimeout, func() { s.end(ReasonForcedClose, 0) }) // the reason given here stands
	}
}

// dismiss closes the session for Shutdown, which does not wait for a client that
// is away, not even if the session was closing before. A Leaver has its say first.
func (s *Session) dismiss() {
	leave := func() { s.Close(ReasonShutdown) }
	s.mu.Lock()
	s.hasty = true
	if s.state != stateClosed {
		s.transport.press()
	}
	leaver, ok := s.handler.(Leaver)
	if ok = ok && s.state == stateOpen; ok {
		s.closer = time.AfterFunc(s.shard.srv.opts.CloseTimeout, leave)
	}
	s.mu.Unlock()
	if !ok {
		leave()
		return
	}
	leaver.HandleShutdown(leave)
}

// patienceLocked returns how long the client may take nothing of what is queued.
func (s *Session) patienceLocked() time.Duration {
	if s.hasty {
		return lingerTimeout
	}
	return s.shard.srv.opts.stillness()
}

// Abort ends the session at once and discards its queue.
func (s *Session) Abort(reason Reason) {
	s.mu.Lock()
	s.queue.discard()
	s.mu.Unlock()
	s.end(reason, ws.StatusNormalClosure)
}

// end ends the session, now. With a status the client is told, and gets what is
// queued, if that can be done without waiting; with 0 the connection is dropped
// as it is.
func (s *Session) end(reason Reason, status ws.StatusCode) {
	s.mu.Lock()
	if s.state == stateClosed {
		s.mu.Unlock()
		return
	}
	t := s.transport
	s.endLocked(reason)
	if status != 0 {
		t.farewell(status)
	} else {
		s.queue.discard()
	}
	s.mu.Unlock()
	if status == 0 {
		t.drop()
	}
}

// endLocked is the one place where a session becomes closed. The reason given
// to Close stands, however the end then comes.
func (s *Session) endLocked(reason Reason) {
	if s.state == stateOpen {
		s.reason = reason
	}
	s.state = stateClosed
	s.resumeLocked()
	if s.closer != nil {
		s.closer.Stop()
	}
	s.shard.srv.clock.clear(s)
	s.shard.srv.forget(s)
	s.shard.stats.open(s.transport.name(), -1)
	s.transport.hurry()
	if s.probing { // its client does not poll any more, and is told when it has taken over
		s.probe.linger()
	} else if s.probe != nil {
		s.probe.interrupt()
	}
	if !s.delivering {
		// Shutdown waits for it; it ends when HandleClose returns.
		go s.notifyClose()
	}
}

// receive takes one packet from the transport. It returns false when nothing
// more is to be read.
func (s *Session) receive(p packet) bool {
	s.mu.Lock()
	if s.state != stateOpen {
		goOn := s.state == stateClosing
		if goOn && p.typ == typePong {
			s.pongedLocked() // the client has not gone while it takes what is queued
		}
		s.mu.Unlock()
		return goOn
	}
	reason := s.heardLocked(p)
	if reason == "" && p.typ == typeMessage {
		s.delivering = true
		s.mu.Unlock()
		return s.deliver(p)
	}
	s.mu.Unlock()
	if reason == ReasonQueueFull {
		s.end(reason, 0) // a client that does not read would not read a farewell
	} else if reason != "" {
		s.end(reason, ws.StatusNormalClosure)
	}
	return reason == ""
}

// deliver hands a message to the handler. delivering is set.
func (s *Session) deliver(p packet) bool {
	s.pace()
	s.shard.stats.messagesIn.Add(1)
	s.shard.stats.bytesIn.Add(uint64(len(p.data)))
	reason := s.handle(p)
	if !s.delivered() {
		return false
	}
	if reason != "" {
		s.Close(reason) // what the handler has sent leaves first
	}
	return reason == ""
}

// delivered ends what set delivering. It returns false if the session has ended
// meanwhile.
func (s *Session) delivered() bool {
	s.mu.Lock()
	s.delivering = false
	closed := s.state == stateClosed
	s.mu.Unlock()
	if closed {
		s.notifyClose()
	}
	return !closed
}

// handle calls the handler and returns the reason for which the session must
// end, if any.
func (s *Session) handle(p packet) (reason Reason) {
	defer s.recovered("HandleMessage", &reason)
	if err := s.handler.HandleMessage(p.kind, p.data); err != nil {
		s.shard.srv.opts.Logger.Debug("engineio: message refused", slog.Any("error", err))
		return ReasonParseError
	}
	return ""
}

// notifyClose is the last thing that happens to a session.
func (s *Session) notifyClose() {
	defer s.shard.srv.done()
	var ignored Reason
	defer s.recovered("HandleClose", &ignored)
	if trace := s.shard.srv.opts.Trace.Close; trace != nil {
		defer trace(s, s.reason)
	}
	if s.handler != nil { // accept took the session
		s.handler.HandleClose(s.reason)
	}
}

// recovered, when deferred, turns a panic of the application into a reason.
func (s *Session) recovered(where string, reason *Reason) {
	if v := recover(); v != nil {
		*reason = ReasonPanic
		s.shard.stats.panics.Add(1)
		s.shard.srv.opts.Logger.Error("engineio: handler panicked", slog.String("in", where),
			slog.Any("panic", v), slog.String("stack", string(debug.Stack())))
	}
}
