package examples_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"testing"

	"go.uber.org/goleak"

	"github.com/caucus-live/caucus/examples"
	"github.com/caucus-live/caucus/socketio"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A program serves its page, or says how to build it, until it is interrupted.
func TestServe(t *testing.T) {
	for _, name := range []string{"chat", "cursors", "react"} {
		t.Run(name, func(t *testing.T) {
			server, err := socketio.NewServer(nil)
			if err != nil {
				t.Fatal(err)
			}
			ln, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			ctx, interrupt := context.WithCancel(t.Context())
			served := make(chan error, 1)
			go func() { served <- examples.Serve(ctx, ln, examples.Handler(name, server), server) }() // ends with ctx

			want, status := "The page is not built into this program. Start it with make: see examples/README.md.\n", http.StatusNotFound
			if built, err := os.ReadFile(name + "/dist/index.html"); err == nil {
				want, status = string(built), http.StatusOK
			}
			wantAnswer(t, "http://"+ln.Addr().String()+"/", status, want)
			wantAnswer(t, "http://"+ln.Addr().String()+"/socket.io/?EIO=4&transport=x", http.StatusBadRequest,
				`{"code":0,"message":"Transport unknown"}`)
			interrupt()
			if err := <-served; err != nil {
				t.Error(err)
			}
		})
	}
}

func wantAnswer(t *testing.T, url string, status int, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Close = true
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }() // it is read to its end
	got, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != status || string(got) != body {
		t.Errorf("%s: %v, %d %q", url, err, resp.StatusCode, got)
	}
}
