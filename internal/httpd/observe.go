package httpd

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/caucus-live/caucus/internal/poll"
)

// requestKey is the context key of a request's id.
type requestKey struct{}

// newReference returns an id by which a person and a log can speak of one event.
func newReference() string { return rand.Text()[:10] }

// reference returns the id of the request that ctx belongs to, or a new one.
func reference(ctx context.Context) string {
	if id, ok := ctx.Value(requestKey{}).(string); ok {
		return id
	}
	return newReference()
}

// observe gives every request an id, logs and measures it, and turns a panic
// into a response. What it logs of the address is the pattern of the route: the
// address itself holds codes, and may hold anything.
func (s *Server) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start, id := time.Now(), newReference()
		r = r.WithContext(context.WithValue(r.Context(), requestKey{}, id))
		w.Header().Set("X-Request-Id", id)
		rec := &recorder{ResponseWriter: w}
		defer func() {
			s.recovered(r, rec, recover())
			s.observed(r, rec, id, time.Since(start))
		}()
		next.ServeHTTP(rec, r)
	})
}

// recovered answers for a handler that panicked.
func (s *Server) recovered(r *http.Request, rec *recorder, value any) {
	if value == nil {
		return
	}
	err := fmt.Errorf("httpd: panic: %v\n%s", value, debug.Stack())
	refused := s.fault(r.Context(), err)
	if rec.status == 0 {
		writeProblem(rec, refuse(http.StatusInternalServerError, refused))
	}
}

func (s *Server) observed(r *http.Request, rec *recorder, id string, took time.Duration) {
	status := rec.status
	if status == 0 {
		status = http.StatusOK // what net/http sends for a handler that wrote nothing
	}
	route := r.Pattern // of the mux below, which set it on this very request
	if route == "" {
		route = "none"
	}
	s.metrics.requests.WithLabelValues(route, strconv.Itoa(status)).Observe(took.Seconds())
	s.log.LogAttrs(r.Context(), s.levelOf(route, status), "request",
		slog.String("method", r.Method),
		slog.String("route", route),
		slog.Int("status", status),
		slog.Duration("took", took),
		slog.Int64("bytes", rec.bytes),
		slog.String("id", id),
	)
}

func (s *Server) levelOf(route string, status int) slog.Level {
	if status >= http.StatusInternalServerError && (status != http.StatusServiceUnavailable || !s.draining.Load()) {
		return slog.LevelWarn
	}
	switch route {
	case routeHealth, routeReady, routePages:
		return slog.LevelDebug
	}
	return slog.LevelInfo
}

// fault logs what is the server's own fault and returns the sentence that the
// client gets instead, with the id under which it was logged.
func (s *Server) fault(ctx context.Context, err error) *poll.Error {
	id := reference(ctx)
	attrs := []slog.Attr{slog.String("id", id), slog.Any("error", err)}
	if m := memberOf(ctx); m != nil {
		attrs = append(attrs, slog.String("poll", m.poll))
	}
	s.log.LogAttrs(ctx, slog.LevelError, "fault", attrs...)
	return ownFault.Refuse(id)
}

// A recorder notes what a handler answered.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(data []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(data)
	r.bytes += int64(n)
	return n, err
}

// Unwrap serves http.ResponseController.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
