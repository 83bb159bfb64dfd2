//go:build unix

package engineio

import (
	"io"
	"net"
	"syscall"
)

// rawConn returns the means for non-blocking I/O on a connection, or
// nil. Only the bare types count: what embeds one may do more in its Read
// and Write.
func rawConn(conn net.Conn) syscall.RawConn {
	var sc syscall.Conn
	switch conn := conn.(type) {
	case *net.TCPConn:
		sc = conn
	case *net.UnixConn:
		sc = conn
	default:
		return nil
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return nil
	}
	return raw
}

// readFD reads what has arrived. It returns 0 and nil if nothing has.
func readFD(fd uintptr, b []byte) (int, error) {
	n, err := retry(syscall.Read, fd, b)
	if n == 0 && err == nil {
		return 0, io.EOF
	}
	return notYet(n, err)
}

// writeFD writes as much as the socket takes now, maybe nothing.
func writeFD(fd uintptr, b []byte) (int, error) {
	return notYet(retry(syscall.Write, fd, b))
}

func retry(op func(int, []byte) (int, error), fd uintptr, b []byte) (int, error) {
	for {
		n, err := op(int(fd), b)
		if err != syscall.EINTR { //nolint:errorlint // an Errno, never wrapped
			return max(n, 0), err
		}
	}
}

func notYet(n int, err error) (int, error) {
	if err == syscall.EAGAIN { //nolint:errorlint // an Errno, never wrapped
		return 0, nil
	}
	return n, err
}
