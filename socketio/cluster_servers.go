package socketio

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"sync"

	"github.com/caucus-live/caucus/socketio/internal/packet"
)

// Servers are the other servers of the cluster, within one namespace. Events
// emitted to them are handled by the servers themselves and do not reach clients.
// Without Options.Adapter there are no other servers, nor are there any in the zero
// Servers, where handlers cannot be registered. The parent of dynamic namespaces cannot
// emit ([ErrParent]), but handlers registered on it serve its children.
type Servers struct{ ns *Namespace }

// Servers returns the other servers of the cluster.
func (ns *Namespace) Servers() Servers { return Servers{ns} }

// On registers the handler of an event, until stop is called. It panics if the
// event has a handler or its name is reserved. The handler's result is the answer,
// if the sender asked for one; [Request].Server names the sender. Handlers run
// concurrently, even for one sender. ctx ends with the server, or when the sender
// no longer waits for the answer. [Event.Receive] and [Call.Receive] do the same
// for handlers with types.
func (v Servers) On(event string, h func(ctx context.Context, r Request) (any, error)) (stop func()) {
	checkEvent(event)
	v.ns.handlers.change(func(t *table) { t.fromServers = registered(t.fromServers, event, h) })
	return sync.OnceFunc(func() {
		v.ns.handlers.change(func(t *table) {
			t.fromServers = maps.Clone(t.fromServers)
			delete(t.fromServers, event)
		})
	})
}

// cluster returns the cluster, or nil.
func (v Servers) cluster() *cluster {
	if v.ns == nil {
		return nil
	}
	return v.ns.srv.cluster
}

// Emit sends an event to all other servers. It returns the adapter's error.
func (v Servers) Emit(ctx context.Context, event string, args ...any) error {
	c := v.cluster()
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
// Servers that do not answer before ctx is done, or within Options.CallTimeout if
// it has no deadline, are named in one [*MissingServersError].
func (v Servers) Call(ctx context.Context, event string, args ...any) iter.Seq2[Reply[Args], error] {
	return func(yield func(Reply[Args], error) bool) {
		c := v.cluster()
		if c == nil {
			return
		}
		ctx, cancel := v.ns.srv.withTimeout(ctx)
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
		(&gathering{remote: remote}).yield(ctx, withErrors(yield))
	}
}

// message returns an event for servers.
func (v Servers) message(event string, args []any) (*Message, error) {
	if v.ns.matches != nil {
		return nil, ErrParent
	}
	if packet.Reserved(event) {
		return nil, fmt.Errorf("%w: %q", ErrReserved, event)
	}
	out := v.ns.srv.newOutgoing(packet.Event, v.ns.name, packet.NoID)
	defer out.release()
	if err := out.append(append([]any{event}, args...)...); err != nil {
		return nil, fmt.Errorf("socketio: encode %s: %w", event, err)
	}
	return Target{ns: v.ns}.message(MessageServerEvent).carry(out), nil
}
