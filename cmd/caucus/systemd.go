package main

import (
	"context"
	"net"
	"net/http"
	"os"
	"strconv"
	"time"
)

// A supervisor is systemd, where it has started the program as a service of the type
// notify: see sd_notify(3) and sd_watchdog_enabled(3).
type supervisor struct {
	socket   string        // "" without systemd
	watchdog time.Duration // how soon it must hear from us again; 0 if never
}

func newSupervisor(getenv func(string) string) supervisor {
	s := supervisor{socket: getenv("NOTIFY_SOCKET")}
	usec, err := strconv.ParseInt(getenv("WATCHDOG_USEC"), 10, 64)
	if pid := getenv("WATCHDOG_PID"); err == nil && (pid == "" || pid == strconv.Itoa(os.Getpid())) {
		s.watchdog = time.Duration(usec) * time.Microsecond
	}
	return s
}

// tell sends a state. It returns no error: without a supervisor nobody would read it.
func (s supervisor) tell(state string) {
	if s.socket == "" {
		return
	}
	name := s.socket
	if name[0] == '@' { // of the abstract namespace
		name = "\x00" + name[1:]
	}
	conn, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: name, Net: "unixgram"})
	if err != nil {
		return
	}
	defer conn.Close()
	_, _ = conn.Write([]byte(state)) // a supervisor that does not listen will act on its own
}

// watch says that the program is ready and, until ctx ends, that it is alive, as long as
// the server answers that it is ready; then that it stops.
func (s supervisor) watch(ctx context.Context, h http.Handler) {
	s.tell("READY=1")
	defer s.tell("STOPPING=1")
	if s.watchdog <= 0 {
		<-ctx.Done()
		return
	}
	again := time.NewTicker(s.watchdog / 3)
	defer again.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-again.C:
			if alive(ctx, h, s.watchdog/3) {
				s.tell("WATCHDOG=1")
			}
		}
	}
}

// alive reports whether the server answers in time. It asks for /healthz: a ledger that
// cannot be read, as when the disk is full, is not mended by a restart.
func alive(ctx context.Context, h http.Handler, within time.Duration) bool {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "/healthz", http.NoBody)
	if err != nil {
		return false
	}
	req.RequestURI, req.RemoteAddr = "/healthz", "127.0.0.1:0"
	w := &statusWriter{header: http.Header{}}
	h.ServeHTTP(w, req)
	return w.status == http.StatusOK && ctx.Err() == nil
}

// A statusWriter keeps the status of a response.
type statusWriter struct {
	header http.Header
	status int
}

func (w *statusWriter) Header() http.Header         { return w.header }
func (w *statusWriter) WriteHeader(status int)      { w.status = status }
func (w *statusWriter) Write(p []byte) (int, error) { return len(p), nil }
