// Package durable makes files whose content and name outlast a loss of power.
package durable

import (
	"errors"
	"os"
	"path/filepath"
)

// ErrLocked says that another process has a file, or that this one has opened it twice.
var ErrLocked = errors.New("durable: another process has the file")

// Release closes a file that [Lock] has taken, or has tried to. Closing it alone would leave it taken for as
// long as a process that is just being started has a copy of its descriptor.
func Release(f *os.File) error { return errors.Join(unlock(f), f.Close()) }

// Create makes a file that only its owner can read, whole or not at all. It replaces
// nothing: where the name is taken it fails with [os.ErrExist]. Before the file has its
// name, prepare is called with it; [Inherit] is one to give.
func Create(name string, data []byte, prepare ...func(*os.File) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(name), ".new-*") // with mode 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }() // it has its name by then, unless it failed
	_, err = f.Write(data)
	for _, p := range prepare {
		err = errors.Join(err, p(f))
	}
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return errors.Join(Link(f.Name(), name), SyncNames(filepath.Dir(name)))
}

// Link gives a file another name, unless that is taken: then it fails with [os.ErrExist].
// Where the file system has no links, the file is renamed. The caller syncs the name.
func Link(made, name string) error {
	err := os.Link(made, name)
	if err == nil || errors.Is(err, os.ErrExist) {
		return err
	}
	if _, err := os.Lstat(name); !errors.Is(err, os.ErrNotExist) {
		return &os.LinkError{Op: "rename", Old: made, New: name, Err: errors.Join(os.ErrExist, err)}
	}
	return os.Rename(made, name)
}
