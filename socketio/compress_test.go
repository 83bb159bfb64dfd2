package socketio_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/caucus-live/caucus/socketio"
)

// What Compress(false) is said of is not compressed, unless it shares a response with
// something else.
func TestCompress(t *testing.T) {
	for name, test := range map[string]struct {
		compress func(to socketio.Target) socketio.Target
		want     bool
	}{
		"by default":      {func(to socketio.Target) socketio.Target { return to }, true},
		"Compress(false)": {func(to socketio.Target) socketio.Target { return to.Compress(false) }, false},
		"and true again":  {func(to socketio.Target) socketio.Target { return to.Compress(false).Compress(true) }, true},
		"beside another":  {func(to socketio.Target) socketio.Target { return to.Compress(false) }, true},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, nil, func(w *world) {
				p := w.polling()
				p.post("40")
				p.poll() // the greeting
				ns, text := w.io.Of("/"), strings.Repeat("long ", 1000)
				if name == "beside another" {
					w.try(ns.Emit(w.Context(), "news", text))
				}
				w.try(test.compress(ns.Everyone()).Emit(w.Context(), "news", text))
				req, err := http.NewRequestWithContext(w.Context(), http.MethodGet, p.url, http.NoBody)
				if err != nil {
					w.Fatal(err)
				}
				resp, err := w.http.Do(req)
				if err != nil {
					w.Fatal(err)
				}
				defer resp.Body.Close()
				if resp.Uncompressed != test.want { // net/http asks for gzip, and undoes it
					w.Errorf("compressed: %v", resp.Uncompressed)
				}
			})
		})
	}
}
