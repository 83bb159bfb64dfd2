package httpd

import "net/http"

// The policies that every response carries. The page loads nothing but what
// this server sends, runs no inline script or style, and cannot be framed, but
// for a result at /embed/, which commands nothing; codes are in addresses, so no
// address leaves as a referrer.
const (
	unframed          = "frame-ancestors 'none'"
	framed            = "frame-ancestors *"
	dataPolicy        = "default-src 'none'; " + unframed
	permissionsPolicy = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=(), clipboard-write=(self)"
)

// secureHeaders sets what a browser must know before it trusts a response.
func (s *Server) secureHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", dataPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Permissions-Policy", permissionsPolicy)
		if s.secure(r) { // browsers believe these over TLS alone, and complain about them elsewhere
			h.Set("Cross-Origin-Opener-Policy", "same-origin")
			if s.whole(r) {
				h.Set("Strict-Transport-Security", "max-age=31536000")
			}
		}
		next.ServeHTTP(w, r)
	})
}

// page replaces the policy of data by that of the page.
func page(policy string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ancestors := unframed
		if isEmbed(r.URL.Path) {
			ancestors = framed
		}
		w.Header().Set("Content-Security-Policy", policy+ancestors)
		next.ServeHTTP(w, r)
	})
}
