package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"time"

	"github.com/caucus-live/caucus/internal/certs"
)

// An encryption is what the flags say of TLS.
type encryption struct {
	cert, key string   // files
	domains   []string // for ACME
	directory string   // of the ACME authority
	httpAddr  string   // where plain requests are sent to https

	client *http.Client // of ACME, in tests; nil stands for the default
}

func (e *encryption) enabled() bool { return e.cert != "" || e.key != "" || len(e.domains) > 0 }

func (e *encryption) scheme() string {
	if e.enabled() {
		return "https"
	}
	return "http"
}

// validate says which flags do not go together.
func (e *encryption) validate() error {
	switch {
	case (e.cert == "") != (e.key == ""):
		return errors.New("-tls-cert and -tls-key go together")
	case e.cert != "" && len(e.domains) > 0:
		return errors.New("a certificate comes from -tls-cert or from -acme, not from both")
	case e.directory != "" && !isWebAddress(e.directory):
		return fmt.Errorf("-acme-directory is like https://acme.example/directory; it is not %q", e.directory)
	case e.httpAddr != "" && !e.enabled():
		return errors.New("-http-addr sends people to https: it needs -tls-cert or -acme")
	}
	return nil
}

func isWebAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}

// wrap puts TLS on a listener, where the flags ask for it. What it starts ends with ctx
// and is waited for by the function that it returns, which never fails.
func (e *encryption) wrap(ctx context.Context, ln net.Listener, data string, log *slog.Logger) (net.Listener, func(), error) {
	if err := e.validate(); err != nil || !e.enabled() {
		return ln, func() {}, err
	}
	_, port, err := net.SplitHostPort(ln.Addr().String())
	if err != nil {
		return nil, nil, err
	}
	plain := certs.Redirect(port)
	var config *tls.Config
	if e.cert != "" {
		files, err := certs.Open(e.cert, e.key, log)
		if err != nil {
			return nil, nil, fmt.Errorf("-tls-cert, -tls-key: %w", explainSecret(err))
		}
		config = files.Config() //nolint:contextcheck // it serves for as long as the listener does
	} else {
		authority := certs.NewAuthority(filepath.Join(data, "certificates"), e.directory, e.client, e.domains...)
		config, plain = authority.Config(), authority.Answer(plain)
	}
	wait, err := e.servePlain(ctx, plain, log)
	return tls.NewListener(ln, config), wait, err
}

// servePlain serves http beside https.
func (e *encryption) servePlain(ctx context.Context, h http.Handler, log *slog.Logger) (wait func(), err error) {
	if e.httpAddr == "" {
		return func() {}, nil
	}
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", e.httpAddr)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", httpAddrFlag, e.explainAddr(httpAddrFlag, e.httpAddr, err))
	}
	srv := &http.Server{
		Handler: h, ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second, IdleTimeout: 10 * time.Second, MaxHeaderBytes: 16 << 10,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	ended := make(chan struct{})
	go func() { // ends with the server; waited for by wait
		defer close(ended)
		_ = srv.Serve(ln) // that it was closed
	}()
	stop := context.AfterFunc(ctx, func() { _ = srv.Close() })
	return func() {
		if stop() {
			_ = srv.Close()
		}
		<-ended
	}, nil
}
