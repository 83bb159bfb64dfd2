package httpd

import (
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/caucus-live/caucus/internal/wire"
)

// site answers GET /site: where others reach this server, and what this request looks
// like from here. What it says about the sender is what the sender sent.
func (s *Server) site(w http.ResponseWriter, r *http.Request) {
	p := s.placeOf(r)
	writeJSON(w, http.StatusOK, wire.Site{
		URL:       s.shared(p),
		Addresses: s.reachable(p),
		Seen: wire.Seen{
			URL:       p.url(),
			Address:   addressOf(r).String(),
			Port:      portOf(r),
			Forwarded: forwardingFields(r.Header),
			Trusted:   s.trusts(r),
		},
	})
}

// portOf returns the port that a request came from, or 0.
func portOf(r *http.Request) int {
	peer, _ := netip.ParseAddrPort(r.RemoteAddr) // the zero value has port 0
	return int(peer.Port())
}

// shared returns the address that others are given.
func (s *Server) shared(p place) string {
	if s.public != (place{}) {
		return s.public.url()
	}
	return s.reachable(p)[0]
}

// reachable returns where other devices may reach the server: at the public URL; or as
// this request did; or, where that was the machine's own name for itself, at its
// addresses in the networks around.
func (s *Server) reachable(p place) []string {
	if s.public != (place{}) {
		return []string{s.public.url()}
	}
	if isLoopback(p.host) {
		if around := s.opts.Addresses(); len(around) > 0 {
			return around
		}
	}
	return []string{p.url()}
}

// isLoopback reports whether a host, with or without a port, means the machine that asks.
func isLoopback(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	name = strings.Trim(name, "[]")
	if name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return true
	}
	address, err := netip.ParseAddr(name)
	return err == nil && address.Unmap().IsLoopback()
}

// forwardingFields returns the names of the header fields of proxies that a request has.
func forwardingFields(h http.Header) []string {
	found := []string{}
	for _, field := range []string{fieldForwarded, fieldFor, fieldHost, fieldPort, fieldPrefix, fieldProto} {
		if len(h.Values(field)) > 0 {
			found = append(found, field)
		}
	}
	return found
}
