package engineio_test

import (
	"strconv"
	"testing"

	"github.com/caucus-live/caucus/socketio/engineio"
)

func TestOriginPatterns(t *testing.T) {
	for _, tt := range []struct {
		pattern  string
		match    []string
		mismatch []string
	}{
		{
			"https://example.com",
			[]string{"https://example.com", "https://example.com:443", "HTTPS://Example.COM"},
			[]string{"http://example.com", "https://example.com:8443", "https://example.com.evil.test", "https://example.com/", "null", "example.com"},
		},
		{"https://example.com:443", []string{"https://example.com"}, []string{"http://example.com", "https://example.com:444"}},
		{"HTTP://EXAMPLE.com:80", []string{"http://example.com"}, []string{"https://example.com"}},
		{"example.com", []string{"https://example.com", "http://example.com"}, []string{"http://example.com:8080", "https://a.example.com"}},
		{"example.com:443", []string{"https://example.com", "http://example.com:443"}, []string{"http://example.com"}},
		{"*.example.com", []string{"https://a.example.com", "http://a.b.example.com"}, []string{"https://example.com", "https://evilexample.com"}},
		{"https://*.example.com:84*", []string{"https://a.example.com:8443"}, []string{"https://a.example.com"}},
		{"localhost:*", []string{"http://localhost", "http://localhost:5173", "https://localhost:1"}, []string{"http://localhost.evil.test"}},
		{"http*://example.com", []string{"http://example.com", "https://example.com"}, []string{"capacitor://example.com"}},
		{"capacitor://localhost", []string{"capacitor://localhost"}, []string{"capacitor://localhost:80", "http://localhost"}},
		{"chrome-extension://abcdef", []string{"chrome-extension://abcdef"}, []string{"chrome-extension://abc"}},
		{"http://[::1]:3000", []string{"http://[::1]:3000", "http://[0:0:0:0:0:0:0:1]:3000"}, []string{"http://[::1]", "http://[::2]:3000", "http://::1:3000"}},
		{"http://[2001:DB8::A]", []string{"http://[2001:db8::a]", "http://[2001:db8:0::a]:80"}, []string{"https://[2001:db8::a]:80"}},
		{"[::1]:*", []string{"http://[::1]", "https://[::1]:3000"}, []string{"http://localhost"}},
		{"app[12].example.com", []string{"https://app1.example.com"}, []string{"https://app3.example.com"}},
		{"http://127.0.0.1:*", []string{"http://127.0.0.1", "http://127.0.0.1:81"}, []string{"http://127.0.0.2"}},
		{"10.*", []string{"http://10.1.2.3"}, []string{"http://11.1.2.3"}},
		{"http:81", []string{"http://http:81"}, []string{"http://http"}},
		{"null", []string{"null"}, []string{"https://null", "NULL", "nullify"}},
		{"*", []string{"null", "https://example.com", "anything at all"}, nil},
	} {
		for _, origin := range tt.match {
			if !engineio.MatchOrigin(t, tt.pattern, origin) {
				t.Errorf("%q does not match %q", tt.pattern, origin)
			}
		}
		for _, origin := range tt.mismatch {
			if engineio.MatchOrigin(t, tt.pattern, origin) {
				t.Errorf("%q matches %q", tt.pattern, origin)
			}
		}
	}
}

