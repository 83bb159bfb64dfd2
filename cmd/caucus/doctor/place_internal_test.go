package doctor

import (
	"net/url"
	"testing"

	"github.com/caucus-live/caucus/internal/wire"
)

// Links may lead elsewhere only where the server means that: asked on its own machine or in
// its own network, with nothing in between.
func TestLinksLeadElsewhere(t *testing.T) {
	for _, test := range []struct {
		asked, links string
		forwarded    []string
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
		{asked: "http://localhost:3000/", links: "http://192.0.2.7:3000/", forwarded: []string{"X-Forwarded-For"}, want: Failure},
		{asked: "http://polls.example/", links: "http://192.168.1.7:3000/", want: Failure},
		{asked: "https://polls.example/", links: "http://polls.example/", want: Warning},
		{asked: "http://localhost:3000/vote/", links: "http://192.0.2.7:3000/", want: Failure},
	} {
		t.Run(test.asked+" "+test.links, func(t *testing.T) {
			base, err := url.Parse(test.asked)
			if err != nil {
				t.Fatal(err)
			}
			e := examination{base: base, behind: test.behind}
			site := wire.Site{URL: test.links}
			site.Seen.Forwarded = test.forwarded
			e.compareURL(site)
			if len(e.findings) != 1 || e.findings[0].Status != test.want {
				t.Errorf("got %+v, want %v", e.findings, test.want)
			}
		})
	}
}
