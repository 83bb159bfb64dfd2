package main

import "net"

// A frugal listener accepts connections for which the system keeps little of what it cannot
// send yet. Its buffers otherwise grow to megabytes for each client that asks for much and
// reads nothing, and no limit of this program sees them.
type frugal struct{ net.Listener }

// Accept implements net.Listener.
func (l frugal) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if tcp, ok := conn.(*net.TCPConn); ok && err == nil {
		boundUnsent(tcp)
	}
	return conn, err
}
