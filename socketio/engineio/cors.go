package engineio

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// allowOrigin reports whether the page that sent the request, if one did, may
// connect, and adds the CORS header fields for it. See Options.OriginPatterns.
func (srv *Server) allowOrigin(h http.Header, r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" || isSameOrigin(r) {
		return true
	}
	if !srv.matchOrigin(origin) && (srv.opts.CheckOrigin == nil || !srv.opts.CheckOrigin(r)) {
		return false
	}
	if slices.Contains(srv.opts.OriginPatterns, "*") {
		h.Set("Access-Control-Allow-Origin", "*")
	} else {
		h.Set("Access-Control-Allow-Origin", origin)
		h.Add("Vary", "Origin")
	}
	cors := &srv.opts.CORS
	if cors.Credentials {
		h.Set("Access-Control-Allow-Credentials", "true")
	}
	if len(cors.ExposedHeaders) > 0 {
		h.Set("Access-Control-Expose-Headers", strings.Join(cors.ExposedHeaders, ","))
	}
	return true
}

// servePreflight answers OPTIONS, which a browser sends before a request that a
// page of another origin may not make without asking.
func (srv *Server) servePreflight(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	if h.Get("Access-Control-Allow-Origin") != "" {
		h.Set("Access-Control-Allow-Methods", "GET,POST")
		cors := &srv.opts.CORS
		if allowed := strings.Join(cors.AllowedHeaders, ","); allowed != "" {
			h.Set("Access-Control-Allow-Headers", allowed)
		} else if asked := r.Header.Get("Access-Control-Request-Headers"); asked != "" {
			h.Set("Access-Control-Allow-Headers", asked)
			h.Add("Vary", "Access-Control-Request-Headers")
		}
		if cors.MaxAge > 0 {
			h.Set("Access-Control-Max-Age", strconv.Itoa(int(cors.MaxAge.Seconds())))
		}
	}
	h.Set("Content-Length", "0")
	w.WriteHeader(http.StatusNoContent)
}
