package engineio

import (
	"errors"
	"io"

	"github.com/gobwas/ws"
)

// serve reads the connection until it ends. Nothing else closes it in good
// order.
func (c *websocket) serve(early []byte) {
	defer c.s.srv.untrack(c)
	if len(early) == 0 || c.received(early) {
		c.readAll()
	}
	c.over()
	c.drop()
}

// readAll reads until there is nothing more to read.
func (c *websocket) readAll() {
	if c.raw != nil {
		// The goroutine waits in here, with no buffer and a small stack.
		_ = c.raw.Read(c.readable) // however it ends, it has ended
		return
	}
	buf := getBuffer()
	defer putBuffer(buf)
	for {
		n, err := c.conn.Read(buf)
		if n > 0 && !c.received(buf[:n]) {
			return
		}
		if err != nil {
			return
		}
	}
}

// readable reads and handles what has arrived. It returns false to be called
// again when there is more.
func (c *websocket) readable(fd uintptr) (done bool) {
	buf := getBuffer()
	defer putBuffer(buf)
	for {
		n, err := readFD(fd, buf)
		switch {
		case err != nil:
			return true
		case n == 0:
			return false
		case !c.received(buf[:n]):
			return true
		}
	}
}

// received handles bytes from the client. It returns false when the connection
// is to be closed at once.
func (c *websocket) received(b []byte) bool {
	if c.deaf {
		c.ignored += len(b)
		return c.ignored <= c.s.srv.opts.MaxPayload
	}
	err := c.reader.read(b, c)
	if err == nil {
		return true
	}
	c.deaf = true
	if bad := new(frameError); errors.As(err, &bad) {
		c.fail(ReasonTransportError, bad.status)
	}
	return !errors.Is(err, io.EOF)
}

// message takes a data frame's message.
func (c *websocket) message(kind Kind, data []byte) error {
	p, err := c.decode(kind, data)
	switch {
	case err != nil:
		c.fail(ReasonParseError, ws.StatusPolicyViolation)
		return errStop
	case !c.attached:
		return c.probed(p)
	case !c.s.receive(p):
		return errStop
	}
	return nil
}

func (c *websocket) decode(kind Kind, data []byte) (packet, error) {
	if kind == Text {
		return decodeText(data, c.s.protocol)
	}
	return decodeBinary(data, c.s.protocol)
}

// control takes a control frame (RFC 6455, section 5.5).
func (c *websocket) control(op ws.OpCode, data []byte) error {
	if op == ws.OpPing {
		return c.pong(data)
	}
	if op == ws.OpClose {
		return c.closed(data)
	}
	return nil // a pong, which nobody asked for
}

func (c *websocket) pong(data []byte) error {
	m := newControl(ws.OpPong, data)
	if !c.attached {
		return c.writeNow(m)
	}
	c.s.mu.Lock()
	ok := c.closing || c.s.pushLocked(m)
	c.s.mu.Unlock()
	if !ok {
		c.s.end(ReasonQueueFull, 0)
		return errStop
	}
	return nil
}

// closed takes the client's close frame, which is answered with one, unless it
// answers ours.
func (c *websocket) closed(data []byte) error {
	status := ws.StatusNormalClosure
	if len(data) > 0 {
		code, reason := ws.ParseCloseFrameData(data)
		if err := ws.CheckCloseFrameData(code, reason); err != nil || len(data) == 1 {
			return &frameError{ws.StatusProtocolError, "malformed close frame"}
		}
		status = code
	}
	c.s.mu.Lock()
	answer := c.closing && c.s.queue.empty()
	c.s.mu.Unlock()
	if answer {
		return io.EOF
	}
	c.fail(ReasonTransportClose, status)
	return errStop
}

// fail ends the session, or the probe, and tells the client.
func (c *websocket) fail(reason Reason, status ws.StatusCode) {
	if c.attached {
		c.s.end(reason, status)
		return
	}
	c.abandon()
	c.linger()
	_ = c.writeNow(newCloseFrame(status)) // the client may be gone
}

// over ends the session after its connection.
func (c *websocket) over() {
	if c.attached {
		c.s.end(ReasonTransportClose, 0)
	} else {
		c.abandon()
	}
}
