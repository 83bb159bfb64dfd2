package socketio

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"

	"github.com/caucus-live/caucus/socketio/internal/handling"
	"github.com/caucus-live/caucus/socketio/internal/packet"
)

// accept begins to work on a request of another server, or an event for this one.
func (c *cluster) accept(m *Message) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return
	}
	ctx, cancel := m.context(c.ctx)
	key := servingKey{m.From, m.ID}
	if m.ID != "" { // otherwise no answer is wanted, which could be called off
		c.serving[key] = cancel
	}
	c.srv.running.Go(func() { // Shutdown waits for it; ends with ctx at the latest, if handlers heed it
		defer cancel()
		defer c.callOff(key)
		if err := c.serve(ctx, m); err != nil {
			c.srv.opts.Logger.ErrorContext(ctx, "socketio: request of another server", slog.Any("error", err))
		}
	})
}

// context returns the context for the work on a request.
func (m *Message) context(parent context.Context) (context.Context, context.CancelFunc) {
	if m.Timeout > 0 {
		return context.WithTimeout(parent, m.Timeout)
	}
	return context.WithCancel(parent)
}

// callOff ends the work on a request.
func (c *cluster) callOff(key servingKey) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if cancel, ok := c.serving[key]; ok {
		cancel()
		delete(c.serving, key)
	}
}

// serve answers a request.
func (c *cluster) serve(ctx context.Context, m *Message) error {
	ns := c.srv.lookup(m.Namespace)
	switch m.Kind { //nolint:exhaustive // deliver knows the others
	case MessageFetch:
		return c.serveFetch(ns, m)
	case MessageBroadcast:
		return c.serveCall(ctx, ns, m)
	default:
		return c.serveEvent(ctx, ns, m)
	}
}

// to returns a message that answers the request m.
func (m *Message) to(kind MessageKind) *Message {
	return &Message{Kind: kind, To: m.From, Namespace: m.Namespace, ID: m.ID}
}

func (c *cluster) serveFetch(ns *Namespace, m *Message) (err error) {
	answer := m.to(MessageSockets)
	if ns != nil {
		answer.Sockets, err = m.target(ns).describe()
	}
	c.answer(answer)
	return err
}

// serveCall sends an event to sockets and passes on what they answer.
func (c *cluster) serveCall(ctx context.Context, ns *Namespace, m *Message) error {
	count := m.to(MessageCount)
	if ns == nil {
		c.answer(count)
		return nil
	}
	event, args, err := m.event()
	if err != nil {
		return err
	}
	asked, err := m.target(ns).ask(ctx, event, []any{args})
	if err != nil {
		return err
	}
	defer asked.stop()
	count.Count = len(asked.waiting)
	c.answer(count)
	var failed error
	asked.yield(ctx, func(r Reply[Args], err error) bool {
		answer := m.to(MessageReply)
		answer.Socket = r.Socket
		if gone, ok := errors.AsType[*DisconnectError](err); ok {
			answer.Reason = gone.Reason
		} else if err != nil {
			return false // ctx is done: the server that asked has stopped waiting
		}
		failed = c.reply(answer, r.Value)
		return failed == nil
	})
	return failed
}

// serveEvent calls the handler of an event for servers.
func (c *cluster) serveEvent(ctx context.Context, ns *Namespace, m *Message) error {
	if ns == nil {
		if m.ID != "" {
			c.answer(m.to(MessageCount))
		}
		return nil
	}
	event, args, err := m.event()
	if err != nil {
		return err
	}
	e := &servedEvent{cluster: c, ns: ns, message: m}
	e.request = Request{Event: event, Args: args, WantsAck: m.ID != "", Server: m.From}
	e.Context = handling.Context{Context: ctx, Event: e}
	e.handle() //nolint:contextcheck // e is the context
	return nil
}

// A servedEvent is an event for servers whose handler has been called. It is the handler's
// context.
type servedEvent struct {
	handling.Context

	cluster *cluster
	ns      *Namespace
	message *Message
	request Request

	deferred, answered atomic.Bool
}

// handle calls the handler. A panic, or runtime.Goexit, is answered with an error.
func (e *servedEvent) handle() {
	finished := false
	defer func() {
		if v := recover(); !finished {
			_ = e.answer(nil, e.ns.srv.panicked(v))
		}
	}()
	h, ok := e.ns.handlers.table.Load().fromServers[e.request.Event]
	if !ok {
		h = func(context.Context, Request) (any, error) { return nil, errUnknownEvent }
	}
	answer, err := h(e, e.request)
	finished = true
	if e.Err() == nil && (err != nil || !e.deferred.Load()) { // otherwise nobody waits for it
		_ = e.answer(answer, err) // if it was answered before, that counts
	}
}

// Request implements [handling.Event].
func (e *servedEvent) Request() any { return e.request }

// Async implements [handling.Event]. Events for servers do not wait for each other.
func (e *servedEvent) Async() {}

// Defer implements [handling.Event].
func (e *servedEvent) Defer() func(v any, err error) error {
	e.deferred.Store(true)
	return e.answer
}

// answer answers the event, if the server that emitted it wants that and nothing has done
// it.
func (e *servedEvent) answer(v any, err error) error {
	if e.answered.Swap(true) {
		return ErrAnswered
	}
	if err != nil {
		told := e.ns.tell(e, err, e.request.Event)
		if !e.request.WantsAck {
			e.ns.drop(e, err, e.request.Event)
			return nil
		}
		if v, err = told.answer(); err != nil {
			v, _ = e.ns.tell(e, err, e.request.Event).answer() // has no data that could fail
		}
	}
	if !e.request.WantsAck {
		return nil
	}
	m := e.message.to(MessageReply)
	if err := e.cluster.reply(m, v); err != nil { // it was the handler's value that does not encode
		v, _ = e.ns.tell(e, err, e.request.Event).answer()
		return e.cluster.reply(m, v)
	}
	return nil
}

// reply sends an answer with a value.
func (c *cluster) reply(m *Message, v any) error {
	out := c.srv.newOutgoing(packet.Ack, m.Namespace, packet.NoID)
	defer out.release()
	if v != nil {
		if err := out.append(v); err != nil {
			return err
		}
	}
	c.answer(m.carry(out))
	return nil
}
