//go:build unix

package durable_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/caucus-live/caucus/internal/durable"
)

// What root makes in the directory of another is the other's.
func TestInherit(t *testing.T) {
	dir := t.TempDir()
	want := uint32(os.Geteuid())
	if want == 0 { // only root can give a file away
		want = 65534
		if err := os.Chown(dir, int(want), int(want)); err != nil {
			t.Fatal(err)
		}
	}
	name := filepath.Join(dir, "key")
	if err := durable.Create(name, nil, durable.Inherit); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	if owner, ok := info.Sys().(*syscall.Stat_t); !ok || owner.Uid != want {
		t.Errorf("%+v", owner)
	}
}
