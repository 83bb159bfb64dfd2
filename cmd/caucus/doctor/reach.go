package doctor

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"regexp"
	"strings"
	"time"

	"github.com/caucus-live/caucus/cmd/caucus/cli"
	"github.com/caucus-live/caucus/internal/wire"
)

const (
	clockTolerance = 30 * time.Second
)

// reach asks for /healthz: without it there is no server.
func (e *examination) reach(ctx context.Context) error {
	a, err := e.ask(ctx, http.MethodGet, "healthz", "")
	switch {
	case err != nil:
		e.note("reach", Failure, remedyOfConnection(err), "%v", err)
		return errStop
	case a.StatusCode >= 300 && a.StatusCode < 400:
		target := strings.TrimSuffix(a.Header.Get("Location"), "healthz")
		e.note("reach", Failure, "give the final address: "+target, "%s redirects to %s", e.base, target)
		return errStop
	case a.StatusCode == http.StatusBadGateway || a.StatusCode == http.StatusServiceUnavailable || a.StatusCode == http.StatusGatewayTimeout:
		e.note("reach", Failure, "start caucus, and have the proxy forward to the address that it listens on (-addr)", "%s, from the proxy: it does not reach the server", a.Status)
		return errStop
	}
	remedy := e.remedyOfAddress(a)
	if remedy == "" && a.isOfCaucus() {
		remedy = remedyOf(a, "")
	}
	if remedy != "" {
		e.note("reach", Failure, remedy, "%shealthz: %s %s", e.base, a.Status, a.words())
		return errStop
	}
	var health wire.Health
	if a.StatusCode != http.StatusOK || json.Unmarshal(a.body, &health) != nil || health.Status != "ok" {
		e.note("reach", Failure, remedyOf(a, passEverything+" to caucus; below a path, start it with -base-path"), "%shealthz is not that of Caucus: %s %s", e.base, a.Status, a.words())
		return errStop
	}
	e.ok("reach", "Caucus %s, over %s", health.Version, a.Proto)
	e.behind = strings.TrimSpace(a.Header.Get("Server") + " " + a.Header.Get("Via"))
	e.clock(a)
	e.encryption(a)
	return nil
}

// plainToTLS is what programs answer to HTTP where they expect TLS: Go and Caddy, nginx, Apache.
var plainToTLS = regexp.MustCompile("HTTPS server|HTTPS port|SSL-enabled server")

// remedyOfAddress says what to do where there is a server, but not at the address, and "" elsewhere.
func (e *examination) remedyOfAddress(a *answer) string {
	switch {
	case a.StatusCode == http.StatusBadRequest && plainToTLS.Match(a.body):
		return "give the address with https://"
	case a.StatusCode == http.StatusNotFound && strings.Contains(a.text(), `"code":"not_found"`): // of Caucus itself
		return "give the address of the first page, without what comes after it; below a path, start caucus with -base-path " + trimSlash(e.base.Path)
	}
	return ""
}

// remedyOfConnection says what to do about a connection that failed.
func remedyOfConnection(err error) string {
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return "have the server send the whole chain: the certificate, and after it the intermediate ones (of Let's Encrypt, fullchain.pem);" +
			" if its authority is one of your own, have this machine trust it (on Linux, for one command, SSL_CERT_FILE=authority.pem caucus doctor …)"
	}
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok && invalid.Reason == x509.Expired {
		return "renew the certificate, or set the clock of the machine"
	}
	if _, ok := errors.AsType[x509.HostnameError](err); ok {
		return "use a certificate for this name, or the name that the certificate is for"
	}
	if errors.Is(err, http.ErrSchemeMismatch) {
		return "give the address with http://; for https, put a proxy with TLS in front, or start with -acme, or with -tls-cert and -tls-key"
	}
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return "give a name that this machine can look up, or enter this one in the DNS"
	}
	return "start the server or the proxy in front of it, and open the port"
}

// clock compares the server's time with this machine's: a poll that closes at a time
// closes at the server's.
func (e *examination) clock(a *answer) {
	there, err := http.ParseTime(a.Header.Get("Date"))
	if err != nil {
		return
	}
	if off := time.Since(there).Round(time.Second); off.Abs() > clockTolerance+a.took {
		e.note("clock", Warning, "synchronize both clocks (NTP)", "the server's clock is off by %s from this machine's", -off)
		return
	}
	e.ok("clock", "as this machine's")
}

func (e *examination) encryption(a *answer) {
	switch {
	case a.TLS == nil && isPrivate(e.base.Hostname()):
		e.ok("tls", "none, in a network of one's own")
	case a.TLS == nil:
		e.note("tls", Warning, "put a proxy with TLS in front, or start with -acme, or with -tls-cert and -tls-key", "none: anyone on the way can read the votes")
	case isOverdue(a.TLS.PeerCertificates[0]):
		e.note("tls", Warning, "renew the certificate", "the certificate ends on %s", a.TLS.PeerCertificates[0].NotAfter.Format(time.DateOnly))
	default:
		e.ok("tls", "a certificate until %s", a.TLS.PeerCertificates[0].NotAfter.Format(time.DateOnly))
	}
}

// isOverdue reports whether a certificate should have been renewed by now. Of 90 days 14 are left then. One that lives
// shorter, such as the 12 hours of Caddy's own, is renewed when a third of its life is left: a sixth is too little.
func isOverdue(c *x509.Certificate) bool {
	return time.Until(c.NotAfter) < min(14*24*time.Hour, c.NotAfter.Sub(c.NotBefore)/6)
}

// isPrivate reports whether a host is this machine or one of a local network.
func isPrivate(host string) bool {
	a, err := netip.ParseAddr(host)
	return cli.IsLoopback(host) || err == nil && (a.IsPrivate() || a.IsLinkLocalUnicast())
}
