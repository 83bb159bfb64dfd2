package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"net/netip"
	"time"
)

// An apart is an address for operators, which need not be open to everybody. A nil one
// is an address that nobody has asked for.
type apart struct {
	name  string
	ln    net.Listener
	srv   *http.Server // nil until serve
	ended chan error   // what Serve of srv returned
}

// listenApart takes the address that a flag names, if it names one. What it returns
// must be closed.
func listenApart(ctx context.Context, name, addr string) (*apart, error) {
	if addr == "" {
		return nil, nil //nolint:nilnil // see apart
	}
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("%w; choose another address with -%s", err, name)
	}
	return &apart{name: name, ln: ln, ended: make(chan error, 1)}, nil
}

// serve answers requests until close.
func (a *apart) serve(ctx context.Context, h http.Handler, log *slog.Logger) {
	if a == nil {
		return
	}
	a.srv = &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		WriteTimeout:      2 * time.Minute, // a profile takes half a minute unless it is told otherwise
		MaxHeaderBytes:    8 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	go func() { a.ended <- a.srv.Serve(a.ln) }() // ends with close, which waits for it
	log.InfoContext(ctx, "for operators", slog.String("flag", "-"+a.name), slog.String("addr", a.ln.Addr().String()))
	if isOpen(a.ln.Addr()) {
		log.WarnContext(ctx, "an address for operators may be open to everybody", slog.String("flag", "-"+a.name),
			slog.String("remedy", "listen on this machine alone, such as 127.0.0.1:9100, or on an address of your own network; or close the port to others"))
	}
}

// isOpen reports whether more can reach an address than this machine and a private network.
func isOpen(addr net.Addr) bool {
	a, err := netip.ParseAddrPort(addr.String())
	ip := a.Addr().Unmap()
	return err != nil || !ip.IsLoopback() && !ip.IsPrivate() && !ip.IsLinkLocalUnicast()
}

func (a *apart) close() error {
	switch {
	case a == nil:
		return nil
	case a.srv == nil:
		return a.ln.Close()
	}
	err := a.srv.Close()
	if served := <-a.ended; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

// measurements answers GET /metrics.
func measurements(metrics http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", metrics)
	return mux
}

// profiles answers what go tool pprof and go tool trace ask for.
func profiles() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return mux
}
