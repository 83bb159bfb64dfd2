package httpd_test

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/httpd"
	"github.com/caucus-live/caucus/internal/ledger/memory"
	"github.com/caucus-live/caucus/internal/wire"
)

func trusting(o *httpd.Options) { o.TrustProxy = true }

func publicAt(url string) func(*httpd.Options) {
	return func(o *httpd.Options) { o.PublicURL = url }
}

// What a proxy says is believed where it is trusted, and where it makes sense.
func TestSeenURL(t *testing.T) {
	const own = "http://caucus.test/"
	for _, c := range []struct {
		name    string
		header  []string
		trusted string // "" is own
	}{
		{"nothing", nil, ""},
		{"scheme", []string{"X-Forwarded-Proto", "https"}, "https://caucus.test/"},
		{"scheme of a WebSocket", []string{"X-Forwarded-Proto", "wss"}, "https://caucus.test/"},
		{"host", []string{"X-Forwarded-Host", "polls.example"}, "http://polls.example/"},
		{"host with a port", []string{"X-Forwarded-Host", "polls.example:8080"}, "http://polls.example:8080/"},
		{"host with the scheme's port", []string{"X-Forwarded-Host", "polls.example:443", "X-Forwarded-Proto", "https"}, "https://polls.example/"},
		{"host and port", []string{"X-Forwarded-Host", "polls.example", "X-Forwarded-Port", "8443", "X-Forwarded-Proto", "https"}, "https://polls.example:8443/"},
		{"host in capitals", []string{"X-Forwarded-Host", "Polls.Example"}, "http://polls.example/"},
		{"IPv6", []string{"X-Forwarded-Host", "[2001:db8::7]:3000"}, "http://[2001:db8::7]:3000/"},
		{"the nearest of several", []string{"X-Forwarded-Host", "claimed.example, polls.example", "X-Forwarded-Proto", "http,https"}, "https://polls.example/"},
		{"prefix", []string{"X-Forwarded-Prefix", "/vote"}, own + "vote/"},
		{"prefix with a slash", []string{"X-Forwarded-Prefix", "/a/b/"}, own + "a/b/"},
		{"Forwarded", []string{"Forwarded", `for=192.0.2.1;proto=https;host=polls.example`}, "https://polls.example/"},
		{"Forwarded, quoted", []string{"Forwarded", `for="[2001:db8::1]:80" ; Host="polls.example:8080";Proto=HTTP`}, "http://polls.example:8080/"},
		{"Forwarded, of several", []string{"Forwarded", `host=claimed.example;proto=http, for="_a,b;c";proto=https;host="polls.\example"`}, "https://polls.example/"},
		{"Forwarded by a client of a proxy that knows the others", []string{"Forwarded", "host=claimed.example;proto=https", "X-Forwarded-Host", "polls.example", "X-Forwarded-Proto", "http"}, "http://polls.example/"},
		{"nonsense", []string{"X-Forwarded-Proto", "gopher", "X-Forwarded-Host", `a"><script>`, "X-Forwarded-Prefix", `/"><script>`, "X-Forwarded-Port", "x"}, ""},
		{"more nonsense", []string{"Forwarded", `;;=,`, "X-Forwarded-Host", "user@polls.example", "X-Forwarded-Prefix", "//elsewhere.example"}, ""},
		{"a prefix that climbs", []string{"X-Forwarded-Prefix", "/a/../b"}, ""},
	} {
		for _, trust := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				h := open(t, func(o *httpd.Options) { o.TrustProxy = trust })
				var site wire.Site
				h.get("/site", c.header...).decode(t, &site)
				want := own
				if trust && c.trusted != "" {
					want = c.trusted
				}
				if site.Seen.URL != want || site.URL != want || site.Seen.Trusted != trust {
					t.Errorf("%s, trusted: %v: %+v, want %s", c.name, trust, site, want)
				}
			})
		}
	}
}

// Behind several proxies, host and scheme are those that the outermost was asked, as the
// address is the one that it saw.
func TestSeenURLBehindSeveral(t *testing.T) {
	two := func(o *httpd.Options) { o.TrustProxy, o.Proxies = true, 2 }
	inside := func(o *httpd.Options) {
		o.TrustProxy, o.ProxyNetworks = true, []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("192.0.2.0/24")}
	}
	const addresses = "198.51.100.4, 10.0.0.1"
	for _, c := range []struct {
		name   string
		header []string
		want   string
	}{
		{"Forwarded", []string{"Forwarded", "for=198.51.100.4;proto=https;host=polls.example, for=10.0.0.1;proto=http;host=inner.local"}, "https://polls.example/"},
		{"Forwarded, after a client's claim", []string{"Forwarded", "for=203.0.113.9;proto=http;host=claimed.example, for=198.51.100.4;proto=https;host=polls.example, for=10.0.0.1;proto=http;host=inner.local"}, "https://polls.example/"},
		{"lists", []string{"X-Forwarded-For", addresses, "X-Forwarded-Proto", "https, http", "X-Forwarded-Host", "polls.example,inner.local"}, "https://polls.example/"},
		{"lists, after a client's claims", []string{"X-Forwarded-For", "203.0.113.9, " + addresses, "X-Forwarded-Proto", "http, https, http", "X-Forwarded-Host", "claimed.example, polls.example, inner.local"}, "https://polls.example/"},
		{"ports and prefixes", []string{
			"X-Forwarded-For", addresses, "X-Forwarded-Proto", "https, http", "X-Forwarded-Host", "polls.example, inner.local",
			"X-Forwarded-Port", "8443, 80", "X-Forwarded-Prefix", "/vote, /inner",
		}, "https://polls.example:8443/vote/"},
		{"the outer one's word, which the inner leaves", []string{"X-Forwarded-For", addresses, "X-Forwarded-Proto", "https", "X-Forwarded-Host", "polls.example"}, "https://polls.example/"},
	} {
		for rule, change := range map[string]func(*httpd.Options){"two": two, "networks": inside} {
			synctest.Test(t, func(t *testing.T) {
				h := open(t, change)
				var site wire.Site
				h.get("/site", c.header...).decode(t, &site)
				if site.Seen.URL != c.want || site.Seen.Address != "198.51.100.4" {
					t.Errorf("%s, %s: %+v, want %s", c.name, rule, site.Seen, c.want)
				}
			})
		}
	}
}

