package examples_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
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

// A program is short enough to be read at one go.
func TestShort(t *testing.T) {
	programs, err := filepath.Glob("*/main.go")
	originals, err2 := filepath.Glob("originals/*/main.go")
	if err := errors.Join(err, err2); err != nil || len(originals) == 0 {
		t.Fatal(err, originals)
	}
	for _, program := range append(programs, originals...) {
		folder := filepath.Dir(program)
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		lines := 0
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasSuffix(file, "_test.go") {
				lines += bytes.Count(text, []byte{'\n'})
			}
		}
		if lines >= 150 {
			t.Errorf("%s has %d lines of Go, want fewer than 150", folder, lines)
		}
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
