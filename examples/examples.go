// Package examples is what the programs in its folders have in common: each is a
// Socket.IO server, with a page that Vite builds.
package examples

import (
	"context"
	"embed"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/caucus-live/caucus/socketio"
)

// The pages are in folders dist, which are not in the repository, and a pattern that
// matches nothing does not compile: these match the sources of the pages, too.
//
//go:embed all:chat/[di]* all:cursors/[di]* all:react/[di]*
var files embed.FS

const notBuilt = "The page is not built into this program. Start it with make: see examples/README.md."

// Main is the main function of a program: it serves what newServer makes, and the page
// of that name, until it is interrupted.
func Main(name string, newServer func() (*socketio.Server, error)) {
	addr := flag.String("addr", ":8080", "where to listen")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := listen(ctx, *addr, name, newServer); err != nil {
		slog.Error("cannot serve", "error", err)
		os.Exit(1) //nolint:forbidigo // for main
	}
}

func listen(ctx context.Context, addr, name string, newServer func() (*socketio.Server, error)) error {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	server, err := newServer()
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	_, port, _ := net.SplitHostPort(ln.Addr().String()) // every listener over TCP has one
	fmt.Fprintf(os.Stderr, "Open http://localhost:%s in two windows.\n", port)
	return Serve(ctx, ln, Handler(name, server), server)
}

// Handler serves Socket.IO where clients look for it, and the page of that name.
func Handler(name string, server *socketio.Server) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/socket.io/", server)
	mux.Handle("/", page(files, name))
	return mux
}

func page(files fs.FS, name string) http.Handler {
	dist, err := fs.Sub(files, name+"/dist")
	if err == nil {
		_, err = fs.Stat(dist, "index.html")
	}
	if err != nil {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, notBuilt, http.StatusNotFound)
		})
	}
	return http.FileServerFS(dist)
}

// Serve serves until ctx is done, then ends in good order: sockets first, since
// net/http waits for polls and knows nothing of WebSockets.
func Serve(ctx context.Context, ln net.Listener, handler http.Handler, server *socketio.Server) error {
	web := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- web.Serve(ln) }() // ends with web.Shutdown at the latest
	var err error
	select {
	case <-ctx.Done():
	case err = <-ended:
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return errors.Join(err, server.Shutdown(ctx), web.Shutdown(ctx))
}
