package doctor

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"

	"github.com/caucus-live/caucus/cmd/caucus/cli"
	"github.com/caucus-live/caucus/internal/wire"
)

const (
	trustProxy = "start caucus with -trust-proxy"
	passProto  = "have the proxy set X-Forwarded-Proto (nginx: proxy_set_header X-Forwarded-Proto $scheme) and start with -trust-proxy, or start with -public-url " // and the URL
	passHost   = "have the proxy pass the Host on (nginx: proxy_set_header Host $http_host; Apache: ProxyPreserveHost On), or start with -public-url "              // and the URL
)

// site asks what a request looks like to the server.
func (e *examination) site(ctx context.Context, header ...string) (site wire.Site, a *answer, err error) {
	a, err = e.ask(ctx, http.MethodGet, "site", "", header...)
	if err == nil {
		if a.StatusCode != http.StatusOK {
			return site, a, fmt.Errorf("%s", a.Status)
		}
		err = json.Unmarshal(a.body, &site)
	}
	return site, a, err
}

// place compares where the server thinks that it is with where it was asked.
func (e *examination) place(ctx context.Context) error {
	site, a, err := e.site(ctx)
	if err != nil {
		e.note("address", Failure, remedyOf(a, passEverything), "the server does not say where it is: %v", err)
		return nil
	}
	if e.behind == "" && (len(site.Seen.Forwarded) > 0 || a.conn != nil && isBetween(site.Seen, addrPort(a.conn.LocalAddr()), addrPort(a.conn.RemoteAddr()))) {
		e.behind = "unnamed"
	}
	e.compareURL(site)
	e.clientAddress(site)
	return nil
}

// isBetween reports whether the server saw a request come from its own machine, over
// another connection than the one between here and there.
func isBetween(seen wire.Seen, here, there netip.AddrPort) bool {
	address, err := netip.ParseAddr(seen.Address)
	if err != nil || address != network(there.Addr()) && address != network(netip.IPv6Loopback()) && !address.IsLoopback() {
		return false // an address that is translated on the way is another, too
	}
	return address != network(here.Addr()) || seen.Port != 0 && seen.Port != int(here.Port())
}

func addrPort(addr net.Addr) netip.AddrPort {
	ap, _ := netip.ParseAddrPort(addr.String()) // the zero value is not a machine's
	return netip.AddrPortFrom(ap.Addr().Unmap().WithZone(""), ap.Port())
}

// network is what counts as one address, as the server says it: of IPv6, a /64.
func network(a netip.Addr) netip.Addr {
	if p, err := a.Prefix(64); err == nil && a.Is6() {
		return p.Addr()
	}
	return a
}

func (e *examination) compareURL(site wire.Site) {
	asked := e.base.String()
	shared, err := url.Parse(site.URL)
	if err != nil {
		e.note("links", Failure, "start with -public-url "+asked, "links lead to %s", site.URL)
		return
	}
	seen, believed := site.Seen, ""
	if len(seen.Forwarded) > 0 && !seen.Trusted {
		believed = trustProxy + ", or with -public-url " + asked
	}
	remedy := func(other string) string {
		if believed != "" {
			return believed
		}
		return other + asked
	}
	switch {
	case site.URL == asked:
		e.ok("links", "they lead here")
	case shared.Path != e.base.Path:
		e.note("links", Failure, "start with -base-path "+trimSlash(e.base.Path)+", or with -public-url "+asked, "they lead to %s: the path is missing", site.URL)
	case shared.Host != e.base.Host && e.behind == "" && e.isElsewhere(shared):
		e.ok("links", "they lead to %s, for other devices", site.URL)
	case shared.Host != e.base.Host:
		e.note("links", Failure, remedy(passHost), "they lead to %s", site.URL)
	default:
		e.note("links", Failure, remedy(passProto), "they lead to %s: the scheme is another", site.URL)
	}
}

// isElsewhere reports whether an address is what the server tells other devices when it is asked
// by one that they cannot open: another of this network, or, since it was asked on its own
// machine, any address of that.
func (e *examination) isElsewhere(shared *url.URL) bool {
	if isPrivate(shared.Hostname()) {
		return isPrivate(e.base.Hostname())
	}
	_, err := netip.ParseAddr(shared.Hostname())
	return err == nil && cli.IsLoopback(e.base.Hostname()) && shared.Port() == e.base.Port()
}

func trimSlash(path string) string {
	if len(path) > 1 {
		return path[:len(path)-1]
	}
	return path
}

// clientAddress looks at the address that limits count this machine by.
func (e *examination) clientAddress(site wire.Site) {
	seen := site.Seen
	passes := slices.ContainsFunc(seen.Forwarded, func(field string) bool { return field == "X-Forwarded-For" || field == "Forwarded" })
	switch {
	case !passes && e.behind != "":
		e.note("client address", Failure, "have the proxy set X-Forwarded-For (nginx: proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; HAProxy: option forwardfor) and start with -trust-proxy",
			"the proxy (%s) does not say whom it speaks for: everybody counts as one address, %s", e.behind, seen.Address)
	case len(seen.Forwarded) > 0 && !seen.Trusted:
		e.note("client address", Failure, trustProxy, "everybody counts as one address, %s, that of the proxy, so limits meant for one hit all", seen.Address)
	default:
		e.ok("client address", "%s", seen.Address)
	}
}

// forged is an address that nobody has: RFC 5737.
var forged = netip.MustParseAddr("203.0.113.77")

// forgery tries to be another address, as someone would to get around the limits.
func (e *examination) forgery(ctx context.Context) error {
	for _, header := range [][]string{{"X-Forwarded-For", forged.String()}, {"Forwarded", "for=" + forged.String()}} {
		site, a, err := e.site(ctx, header...)
		if err != nil {
			e.note("forged address", Warning, remedyOf(a, ""), "a request with %s is refused: %v", header[0], err)
			return nil
		}
		if site.Seen.Address == forged.String() {
			e.note("forged address", Failure, "have the proxy replace "+header[0]+", or add to it; start with -trust-proxy only where no client can reach caucus past the proxy",
				"whoever sends %s chooses the address that limits count", header[0])
			return nil
		}
	}
	e.ok("forged address", "not believed")
	return nil
}
