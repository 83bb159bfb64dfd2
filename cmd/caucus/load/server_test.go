package load_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/caucus-live/caucus/cmd/caucus/load"
)

// People spread over several servers. Here these are doors of one, since its polls are in
// memory; each notes how many connections came through it.
func TestPeopleSpread(t *testing.T) {
	var mu sync.Mutex // guards came
	came := make([]int, 3)
	var urls []string
	server := serve(t, func(next http.Handler) http.Handler {
		for i := range came {
			door := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("Upgrade") != "" {
					mu.Lock()
					came[i]++
					mu.Unlock()
				}
				next.ServeHTTP(w, r)
			}))
			t.Cleanup(door.Close)
			urls = append(urls, door.URL)
		}
		return next
	})
	report, err := load.Run(t.Context(), load.Options{URLs: urls, People: 30, Patience: patience})
	if err != nil || !report.OK() {
		t.Fatal(err, report.Failures)
	}
	for i, n := range came {
		if n != 10 {
			t.Errorf("%d of 30 people came to server %d", n, i)
		}
	}
	// A server on which nobody listens is left alone, and everybody goes to the other.
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	report, err = load.Run(t.Context(), load.Options{URLs: []string{gone.URL, server}, People: 10, Patience: patience})
	if err != nil || !report.OK() || report.States != 10 {
		t.Error(err, report)
	}
}

// When a server goes away its people move to another one, and stay there.
func TestPeopleMove(t *testing.T) {
	going := &leaver{}
	var url string
	server := serve(t, func(next http.Handler) http.Handler {
		s := httptest.NewUnstartedServer(next)
		going.Listener, s.Listener = s.Listener, going
		s.Start()
		t.Cleanup(s.Close)
		url = s.URL
		return next
	})
	report, err := load.Run(t.Context(), load.Options{
		URLs: []string{url, server}, People: 20, Ballots: 100, RetryDelay: 10 * time.Millisecond, Patience: patience,
		Interrupt: func(context.Context) error { return going.leave() },
	})
	if err != nil || !report.OK() {
		t.Fatal(err, report.Failures)
	}
	if report.Lost != 10 || report.Returns.P50 == 0 || report.States != 20 || report.Counted != 20 {
		t.Errorf("%+v", report)
	}
}

// A leaver is a listener that can end with all its connections.
type leaver struct {
	net.Listener
	mu    sync.Mutex // guards conns
	conns []net.Conn
}

func (l *leaver) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err == nil {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.conns = append(l.conns, conn)
	}
	return conn, err
}

func (l *leaver) leave() error {
	err := l.Close()
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, conn := range l.conns {
		_ = conn.Close() // some are closed
	}
	return err
}

// People that a server asks to come back later do so, and the play goes on.
func TestJoinsWaitAsTheyAreTold(t *testing.T) {
	var once sync.Once
	url := serve(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			refused := false
			if r.URL.Path == "/polls/join" {
				once.Do(func() { refused = true })
			}
			if refused {
				w.Header().Set("Retry-After", "0")
				http.Error(w, "{}", http.StatusTooManyRequests)
				return
			}
			next.ServeHTTP(w, r)
		})
	})
	report, err := load.Run(t.Context(), load.Options{URLs: []string{url}, People: 5, Patience: patience})
	if err != nil || !report.OK() || report.States != 5 {
		t.Error(err, report)
	}
}
