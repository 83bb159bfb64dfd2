//go:build unix

package durable_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/caucus-live/caucus/internal/durable"
)

// A file that was given back is free, though a process that is being started has a copy of its descriptor.
func TestRelease(t *testing.T) {
	name := filepath.Join(t.TempDir(), "lock")
	for range 2 {
		f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		if err := durable.Lock(f); err != nil {
			t.Fatal(err)
		}
		child, err := syscall.Dup(int(f.Fd()))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = syscall.Close(child) }()
		if err := durable.Release(f); err != nil {
			t.Error(err)
		}
	}
}
