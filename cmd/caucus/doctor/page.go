package doctor

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

var (
	baseTag   = regexp.MustCompile(`<base href="([^"]*)"`)
	scriptTag = regexp.MustCompile(`<script[^>]* src="([^"]*)"`)
)

// page opens the first page and what it loads, as a browser would.
func (e *examination) page(ctx context.Context) error {
	a, err := e.ask(ctx, http.MethodGet, "p/ABCDEF", "", "Accept", "text/html")
	switch {
	case err != nil:
		e.note("page", Failure, "", "%v", err)
		return nil
	case a.StatusCode != http.StatusOK:
		e.note("page", Failure, remedyOf(a, passEverything), "the page of a poll is %s", a.Status)
		return nil
	case !strings.HasPrefix(a.Header.Get("Content-Type"), "text/html"):
		e.note("page", Failure, "have the proxy leave Content-Type as it is", "the page of a poll is said to be %q", a.Header.Get("Content-Type"))
		return nil
	}
	e.policy(ctx, a)
	script := scriptTag.FindSubmatch(a.body)
	if script == nil {
		e.note("page", Warning, "build the server with make build, or take a release", "the web client is not built into this server")
		return nil
	}
	e.script(ctx, a, string(script[1]))
	return nil
}

// script fetches the page's script, as addresses in it lead.
func (e *examination) script(ctx context.Context, page *answer, source string) {
	from := page.Request.URL
	if base := baseTag.FindSubmatch(page.body); base != nil {
		if u, err := from.Parse(string(base[1])); err == nil {
			from = u
		}
	}
	target, err := from.Parse(source)
	if err != nil {
		e.note("page", Failure, "", "its script is at %q", source)
		return
	}
	a, err := e.ask(ctx, http.MethodGet, target.String(), "", "Accept-Encoding", "gzip")
	if err != nil {
		e.note("page", Failure, "", "its script does not come: %v", err)
		return
	}
	if a.StatusCode != http.StatusOK || !strings.Contains(a.Header.Get("Content-Type"), "javascript") {
		e.note("page", Failure, remedyOf(a, "start with -base-path "+trimSlash(e.base.Path)+", or with -public-url "+e.base.String()), "its script, %s, is %s", target.Path, a.Status)
		return
	}
	e.ok("page", "complete")
	e.compression(a, target)
}

func (e *examination) compression(a *answer, target *url.URL) {
	if a.Header.Get("Content-Encoding") != "gzip" {
		e.note("compression", Warning, "have the proxy pass Accept-Encoding on, and leave Content-Encoding as it is", "%s comes in %d bytes that are not compressed", target.Path, len(a.body))
		return
	}
	if r, err := gzip.NewReader(bytes.NewReader(a.body)); err == nil {
		if _, err = io.Copy(io.Discard, r); err == nil {
			e.ok("compression", "gzip")
			return
		}
	}
	e.note("compression", Failure, "have the proxy leave compressed answers as they are", "%s is said to be gzip, and is not", target.Path)
}
