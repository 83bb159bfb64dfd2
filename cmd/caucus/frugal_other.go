//go:build !linux

package main

import "net"

// boundUnsent does nothing where the system's buffers have a fixed size.
func boundUnsent(*net.TCPConn) {}
