// Package admin serves the namespace that the official admin page of Socket.IO,
// @socket.io/admin-ui 0.5, speaks: servers with their figures, sockets, rooms and events
// as they happen, and the page's orders to join, leave, emit and disconnect.
//
//	io, err := socketio.NewServer(&socketio.Options{Engine: engineio.Options{
//		OriginPatterns: []string{"https://admin.socket.io"}, // if the page is served from there
//	}})
//	…
//	a, err := admin.Attach(io, &admin.Options{Username: "admin", PasswordHash: hash})
//	…
//	defer a.Close()
//
// Open the page and give it the server's address; path and namespace are among the
// advanced options.
//
// In a cluster, attach to each server; the page then shows all of them, whichever it is
// connected to, and orders reach sockets anywhere. JavaScript servers that share an
// adapter may take part with instrument().
package admin
