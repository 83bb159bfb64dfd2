package engineio

import (
	"fmt"
	"net/http"
	"net/netip"
	"path"
	"slices"
	"strconv"
	"strings"
)

// An origin is what a browser sends as Origin (RFC 6454, section 6.1), or a pattern
// for such. All in lower case.
type origin struct {
	scheme string // "" in a pattern: any
	host   string // IPv6 addresses without brackets, in their canonical form
	port   string // never "" in an origin, where it may be the scheme's default
}

// nullOrigin is what a browser sends for a page that has no origin to speak of, such as
// one in a sandbox or from a file.
const nullOrigin = "null"

var defaultPorts = map[string]string{"http": "80", "https": "443"}

// parseOrigin parses the value of an Origin header field.
func parseOrigin(s string) (o origin, ok bool) {
	scheme, rest, ok := strings.Cut(strings.ToLower(s), "://")
	host, port, valid := splitHost(rest)
	if port == "" {
		port = defaultPorts[scheme]
	}
	return origin{scheme, host, port}, ok && valid && host != ""
}

// SameOrigin reports whether two values of the Origin header field name the same origin
// (RFC 6454, section 5): case does not matter, nor whether the default port of the scheme
// or the short form of an IPv6 address is written. Anything else, such as "null", is the
// same as nothing.
func SameOrigin(a, b string) bool {
	x, ok := parseOrigin(a)
	y, valid := parseOrigin(b)
	return ok && valid && x == y
}

// splitHost splits a host and its port, which may be missing.
func splitHost(s string) (host, port string, ok bool) {
	if literal, rest, bracketed := strings.Cut(s, "]"); bracketed && strings.HasPrefix(s, "[") {
		if ip, err := netip.ParseAddr(literal[1:]); err == nil && ip.Is6() && ip.Zone() == "" && (rest == "" || rest[0] == ':') {
			return ip.String(), strings.TrimPrefix(rest, ":"), true
		}
	}
	host, port, _ = strings.Cut(s, ":")
	return host, port, !strings.Contains(port, ":")
}

// isSameOrigin reports whether the request comes from the server's own pages. A
// page can forge none of the header fields.
func isSameOrigin(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "same-origin", "none":
		return true
	}
	origin := r.Header.Get("Origin")
	scheme, _, _ := strings.Cut(origin, "://")
	return SameOrigin(origin, scheme+"://"+r.Host) // a proxy may have added the port, or left it out
}

// An originPattern is one of Options.OriginPatterns.
type originPattern struct {
	any, null bool
	origin
	isLiteral bool // host is an IPv6 address, whose form in a pattern is never that of a class
}

