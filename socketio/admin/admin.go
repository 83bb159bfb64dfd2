package admin

import (
	"context"
	"sync"
	"time"

	"github.com/caucus-live/caucus/socketio"
)

// The features that the page asks about.
const (
	featureAllEvents  = "ALL_EVENTS"
	featureAggregated = "AGGREGATED_EVENTS"
)

var orderFeatures = []string{"EMIT", "JOIN", "LEAVE", "DISCONNECT", "MJOIN", "MLEAVE", "MDISCONNECT"}

// An Admin serves the admin page of one server.
type Admin struct {
	opts  Options
	io    *socketio.Server
	ns    *socketio.Namespace
	began time.Time
	ctx   context.Context //nolint:containedctx // its lifetime
	end   context.CancelFunc

	unobserve func()
	ticking   sync.WaitGroup
	guard     guard
	watch     watch
	previous  socketio.Stats // owned by the goroutine that sends figures
}

// Attach serves the admin page of a server, until [Admin.Close]. Call it once for each
// server, before clients connect.
func Attach(io *socketio.Server, opts *Options) (*Admin, error) {
	o, err := opts.withDefaults()
	if err != nil {
		return nil, err
	}
	a := &Admin{opts: o, io: io, ns: io.Of(o.Namespace), began: time.Now(), previous: io.Stats(), unobserve: func() {}}
	a.ctx, a.end = context.WithCancel(context.Background())
	a.guard = newGuard(&a.opts)
	a.watch.conns = make(map[any]*connection)
	if !o.DisableAuth {
		a.ns.Use(a.guard.admit)
	}
	a.ns.OnConnect(a.welcome)
	if !o.ReadOnly {
		a.takeOrders()
	}
	if !o.Production {
		a.unobserve = io.Observe(a.observer())
	}
	a.ticking.Go(a.tick) // ends with Close
	return a, nil
}

// Close stops reporting. The namespace stays, and takes orders, as long as the server
// does.
func (a *Admin) Close() {
	a.end()
	a.unobserve()
	a.ticking.Wait()
}

// welcome tells a page what it can do, and what there is.
func (a *Admin) welcome(ctx context.Context, s *socketio.Socket) error {
	if id := newSessionOf(ctx); id != "" {
		if err := Session.Emit(ctx, s, id); err != nil {
			return err
		}
	}
	features := []string{}
	if !a.opts.ReadOnly {
		features = append(features, orderFeatures...)
	}
	features = append(features, featureAggregated)
	if a.opts.Production {
		return Configured.Emit(ctx, s, Config{features})
	}
	if err := Configured.Emit(ctx, s, Config{append(features, featureAllEvents)}); err != nil {
		return err
	}
	all, err := a.allSockets(ctx)
	if err != nil { // a server that does not answer should not hide the others
		a.opts.Logger.WarnContext(ctx, "admin: not all sockets are known", "error", err)
	}
	return AllSockets.Emit(ctx, s, all)
}
