package socketio

import (
	"context"
	"errors"
	"log/slog"

	"github.com/caucus-live/caucus/socketio/internal/handling"
	"github.com/caucus-live/caucus/socketio/internal/packet"
)

// A handled event is one whose handler has been called. It is the handler's context.
type handled struct {
	handling.Context

	// Immutable.
	socket  *Socket
	request Request
	id      int64 // packet.NoID if the client wants no acknowledgement
	size    int   // as in its task

	// Guarded by the socket's lock.
	async    bool // another goroutine works for the socket
	deferred bool // what the handler returns is not the answer
	answered bool // or about to be
	told     bool // the answer is on its way
	returned bool
}

func (s *Socket) newHandled(t *task) *handled {
	h := &handled{
		socket: s, id: t.id, size: t.size,
		request: Request{Event: t.event.name, Args: t.args, WantsAck: t.id != packet.NoID},
	}
	h.Context = handling.Context{Context: s.Context(), Event: h}
	return h
}

// handle calls the handler of an event. It reports whether the goroutine still works for
// the socket. A panic, or runtime.Goexit, ends the socket.
func (s *Socket) handle(t *task) (goOn bool) {
	h := s.newHandled(t)
	finished := false
	defer func() {
		v := recover()
		if finished {
			return
		}
		_ = h.answer(nil, s.conn.srv.panicked(v))
		s.disconnect(ReasonPanic)
		if goOn = h.finish(); v == nil && goOn { // this goroutine is about to end
			s.passOn()
		}
	}()
	answer, err := s.run(h, s.ns.handlers.table.Load(), t, h.request)
	if err != nil || !h.isDeferred() {
		_ = h.answer(answer, err) // if it was answered before, that counts; a client that is gone needs none
	}
	finished = true
	return h.finish()
}

// finish notes that the handler has returned. It reports whether the goroutine still works
// for the socket.
func (h *handled) finish() bool {
	s := h.socket
	s.mu.Lock()
	defer s.mu.Unlock()
	h.returned = true
	h.settleLocked()
	if h.async {
		s.inbox.shrinkLocked(h.size, s.conn.srv.opts.MaxPending)
	}
	return !h.async
}

// settle notes that the answer is on its way.
func (h *handled) settle() {
	s := h.socket
	s.mu.Lock()
	h.told = true
	h.settleLocked()
	late := h.returned
	s.mu.Unlock()
	if late {
		s.conn.leaveWhenSettled()
	}
}

// settleLocked is called when the handler has returned, and when the answer is on its way.
// After both the client is owed nothing more.
func (h *handled) settleLocked() {
	if h.request.WantsAck && h.returned && h.told {
		h.socket.inbox.owed--
	}
}

// Request implements [handling.Event].
func (h *handled) Request() any { return h.request }

// Async implements [handling.Event].
func (h *handled) Async() {
	s := h.socket
	s.mu.Lock()
	defer s.mu.Unlock()
	if h.async || h.returned {
		return
	}
	h.async = true
	s.inbox.bytes += h.size // until it has returned: a client must not start any number
	s.passOnLocked()
}

// Defer implements [handling.Event].
func (h *handled) Defer() (answer func(v any, err error) error) {
	h.socket.mu.Lock()
	defer h.socket.mu.Unlock()
	h.deferred = true
	return h.answer
}

func (h *handled) isDeferred() bool {
	h.socket.mu.Lock()
	defer h.socket.mu.Unlock()
	return h.deferred
}

// claim reports whether there was no answer before.
func (h *handled) claim() bool {
	h.socket.mu.Lock()
	defer h.socket.mu.Unlock()
	was := h.answered
	h.answered = true
	return !was
}

// answer acknowledges the event, if the client wants that and nothing has done it.
func (h *handled) answer(v any, err error) error {
	if !h.claim() {
		return ErrAnswered
	}
	defer h.settle()
	if err == errUnknownEvent { //nolint:errorlint // this very value: one that was wrapped is the application's
		return nil
	}
	s, event := h.socket, h.request.Event
	if err != nil {
		e := s.ns.tell(h, err, event)
		if h.id == packet.NoID {
			s.ns.drop(h, err, event)
			return nil
		}
		if v, err = e.answer(); err != nil {
			v, _ = s.ns.tell(h, err, event).answer() // has no data that could fail
		}
	}
	if h.id == packet.NoID {
		return nil
	}
	sent, err := s.acknowledge(h.id, v)
	if err != nil { // it was the handler's value that does not encode
		v, _ = s.ns.tell(h, err, event).answer()
		sent, _ = s.acknowledge(h.id, v)
	}
	return sent
}

// drop notes an error that was meant for the sender, which does not learn of it.
func (ns *Namespace) drop(ctx context.Context, err error, event string) {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return // it has been logged
	}
	ns.srv.stats.droppedErrors.Add(1)
	ns.srv.opts.Logger.DebugContext(ctx, "socketio: error of an event without acknowledgement", slog.Any("error", e),
		slog.String("namespace", ns.name), slog.String("event", ns.logged(event)))
}

// acknowledge sends an answer. The error sent is about the client, err about the value.
func (s *Socket) acknowledge(id int64, v any) (sent, err error) {
	o := s.conn.srv.newOutgoing(packet.Ack, s.name(), id)
	defer o.release()
	if v != nil {
		if err := o.append(v); err != nil {
			return nil, err
		}
	}
	batch, err := o.finish(true)
	if err != nil {
		return nil, err
	}
	return s.send(batch...), nil
}
