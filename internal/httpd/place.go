package httpd

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strings"
)

// A place is where clients reach this server.
type place struct {
	scheme string // http or https
	host   string // with the port, unless it is the scheme's own
	base   string // the path in front of every other: "" or one such as "/vote"
}

func (p place) origin() string { return p.scheme + "://" + p.host }

// url is the address of the first page.
func (p place) url() string { return p.origin() + p.base + "/" }

// parsePlace reads a public URL.
func parsePlace(raw string) (place, error) {
	u, err := url.Parse(raw)
	if err == nil && (u.Scheme == "http" || u.Scheme == "https") && validHost(u.Host) &&
		u.User == nil && u.RawQuery == "" && !u.ForceQuery && u.Fragment == "" {
		base := strings.TrimSuffix(u.EscapedPath(), "/")
		if base == "" || validBase(base) {
			return place{u.Scheme, trimPort(u.Scheme, strings.ToLower(u.Host)), base}, nil
		}
	}
	return place{}, fmt.Errorf("httpd: PublicURL is like https://polls.example or https://example.org/vote; it is not %q", raw)
}

// placeOf returns where the sender of a request reaches this server: what the request
// says itself or, from a proxy that is trusted, what that proxy was asked.
func (s *Server) placeOf(r *http.Request) place {
	p := place{scheme: "http", host: r.Host}
	if r.TLS != nil {
		p.scheme = "https"
	}
	if s.trusts(r) {
		seen := forwarded(r.Header, s.proxies.depth(hops(r.Header)))
		p = place{cmp.Or(seen.scheme, p.scheme), cmp.Or(seen.host, p.host), seen.base}
	}
	p.host = trimPort(p.scheme, strings.ToLower(p.host))
	if base := s.opts.BasePath; base != "" {
		p.base = base
	}
	return p
}

// trusts reports whether a request comes from a proxy whose header fields are believed.
func (s *Server) trusts(r *http.Request) bool {
	return s.opts.TrustProxy && (s.proxies.networks == nil || s.proxies.contains(peerOf(r)))
}

// secure reports whether the client speaks TLS, to this server or to one in front.
func (s *Server) secure(r *http.Request) bool {
	return s.placeOf(r).scheme == "https" || s.public.scheme == "https"
}

// whole reports whether everything on the host that a client asks is this server's. Below a path it
// shares the host with other sites, and may not speak for those.
func (s *Server) whole(r *http.Request) bool {
	return s.placeOf(r).base == "" && s.public.base == ""
}

// arrive returns a request as it was before the proxies: for the host that the client
// asked, and without the base path. A proxy may have removed the base path already.
func (s *Server) arrive(r *http.Request) *http.Request {
	p := s.placeOf(r)
	below, under := strings.CutPrefix(r.URL.Path, p.base)
	under = under && p.base != "" && (below == "" || below[0] == '/')
	if !under && p.host == r.Host {
		return r
	}
	arrived, target := *r, *r.URL
	arrived.Host, arrived.URL = p.host, &target
	if under {
		target.Path = cmp.Or(below, "/")
		target.RawPath = strings.TrimPrefix(target.RawPath, p.base)
	}
	return &arrived
}

// validHost accepts a host with or without a port, and nothing that could break out of
// a URL or of a page.
func validHost(host string) bool {
	u, err := url.Parse("http://" + host)
	return err == nil && u.Host == host && u.Hostname() != "" &&
		strings.Trim(strings.ToLower(host), "abcdefghijklmnopqrstuvwxyz0123456789-._:[]") == ""
}

// validBase accepts a clean path of plain characters, without a slash at its end.
func validBase(base string) bool {
	return len(base) > 1 && len(base) <= 255 && base[0] == '/' && path.Clean(base) == base &&
		strings.Trim(strings.ToLower(base), "abcdefghijklmnopqrstuvwxyz0123456789-._~/") == ""
}

// trimPort removes the port that a scheme implies.
func trimPort(scheme, host string) string {
	if scheme == "https" || scheme == "wss" {
		return strings.TrimSuffix(host, ":443")
	}
	return strings.TrimSuffix(host, ":80")
}
