package doctor

import (
	"net/http"
	"strings"
)

const (
	passEverything = "have the proxy forward everything below this address"
	passAnswers    = "have the proxy pass answers on as they are, errors too (nginx: proxy_intercept_errors off)"
)

// remedyOf says what to do about an answer that is not the one that was asked for: what its status says,
// and otherwise what is usual for that check.
func remedyOf(a *answer, usual string) string {
	if a == nil {
		return usual
	}
	switch {
	case strings.Contains(a.text(), `"hidden_address"`): // of Caucus itself
		return "have the proxy set X-Forwarded-For to addresses alone (nginx: proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for), " +
			"and check -trust-proxy: it is how many proxies add to it, or their networks; the server's log has the details"
	case a.StatusCode >= 300 && a.StatusCode < 400:
		return "have the proxy forward this, and not redirect it to " + a.Header.Get("Location")
	case a.StatusCode == http.StatusUnauthorized || a.StatusCode == http.StatusProxyAuthRequired:
		return "have the proxy ask for no password, or give the address with it: https://name:password@…"
	case a.isOfCaucus():
		return usual
	case a.StatusCode == http.StatusTooManyRequests || a.StatusCode == http.StatusServiceUnavailable:
		return "have the proxy let more requests through: everybody in a venue has one address, and each page makes some dozens at once (nginx: limit_req, limit_conn)"
	case a.StatusCode == http.StatusHTTPVersionNotSupported:
		return usual
	case a.StatusCode >= 500:
		return "see the log of the proxy: it has not passed the request on, or not the answer"
	}
	return usual
}

// isOfCaucus reports whether an answer is an error of Caucus itself, as REST and Engine.IO have them.
func (a *answer) isOfCaucus() bool {
	return strings.Contains(a.text(), `"statusCode":`) || strings.HasPrefix(a.text(), `{"code":`)
}

// isReplaced reports whether an answer to what is answered in JSON is something else, such as the page for errors
// of a proxy.
func (a *answer) isReplaced() bool {
	return !strings.Contains(a.Header.Get("Content-Type"), "application/json")
}

func (a *answer) text() string { return string(a.body) }
