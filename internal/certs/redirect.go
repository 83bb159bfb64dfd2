package certs

import (
	"net"
	"net/http"
	"strings"
)

// Redirect sends browsers from http to https: to the same host, at the given port.
// Requests that carry something are refused, since it has been read on the way already.
func Redirect(port string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			http.Error(w, "Use https.", http.StatusBadRequest)
			return
		}
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil { // it names no port
			host = strings.Trim(r.Host, "[]")
		}
		if host == "" {
			http.Error(w, "Which host?", http.StatusBadRequest)
			return
		}
		host = net.JoinHostPort(host, port) // in brackets, if it is IPv6
		if port == "443" {
			host = strings.TrimSuffix(host, ":443")
		}
		target := *r.URL
		target.Scheme, target.Host = "https", host
		http.Redirect(w, r, target.String(), http.StatusMovedPermanently)
	})
}
