//go:build unix

package durable

import (
	"errors"
	"os"
	"syscall"
)

// Lock takes the file for this process, or returns [ErrLocked]. [Release] gives it back.
func Lock(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return ErrLocked
	}
	return err
}

func unlock(f *os.File) error { return syscall.Flock(int(f.Fd()), syscall.LOCK_UN) }
