// Package doctor looks at a deployment from outside, as its clients do, and says what
// an operator would change.
package doctor

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"time"
)

// Options are what an examination needs to know.
type Options struct {
	// URL is that of the first page, as people type it; name:password@ before the host is for a proxy that asks for
	// them, and is in no report.
	URL string

	// Idle is how long connections are left without traffic, to find out whether a
	// proxy ends them. Default: a second more than the server's ping interval, which
	// is the longest silence there is.
	Idle time.Duration

	// MetricsPort is where measurements are looked for, beside the address itself. Default:
	// 9100, unless the address is this machine's own.
	MetricsPort int

	// TLS configures connections to https addresses. Default: the system's roots.
	TLS *tls.Config
}

// A Status is how a check went.
type Status string

// The statuses of a check.
const (
	OK      Status = "ok"
	Warning Status = "warning" // it works, but not as well as it could
	Failure Status = "failure" // people will notice
)

// A Finding is what one check found.
type Finding struct {
	Check  string `json:"check"`
	Status Status `json:"status"`
	Saw    string `json:"saw"`
	Remedy string `json:"remedy,omitempty"`
}

// A Report is what an examination found.
type Report struct {
	URL      string    `json:"url"`
	OK       bool      `json:"ok"` // there is no failure
	Findings []Finding `json:"findings"`
}

// An examination is one look at a deployment.
type examination struct {
	Options
	base     *url.URL // ends with a slash
	user     *url.Userinfo
	client   *http.Client
	findings []Finding
	behind   string // what the proxy in front calls itself, or that there is one; "" if none was seen
}

// errStop says that without what was looked for there is nothing more to see; the
// finding has been noted.
var errStop = errors.New("doctor: nothing more to see")

// Examine looks at a deployment. An error says that it could not be looked at at all.
func Examine(ctx context.Context, opts Options) (*Report, error) {
	base, err := parseBase(opts.URL)
	if err != nil {
		return nil, err
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	e := &examination{Options: opts, base: base, user: base.User}
	base.User = nil
	// Each request has a connection of its own, so that a load balancer may send it
	// to another server; like browsers, it keeps cookies.
	e.client = &http.Client{
		Jar:           jar,
		Transport:     &http.Transport{Proxy: http.ProxyFromEnvironment, TLSClientConfig: opts.TLS, DisableKeepAlives: true, ForceAttemptHTTP2: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	for _, look := range []func(context.Context) error{
		e.reach, e.place, e.forgery, e.page, e.rest, e.limits, e.metrics, e.sockets,
	} {
		if err := look(ctx); errors.Is(err, errStop) {
			break
		} else if err != nil {
			return nil, err
		}
	}
	r := &Report{URL: base.String(), OK: true, Findings: e.findings}
	for _, f := range r.Findings {
		r.OK = r.OK && f.Status != Failure
	}
	return r, nil
}

// parseBase reads the address that everything is below, as a browser does.
func parseBase(address string) (*url.URL, error) {
	base, err := url.Parse(address)
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return nil, fmt.Errorf("the address is like https://polls.example; it is not %q", address)
	}
	base.Host = strings.ToLower(base.Host)
	if port := base.Port(); port == map[string]string{"http": "80", "https": "443"}[base.Scheme] {
		base.Host = strings.TrimSuffix(base.Host, ":"+port)
	}
	base.Path = strings.TrimSuffix(base.Path, "/") + "/"
	base.RawQuery, base.Fragment = "", ""
	return base, nil
}

func (e *examination) note(check string, status Status, remedy, format string, args ...any) {
	e.findings = append(e.findings, Finding{check, status, fmt.Sprintf(format, args...), remedy})
}

func (e *examination) ok(check, format string, args ...any) { e.note(check, OK, "", format, args...) }

// origin is what a browser sends as Origin from the pages of the deployment.
func (e *examination) origin() string { return e.base.Scheme + "://" + e.base.Host }
