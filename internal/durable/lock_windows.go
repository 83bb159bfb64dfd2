package durable

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// Lock takes the file for this process, or returns [ErrLocked]. [Release] gives it back.
func Lock(f *os.File) error {
	const flags = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	err := windows.LockFileEx(windows.Handle(f.Fd()), flags, 0, 1, 0, new(windows.Overlapped))
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return ErrLocked
	}
	return err
}

func unlock(*os.File) error { return nil } // closing does
