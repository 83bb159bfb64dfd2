package httpd

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
)

// A caller is whom a request is from. A connection has that of the request that opened it.
type caller struct {
	address netip.Addr  // that limits count the request for
	left    atomic.Bool // they have taken their leave
}

type callerKey struct{}

// withAddress returns a request that knows whom limits count it for. When the proxies
// do not say that, it answers the request, says in the log why, and reports false.
func (s *Server) withAddress(w http.ResponseWriter, r *http.Request) (*http.Request, bool) {
	from, err := s.proxies.client(r)
	if err != nil {
		s.advisor.say(r.Context(), "forwarded", "requests are refused: the proxies in front do not say whom they are from",
			slog.Any("error", err), slog.String("remedy", "check -trust-proxy: it is how many proxies append to X-Forwarded-For, or to Forwarded, or their networks"))
		writeProblem(w, refuse(http.StatusBadRequest, hiddenAddress.Refuse()))
		return nil, false
	}
	s.adviseAddress(r)
	return r.WithContext(context.WithValue(r.Context(), callerKey{}, &caller{address: from})), true
}

// adviseAddress says in the log when a proxy's address counts for everybody behind it, as far
// as a request shows that. One header field alone may be a client's own idea.
func (s *Server) adviseAddress(r *http.Request) {
	remedy := ""
	if peer := peerOf(r); !s.opts.TrustProxy {
		if (peer.IsLoopback() || peer.IsPrivate()) && len(forwardingFields(r.Header)) > 1 {
			remedy = "start with -trust-proxy"
		}
	} else if s.trusts(r) && len(hops(r.Header)) == 0 && len(forwardingFields(r.Header)) > 0 {
		remedy = "have the proxy set X-Forwarded-For (nginx: proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; HAProxy: option forwardfor)"
	}
	if remedy != "" {
		s.advisor.say(r.Context(), "address", "the address of a proxy counts for everybody behind it", slog.String("remedy", remedy))
	}
}

// connectionContext has the caller of a request, and nothing else of it: the contexts of net/http that stand
// behind the request's own would take 0.4 KiB for as long as the connection lasts.
func connectionContext(r *http.Request) context.Context {
	return context.WithValue(context.Background(), callerKey{}, callerFrom(r.Context()))
}

// callerFrom returns the caller that withAddress has found.
func callerFrom(ctx context.Context) *caller {
	if from, ok := ctx.Value(callerKey{}).(*caller); ok {
		return from
	}
	return &caller{}
}

func addressFrom(ctx context.Context) netip.Addr { return callerFrom(ctx).address }

func addressOf(r *http.Request) netip.Addr { return addressFrom(r.Context()) }

// proxies are the reverse proxies in front of this server: a number in a row, or those
// in some networks. With neither, there is no proxy.
type proxies struct {
	count    int
	networks []netip.Prefix
}

// client is whom limits by address count a request for: the peer, or, behind proxies,
// the one that the outermost saw. Each of them appends the address it saw to
// X-Forwarded-For, or to Forwarded; what stands before that is whatever the client
// claimed. A proxy that hides what it saw counts for all behind it.
func (p proxies) client(r *http.Request) (netip.Addr, error) {
	peer := peerOf(r)
	seen := hops(r.Header)
	if len(seen) == 0 || p.networks != nil && !p.contains(peer) {
		return network(peer), nil
	}
	n := p.depth(seen)
	if n == 0 {
		return network(peer), nil
	}
	if len(seen) < n {
		return netip.Addr{}, fmt.Errorf("httpd: %s has %d addresses from %d proxies", seen[0].field, len(seen), n)
	}
	for _, h := range seen[len(seen)-n:] {
		if h.hidden() { // the next one saw whoever hides it
			continue
		}
		a, err := h.address()
		return network(a), err
	}
	return network(peer), nil
}

// depth returns how many of the last hops are the word of proxies that are believed: as many
// as there are proxies, or those that proxies of the networks wrote.
func (p proxies) depth(seen []hop) int {
	if p.networks == nil {
		return p.count
	}
	for i, h := range slices.Backward(seen) {
		if a, err := h.address(); h.hidden() || err != nil || !p.contains(a) {
			return len(seen) - i
		}
	}
	return len(seen)
}

func (p proxies) contains(a netip.Addr) bool {
	return slices.ContainsFunc(p.networks, func(n netip.Prefix) bool { return n.Contains(a) })
}

// peerOf is who sent a request, perhaps for another.
func peerOf(r *http.Request) netip.Addr {
	peer, _ := parseAddress(r.RemoteAddr) // the zero Addr is an address like any other
	return peer
}

// A hop is what a proxy says that it saw, as it writes it in a header field.
type hop struct{ field, entry string }

// hops returns what the proxies saw, the nearest last: from X-Forwarded-For, in however
// many fields, or, where that is missing, from Forwarded.
func hops(h http.Header) (seen []hop) {
	if all := strings.Join(h.Values(fieldFor), ","); strings.Trim(all, ", \t") != "" {
		for entry := range strings.SplitSeq(all, ",") {
			seen = append(seen, hop{fieldFor, entry})
		}
		return seen
	}
	for _, element := range forwardedElements(h) {
		seen = append(seen, hop{fieldForwarded, element["for"]})
	}
	return seen
}

// hidden reports whether a proxy does not want to say what it saw: RFC 7239, section 6.
func (h hop) hidden() bool {
	return h.field == fieldForwarded && (h.entry == "" || h.entry[0] == '_' || strings.EqualFold(h.entry, "unknown"))
}

func (h hop) address() (netip.Addr, error) {
	a, err := parseAddress(h.entry)
	if err != nil {
		return a, fmt.Errorf("httpd: %s has what is not an address: %.50q", h.field, h.entry)
	}
	return a, nil
}

// parseAddress reads an address as proxies write it: with or without a port, and, where
// it is IPv6, with or without brackets.
func parseAddress(entry string) (netip.Addr, error) {
	entry = strings.TrimSpace(entry)
	if host, _, err := net.SplitHostPort(entry); err == nil {
		entry = host
	} else if inner, ok := strings.CutPrefix(entry, "["); ok {
		entry = strings.TrimSuffix(inner, "]")
	}
	a, err := netip.ParseAddr(entry)
	if err != nil {
		return netip.Addr{}, err
	}
	return a.Unmap().WithZone(""), nil
}

// network is what counts as one address: a person with IPv6 has a whole /64.
func network(a netip.Addr) netip.Addr {
	if !a.Is6() {
		return a
	}
	prefix, err := a.Prefix(64)
	if err != nil {
		return a
	}
	return prefix.Addr()
}
