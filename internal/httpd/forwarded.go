package httpd

import (
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

// forwarded returns what the nearest proxy says that it was asked; what it does not
// say, or says in a way that makes no sense, stays empty. Of a list the nearest proxy
// wrote the last element: those before are whatever its client claimed. A field of the
// X-Forwarded family wins over the same in Forwarded, which proxies that know only that
// family let through unread.
func forwarded(h http.Header) (p place) {
	var standard map[string]string
	if elements := forwardedElements(h); len(elements) > 0 {
		standard = elements[len(elements)-1]
	}
	switch scheme := strings.ToLower(either(last(h, fieldProto), standard["proto"])); scheme {
	case "http", "https":
		p.scheme = scheme
	case "ws", "wss": // as Traefik says of a WebSocket
		p.scheme = strings.Replace(scheme, "ws", "http", 1)
	}
	if host := either(last(h, fieldHost), standard["host"]); validHost(host) {
		p.host = withPort(host, last(h, fieldPort))
	}
	if base := strings.TrimSuffix(last(h, fieldPrefix), "/"); validBase(base) {
		p.base = base
	}
	return p
}

func either(first, second string) string {
	if first != "" {
		return first
	}
	return second
}

// last returns the last element of a list in a header field.
func last(h http.Header, field string) string {
	values := h.Values(field)
	if len(values) == 0 {
		return ""
	}
	list := values[len(values)-1]
	return strings.TrimSpace(list[strings.LastIndexByte(list, ',')+1:])
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
// one element, for something that is no address.
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
