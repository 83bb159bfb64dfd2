package load_test

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/caucus-live/caucus/cmd/caucus/load"
)

// Several processes play one poll, and what they saw is compared as if they were one.
func TestProcesses(t *testing.T) {
	for name, opts := range map[string]load.Options{
		"three":            {People: 31, Processes: 3, Sustain: 300 * time.Millisecond, Ballots: 100, Reconnects: 50, RetryDelay: 10 * time.Millisecond},
		"more than people": {People: 3, Processes: 4, Arrivals: 1000},
		"base":             {People: 8, Processes: 2, Base: true},
	} {
		t.Run(name, func(t *testing.T) {
			opts.URLs, opts.Patience = []string{serve(t, nil)}, patience
			report, err := load.Run(t.Context(), opts)
			if err != nil || !report.OK() {
				t.Fatal(err, report.Failures)
			}
			if report.States != opts.People || report.Counted != opts.People || report.Acks.Max == 0 || report.Received < 1000 || report.MostReceived < report.Received {
				t.Errorf("%+v", report)
			}
			var names []string
			for _, p := range report.Phases {
				names = append(names, p.Name)
			}
			if got := strings.Join(names, " "); got != "join nominate start vote close" {
				t.Errorf("phases: %s", got)
			}
			if opts.Sustain > 0 && (report.Sustained.Ballots == 0 || report.Lost == 0) {
				t.Errorf("%+v", report)
			}
		})
	}
}

// What goes wrong in one of the processes is told.
func TestProcessesFail(t *testing.T) {
	_, err := load.Run(t.Context(), load.Options{URLs: []string{serve(t, nil)}, People: 20, Processes: 2, Patience: time.Nanosecond})
	if err == nil || !strings.Contains(err.Error(), "load: ") {
		t.Error(err)
	}
	_, err = load.Run(t.Context(), load.Options{URLs: []string{serve(t, nil)}, People: 20, Processes: 2, Slow: 1})
	if err == nil || !strings.Contains(err.Error(), "without slow people") {
		t.Error(err)
	}
}

// What goes wrong for one person ends the play: the others would try for an hour.
func TestAFailureEndsAllProcesses(t *testing.T) {
	var joins atomic.Int64
	url := serve(t, func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			n := int64(0)
			if r.URL.Path == "/polls/join" {
				n = joins.Add(1)
			}
			switch {
			case n == 6:
				http.Error(w, "full", http.StatusConflict)
			case n > 6:
				w.Header().Set("Retry-After", "1000")
				http.Error(w, "too many", http.StatusTooManyRequests)
			default:
				h.ServeHTTP(w, r)
			}
		})
	})
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	_, err := load.Run(ctx, load.Options{URLs: []string{url}, People: 12, Processes: 3, Patience: time.Hour})
	if err == nil || !strings.Contains(err.Error(), "409") {
		t.Error(err)
	}
}
