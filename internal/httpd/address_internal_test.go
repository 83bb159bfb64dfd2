package httpd

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"
)

// Behind proxies the address is the one that the outermost saw, in whatever form they
// write it, or the request is refused.
func TestClientAddress(t *testing.T) {
	networks := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	for _, c := range []struct {
		name    string
		proxies proxies
		peer    string
		lists   []string // of X-Forwarded-For
		want    string   // "": refused
	}{
		{"no proxy", proxies{}, "192.0.2.1:5", []string{"198.51.100.1"}, "192.0.2.1"},
		{"no proxy, IPv6", proxies{}, "[2001:db8:1:2::3]:5", nil, "2001:db8:1:2::"},
		{"one", proxies{count: 1}, "10.0.0.1:5", []string{"198.51.100.1"}, "198.51.100.1"},
		{"one, and a client that claims more", proxies{count: 1}, "10.0.0.1:5", []string{"203.0.113.9, 198.51.100.1"}, "198.51.100.1"},
		{"one, in two fields", proxies{count: 1}, "10.0.0.1:5", []string{"203.0.113.9", "198.51.100.1"}, "198.51.100.1"},
		{"with a port", proxies{count: 1}, "10.0.0.1:5", []string{"198.51.100.1:4711"}, "198.51.100.1"},
		{"IPv6", proxies{count: 1}, "10.0.0.1:5", []string{"2001:db8:1:2::3"}, "2001:db8:1:2::"},
		{"IPv6 in brackets", proxies{count: 1}, "10.0.0.1:5", []string{"[2001:db8:1:2::3]"}, "2001:db8:1:2::"},
		{"IPv6 with a port", proxies{count: 1}, "10.0.0.1:5", []string{"[2001:db8:1:2::3]:4711"}, "2001:db8:1:2::"},
		{"IPv4 as IPv6", proxies{count: 1}, "10.0.0.1:5", []string{"::ffff:198.51.100.1"}, "198.51.100.1"},
		{"IPv6 with a zone", proxies{count: 1}, "10.0.0.1:5", []string{"fe80::1%eth0"}, "fe80::"},
		{"two", proxies{count: 2}, "10.0.0.1:5", []string{"203.0.113.9, 198.51.100.1,10.0.0.2"}, "198.51.100.1"},
		{"two, but one has spoken", proxies{count: 2}, "10.0.0.1:5", []string{"198.51.100.1"}, ""},
		{"two, and nonsense of the client's", proxies{count: 2}, "10.0.0.1:5", []string{"\"><, 198.51.100.1, 10.0.0.2"}, "198.51.100.1"},
		{"a proxy that asks itself", proxies{count: 2}, "10.0.0.1:5", nil, "10.0.0.1"},
		{"an empty field", proxies{count: 1}, "10.0.0.1:5", []string{" , "}, "10.0.0.1"},
		{"what is not an address", proxies{count: 1}, "10.0.0.1:5", []string{"unknown"}, ""},
		{"an empty end", proxies{count: 1}, "10.0.0.1:5", []string{"198.51.100.1,"}, ""},
		{"networks", proxies{networks: networks}, "10.0.0.1:5", []string{"203.0.113.9, 198.51.100.1, 10.9.9.9"}, "198.51.100.1"},
		{"networks, IPv6 with a port", proxies{networks: networks}, "[fd00::1]:5", []string{"[2001:db8:1:2::3]:4711, [fd00::2]:1"}, "2001:db8:1:2::"},
		{"networks, past the proxies", proxies{networks: networks}, "192.0.2.1:5", []string{"198.51.100.1"}, "192.0.2.1"},
		{"networks, a proxy asks", proxies{networks: networks}, "10.0.0.1:5", []string{"10.0.0.2, 10.0.0.3"}, "10.0.0.2"},
		{"networks, nonsense", proxies{networks: networks}, "10.0.0.1:5", []string{"x, 10.0.0.3"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := c.proxies.client(&http.Request{RemoteAddr: c.peer, Header: http.Header{"X-Forwarded-For": c.lists}})
			if c.want == "" {
				if err == nil || !strings.Contains(err.Error(), "X-Forwarded-For") {
					t.Errorf("%s, %v; want it refused", got, err)
				}
			} else if err != nil || got.String() != c.want {
				t.Errorf("%s, %v; want %s", got, err, c.want)
			}
		})
	}
}

