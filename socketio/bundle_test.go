package socketio_test

import (
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/fstest"

	"github.com/caucus-live/caucus/socketio"
)

func TestClientBundle(t *testing.T) {
	files := fstest.MapFS{
		"socket.io.js":         {Data: []byte("plain")},
		"socket.io.esm.min.js": {Data: []byte("module")},
		"socket.io.min.js.map": {Data: []byte("{}")},
		"socket.io.secret.js":  {Data: []byte("secret")},
		"socket.io.msgpack.js": {Data: []byte("packed")},
		"other.js":             {Data: []byte("other")},
	}
	srv, err := socketio.NewServer(&socketio.Options{Client: files})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := srv.Shutdown(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	get := func(path string, header ...string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		w := httptest.NewRecorder()
		srv.ServeHTTP(w, r)
		return w
	}
	for path, want := range map[string]struct {
		status      int
		body, ctype string
	}{
		"/socket.io/socket.io.js":         {200, "plain", "application/javascript; charset=utf-8"},
		"/socket.io/socket.io.esm.min.js": {200, "module", "application/javascript; charset=utf-8"},
		"/socket.io/socket.io.min.js.map": {200, "{}", "application/json"},
		"/socket.io/socket.io.msgpack.js": {200, "packed", "application/javascript; charset=utf-8"},
		"/socket.io/socket.io.min.js":     {404, "404 page not found\n", "text/plain; charset=utf-8"},
	} {
		w := get(path)
		if w.Code != want.status || w.Body.String() != want.body || w.Header().Get("Content-Type") != want.ctype {
			t.Errorf("%s: %d %q %q", path, w.Code, w.Body, w.Header().Get("Content-Type"))
		}
	}
	for _, path := range []string{"/socket.io/other.js", "/socket.io/socket.io.secret.js", "/socket.io/"} {
		if w := get(path); w.Code != http.StatusBadRequest {
			t.Errorf("%s: %d", path, w.Code)
		}
	}

	first := get("/socket.io/socket.io.js")
	etag := first.Header().Get("ETag")
	if w := get("/socket.io/socket.io.js", "If-None-Match", etag); w.Code != http.StatusNotModified || etag == "" {
		t.Errorf("If-None-Match %q: %d", etag, w.Code)
	}
	if c := first.Header().Get("Cache-Control"); c != "public, max-age=0" {
		t.Errorf("Cache-Control %q", c)
	}
	zipped := get("/socket.io/socket.io.js", "Accept-Encoding", "br, gzip")
	z, err := gzip.NewReader(zipped.Body)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(z); err != nil || string(text) != "plain" || zipped.Header().Get("Content-Encoding") != "gzip" {
		t.Errorf("zipped: %q, %v", text, err)
	}
}
