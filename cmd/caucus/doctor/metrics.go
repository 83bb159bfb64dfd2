package doctor

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/caucus-live/caucus/cmd/caucus/cli"
)

const (
	metricsPort     = 9100            // of -metrics-addr, as docs/operating.md has it
	metricsPatience = 3 * time.Second // a firewall says nothing at all
)

// metrics are for the operator alone. They are looked for below the address, at the root of
// its host, where a proxy may have them for other sites too, and at their own port.
func (e *examination) metrics(ctx context.Context) error {
	places := []string{e.base.JoinPath("metrics").String()}
	if e.base.Path != "/" {
		places = append(places, e.origin()+"/metrics")
	}
	for _, place := range places {
		switch open, err := e.measures(ctx, place, patience); {
		case err != nil:
			e.note("metrics", Warning, "", "whether %s is open cannot be said: %v", place, err)
			return nil
		case open:
			e.note("metrics", Warning, "have the proxy refuse /metrics to others than your Prometheus", "%s is open to everyone who reaches this address", place)
			return nil
		}
	}
	port := e.MetricsPort
	if port == 0 {
		if cli.IsLoopback(e.base.Hostname()) { // there it belongs
			e.ok("metrics", "not open")
			return nil
		}
		port = metricsPort
	}
	apart := url.URL{Scheme: "http", Host: net.JoinHostPort(e.base.Hostname(), strconv.Itoa(port)), Path: "/metrics"}
	if open, err := e.measures(ctx, apart.String(), metricsPatience); err == nil && open { // no connection is what should be
		e.note("metrics", Warning, "start with -metrics-addr 127.0.0.1:"+strconv.Itoa(port)+", or close the port to others than your Prometheus", "%s is open to everyone who reaches this host", &apart)
		return nil
	}
	e.ok("metrics", "not open, nor is port %d", port)
	return nil
}

// measures reports whether a place has the measurements of Caucus.
func (e *examination) measures(ctx context.Context, place string, patience time.Duration) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	a, err := e.askPatiently(ctx, http.MethodGet, place, "")
	if err != nil {
		return false, err
	}
	return a.StatusCode == http.StatusOK && strings.Contains(a.text(), "# HELP caucus_"), nil
}
