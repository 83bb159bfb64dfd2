package doctor

import (
	"context"
	"net/http"
	"strings"
)

// rest asks for a poll without a topic, so that none is made.
func (e *examination) rest(ctx context.Context) error {
	a, err := e.ask(ctx, http.MethodPost, "polls", "{}", "Content-Type", "application/json", "Origin", e.origin())
	switch {
	case err != nil:
		e.note("rest", Failure, "", "%v", err)
	case a.StatusCode == http.StatusBadRequest && strings.Contains(a.text(), "topic"):
		e.ok("rest", "it answers")
	case a.StatusCode == http.StatusForbidden && strings.Contains(a.text(), "statusCode"):
		e.note("origin", Failure, passHost+e.base.String(), "the server does not take its own page for its own: the Host does not arrive")
	case a.StatusCode == http.StatusTooManyRequests:
		e.ok("rest", "it answers, but this address has created too many polls")
	case a.StatusCode != http.StatusForbidden && a.StatusCode < http.StatusMethodNotAllowed && a.isReplaced():
		e.note("rest", Failure, remedyOf(a, passAnswers), "POST %spolls: %s %s", e.base, a.Status, a.words())
	default:
		e.note("rest", Failure, remedyOf(a, "have the proxy pass POST on"), "POST %spolls: %s %s", e.base, a.Status, a.words())
	}
	return nil
}

const (
	headerSize = 6 << 10  // of a token with the longest name, and then some
	bodySize   = 60 << 10 // of the longest message, about
)

// limits sends what is as long as clients may send it.
func (e *examination) limits(ctx context.Context) error {
	a, err := e.ask(ctx, http.MethodGet, "healthz", "", "Token", strings.Repeat("x", headerSize))
	switch {
	case err != nil:
		e.note("header size", Failure, "raise the proxy's limit of header fields to 16 KiB", "%v", err)
	case a.StatusCode != http.StatusOK:
		e.note("header size", Failure, remedyOf(a, "raise the proxy's limit of header fields to 16 KiB (nginx: large_client_header_buffers; HAProxy: tune.bufsize)"), "a header field of %d bytes: %s", headerSize, a.Status)
	default:
		e.ok("header size", "%d bytes pass", headerSize)
	}
	code := strings.Repeat("x", bodySize)
	a, err = e.ask(ctx, http.MethodPost, "polls/rejoin", `{"accessToken":"`+code+`"}`, "Content-Type", "application/json", "Origin", e.origin())
	switch {
	case err != nil:
		e.note("body size", Failure, "raise the proxy's limit of bodies", "%v", err)
	case !a.isReplaced():
		e.ok("body size", "%d bytes pass", bodySize)
	default:
		e.note("body size", Failure, remedyOf(a, remedyOfSize(a)), "a body of %d bytes: %s", bodySize, a.Status)
	}
	return nil
}

// remedyOfSize tells a body that was refused from an answer that was replaced.
func remedyOfSize(a *answer) string {
	if a.StatusCode == http.StatusForbidden || a.StatusCode == http.StatusOK {
		return passAnswers
	}
	return "raise the proxy's limit of bodies to 64 KiB (nginx: client_max_body_size)"
}
