package jswire

import "github.com/caucus-live/caucus/socketio"

// Follow calls subscribe for each namespace of a server, now and as they are made. Without
// a server, as in some tests of adapters, it does nothing.
func Follow(srv *socketio.Server, subscribe func(namespace string)) {
	if srv == nil {
		return
	}
	srv.OnNamespace(func(ns *socketio.Namespace) { subscribe(ns.Name()) })
	for _, ns := range srv.Namespaces() {
		subscribe(ns.Name())
	}
}
