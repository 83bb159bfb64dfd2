package engineio

import (
	"errors"
	"io"
	"sync"
	"syscall"
	"time"

	"github.com/gobwas/ws"
)

// serve reads the connection until it ends. Nothing else closes it in good
// order.
func (c *websocket) serve(early []byte) {
	defer c.s.shard.srv.wg.Done()
	if len(early) > 0 && !c.received(early) {
		c.end()
		return
	}
	c.readAll()
}

// readOn goes on where another goroutine left off.
func (c *websocket) readOn() {
	defer c.s.shard.srv.wg.Done()
	c.readAll()
}

// readAll reads until there is nothing more to read, or for now: where a client
// has become quiet the poller waits instead. Without one a fresh goroutine does:
// handling what has come made this one's stack grow, and the runtime does not shrink
// it while it waits.
func (c *websocket) readAll() {
	for {
		b, err := c.readSome()
		goOn := len(b) == 0 || c.received(b)
		putBuffer(b)
		if err != nil || !goOn {
			c.end()
			return
		}
		if c.quiet && c.attached { // a probe has a deadline to be watched
			c.quiet, c.wasQuiet = false, true
			if !c.park() {
				c.resume()
			}
			return
		}
	}
}

// park leaves waiting to the poller, if there is one for the connection.
func (c *websocket) park() bool {
	p := c.s.shard.srv.pollerFor(c.raw)
	return p != nil && p.park(c, c.raw)
}

func (c *websocket) where() *place { return &c.place }

// resume has a fresh goroutine read on.
func (c *websocket) resume() {
	c.s.shard.srv.wg.Add(1)
	go c.readOn() // ends when the connection does, or is quiet; Shutdown waits for it
}

// unpark makes sure that a goroutine notices the end of the connection.
func (c *websocket) unpark() {
	if p := c.s.shard.srv.pollerFor(c.raw); p != nil {
		p.wake(c)
	}
}

// end is the end of the connection.
func (c *websocket) end() {
	c.over()
	c.drop()
	c.s.shard.srv.untrack(c)
}

// readSome waits for bytes to arrive and returns them in a pooled buffer. Where
// the connection allows it, none is held while waiting.
func (c *websocket) readSome() (b []byte, err error) {
	if c.raw == nil {
		return c.readBlocking()
	}
	r := readyReaders.Get().(*readyReader) //nolint:errcheck // the pool holds nothing else
	defer readyReaders.Put(r)
	return r.read(c.raw)
}

// idleBuffer is how much is read at first after a client was quiet, by a call that
// blocks: the buffer is held for as long as the client has nothing to say.
const idleBuffer = 256

// readBlocking is readSome where a buffer is held while waiting.
func (c *websocket) readBlocking() (b []byte, err error) {
	if c.wasQuiet {
		c.wasQuiet = false
		b = make([]byte, idleBuffer)
	} else {
		b = getBuffer()
	}
	n, err := c.conn.Read(b)
	return b[:n], err
}

// A readyReader reads what has arrived, without allocating. A connection that is
// parked has none.
type readyReader struct {
	attempt func(fd uintptr) bool

	b   []byte
	err error
}

var readyReaders = sync.Pool{New: func() any {
	r := new(readyReader)
	r.attempt = r.readFD
	return r
}}

// read waits until something has arrived, and returns it in a pooled buffer.
func (r *readyReader) read(raw syscall.RawConn) (b []byte, err error) {
	// What has been read is not handled within the call: the connection could not
	// be closed meanwhile.
	if err := raw.Read(r.attempt); err != nil {
		return nil, err
	}
	b, r.b = r.b, nil
	return b, r.err
}

// readFD returns false to be called again when something has arrived.
func (r *readyReader) readFD(fd uintptr) (done bool) {
	b := getBuffer()
	n, err := readFD(fd, b)
	if n == 0 && err == nil {
		putBuffer(b)
		return false
	}
	r.b, r.err = b[:n], err
	return true
}

// received handles bytes from the client. It returns false when the connection
// is to be closed at once.
func (c *websocket) received(b []byte) bool {
	if c.deaf {
		c.ignored += len(b)
		return c.ignored <= c.s.shard.srv.opts.MaxPayload
	}
	err := c.decodeFrames(b)
	if err == nil {
		return true
	}
	c.deaf = true
	if bad := new(frameError); errors.As(err, &bad) {
		c.fail(ReasonTransportError, bad.status)
	}
	return !errors.Is(err, io.EOF)
}

func (c *websocket) decodeFrames(b []byte) error {
	if c.reader == nil {
		c.reader = getFrameReader(c.s.shard.srv.opts.MaxPayload, c.form)
	}
	err := c.reader.read(b, c)
	if c.reader.release() {
		c.reader = nil
	}
	return err
}

// message takes a data frame's message.
func (c *websocket) message(kind Kind, data []byte) error {
	p, err := c.decode(kind, data)
	if err == nil && p.typ == typePong && c.hasAll() {
		return io.EOF
	}
	c.quiet = c.quiet || p.typ != typeMessage || c.speaksRarely()
	switch {
	case err != nil:
		c.fail(ReasonParseError, ws.StatusPolicyViolation)
		return errStop
	case !c.attached:
		return c.probed(p)
	case !c.s.receive(p) && !c.parting():
		return errStop
	}
	return nil
}

// speakInterval is how long after a message, at least, the next one comes from a client that
// speaks so rarely that a goroutine for each message costs less than one that waits for
// it with a stack that has grown.
const speakInterval = time.Second

// speaksRarely is called for each message.
func (c *websocket) speaksRarely() bool {
	now := uint32(time.Now().UnixMilli()) //nolint:gosec // only differences count
	since := now - c.spoke
	c.spoke = now
	return time.Duration(since)*time.Millisecond >= c.s.shard.srv.speakInterval
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
	c.s.left = c.s.left || c.attached && c.s.state == stateOpen
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
	c.rejectProbe(status)
}

// over ends the session after its connection.
func (c *websocket) over() {
	if c.attached {
		c.s.end(ReasonTransportClose, 0)
	} else {
		c.abandon()
	}
}
