package main

import (
	"net"
	"syscall"
)

// tcpNotsentLowat is TCP_NOTSENT_LOWAT of tcp(7), which package syscall lacks.
const tcpNotsentLowat = 25

// maxUnsent is how much the system takes of what it cannot send yet, in bytes.
const maxUnsent = 64 << 10

// boundUnsent is set on each connection, since those of a Multipath TCP listener do not
// inherit it.
func boundUnsent(conn *net.TCPConn) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(fd uintptr) { // it fails on a closed connection only
		_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, tcpNotsentLowat, maxUnsent) // the server works without it as well
	})
}