// A pattern that could match nothing is refused, with what to write instead.
func TestOriginPatternsThatMatchNothing(t *testing.T) {
	for pattern, want := range map[string]string{
		"":                          `a host is missing; write one, or "*" for every origin`,
		"https://":                  `a host is missing; write one, or "*" for every origin`,
		"https:///path":             `a host is missing; write one, or "*" for every origin`,
		"file://":                   `pages from files have the origin "null"`,
		"://example.com":            `a scheme is missing; write "example.com"`,
		"https://example.com/":      `an origin has no path; write "https://example.com"`,
		"https://Example.com/a/b?c": `an origin has no path; write "https://example.com"`,
		"example.com/":              `an origin has no path; write "example.com"`,
		"ws://example.com:81":       `browsers send the page's origin; write "http://example.com:81"`,
		"wss://example.com":         `browsers send the page's origin; write "https://example.com"`,
		"https://me:pw@example.com": `an origin has no user name; write "https://example.com"`,
		"http://::1":                `an IPv6 address stands in brackets; write "http://[::1]"`,
		"2001:db8::a":               `an IPv6 address stands in brackets; write "[2001:db8::a]"`,
		"http://a:1:2":              `more than one port; an IPv6 address stands in brackets`,
		"https://bücher.example":    `browsers send the ASCII form of a name; write that ("xn--…")`,
		"a.example, b.example":      `no host has such a name; each pattern is an element of its own`,
		"https://example.com#x":     `no host has such a name; each pattern is an element of its own`,
		"https://example.com:":      `a port is missing; write "https://example.com"`,
		"https://example.com:https": `"https" is not a port`,
		"https://example.com:65536": `"65536" is not a port`,
		" https://example.com":      `an origin has no spaces; write "https://example.com"`,
		"https://example.com\n":     `an origin has no spaces; write "https://example.com"`,
		" ":                         `no host has such a name; each pattern is an element of its own`,
		"https ://example.com":      `"https " is not a scheme`,
		"^https://example.com":      `"^https" is not a scheme`,
		"https:/example.com":        `two slashes follow the scheme; write "https://example.com"`,
		"http:example.com:81":       `two slashes follow the scheme; write "http://example.com:81"`,
		"(a|b).example":             `no host has such a name; each pattern is an element of its own`,
		"https://example.com:0443":  `"0443" is not a port`,
		"http://[fe80::1%25eth0]":   `more than one port; an IPv6 address stands in brackets`,
		"http://127.1":              `browsers send an IPv4 address as four decimal numbers`,
		"http://0x7f000001:81":      `browsers send an IPv4 address as four decimal numbers`,
		"[":                         `syntax error in pattern`,
	} {
		_, err := engineio.NewServer(nil, &engineio.Options{OriginPatterns: []string{pattern}})
		if want := "engineio: origin pattern " + strconv.Quote(pattern) + ": " + want; err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

// Proxies add the default port to Host, or take it away.
func TestSameOrigin(t *testing.T) {
	for _, tt := range []struct {
		host, origin string
		want         bool
	}{
		{"example.com", "https://example.com", true},
		{"example.com:443", "https://example.com", true},
		{"example.com", "https://example.com:443", true},
		{"example.com:80", "http://example.com", true},
		{"EXAMPLE.com:443", "https://Example.com", true},
		{"example.com:3000", "http://example.com:3000", true},
		{"[::1]:80", "http://[::1]", true},
		{"[::1]", "http://[0:0::1]", true},
		{"example.com:80", "https://example.com", false},
		{"example.com:8443", "https://example.com", false},
		{"example.com", "https://example.com:8443", false},
		{"example.com", "https://example.com.evil.test", false},
		{"example.com", "https://evil.test:443", false},
		{"", "https://", false},
		{"null", "null", false},
		{"::1", "http://::1", false},
	} {
		if got := engineio.IsSameOrigin(tt.host, tt.origin); got != tt.want {
			t.Errorf("host %q, origin %q: %t", tt.host, tt.origin, got)
		}
	}
}

func FuzzOriginPattern(f *testing.F) {
	for _, seed := range [][2]string{
		{"https://example.com", "https://example.com"},
		{"http://[::1]:3000", "http://[::1]:3000"},
		{"localhost:*", "http://localhost"},
		{"a[b]:c", "http://ab:1"},
		{"null", "null"},
		{"*", ""},
		{"[", "["},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, pattern, origin string) {
		if _, err := (&engineio.Options{OriginPatterns: []string{pattern}}).WithDefaults(); err == nil {
			engineio.MatchOrigin(t, pattern, origin)
		}
	})
}
