package socketio

import "slices"

// HandleShutdown implements [engineio.Leaver]: the events that were received are answered
// before the client is told to go. Later ones are ignored, so that a busy client leaves, too.
func (c *conn) HandleShutdown(leave func()) {
	c.mu.Lock()
	c.leave = leave
	c.mu.Unlock()
	c.leaving.Store(true)
	c.leaveWhenSettled()
}

// leaveWhenSettled closes the session that the server wants closed, once it owes the client
// no answer. It is called whenever a handler has returned, and after a deferred answer.
func (c *conn) leaveWhenSettled() {
	if !c.leaving.Load() {
		return
	}
	c.mu.Lock()
	leave, sockets := c.leave, slices.Clone(c.sockets)
	c.mu.Unlock()
	if !slices.ContainsFunc(sockets, (*Socket).owes) {
		leave()
	}
}

// owes reports whether the client waits for an answer to an event, or for its handler to
// return. A handler that has asked the client something itself is not waited for: the
// client may be gone.
func (s *Socket) owes() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state == connected && s.inbox.owed > 0 && len(s.acks) == 0
}
