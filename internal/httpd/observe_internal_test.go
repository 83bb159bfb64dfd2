package httpd

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// A handler that panics is answered for, but not behind what it has written already.
func TestPanicAfterTheFirstWrite(t *testing.T) {
	var log strings.Builder
	s := &Server{log: slog.New(slog.NewTextHandler(&log, nil)), metrics: newMetrics("test")}
	for written, want := range map[string]string{"": `"statusCode":500`, "half of it": "half of it"} {
		log.Reset()
		w := httptest.NewRecorder()
		s.observe(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if written != "" {
				_, _ = w.Write([]byte(written))
			}
			panic("a fault of the test") //nolint:forbidigo // what is tested
		})).ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody))
		got := w.Body.String()
		if !strings.Contains(got, want) || written != "" && got != written {
			t.Errorf("after %q: %q", written, got)
		}
		if !strings.Contains(log.String(), "a fault of the test") {
			t.Errorf("after %q the log says %q", written, log.String())
		}
	}
}
