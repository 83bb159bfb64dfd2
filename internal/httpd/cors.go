package httpd

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/caucus-live/caucus/socketio/engineio"
)

// validateOrigin accepts what a browser sends as Origin, and "*".
func validateOrigin(origin string) error {
	u, err := url.Parse(origin)
	if origin == "*" || err == nil && u.Host != "" && origin == u.Scheme+"://"+u.Host {
		return nil
	}
	return fmt.Errorf("httpd: AllowOrigins: an origin is like https://polls.example:8080, without a path, or *; it is not %q", origin)
}

// allows says whether pages of an origin other than ours may use this server.
func (o *Options) allows(origin string) bool {
	return slices.ContainsFunc(o.AllowOrigins, func(allowed string) bool {
		return allowed == "*" || engineio.SameOrigin(allowed, origin)
	})
}

// cors lets pages of the allowed origins call the routes of next. No cookie is
// involved anywhere, so there are no credentials to allow.
func (s *Server) cors(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Add("Vary", "Origin")
		if origin := r.Header.Get("Origin"); origin != "" && s.opts.allows(origin) {
			h.Set("Access-Control-Allow-Origin", origin)
			h.Set("Access-Control-Expose-Headers", "Retry-After, X-Request-Id")
		}
		if r.Method != http.MethodOptions || r.Header.Get("Access-Control-Request-Method") == "" {
			next.ServeHTTP(w, r)
			return
		}
		h.Set("Access-Control-Allow-Methods", "GET, POST")
		h.Set("Access-Control-Allow-Headers", "Content-Type")
		h.Set("Access-Control-Max-Age", "7200")
		w.WriteHeader(http.StatusNoContent)
	})
}
