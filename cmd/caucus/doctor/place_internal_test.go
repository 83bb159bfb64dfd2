package doctor

import (
	"net/netip"
	"net/url"
	"testing"

	"github.com/caucus-live/caucus/internal/wire"
)

// Links may lead elsewhere only where the server means that: asked on its own machine or in
// its own network, with nothing in between.
func TestLinksLeadElsewhere(t *testing.T) {
	for _, test := range []struct {
		asked, links string
		behind       string
		want         Status
	}{
		{asked: "http://polls.example/", links: "http://polls.example/", want: OK},
		{asked: "http://localhost:3000/", links: "http://192.168.1.7:3000/", want: OK},
		{asked: "http://127.0.0.1:3000/", links: "http://192.0.2.7:3000/", want: OK},
		{asked: "http://[::1]:3000/", links: "http://[2001:db8::7]:3000/", want: OK},
		{asked: "http://192.168.1.7:3000/", links: "http://10.0.0.7:3000/", want: OK},
		{asked: "http://192.168.1.7:3000/", links: "http://192.0.2.7:3000/", want: Failure},
		{asked: "http://localhost:8080/", links: "http://192.0.2.7:3000/", want: Failure},
		{asked: "http://localhost:3000/", links: "http://polls.example:3000/", want: Failure},
		{asked: "http://localhost:3000/", links: "http://192.0.2.7:3000/", behind: "nginx", want: Failure},
		{asked: "http://polls.example/", links: "http://192.168.1.7:3000/", want: Failure},
		{asked: "https://polls.example/", links: "http://polls.example/", want: Failure},
		{asked: "http://localhost:3000/vote/", links: "http://192.0.2.7:3000/", want: Failure},
	} {
		t.Run(test.asked+" "+test.links, func(t *testing.T) {
			base, err := url.Parse(test.asked)
			if err != nil {
				t.Fatal(err)
			}
			e := examination{base: base, behind: test.behind}
			site := wire.Site{URL: test.links}
			e.compareURL(site)
			if len(e.findings) != 1 || e.findings[0].Status != test.want {
				t.Errorf("got %+v, want %v", e.findings, test.want)
			}
		})
	}
}

// A server that sees its own machine come, over another connection than this one, has a
// proxy beside it.
func TestIsBetween(t *testing.T) {
	for _, test := range []struct {
		seen        string
		port        int
		here, there string
		want        bool
	}{
		{"127.0.0.1", 4000, "127.0.0.1:4000", "127.0.0.1:3000", false},
		{"127.0.0.1", 5000, "127.0.0.1:4000", "127.0.0.1:80", true},
		{"127.0.0.1", 0, "127.0.0.1:4000", "127.0.0.1:80", false}, // of a server that does not say it
		{"::", 4000, "[::1]:4000", "[::1]:3000", false},
		{"::", 5000, "[::1]:4000", "[::1]:80", true},
		{"127.0.0.1", 4000, "192.168.1.7:4000", "192.168.1.8:80", true},
		{"192.168.1.8", 4000, "192.168.1.7:4000", "192.168.1.8:80", true},
		{"192.168.1.7", 4000, "192.168.1.7:4000", "192.168.1.8:80", false},
		{"192.168.1.8", 4000, "192.168.1.8:4000", "192.168.1.8:80", false},
		{"192.0.2.1", 5000, "192.168.1.7:4000", "198.51.100.8:80", false}, // translated
		{"2001:db8:1:2::", 4000, "[2001:db8:1:2::3]:4000", "[2001:db8:1:2::4]:80", false},
		{"nonsense", 4000, "192.168.1.7:4000", "192.168.1.8:80", false},
	} {
		seen := wire.Seen{Address: test.seen, Port: test.port}
		if got := isBetween(seen, netip.MustParseAddrPort(test.here), netip.MustParseAddrPort(test.there)); got != test.want {
			t.Errorf("%+v: %v", test, got)
		}
	}
}
