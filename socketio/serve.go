package socketio

import (
	"context"
	"errors"
	"log/slog"

	"github.com/caucus-live/caucus/socketio/internal/packet"
)

// accept begins to work on a request of another server.
func (c *cluster) accept(o *order) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return
	}
	ctx, cancel := o.context(c.ctx)
	key := servingKey{o.from, o.ID}
	if o.ID != 0 { // otherwise no answer is wanted, which could be called off
		c.serving[key] = cancel
	}
	c.srv.running.Go(func() { // Shutdown waits for it; ends with ctx at the latest, if handlers heed it
		defer cancel()
		defer c.callOff(key)
		c.serve(ctx, o)
	})
}

// context returns the context for the work on a request.
func (o *order) context(parent context.Context) (context.Context, context.CancelFunc) {
	if o.Within > 0 {
		return context.WithTimeout(parent, o.Within)
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
func (c *cluster) serve(ctx context.Context, o *order) {
	done := &order{Kind: orderDone, ID: o.ID}
	if ns := c.srv.lookup(o.Namespace); ns != nil {
		t := Target{ns, o.Rooms, o.Except, o.Flags | isLocal}
		var err error
		switch o.Kind { //nolint:exhaustive // deliver knows the others
		case orderFetch:
			done.Sockets, err = t.describe()
		case orderCall:
			done.Replies, err = c.serveCall(ctx, t, o)
		case orderServer:
			done.Replies, err = c.serveServer(ctx, ns, o)
		}
		if err != nil {
			c.srv.opts.Logger.ErrorContext(ctx, "socketio: request of another server", slog.Any("error", err))
		}
	}
	if o.ID != 0 && ctx.Err() == nil { // otherwise there are answers that did not come in time
		c.send(o.from, done)
	}
}

// serveCall sends an event to sockets and passes on what they answer.
func (c *cluster) serveCall(ctx context.Context, t Target, o *order) (replies int, err error) {
	event, args, err := o.event()
	if err != nil {
		return 0, err
	}
	for r, err := range t.Call(ctx, event, args) {
		answer := &order{Kind: orderReply, ID: o.ID, Socket: r.Socket}
		if gone, ok := errors.AsType[*DisconnectError](err); ok {
			answer.Reason = gone.Reason
		} else if err != nil {
			return replies, nil // ctx is done: who asked has stopped waiting
		}
		if err := c.reply(o.from, answer, r.Value); err != nil {
			return replies, err
		}
		replies++
	}
	return replies, nil
}

// serveServer calls the handler of an event to servers.
func (c *cluster) serveServer(ctx context.Context, ns *Namespace, o *order) (replies int, err error) {
	event, args, err := o.event()
	if err != nil {
		return 0, err
	}
	answer, err := ns.askServer(ctx, o.from, Request{Event: event, Args: args, WantsAck: o.ID != 0})
	if err != nil {
		return 0, err
	}
	if isWanted := o.ID != 0 && ctx.Err() == nil; !isWanted {
		return 0, nil
	}
	return 1, c.reply(o.from, &order{Kind: orderReply, ID: o.ID}, answer)
}

// event returns the event that an order carries.
func (o *order) event() (name string, args Args, err error) {
	if args, err = o.args(); err != nil {
		return "", nil, err
	}
	if len(args) == 0 {
		return "", nil, errBadOrder
	}
	err = args[0].Decode(&name)
	return name, args[1:], err
}

// reply sends an answer with a value.
func (c *cluster) reply(to string, o *order, v any) error {
	out := c.srv.newOutgoing(packet.Ack, o.Namespace, packet.NoID)
	defer out.release()
	if v != nil {
		if err := out.append(v); err != nil {
			return err
		}
	}
	c.send(to, o.carry(out))
	return nil
}
