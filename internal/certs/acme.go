package certs

import (
	"crypto/tls"
	"net"
	"net/http"
	"strings"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"
)

// An Authority gets certificates over ACME. Its methods may be called concurrently.
type Authority struct{ manager *autocert.Manager }

// NewAuthority returns one for the given domains. Certificates and the account's key are
// kept in dir. The directory is the authority's URL; "" stands for Let's Encrypt, whose
// terms of service are then accepted. A nil client stands for [http.DefaultClient].
func NewAuthority(dir, directory string, client *http.Client, domains ...string) *Authority {
	return &Authority{&autocert.Manager{
		Prompt:     autocert.AcceptTOS,
		Cache:      autocert.DirCache(dir),
		HostPolicy: autocert.HostWhitelist(domains...),
		Client:     &acme.Client{DirectoryURL: directory, HTTPClient: client},
	}}
}

// Config returns a TLS configuration that serves certificates, gets them when they are
// first asked for, renews them, and answers the challenge TLS-ALPN-01 (RFC 8737).
func (a *Authority) Config() *tls.Config {
	config := a.manager.TLSConfig()
	config.MinVersion = tls.VersionTLS12
	return config
}

const challengePath = "/.well-known/acme-challenge/" // RFC 8555, 8.3

// Answer answers the challenge HTTP-01, on port 80, and leaves all else to next.
func (a *Authority) Answer(next http.Handler) http.Handler {
	challenge := a.manager.HTTPHandler(nil)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, challengePath) {
			next.ServeHTTP(w, r)
			return
		}
		if host, _, err := net.SplitHostPort(r.Host); err == nil { // the manager knows hosts without ports
			r.Host = host
		}
		challenge.ServeHTTP(w, r)
	})
}
