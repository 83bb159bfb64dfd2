//go:build !unix

package engineio

import (
	"errors"
	"net"
	"syscall"
)

// rawConn tells that there is no non-blocking I/O here: connections are read
// and written by goroutines that block.
func rawConn(net.Conn) syscall.RawConn { return nil }

func readFD(uintptr, []byte) (int, error) { return 0, errors.ErrUnsupported }

func writeFD(uintptr, []byte) (int, error) { return 0, errors.ErrUnsupported }
