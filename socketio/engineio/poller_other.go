//go:build !linux

package engineio

// A poller waits for connections that are quiet. This system has no poller: each of them
// has a goroutine that waits.
type poller struct{}

func (*Server) openPoller() {}

func (*poller) park(*websocket) bool { return false }

func (*poller) wake(*websocket) {}

func (*poller) close() {}