// parseOriginPattern parses a pattern. Its errors say what to write instead.
func parseOriginPattern(s string) (originPattern, error) {
	lower := strings.ToLower(s)
	switch lower {
	case "*":
		return originPattern{any: true}, nil
	case nullOrigin:
		return originPattern{null: true}, nil
	}
	wrong := func(format string, args ...any) (originPattern, error) {
		return originPattern{}, fmt.Errorf("origin pattern %q: "+format, append([]any{s}, args...)...)
	}
	if trimmed := strings.TrimSpace(s); trimmed != s && trimmed != "" {
		return wrong("an origin has no spaces; write %q", trimmed)
	}
	scheme, rest, hasScheme := strings.Cut(lower, "://")
	if !hasScheme {
		scheme, rest = "", lower
		if name, after, _ := strings.Cut(lower, ":"); defaultPorts[name] != "" && !isPortPattern(after) {
			return wrong("two slashes follow the scheme; write %q", name+"://"+strings.TrimLeft(after, "/"))
		}
	}
	withScheme := func(rest string) string {
		if hasScheme {
			return scheme + "://" + rest
		}
		return rest
	}
	switch before, _, hasPath := strings.Cut(rest, "/"); {
	case rest == "" && scheme == "file":
		return wrong("pages from files have the origin %q", nullOrigin)
	case rest == "" || before == "":
		return wrong("a host is missing; write one, or %q for every origin", "*")
	case hasPath:
		return wrong("an origin has no path; write %q", withScheme(before))
	}
	switch {
	case scheme == "ws" || scheme == "wss":
		return wrong("browsers send the page's origin; write %q", "http"+scheme[len("ws"):]+"://"+rest)
	case hasScheme && scheme == "":
		return wrong("a scheme is missing; write %q", rest)
	case strings.Trim(scheme, "abcdefghijklmnopqrstuvwxyz0123456789+-."+globbing) != "":
		return wrong("%q is not a scheme", scheme)
	}
	if _, host, hasUser := strings.Cut(rest, "@"); hasUser {
		return wrong("an origin has no user name; write %q", withScheme(host))
	}
	if ip, err := netip.ParseAddr(rest); err == nil && ip.Is6() {
		return wrong("an IPv6 address stands in brackets; write %q", withScheme("["+rest+"]"))
	}
	host, port, ok := splitHost(rest)
	isLiteral := strings.Contains(host, ":")
	switch {
	case !ok:
		return wrong("more than one port; an IPv6 address stands in brackets")
	case !isASCII(host):
		return wrong("browsers send the ASCII form of a name; write that (%q)", "xn--…")
	case strings.ContainsAny(host, " ,;#=&%'\"|<>"):
		return wrong("no host has such a name; each pattern is an element of its own")
	case strings.HasSuffix(rest, ":"):
		return wrong("a port is missing; write %q", withScheme(strings.TrimSuffix(rest, ":")))
	case isNumeric(host):
		return wrong("browsers send an IPv4 address as four decimal numbers")
	case !isPortPattern(port):
		return wrong("%q is not a port", port)
	}
	for _, part := range []string{scheme, host, port} {
		if _, err := path.Match(part, ""); err != nil && !isLiteral {
			return wrong("%v", err)
		}
	}
	return originPattern{origin: origin{scheme, host, port}, isLiteral: isLiteral}, nil
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > 0x7e || r < 0x20 })
}

// globbing are the characters that mean something to path.Match, outside classes.
const globbing = `*?[]\`

// isPortPattern reports whether a pattern could match a port, or is empty.
func isPortPattern(s string) bool {
	if strings.ContainsAny(s, globbing) || s == "" {
		return true
	}
	n, err := strconv.ParseUint(s, 10, 16)
	return err == nil && s == strconv.FormatUint(n, 10)
}

// isNumeric reports whether a pattern's host is an IPv4 address to browsers, by its last part, but
// not in the form in which they send it.
func isNumeric(host string) bool {
	_, err := strconv.ParseUint(host[strings.LastIndexByte(host, '.')+1:], 0, 64)
	_, parseErr := netip.ParseAddr(host)
	return err == nil && parseErr != nil && !strings.ContainsAny(host, globbing)
}

// matches reports whether the pattern matches the value of an Origin header field,
// which is o if it could be parsed.
func (p *originPattern) matches(value string, o origin, ok bool) bool {
	switch {
	case p.any:
		return true
	case p.null:
		return value == nullOrigin
	case !ok, p.scheme != "" && !glob(p.scheme, o.scheme):
		return false
	case p.isLiteral && p.host != o.host, !p.isLiteral && !glob(p.host, o.host):
		return false
	case p.port == "":
		return o.port == defaultPorts[o.scheme]
	}
	return glob(p.port, o.port)
}

// glob matches a pattern that has been checked.
func glob(pattern, s string) bool {
	ok, err := path.Match(pattern, s)
	return ok && err == nil
}

// parseOriginPatterns parses all of Options.OriginPatterns, which are valid.
func parseOriginPatterns(patterns []string) []originPattern {
	parsed := make([]originPattern, 0, len(patterns))
	for _, s := range patterns {
		if p, err := parseOriginPattern(s); err == nil {
			parsed = append(parsed, p)
		}
	}
	return parsed
}

// matchOrigin applies Options.OriginPatterns to the value of an Origin header field.
func (srv *Server) matchOrigin(value string) bool {
	o, ok := parseOrigin(value)
	return slices.ContainsFunc(srv.origins, func(p originPattern) bool { return p.matches(value, o, ok) })
}
