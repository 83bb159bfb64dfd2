package engineio

import (
	"net"
	"syscall"
)

// tcpNotsentLowat is TCP_NOTSENT_LOWAT of tcp(7), which package syscall lacks.
const tcpNotsentLowat = 25

// boundUnsent has the system take no more than a little of what it cannot send yet. Its buffer
// of a connection otherwise grows to megabytes, in which nobody sees that the client takes
// nothing, and each connection has a copy of messages that all share here. What is on its way
// is not bounded, so that a distant client is as fast as before.
func boundUnsent(conn net.Conn) {
	if c, ok := conn.(interface{ NetConn() net.Conn }); ok { // TLS
		conn = c.NetConn()
	}
	tcp, ok := conn.(*net.TCPConn)
	if !ok {
		return
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(fd uintptr) { // it fails on a closed connection only
		_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, tcpNotsentLowat, writeSize) // then the buffer is as large as before
	})
}
