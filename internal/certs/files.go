// Package certs gets a server its certificates: from files, or from an authority that
// speaks ACME (RFC 8555).
package certs

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// lookInterval is how often, at most, files are looked at.
const lookInterval = 10 * time.Second

// Files is a certificate in two files, which are read again when they change. Its
// methods may be called concurrently.
type Files struct {
	// Immutable.
	cert, key string
	log       *slog.Logger

	mu      sync.Mutex // guards the fields below
	current *tls.Certificate
	changed [2]time.Time // the files, when current was read
	looked  time.Time
}

// Open reads a certificate, with its chain, and its key, both in PEM. An error says what
// is wrong with them. The logger hears of files that change into something useless: the
// certificate that was read before is served then.
func Open(cert, key string, log *slog.Logger) (*Files, error) {
	f := &Files{cert: cert, key: key, log: log, looked: time.Now()}
	var err error
	if f.changed, err = f.times(); err != nil {
		return nil, err
	}
	if f.current, err = f.read(); err != nil {
		return nil, err
	}
	return f, nil
}

// Config returns a TLS configuration that serves the certificate.
func (f *Files) Config() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		NextProtos: []string{"h2", "http/1.1"},
		GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
			return f.get(hello.Context()), nil
		},
	}
}

func (f *Files) read() (*tls.Certificate, error) {
	pair, err := tls.LoadX509KeyPair(f.cert, f.key)
	if err != nil {
		return nil, fmt.Errorf("read %s and %s: %w", f.cert, f.key, err)
	}
	return &pair, nil
}

// times returns when the files were changed.
func (f *Files) times() (times [2]time.Time, err error) {
	for i, name := range []string{f.cert, f.key} {
		info, err := os.Stat(name)
		if err != nil {
			return times, err
		}
		times[i] = info.ModTime()
	}
	return times, nil
}

// get returns the certificate, after a look at the files every now and then.
func (f *Files) get(ctx context.Context) *tls.Certificate {
	f.mu.Lock()
	defer f.mu.Unlock()
	if time.Since(f.looked) < lookInterval {
		return f.current
	}
	f.looked = time.Now()
	changed, err := f.times()
	if err == nil && changed == f.changed {
		return f.current
	}
	var fresh *tls.Certificate
	if err == nil {
		fresh, err = f.read()
	}
	if err != nil { // perhaps one file is new and the other not yet
		f.log.WarnContext(ctx, "the certificate cannot be read again, so the one from before is served", slog.Any("error", err))
		return f.current
	}
	f.current, f.changed = fresh, changed
	f.log.InfoContext(ctx, "the certificate was read again", slog.Time("until", fresh.Leaf.NotAfter))
	return f.current
}
