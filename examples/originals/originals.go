// Package originals is what the programs in its folders have in common. Each is a server for
// the browser's half of one of the reference implementation's own examples, which is in
// the folder of the same name under examples/ of github.com/socketio/socket.io, and runs
// with it as it is.
package originals

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/caucus-live/caucus/examples"
	"github.com/caucus-live/caucus/socketio"
)

// An App is a Socket.IO server and what is served beside it.
type App struct {
	IO    *socketio.Server
	Page  http.Handler
	Ports []Port
}

// A Port is a further server, with the address to listen on.
type Port struct {
	Addr string
	IO   *socketio.Server
}

// Main is the main function of a program with one namespace, on which register has what it
// does, and whose page is a folder of files.
func Main(register func(ns *socketio.Namespace), origins ...string) {
	MainApp(func(opts *socketio.Options, public fs.FS) (App, error) {
		io, err := socketio.NewServer(opts)
		if err != nil {
			return App{}, err
		}
		register(io.Of("/"))
		return App{IO: io, Page: http.FileServerFS(public)}, nil
	}, origins...)
}

// MainApp is the main function of a program: it serves what newApp makes until it is
// interrupted. Pages of the origins may connect, besides its own.
func MainApp(newApp func(opts *socketio.Options, public fs.FS) (App, error), origins ...string) {
	addr := flag.String("addr", ":3000", "where to listen")
	public := flag.String("public", "public", "the folder with the page")
	client := flag.String("client", "examples/node_modules/socket.io-client/dist", "the folder with the client's files")
	allowed := flag.String("origins", strings.Join(origins, ","), "other origins whose pages may connect, separated by commas")
	flag.Parse()
	opts := &socketio.Options{Client: os.DirFS(*client)}
	if *allowed != "" {
		opts.Engine.OriginPatterns = strings.Split(*allowed, ",")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	app, err := newApp(opts, os.DirFS(*public))
	if err == nil {
		err = listen(ctx, *addr, app)
	}
	if err != nil {
		slog.Error("cannot serve", "error", err)
		os.Exit(1) //nolint:forbidigo // for main
	}
}

func listen(ctx context.Context, addr string, app App) error {
	mux := http.NewServeMux()
	mux.Handle("/socket.io/", app.IO)
	mux.Handle("/", app.Page)
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1+len(app.Ports))
	serve := func(addr, greeting string, handler http.Handler, io *socketio.Server) {
		ln, err := net.Listen("tcp", addr)
		if err != nil {
			ended <- errors.Join(err, io.Shutdown(ctx))
			return
		}
		_, port, _ := net.SplitHostPort(ln.Addr().String()) // every listener over TCP has one
		fmt.Fprintf(os.Stderr, "%s http://localhost:%s\n", greeting, port)
		go func() { ended <- examples.Serve(ctx, ln, handler, io) }() // ends with ctx; waited for below
	}
	for _, p := range app.Ports {
		serve(p.Addr, "Also", p.IO, p.IO)
	}
	serve(addr, "Open", mux, app.IO)
	err := <-ended
	cancel() // one that cannot go on ends the others
	for range app.Ports {
		err = errors.Join(err, <-ended)
	}
	return err
}
