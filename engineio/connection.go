package engineio

import (
	"errors"
	"io"
	"syscall"

	"github.com/gobwas/ws"
)

// serve reads the connection until it ends. Nothing else closes it in good
// order.
func (c *websocket) serve(early []byte) {
	defer c.s.srv.untrack(c)
	c.err = io.EOF
	if len(early) == 0 || c.received(early) {
		c.readAll()
	}
	c.over()
	c.drop()
}

// readAll reads until there is nothing more to read, and sets err.
func (c *websocket) readAll() {
	if c.raw != nil {
		// The goroutine waits in here, with no buffer, and a small stack.
		if err := c.raw.Read(c.readable); err != nil {
			c.err = err
		}
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
			c.err = err
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
		if err != nil {
			c.err = err
			return true
		}
		if n == 0 {
			return false
		}
		if !c.received(buf[:n]) {
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
	switch op {
	case ws.OpPing:
		return c.pong(data)
	case ws.OpClose:
		return c.closed(data)
	default: // an unsolicited pong
		return nil
	}
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
	switch {
	case !c.attached:
		c.abandon()
	default:
		c.s.end(ReasonTransportClose, 0)
	}
}

// drain writes until the queue is empty, waiting for the socket whenever it is
// full. It has a goroutine of its own.
func (c *websocket) drain() {
	c.s.shard.stats.stalls.Add(1)
	if c.raw != nil {
		if err := c.raw.Write(c.writable); err != nil {
			c.wrote(0, 0, err)
		}
		return
	}
	buf := getBuffer()
	defer putBuffer(buf)
	for more := true; more; {
		out := c.gather(buf)
		var n int
		var err error
		if len(out) > 0 {
			n, err = c.conn.Write(out)
		}
		more = c.wrote(n, len(out), err)
	}
}

// writable writes until the queue is empty, or the socket is full; it then
// returns false to be called again when there is room.
func (c *websocket) writable(fd uintptr) (done bool) {
	buf := getBuffer()
	defer putBuffer(buf)
	for {
		out := c.gather(buf)
		n, err := writeFD(fd, out)
		if !c.wrote(n, len(out), err) {
			return true
		}
		if n < len(out) {
			return false
		}
	}
}

// A flushWriter writes for a flusher, without blocking and without allocating.
type flushWriter struct {
	buf     []byte // to gather in
	attempt func(fd uintptr) bool

	out []byte
	n   int
	err error
}

func newFlushWriter() *flushWriter {
	w := &flushWriter{buf: make([]byte, 0, writeSize)}
	w.attempt = func(fd uintptr) bool {
		w.n, w.err = writeFD(fd, w.out)
		return true
	}
	return w
}

// write writes as much as the socket takes.
func (w *flushWriter) write(raw syscall.RawConn, out []byte) (int, error) {
	if len(out) == 0 {
		return 0, nil
	}
	w.out, w.n, w.err = out, 0, nil
	err := raw.Write(w.attempt)
	w.out = nil
	return w.n, errors.Join(err, w.err)
}
