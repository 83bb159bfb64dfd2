package httpd

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// addressOf is whom limits by address count a request for: the peer, or, behind
// a trusted proxy, the one that the proxy saw. That is the last address of
// X-Forwarded-For, which the nearest proxy wrote; those before it are whatever
// the client claimed. A person with IPv6 has a whole /64 and counts as one.
func addressOf(r *http.Request, trustProxy bool) netip.Addr {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	peer, _ := netip.ParseAddr(host) // the zero Addr is an address like any other
	if lists := r.Header.Values("X-Forwarded-For"); trustProxy && len(lists) > 0 {
		last := lists[len(lists)-1]
		last = last[strings.LastIndexByte(last, ',')+1:]
		if seen, err := netip.ParseAddr(strings.TrimSpace(last)); err == nil {
			peer = seen
		}
	}
	return network(peer.Unmap().WithZone(""))
}

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
