package doctor

import (
	"context"
	"net/http"
	"slices"
	"strings"
)

// Directives without which the page does nothing: its script and its styles, and that it reaches the server.
var needed = []string{"script-src", "style-src", "connect-src"}

// policy looks at what the page may do. Of several policies each has to allow it.
func (e *examination) policy(ctx context.Context, page *answer) {
	policies := policiesOf(page)
	for _, p := range policies {
		for _, directive := range needed {
			if sources := p.sources(directive, "default-src"); sources != nil && !e.include(sources) {
				e.note("policy", Failure, "have the proxy add no Content-Security-Policy of its own, and pass on that of caucus", "the page may not do what it has to: %s is %s", directive, strings.Join(sources, " "))
				return
			}
		}
	}
	if len(policies) == 0 {
		e.note("policy", Warning, "have the proxy pass Content-Security-Policy on", "the page comes without a Content-Security-Policy")
		return
	}
	embedded, err := e.ask(ctx, http.MethodGet, "embed/ABCDEF", "", "Accept", "text/html")
	if err != nil || embedded.StatusCode != http.StatusOK {
		return // the same as the page
	}
	isFramed := embedded.Header.Get("X-Frame-Options") == ""
	for _, p := range policiesOf(embedded) {
		ancestors := p.sources("frame-ancestors", "")
		isFramed = isFramed && (ancestors == nil || slices.Contains(ancestors, "*"))
	}
	if !isFramed {
		e.note("policy", Warning, "have the proxy add neither X-Frame-Options nor frame-ancestors below /embed/", "results cannot be embedded in other pages")
		return
	}
	e.ok("policy", "that of caucus")
}

// include reports whether sources have the page's own origin among them.
func (e *examination) include(sources []string) bool {
	return slices.ContainsFunc(sources, func(source string) bool {
		return source == "'self'" || source == "*" || source == e.origin() || source == e.base.Host || source == e.base.Scheme+":"
	})
}

// A policy has the sources of each directive.
type policy map[string][]string

// sources are those of a directive, or of what stands for it; nil where neither is there.
func (p policy) sources(directive, otherwise string) []string {
	if s, ok := p[directive]; ok {
		return s
	}
	return p[otherwise]
}

// policiesOf reads Content-Security-Policy, as CSP3 has it: policies between commas, directives between semicolons;
// the first of a name counts.
func policiesOf(a *answer) (policies []policy) {
	for _, field := range a.Header.Values("Content-Security-Policy") {
		for text := range strings.SplitSeq(field, ",") {
			p := policy{}
			for directive := range strings.SplitSeq(text, ";") {
				words := strings.Fields(directive)
				if len(words) == 0 {
					continue
				}
				if name := strings.ToLower(words[0]); p[name] == nil {
					p[name] = append(make([]string, 0, len(words)), words[1:]...)
				}
			}
			policies = append(policies, p)
		}
	}
	return policies
}
