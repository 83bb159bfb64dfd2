package engineio

import (
	"html"
	"io"
	"log/slog"
	"maps"
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// refusalLogInterval is how often one cause of refusals is logged.
const refusalLogInterval = time.Minute

// maxLogged bounds, in bytes, what is logged of a header field.
const maxLogged = 256

// maxCauses bounds how many causes are told apart.
const maxCauses = 64

// A refusalLog logs refusals, each cause once in a while.
type refusalLog struct {
	mu     sync.Mutex // guards the field below
	causes map[refusalCause]*refusals
}

// A refusalCause is an option that refuses. Of origins, each is a cause of its own: a foreign page that
// tries again and again does not hide that the operator's own is refused.
type refusalCause struct{ option, origin string }

func causeOf(r *http.Request, option string) refusalCause {
	if option != "OriginPatterns" {
		return refusalCause{option: option}
	}
	return refusalCause{option, cut(r.Header.Get("Origin"))}
}

// refusals are those of one cause.
type refusals struct {
	logged time.Time
	since  int // refused since then
}

// take counts a refusal. It reports whether to log it, with how many were not logged
// before it.
func (l *refusalLog) take(cause refusalCause) (unlogged int, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.causes == nil {
		l.causes = map[refusalCause]*refusals{}
	}
	if l.causes[cause] == nil && len(l.causes) >= maxCauses {
		cause = l.makeRoomLocked(cause)
	}
	c := l.causes[cause]
	switch {
	case c == nil:
		c = &refusals{}
		l.causes[cause] = c
	case time.Since(c.logged) < refusalLogInterval:
		c.since++
		return 0, false
	}
	unlogged = c.since
	*c = refusals{logged: time.Now()}
	return unlogged, true
}

// makeRoomLocked forgets causes that may be logged again anyway. It returns the cause under which one
// counts that still finds no room: with the others of its option.
func (l *refusalLog) makeRoomLocked(cause refusalCause) refusalCause {
	maps.DeleteFunc(l.causes, func(_ refusalCause, r *refusals) bool { return time.Since(r.logged) >= refusalLogInterval })
	if len(l.causes) >= maxCauses {
		cause.origin = ""
	}
	return cause
}

// logRefusal tells the operator of a refusal that an option decided about. Others
// are between the client and the protocol.
func (srv *Server) logRefusal(r *http.Request, err *RequestError) {
	if err.Option == "" {
		return
	}
	unlogged, ok := srv.refusals.take(causeOf(r, err.Option))
	if !ok {
		return
	}
	message := err.Message
	if err.Option == "AllowRequest" {
		message = errForbidden.Message // the application's words may name somebody
	}
	srv.opts.Logger.LogAttrs(r.Context(), slog.LevelWarn, "engineio: request refused",
		slog.String("cause", message), slog.String("option", err.Option),
		slog.String("host", cut(r.Host)), slog.String("origin", cut(r.Header.Get("Origin"))),
		slog.Int("not_logged", unlogged))
}

func cut(s string) string { return s[:min(len(s), maxLogged)] }

// noteRefusal counts a refusal and tells the operator and the application.
func (srv *Server) noteRefusal(r *http.Request, err *RequestError) {
	srv.countRefusal()
	srv.logRefusal(r, err)
	if srv.opts.OnRefuse != nil {
		srv.opts.OnRefuse(r, err)
	}
}

// refuse answers a request that is not served with the reason.
func (srv *Server) refuse(w http.ResponseWriter, r *http.Request, err *RequestError) {
	srv.noteRefusal(r, err)
	h := w.Header()
	if err.RetryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(int(math.Ceil(err.RetryAfter.Seconds()))))
	}
	if isUpgrade(r) {
		h.Set("Connection", "close")
		h.Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, html.EscapeString(err.Message)) // the client may be gone
		return
	}
	h.Set("Content-Type", "application/json")
	w.WriteHeader(err.Status)
	_, _ = w.Write(mustJSON(struct { // the client may be gone
		Code    int    `json:"code"`
		Message string `json:"message"`
	}{err.Code, err.Message}))
}
