package httpd

import (
	"log/slog"
	"net/http"
	"strings"

	"github.com/caucus-live/caucus/socketio/engineio"
)

// welcomes reports whether the page that sent a request, if one did, may use this
// server: it is one of this server's own, or of an allowed origin. When it may not,
// the log says what an operator would change.
func (s *Server) welcomes(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" || s.ownOrigin(r, origin) || s.opts.allows(origin) {
		return true
	}
	s.advisor.say(r.Context(), "origin "+origin+" "+r.Host, "a page may not use this server",
		slog.String("origin", origin), slog.String("host", r.Host), slog.String("remedy", s.originRemedy(r, origin)))
	return false
}

// ownOrigin reports whether an origin is this server's, as the browser says, as the
// request's host shows, or as the operator has said.
func (s *Server) ownOrigin(r *http.Request, origin string) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "same-origin", "none":
		return true
	}
	scheme, _, _ := strings.Cut(origin, "://")
	return engineio.SameOrigin(origin, scheme+"://"+r.Host) || engineio.SameOrigin(origin, s.public.origin())
}

// originRemedy says how an operator would let the pages of an origin use this server.
func (s *Server) originRemedy(r *http.Request, origin string) string {
	_, host, _ := strings.Cut(strings.ToLower(origin), "://")
	if !s.trusts(r) && host != "" && strings.EqualFold(forwarded(r.Header, 1).host, host) {
		return "the proxy names this host in a header field that is not believed: start with -trust-proxy, or with -public-url " + origin
	}
	return "if these are the pages of this server, have the proxy pass the Host on (nginx: proxy_set_header Host $http_host)" +
		" or start with -public-url " + origin + "; if they are those of another site, start with -allow-origin " + origin
}

// sameSite refuses what pages ask that may not use this server: they would come as far
// as the poll, and then wait for a connection that is refused.
func (s *Server) sameSite(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && !s.welcomes(r) {
			writeProblem(w, refuse(http.StatusForbidden, foreignPage.Refuse()))
			return
		}
		next.ServeHTTP(w, r)
	})
}
