//go:build !linux || nopoller

package engineio

import "syscall"

// A poller waits for connections that are quiet. This system has no poller: each of them
// has a goroutine that waits.
type poller struct{}

func (*Server) openPoller() {}

func (*poller) park(sleeper, syscall.RawConn) bool { return false }

func (*poller) wake(sleeper) {}

func (*poller) release(sleeper, syscall.RawConn) {}

func (*poller) close() {}
