package httpd

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"
)

// The header fields by which proxies pass on what they were asked.
const (
	fieldForwarded = "Forwarded" // RFC 7239
	fieldFor       = "X-Forwarded-For"
	fieldProto     = "X-Forwarded-Proto"
	fieldHost      = "X-Forwarded-Host"
	fieldPort      = "X-Forwarded-Port"
	fieldPrefix    = "X-Forwarded-Prefix"
)

// forwarded returns what the outermost of n proxies says that it was asked; what it does
// not say, or says in a way that makes no sense, stays empty. Each proxy that keeps a list
// appends to it: what stands before the last n elements is whatever the client claimed. Of
// a shorter list the first element is the outermost proxy's that said anything. A field of
// the X-Forwarded family wins over the same in Forwarded, which proxies that know only that
// family let through unread.
func forwarded(h http.Header, n int) (p place) {
	standard := outermost(forwardedElements(h), n)
	said := func(field string) string { return outermost(list(h, field), n) }
	switch scheme := strings.ToLower(cmp.Or(said(fieldProto), standard["proto"])); scheme {
	case "http", "https":
		p.scheme = scheme
	case "ws", "wss": // as Traefik says of a WebSocket
		p.scheme = strings.Replace(scheme, "ws", "http", 1)
	}
	if host := cmp.Or(said(fieldHost), standard["host"]); validHost(host) {
		p.host = withPort(host, said(fieldPort))
	}
	if base := strings.TrimSuffix(said(fieldPrefix), "/"); validBase(base) {
		p.base = base
	}
	return p
}

// outermost returns the first of the last n elements, of which the nearest proxy wrote the last.
func outermost[E any](elements []E, n int) (first E) {
	if len(elements) > 0 {
		first = elements[max(0, len(elements)-max(1, n))]
	}
	return first
}

// list returns the elements of a list in a header field, in however many fields.
func list(h http.Header, field string) (elements []string) {
	for _, value := range h.Values(field) {
		for element := range strings.SplitSeq(value, ",") {
			elements = append(elements, strings.TrimSpace(element))
		}
	}
	return elements
}

// withPort adds to a host the port that a proxy names apart from it.
func withPort(host, port string) string {
	u := url.URL{Host: host}
	if port == "" || u.Port() != "" || !validHost(host+":"+port) {
		return host
	}
	return host + ":" + port
}

// forwardedElements returns the elements of Forwarded, in however many fields, the
// nearest proxy's last: the parameters of each by their names in lower case. A quotation
// that a client opens, and does not close, would hide what proxies append; then there is
// one element, for something that is not an address.
func forwardedElements(h http.Header) (elements []map[string]string) {
	all := strings.Join(h.Values(fieldForwarded), ",")
	var pairs map[string]string
	for rest := all; rest != ""; {
		var pair string
		var separator byte
		var open bool
		if pair, separator, rest, open = cutUnquoted(rest); open {
			return []map[string]string{{"for": `"` + all}}
		}
		if name, value, ok := strings.Cut(strings.TrimSpace(pair), "="); ok {
			if pairs == nil {
				pairs = map[string]string{}
				elements = append(elements, pairs)
			}
			pairs[strings.ToLower(name)] = unquote(value)
		}
		if separator == ',' {
			pairs = nil
		}
	}
	return elements
}

// cutUnquoted cuts at the first semicolon or comma that is not within quotes. It reports
// whether the quotes are open at the end.
func cutUnquoted(s string) (before string, separator byte, after string, open bool) {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case open && c == '\\':
			i++
		case c == '"':
			open = !open
		case !open && (c == ';' || c == ','):
			return s[:i], c, s[i+1:], false
		}
	}
	return s, 0, "", open
}

// unquote returns what a quoted string of RFC 9110 means; any other is a token.
func unquote(s string) string {
	if len(s) < 2 || s[0] != '"' || s[len(s)-1] != '"' {
		return s
	}
	inner := s[1 : len(s)-1]
	var b strings.Builder
	for i := 0; i < len(inner); i++ {
		if inner[i] == '\\' && i+1 < len(inner) {
			i++
		}
		b.WriteByte(inner[i])
	}
	return b.String()
}
