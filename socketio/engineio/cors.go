package engineio

import (
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
)

// allowOrigin tells whether the page that sent the request, if one did, may
// connect, and adds the CORS header fields for it. See Options.OriginPatterns.
func (srv *Server) allowOrigin(h http.Header, r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" || sameOrigin(r, origin) {
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

// sameOrigin tells whether the request comes from the server's own pages. A
// page can forge neither header field.
func sameOrigin(r *http.Request, origin string) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "same-origin", "none":
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && strings.EqualFold(u.Host, r.Host)
}

func (srv *Server) matchOrigin(origin string) bool {
	origin = strings.ToLower(origin)
	_, host, _ := strings.Cut(origin, "://")
	return slices.ContainsFunc(srv.opts.OriginPatterns, func(pattern string) bool {
		subject := host
		if strings.Contains(pattern, "://") {
			subject = origin
		}
		ok, err := path.Match(strings.ToLower(pattern), subject)
		return pattern == "*" || err == nil && ok && subject != ""
	})
}

// servePreflight answers OPTIONS, which a browser sends before a request that a
// page of another origin could not make by itself.
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
