package socketio_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
)

// TestDrainIsSpreadOverItsWindow shuts a server down that has 5,000 sockets. Were
// their clients let go all at once, they would all come back at once.
func TestDrainIsSpreadOverItsWindow(t *testing.T) {
	const sockets, window, parts = 5000, time.Minute, 20
	opts := &socketio.Options{Engine: engineio.Options{DrainWindow: window, PingInterval: time.Hour}}
	bubble(t, opts, func(w *world) {
		start := time.Now()
		gone := make(chan time.Duration, sockets)
		var polls sync.WaitGroup
		for range sockets {
			url := w.seat()
			polls.Go(func() { // ends when the server lets the client go
				if got := w.serve(http.MethodGet, url, ""); got != "1" {
					w.Errorf("got %q", got)
				}
				gone <- time.Since(start)
			})
		}
		pass(0)
		w.try(w.io.Shutdown(w.Context()))
		polls.Wait()
		if took := time.Since(start); took > window {
			w.Errorf("it took %s", took)
		}
		close(gone)
		var in [parts]int
		for after := range gone {
			in[after*parts/window]++
		}
		if slices.Min(in[:]) != sockets/parts || slices.Max(in[:]) != sockets/parts {
			w.Errorf("let go in each part of the window: %v", in)
		}
	})
}

// seat puts a client that polls, without a network, into "/".
func (w *world) seat() (url string) {
	w.Helper()
	url = "/socket.io/?EIO=4&transport=polling"
	_, rest, _ := strings.Cut(w.serve(http.MethodGet, url, ""), `"sid":"`)
	id, _, _ := strings.Cut(rest, `"`)
	url += "&sid=" + id
	w.serve(http.MethodPost, url, "40")
	if got := w.serve(http.MethodGet, url, ""); !strings.HasPrefix(got, "40{") {
		w.Fatalf("got %q", got)
	}
	return url
}

// serve has the server answer a request.
func (w *world) serve(method, url, body string) string {
	w.Helper()
	rec := httptest.NewRecorder()
	w.io.ServeHTTP(rec, httptest.NewRequestWithContext(w.Context(), method, url, strings.NewReader(body)))
	return rec.Body.String()
}