func TestSiteSaysWhereOthersReachIt(t *testing.T) {
	around := func(o *httpd.Options) {
		o.Addresses = func() []string { return []string{"http://192.168.1.7:3000/", "http://10.0.0.2:3000/"} }
	}
	for _, c := range []struct {
		host   string
		change []func(*httpd.Options)
		want   wire.Site
	}{
		{"polls.example:3000", []func(*httpd.Options){around}, wire.Site{URL: "http://polls.example:3000/", Addresses: []string{"http://polls.example:3000/"}}},
		{"localhost:3000", []func(*httpd.Options){around}, wire.Site{URL: "http://192.168.1.7:3000/", Addresses: []string{"http://192.168.1.7:3000/", "http://10.0.0.2:3000/"}}},
		{"127.0.0.1", []func(*httpd.Options){around}, wire.Site{URL: "http://192.168.1.7:3000/", Addresses: []string{"http://192.168.1.7:3000/", "http://10.0.0.2:3000/"}}},
		{"[::1]:3000", nil, wire.Site{URL: "http://[::1]:3000/", Addresses: []string{"http://[::1]:3000/"}}},
		{"localhost", []func(*httpd.Options){around, publicAt("https://Example.org:443/vote/")}, wire.Site{URL: "https://example.org/vote/", Addresses: []string{"https://example.org/vote/"}}},
	} {
		synctest.Test(t, func(t *testing.T) {
			h := open(t, c.change...)
			var site wire.Site
			h.get("/site", "Host", c.host).decode(t, &site)
			site.Seen = wire.Seen{}
			if diff := cmp.Diff(c.want, site); diff != "" {
				t.Errorf("%s: %s", c.host, diff)
			}
		})
	}
}

func TestPlacesThatMakeNoSense(t *testing.T) {
	for _, url := range []string{"polls.example", "ftp://polls.example", "https://", "https://polls.example/?a", "https://polls.example/#a", "https://a@polls.example", "https://polls.example/a/../b", `https://polls.example/"`, "https://pölls.example"} {
		if _, err := httpd.New(new(memory.Ledger), &httpd.Options{TokenKey: key, PublicURL: url}); err == nil || !strings.Contains(err.Error(), "PublicURL") {
			t.Errorf("public URL %q: %v", url, err)
		}
	}
	for _, base := range []string{"vote", "//vote", "/a//b", "/..", "/a b", `/"`, "/ä"} {
		if _, err := httpd.New(new(memory.Ledger), &httpd.Options{TokenKey: key, BasePath: base}); err == nil || !strings.Contains(err.Error(), "BasePath") {
			t.Errorf("base path %q: %v", base, err)
		}
	}
	if _, err := httpd.New(new(memory.Ledger), &httpd.Options{TokenKey: key, BasePath: "/a", PublicURL: "https://polls.example/b"}); err == nil {
		t.Error("two paths")
	}
}

// Below a base path everything answers, whether or not a proxy has removed the path,
// and the page says where it is.
func TestBasePath(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*httpd.Options)
		header []string
	}{
		"the operator's":        {func(o *httpd.Options) { o.BasePath = "/vote/" }, nil},
		"that of the URL":       {publicAt("https://example.org/vote"), nil},
		"that of the proxy":     {trusting, []string{"X-Forwarded-Prefix", "/vote"}},
		"the operator's, first": {func(o *httpd.Options) { o.BasePath, o.TrustProxy = "/vote", true }, []string{"X-Forwarded-Prefix", "/other"}},
	} {
		synctest.Test(t, func(t *testing.T) {
			h := open(t, withWeb, c.change)
			for _, path := range []string{"/", "/p/ABCDEF", "/create", "/index.html"} {
				for _, base := range []string{"", "/vote"} {
					res := h.get(base+path, c.header...)
					if res.StatusCode != http.StatusOK || !strings.Contains(string(res.body), `<base href="/vote/" />`) {
						t.Errorf("%s: %s%s: %d %.100s", name, base, path, res.StatusCode, res.body)
					}
				}
			}
			for path, status := range map[string]int{
				"/vote": 200, "/vote/healthz": 200, "/vote/polls/ZZZZZZ": 404, "/vote/assets/main-C0FFEE.js": 200, "/votes": 404, "/voters": 404,
				"/vote/socket.io/?EIO=4&transport=polling": 200,
			} {
				if res := h.get(path, c.header...); res.StatusCode != status {
					t.Errorf("%s: %s: %d", name, path, res.StatusCode)
				}
			}
		})
	}
}
