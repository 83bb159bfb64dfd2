package admin

import (
	"context"
	"slices"

	"github.com/caucus-live/caucus/socketio"
)

// takeOrders registers what the page can have done.
func (a *Admin) takeOrders() {
	Emit.On(a.ns, func(ctx context.Context, _ *socketio.Socket, o EmitOrder) error {
		return a.target(o.Namespace, o.Filter).Emit(ctx, o.Event, o.Args)
	})
	Join.On(a.ns, func(ctx context.Context, _ *socketio.Socket, o RoomOrder) error {
		return a.target(o.Namespace, o.Filter).Join(ctx, o.Room)
	})
	Leave.On(a.ns, func(ctx context.Context, _ *socketio.Socket, o RoomOrder) error {
		return a.target(o.Namespace, o.Filter).Leave(ctx, o.Room)
	})
	Disconnect.On(a.ns, func(ctx context.Context, _ *socketio.Socket, o DisconnectOrder) error {
		t := a.target(o.Namespace, o.Filter)
		if o.Close != nil && *o.Close {
			return t.CloseConns(ctx)
		}
		return t.Disconnect(ctx)
	})
}

// target returns the sockets that an order is about. Those of a namespace that does not
// exist here do not exist: an order must not make one.
func (a *Admin) target(namespace string, filter *string) socketio.Target {
	all := a.io.Namespaces()
	i := slices.IndexFunc(all, func(ns *socketio.Namespace) bool { return ns.Name() == namespace })
	switch {
	case i < 0:
		return socketio.Target{}
	case filter == nil || *filter == "":
		return all[i].Everyone()
	}
	return all[i].To(*filter)
}
