package socketio

import (
	"context"
	"errors"
	"maps"
	"regexp"
	"slices"
)

// A matcher decides whether a dynamic namespace exists.
type matcher func(ctx context.Context, h *Handshake) bool

// OfPattern returns the parent of all namespaces whose name, with its leading
// slash, matches pattern: see [Server.OfFunc]. Anchor it with ^ and $.
func (srv *Server) OfPattern(pattern *regexp.Regexp) *Namespace {
	return srv.OfFunc(func(_ context.Context, h *Handshake) bool {
		return pattern.MatchString(h.Namespace)
	})
}

// OfFunc returns the parent of dynamic namespaces. When a client wants to enter a
// namespace that does not exist, the parents' functions are asked in the order in
// which they were registered, and the first to return true gets a child of that
// name ([Handshake.Namespace]). Children share everything registered on their
// parent. An event emitted to the parent goes to all children that exist on this
// server, and in a cluster to their sockets on other servers. Fetching from or
// calling a parent fails with [ErrParent].
func (srv *Server) OfFunc(exists func(ctx context.Context, h *Handshake) bool) *Namespace {
	parent := newNamespace(srv, "", newHandlers())
	parent.matches, parent.children = exists, make(map[string]*Namespace)
	srv.mu.Lock()
	defer srv.mu.Unlock()
	srv.parents = append(srv.parents, parent)
	return parent
}

func (srv *Server) hasParents() bool {
	srv.mu.RLock()
	defer srv.mu.RUnlock()
	return len(srv.parents) > 0
}

// resolve returns the namespace that a client wants to enter, or nil if it does not
// exist. It stays until it is released.
func (srv *Server) resolve(ctx context.Context, h *Handshake) *Namespace {
	if ns := srv.retain(h.Namespace); ns != nil {
		return ns
	}
	srv.mu.RLock()
	parents := slices.Clone(srv.parents)
	srv.mu.RUnlock()
	for _, parent := range parents {
		if parent.matches(ctx, h) {
			return srv.child(parent, h.Namespace)
		}
	}
	return nil
}

// retain returns nil if there is no such namespace.
func (srv *Server) retain(name string) *Namespace {
	srv.mu.RLock()
	ns := srv.namespaces[name]
	srv.mu.RUnlock()
	if ns == nil || ns.parent == nil {
		return ns
	}
	srv.mu.Lock()
	defer srv.mu.Unlock()
	if ns = srv.namespaces[name]; ns != nil { // it may have been removed meanwhile
		ns.users++
	}
	return ns
}

// child returns a namespace of a parent, retained.
func (srv *Server) child(parent *Namespace, name string) *Namespace {
	for {
		if ns := srv.retain(name); ns != nil {
			return ns
		}
		srv.make(name, parent.handlers, parent)
	}
}

// release undoes retain.
func (ns *Namespace) release() {
	if ns.parent == nil {
		return
	}
	srv := ns.srv
	srv.mu.Lock()
	defer srv.mu.Unlock()
	if ns.users--; ns.users == 0 && srv.opts.CleanupEmptyNamespaces {
		delete(srv.namespaces, ns.name)
		delete(ns.parent.children, ns.name)
		srv.store.retire(ns.name)
	}
}

// dynamicChildren returns the children of a parent.
func (ns *Namespace) dynamicChildren() []*Namespace {
	ns.srv.mu.RLock()
	defer ns.srv.mu.RUnlock()
	return slices.Collect(maps.Values(ns.children))
}

// on returns the target with the same sockets of another namespace.
func (t Target) on(ns *Namespace) Target {
	t.ns = ns
	return t
}

func (t Target) emitToChildren(ctx context.Context, event string, args []any) error {
	var errs []error
	for _, child := range t.ns.dynamicChildren() {
		errs = append(errs, t.on(child).Emit(ctx, event, args...))
	}
	return errors.Join(errs...)
}
