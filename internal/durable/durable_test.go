package durable_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/caucus-live/caucus/internal/durable"
)

// A file is there whole, for its owner alone, or not at all; what was there stays.
func TestCreate(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "key")
	if err := durable.Create(name, []byte("first"), durable.Inherit); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(name); err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Error(info.Mode(), err)
	}
	if err := durable.Create(name, []byte("second")); !errors.Is(err, os.ErrExist) {
		t.Error("over a file:", err)
	}
	fault := errors.New("no")
	if err := durable.Create(filepath.Join(dir, "other"), nil, func(*os.File) error { return fault }); !errors.Is(err, fault) {
		t.Error("a file that is not right:", err)
	}
	if err := durable.Create(filepath.Join(dir, "none", "key"), nil); !errors.Is(err, os.ErrNotExist) {
		t.Error("no directory:", err)
	}
	if data, err := os.ReadFile(name); err != nil || string(data) != "first" {
		t.Errorf("%q, %v", data, err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Error(left, err)
	}
}

// A link that is refused for another reason than the name becomes a renaming, which
// replaces nothing either.
func TestLink(t *testing.T) {
	dir := t.TempDir()
	made, taken := filepath.Join(dir, "made"), filepath.Join(dir, "taken")
	for _, name := range []string{made, taken} {
		if err := os.WriteFile(name, []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := durable.Link(made, taken); !errors.Is(err, os.ErrExist) {
		t.Error("over a file:", err)
	}
	folder, other := filepath.Join(dir, "folder"), filepath.Join(dir, "other") // no system links folders
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := durable.Link(folder, taken); !errors.Is(err, os.ErrExist) {
		t.Error("renamed over a file:", err)
	}
	if err := durable.Link(folder, other); err != nil {
		t.Error(err)
	}
	if data, err := os.ReadFile(taken); err != nil || string(data) != taken {
		t.Errorf("%q, %v", data, err)
	}
}
