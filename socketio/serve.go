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
	var ctx context.Context
	var cancel context.CancelFunc
	if o.Within > 0 {
		ctx, cancel = context.WithTimeout(c.ctx, o.Within)
	} else {
		ctx, cancel = context.WithCancel(c.ctx)
	}
	key := servingKey{o.from, o.ID}
	c.serving[key] = cancel
	c.srv.running.Go(func() { // Shutdown waits for it; ends with ctx at the latest, if handlers heed it
		defer c.callOff(key)
		c.serve(ctx, o)
	})
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
			err = c.serveCall(ctx, t, o)
		case orderServer:
			err = c.serveServer(ctx, ns, o)
		}
		if err != nil {
			c.srv.opts.Logger.ErrorContext(ctx, "socketio: request of another server", slog.Any("error", err))
		}
	}
	c.send(o.from, done)
}

// serveCall sends an event to sockets and passes on what they answer.
func (c *cluster) serveCall(ctx context.Context, t Target, o *order) error {
	args, err := o.args()
	if err != nil || len(args) == 0 {
		return errors.Join(errBadOrder, err)
	}
	var event string
	if err := args[0].Decode(&event); err != nil {
		return err
	}
	for r, err := range t.Call(ctx, event, args[1:]) {
		answer := &order{Kind: orderReply, ID: o.ID, Socket: r.Socket}
		if gone, ok := errors.AsType[*DisconnectError](err); ok {
			answer.Reason = gone.Reason
		} else if err != nil {
			return nil // ctx is done: who asked has stopped waiting
		}
		if err := c.reply(o.from, answer, r.Value); err != nil {
			return err
		}
	}
	return nil
}

// serveServer calls the handler of an event to servers.
func (c *cluster) serveServer(ctx context.Context, ns *Namespace, o *order) error {
	args, err := o.args()
	if err != nil || len(args) == 0 {
		return errors.Join(errBadOrder, err)
	}
	var event string
	if err := args[0].Decode(&event); err != nil {
		return err
	}
	answer, err := ns.callServerHandler(ctx, o.from, Request{Event: event, Args: args[1:], WantsAck: o.ID != 0})
	if o.ID == 0 {
		return nil
	}
	if err != nil {
		if answer, err = ns.tell(ctx, err, event).answer(); err != nil {
			return err
		}
	}
	return c.reply(o.from, &order{Kind: orderReply, ID: o.ID}, answer)
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