// Where X-Forwarded-For is missing, Forwarded says the same.
func TestClientAddressForwarded(t *testing.T) {
	networks := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	for _, c := range []struct {
		name    string
		proxies proxies
		peer    string
		lists   []string // of Forwarded
		want    string   // "": refused
	}{
		{"no proxy", proxies{}, "192.0.2.1:5", []string{"for=198.51.100.1"}, "192.0.2.1"},
		{"one", proxies{count: 1}, "10.0.0.1:5", []string{"for=198.51.100.1"}, "198.51.100.1"},
		{"in capitals, after others", proxies{count: 1}, "10.0.0.1:5", []string{"proto=https;By=10.0.0.1; FOR=198.51.100.1;host=a"}, "198.51.100.1"},
		{"a client that claims more", proxies{count: 1}, "10.0.0.1:5", []string{"for=203.0.113.9, for=198.51.100.1;proto=http"}, "198.51.100.1"},
		{"in two fields", proxies{count: 1}, "10.0.0.1:5", []string{"for=203.0.113.9", "for=198.51.100.1"}, "198.51.100.1"},
		{"IPv6 with a port", proxies{count: 1}, "10.0.0.1:5", []string{`for="[2001:db8:1:2::3]:4711"`}, "2001:db8:1:2::"},
		{"IPv4 with a port", proxies{count: 1}, "10.0.0.1:5", []string{`for="198.51.100.1:4711"`}, "198.51.100.1"},
		{"commas in quotes", proxies{count: 1}, "10.0.0.1:5", []string{`for="1.1.1.1, for=2.2.2.2";x="\"", for=198.51.100.1`}, "198.51.100.1"},
		{"two", proxies{count: 2}, "10.0.0.1:5", []string{"for=203.0.113.9, for=198.51.100.1, for=10.0.0.2"}, "198.51.100.1"},
		{"two, but one has spoken", proxies{count: 2}, "10.0.0.1:5", []string{"for=198.51.100.1"}, ""},
		{"what is not an address", proxies{count: 1}, "10.0.0.1:5", []string{"for=nonsense"}, ""},
		{"a quotation that a client leaves open", proxies{count: 1}, "10.0.0.1:5", []string{`for=203.0.113.9;x=", for=198.51.100.1`}, ""},
		{"likewise, before quotes", proxies{count: 1}, "10.0.0.1:5", []string{`for=203.0.113.9;x="`, `for="[2001:db8::1]:5"`}, ""},
		{"likewise, with a backslash", proxies{count: 1}, "10.0.0.1:5", []string{`for=203.0.113.9;x="\"\, for=198.51.100.1`}, ""},
		{"unknown", proxies{count: 1}, "10.0.0.1:5", []string{"for=198.51.100.1, for=unknown"}, "10.0.0.1"},
		{"hidden", proxies{count: 1}, "10.0.0.1:5", []string{"for=_gazonk"}, "10.0.0.1"},
		{"hidden, with a port", proxies{count: 1}, "10.0.0.1:5", []string{`for="_gazonk:_x"`}, "10.0.0.1"},
		{"no for", proxies{count: 1}, "10.0.0.1:5", []string{"proto=https"}, "10.0.0.1"},
		{"nothing", proxies{count: 1}, "10.0.0.1:5", []string{" , ;"}, "10.0.0.1"},
		{"networks", proxies{networks: networks}, "10.0.0.1:5", []string{"for=203.0.113.9, for=198.51.100.1, for=10.9.9.9"}, "198.51.100.1"},
		{"two, one hidden", proxies{count: 2}, "10.0.0.1:5", []string{"for=_a, for=10.0.0.2"}, "10.0.0.2"},
		{"two, both hidden", proxies{count: 2}, "10.0.0.1:5", []string{"for=_a, for=unknown"}, "10.0.0.1"},
		{"networks, hidden", proxies{networks: networks}, "10.0.0.1:5", []string{"for=203.0.113.9, for=_a, for=10.9.9.9"}, "10.9.9.9"},
		{"networks, past the proxies", proxies{networks: networks}, "192.0.2.1:5", []string{"for=198.51.100.1"}, "192.0.2.1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := c.proxies.client(&http.Request{RemoteAddr: c.peer, Header: http.Header{"Forwarded": c.lists}})
			if c.want == "" {
				if err == nil || !strings.Contains(err.Error(), "Forwarded") || strings.Contains(err.Error(), "X-Forwarded-For") {
					t.Errorf("%s, %v; want it refused", got, err)
				}
			} else if err != nil || got.String() != c.want {
				t.Errorf("%s, %v; want %s", got, err, c.want)
			}
		})
	}
	both := http.Header{"Forwarded": {"for=203.0.113.9"}, "X-Forwarded-For": {"198.51.100.1"}}
	if got, err := (proxies{count: 1}).client(&http.Request{RemoteAddr: "10.0.0.1:5", Header: both}); err != nil || got.String() != "198.51.100.1" {
		t.Errorf("both: %s, %v", got, err)
	}
}
