package httpd

import (
	"math/rand/v2"
	"net/http"
	"time"
)

// comeBackWithin is how long, at most, newcomers to a crowded server are asked to
// wait, each as long as the lot says.
const comeBackWithin = 5 * time.Second

// crowded answers a client that wants a new session while so many others are on
// their way into their polls that it would only make all of them wait longer, and
// reports whether it did. Clients of Socket.IO come back by themselves, after a
// while that differs from one to the next.
func (s *Server) crowded(w http.ResponseWriter, r *http.Request) bool {
	if s.arriving.Load() < int64(s.opts.Arriving) || r.URL.Query().Get("sid") != "" {
		return false
	}
	s.metrics.turnedAway.Inc()
	p := refuse(http.StatusServiceUnavailable, "So many people are coming in that you have to wait a moment.")
	p.wait = time.Second + rand.N(comeBackWithin)
	writeProblem(w, p)
	return true
}
