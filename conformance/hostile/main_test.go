package main

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Every case, with a twentieth of its clients, stays within the bounds of the whole; make
// hostile plays it with all of them.
func TestHostileShort(t *testing.T) {
	program := filepath.Join(t.TempDir(), "caucus")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, "github.com/caucus-live/caucus/cmd/caucus")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var table, log bytes.Buffer
	ok, err := run(t.Context(), program, "", true, &table, &log)
	if !ok || err != nil {
		t.Errorf("%v\n%s\n%s", err, &table, &log)
	}
}
