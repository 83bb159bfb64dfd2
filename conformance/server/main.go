// Command server is what published conformance suites expect to find: for each
// of them a server with the events, the timing and the port that the suite was
// written for, on the public API of engineio and socketio alone.
//
//	go run ./conformance/server -suite NAME [-addr HOST:PORT]
//
// It prints the address it listens on, and ends in good order on SIGINT and
// SIGTERM.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "server:", err)
		os.Exit(1)
	}
}

// A suite is the server that a published suite expects.
type suite struct {
	port  int
	paths []string
	serve func(*slog.Logger) (server, error)
}

// A server is one of engineio or socketio.
type server interface {
	http.Handler
	Shutdown(ctx context.Context) error
}

var suites = map[string]suite{
	"engineio-v4":     {3000, []string{"/engine.io/"}, newEngineV4},
	"engineio-v3":     {3000, []string{"/engine.io/"}, newEngineV3},
	"engineio-client": {3000, []string{"/engine.io", "/engine.io/"}, newEngineClient},
	"socketio-v2":     {3000, []string{"/socket.io/"}, newSocketV2},
	"socketio-v5":     {3000, []string{"/socket.io/"}, newSocketV5},
	"socketio-client": {3210, []string{"/socket.io/"}, newSocketClient},
	"socketio-packed": {3210, []string{"/socket.io/"}, newSocketPacked},
	"endings":         {3000, []string{"/socket.io/"}, newEndings},
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("server", flag.ContinueOnError)
	flags.SetOutput(stderr)
	names := strings.Join(slices.Sorted(maps.Keys(suites)), ", ")
	name := flags.String("suite", "", "one of "+names)
	addr := flags.String("addr", "", "where to listen (default: the suite's port on 127.0.0.1)")
	if err := flags.Parse(args); err != nil {
		return err
	}
	chosen, ok := suites[*name]
	if !ok {
		return fmt.Errorf("-suite is %q; it must be one of %s", *name, names)
	}
	if *addr == "" {
		*addr = fmt.Sprintf("127.0.0.1:%d", chosen.port)
	}
	srv, err := chosen.serve(slog.New(slog.NewTextHandler(stderr, nil)))
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	for _, path := range chosen.paths {
		mux.Handle(path, srv)
	}
	return serve(ctx, *addr, mux, srv, stdout)
}

func serve(ctx context.Context, addr string, h http.Handler, srv server, stdout io.Writer) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	fmt.Fprintln(stdout, "listening on", listener.Addr())
	web := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- web.Serve(listener) }() // ends with Shutdown below, or on its own
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	const patience = 5 * time.Second
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	return errors.Join(srv.Shutdown(ctx), web.Shutdown(ctx))
}
