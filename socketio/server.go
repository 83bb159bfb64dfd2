package socketio

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/caucus-live/caucus/socketio/engineio"
)

// A Server is a Socket.IO server: an [http.Handler] to mount at the path that
// clients use, by default /socket.io/.
//
// All methods may be called concurrently.
type Server struct {
	opts      Options
	engine    *engineio.Server
	scratch   sync.Pool     // *outgoing
	bundle    *bundle       // nil without Options.Client
	cluster   *cluster      // nil without Options.Adapter
	store     *recoveryLogs // nil without Options.Recovery
	receivers receivers
	stats     counters

	// running counts the goroutines that run handlers.
	running sync.WaitGroup
	workers workers
	// observers are told what happens: see Observe. It is nil before the first.
	observers atomic.Pointer[observers]
	// done is closed when Shutdown begins.
	done     chan struct{}
	shutdown atomic.Bool

	mu         sync.RWMutex // guards the fields below
	namespaces map[string]*Namespace
	parents    []*Namespace // in the order in which they were made
	created    []func(*Namespace)
}

// NewServer returns a Server; opts may be nil. Register handlers before it
// serves its first request, so that none is missed. With Options.Adapter or
// Recovery.Store it blocks until they are open: use [NewServerContext] to limit that.
func NewServer(opts *Options) (*Server, error) {
	return NewServerContext(context.Background(), opts)
}

// NewServerContext is [NewServer] with a context that limits opening
// Options.Adapter and loading from Recovery.Store. The server does not keep it.
func NewServerContext(ctx context.Context, opts *Options) (*Server, error) {
	o, err := opts.withDefaults()
	if err != nil {
		return nil, err
	}
	srv := &Server{
		opts:       o,
		done:       make(chan struct{}),
		namespaces: make(map[string]*Namespace),
		workers: workers{
			next:   make(chan work),
			spares: int32(sparesPerProcessor * runtime.GOMAXPROCS(0)), //nolint:gosec // a few thousand at most
		},
	}
	if o.Client != nil {
		srv.bundle = &bundle{files: o.Client}
	}
	if srv.store, err = openRecovery(ctx, &srv.opts); err != nil {
		return nil, err
	}
	srv.cluster = newCluster(srv)
	if err := srv.store.share(srv); err != nil {
		return nil, err
	}
	if srv.engine, err = engineio.NewServer(srv.accept, &o.Engine); err != nil {
		return nil, fmt.Errorf("socketio: %w", err)
	}
	srv.Of("/") // exists everywhere
	if err := srv.cluster.open(ctx); err != nil {
		return nil, errors.Join(err, srv.engine.Shutdown(context.WithoutCancel(ctx)))
	}
	return srv, nil
}

// ServeHTTP serves the requests of clients.
func (srv *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if srv.bundle != nil && srv.bundle.serve(w, r) {
		return
	}
	srv.engine.ServeHTTP(w, r)
}

// ServeStream serves a client over a stream that another package has opened for it: see
// [engineio.Server.ServeStream].
func (srv *Server) ServeStream(conn net.Conn, r *http.Request) error {
	return srv.engine.ServeStream(conn, r)
}

// Of returns the namespace of that name. If it does not exist, Of creates it. The
// leading slash may be left out; "/" and "" both name the main namespace, which
// clients enter if they do not name one.
func (srv *Server) Of(name string) *Namespace {
	name = canonical(name)
	if ns := srv.lookup(name); ns != nil {
		return ns
	}
	return srv.make(name, newHandlers(), nil)
}

func canonical(name string) string {
	if strings.HasPrefix(name, "/") {
		return name
	}
	return "/" + name
}

// lookup returns nil if there is no such namespace.
func (srv *Server) lookup(name string) *Namespace {
	srv.mu.RLock()
	defer srv.mu.RUnlock()
	return srv.namespaces[name]
}

// make returns the namespace of that name, which it makes if necessary. parent
// is nil unless it is a dynamic one.
func (srv *Server) make(name string, h *handlers, parent *Namespace) *Namespace {
	srv.mu.Lock()
	ns, ok := srv.namespaces[name]
	if !ok {
		ns = newNamespace(srv, name, h)
		ns.parent = parent
		srv.namespaces[name] = ns
		if parent != nil {
			parent.children[name] = ns
		}
	}
	created := srv.created
	srv.mu.Unlock()
	if !ok {
		for _, f := range created {
			f(ns)
		}
	}
	return ns
}

// OnNamespace registers a function that is called for each new namespace, including
// dynamic ones, as soon as it exists.
func (srv *Server) OnNamespace(f func(*Namespace)) {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	srv.created = added(srv.created, f)
}

// Namespaces returns the existing namespaces, in no order, without the parents of
// dynamic ones.
func (srv *Server) Namespaces() []*Namespace {
	srv.mu.RLock()
	defer srv.mu.RUnlock()
	all := make([]*Namespace, 0, len(srv.namespaces))
	for _, ns := range srv.namespaces {
		all = append(all, ns)
	}
	return all
}

// Shutdown ends the server: it refuses new clients, disconnects the others with
// ReasonShutdown, spread over Engine.DrainWindow, and waits for all handlers to
// return. A client that waits for the answer to an event is not disconnected before it
// has that, or Engine.CloseTimeout is over. If ctx is done first, Shutdown drops the
// remaining connections and returns ctx's error; handlers that ignore their context may
// then still be running. A second call returns [engineio.ErrServerClosed].
//
// Shut down the [http.Server] after it: see [engineio.Server.Shutdown].
func (srv *Server) Shutdown(ctx context.Context) error {
	if srv.shutdown.Swap(true) {
		return engineio.ErrServerClosed
	}
	close(srv.done)
	err := srv.engine.Shutdown(ctx)
	srv.cluster.stop()
	if waitErr := srv.wait(ctx); err == nil {
		err = waitErr
	}
	if closeErr := srv.cluster.close(ctx); err == nil {
		err = closeErr
	}
	if saveErr := srv.store.save(context.WithoutCancel(ctx)); err == nil {
		err = saveErr
	}
	if err != nil {
		return fmt.Errorf("socketio: shutdown: %w", err)
	}
	return nil
}

// wait returns when no handler is running, or ctx is done.
func (srv *Server) wait(ctx context.Context) error {
	idle := make(chan struct{})
	go func() { // ends with the last handler, which Shutdown waits for
		srv.running.Wait()
		close(idle)
	}()
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
