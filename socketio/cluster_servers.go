package socketio

import (
	"context"
	"fmt"
	"iter"

	"github.com/caucus-live/caucus/socketio/internal/packet"
)

// Servers are the other servers of the cluster, as far as a namespace is
// concerned: what is emitted to them is handled by the servers themselves and no
// client sees it. Without Options.Adapter there are none. To the parent of dynamic
// namespaces nothing can be emitted ([ErrParent]), but its handlers are those of its
// children.
type Servers struct{ ns *Namespace }

// Servers returns the other servers of the cluster.
func (ns *Namespace) Servers() Servers { return Servers{ns} }

// A ServerHandler handles an event that another server, whose name is from, has
// emitted to the servers. Its result is the answer, if one is wanted. Handlers are
// called at the same time, for one server, too. ctx ends when nobody waits for the
// answer any more, or with the server.
type ServerHandler func(ctx context.Context, from string, r Request) (any, error)

// On registers the handler of an event. It panics if there is one already.
func (v Servers) On(event string, h ServerHandler) {
	v.ns.handlers.change(func(t *table) { t.fromServers = registered(t.fromServers, event, h) })
}

// Emit sends an event to all other servers. The error is that of the adapter.
func (v Servers) Emit(ctx context.Context, event string, args ...any) error {
	c := v.ns.srv.cluster
	if c == nil {
		return nil
	}
	m, err := v.message(event, args)
	if err != nil {
		return err
	}
	return c.publish(ctx, m)
}

// Call sends an event to all other servers and yields their answers as they come.
// Those that do not answer before ctx is done, or within 5 s if it has no deadline,
// are yielded with a [*MissingServersError].
func (v Servers) Call(ctx context.Context, event string, args ...any) iter.Seq2[Reply[Args], error] {
	return func(yield func(Reply[Args], error) bool) {
		c := v.ns.srv.cluster
		if c == nil {
			return
		}
		ctx, cancel := withTimeout(ctx)
		defer cancel()
		m, err := v.message(event, args)
		if err != nil {
			yield(Reply[Args]{}, err)
			return
		}
		remote, err := c.ask(ctx, m)
		if err != nil {
			yield(Reply[Args]{}, err)
			return
		}
		defer remote.stop()
		(&call{remote: remote}).yield(ctx, yield)
	}
}

// message returns an event for servers.
func (v Servers) message(event string, args []any) (*Message, error) {
	if v.ns.matches != nil {
		return nil, ErrParent
	}
	out := v.ns.srv.newOutgoing(packet.Event, v.ns.name, packet.NoID)
	defer out.release()
	if err := out.append(append([]any{event}, args...)...); err != nil {
		return nil, fmt.Errorf("socketio: encode %s: %w", event, err)
	}
	return Target{ns: v.ns}.message(MessageServerEvent).carry(out), nil
}

// askServer returns what the handler of an event to servers answers, if only an
// error.
func (ns *Namespace) askServer(ctx context.Context, from string, r Request) (any, error) {
	answer, err := ns.callServerHandler(ctx, from, r)
	if err == nil {
		return answer, nil
	}
	return ns.tell(ctx, err, r.Event).answer()
}

// callServerHandler calls the handler of an event to servers.
func (ns *Namespace) callServerHandler(ctx context.Context, from string, r Request) (answer any, err error) {
	h, ok := ns.handlers.table.Load().fromServers[r.Event]
	if !ok {
		return nil, errUnknownEvent
	}
	defer func() {
		if v := recover(); v != nil {
			err = ns.srv.panicked(v)
		}
	}()
	return h(ctx, from, r)
}

// OnServer registers a handler of the event where other servers emit it to
// [Namespace.Servers].
func (e Event[T]) OnServer(ns *Namespace, h func(ctx context.Context, from string, v T) error) {
	ns.Servers().On(string(e), func(ctx context.Context, from string, r Request) (any, error) {
		v, err := decodeAs[T](r.Args)
		if err != nil {
			return nil, err
		}
		return nil, h(ctx, from, v)
	})
}

// HandleServer registers a handler of the event where other servers call
// [Namespace.Servers].
func (c Call[In, Out]) HandleServer(ns *Namespace, h func(ctx context.Context, from string, in In) (Out, error)) {
	ns.Servers().On(string(c), func(ctx context.Context, from string, r Request) (any, error) {
		in, err := decodeAs[In](r.Args)
		if err != nil {
			return nil, err
		}
		out, err := h(ctx, from, in)
		if err != nil {
			return nil, err
		}
		return out, nil
	})
}
