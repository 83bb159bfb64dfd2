package engineio

import (
	"bufio"
	"bytes"
	"errors"
	"math"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsflate"
)

// lingerTimeout is how long a client may take to close its side of a connection
// after ours. Closing it earlier could make its system discard what it has not
// read yet. It is also how long Shutdown waits for a client that takes nothing.
const lingerTimeout = 2 * time.Second

// websocket is the WebSocket transport, and that of WebTransport, which is a stream with
// frames of its own: see form.
type websocket struct {
	// Immutable.
	s        *Session
	conn     net.Conn
	raw      syscall.RawConn // nil: conn can only be written by a goroutine that blocks
	form     form
	blocking bool // written by the server's blockingWriters

	// Owned by the goroutine that reads.
	reader   *frameReader // nil between messages
	ignored  int          // bytes, because of deaf
	attached bool         // the session's packets come this way; false for a probe
	quiet    bool         // the client may have nothing more to say for a while
	wasQuiet bool         // nothing was read since
	deaf     bool         // what arrives is ignored
	spoke    uint32       // when a message came last, in milliseconds of a clock that turns over

	slow bool // owned by the goroutine that writes: the last write stood still

	place place // guarded by the poller's lock

	// Guarded by the session's lock.
	dirty   bool // on the flusher's list, or being written
	stalled bool // the socket is full
	closing bool // the close frame is queued
	pongs   int8 // from a stream's client, until it has read everything
}

func (c *websocket) name() string {
	if c.form.stream {
		return TransportWebTransport
	}
	return TransportWebSocket
}

func (c *websocket) wake() {
	if !c.dirty {
		c.dirty = true
		c.s.shard.push(c)
	}
}

// ready can only guess where writing blocks: there little may be waiting.
func (c *websocket) ready() bool {
	return !c.stalled && (c.raw != nil || c.s.queue.bytes <= bufferSize)
}

func (c *websocket) finish() {
	status := ws.StatusNormalClosure
	if c.s.reason == ReasonShutdown {
		status = ws.StatusGoingAway
	}
	c.sayGoodbye(status)
	c.press()
}

// press needs to do nothing for a client that keeps taking what is written.
func (c *websocket) press() {
	if c.stalled || c.raw == nil && c.dirty {
		c.limitWrite()
	}
}

// limitWrite bounds how long the client may take nothing of what is being written.
func (c *websocket) limitWrite() {
	_ = c.conn.SetWriteDeadline(time.Now().Add(c.s.patienceLocked())) // it fails on a closed connection only
}

// hurry has nothing to do: the request is long over.
func (c *websocket) hurry() {}

func (c *websocket) farewell(status ws.StatusCode) {
	c.linger()
	if c.stalled && c.s.queue.discard() { // it would not leave in time
		c.closing, c.pongs = false, 0 // a good-bye would have been the last of it
	}
	c.sayGoodbye(status)
}

// sayGoodbye does nothing if that is said: a second close frame would break the protocol (RFC 6455, section 5.5.1).
func (c *websocket) sayGoodbye(status ws.StatusCode) {
	if c.closing {
		return
	}
	if c.s.awaitingPong {
		c.pongs++ // that answers an earlier ping
	}
	c.closing = true
	if c.form.stream {
		c.pongs++
		c.s.queue.push(lastWords...)
	} else {
		c.s.queue.push(newCloseFrame(status))
	}
	c.wake()
}

// interrupt ends the goroutine that reads, and with it the connection.
func (c *websocket) interrupt() {
	_ = c.conn.SetReadDeadline(time.Unix(1, 0)) // it fails on a closed connection only
	c.unpark()
}

// linger bounds the time for which the client is still listened to.
func (c *websocket) linger() {
	// It fails on a closed connection only.
	_ = c.conn.SetReadDeadline(time.Now().Add(lingerTimeout))
	c.unpark()
}

func (c *websocket) drop() {
	conn := c.conn
	if tls, ok := conn.(interface{ NetConn() net.Conn }); ok {
		conn = tls.NetConn() // closing TLS itself may wait for the client
	}
	c.unpark()       // first: once closed, another connection may have the file descriptor
	_ = conn.Close() // nobody is left to be told
}

// gather returns what to write next. It must be followed by wrote.
func (c *websocket) gather(buf []byte) []byte {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return c.s.queue.gather(c.form, buf)
}

// wrote tells that n of the gathered bytes are written. It returns whether the
// caller has more to write; otherwise the connection is no longer its business.
func (c *websocket) wrote(n, gathered int, err error) (more bool) {
	s := c.s
	s.mu.Lock()
	s.shard.stats.sent(s.queue.advance(c.form, n), n)
	if err != nil {
		s.mu.Unlock()
		s.end(writeReason(err), 0)
		c.drop() // the session may have ended before
		return false
	}
	if !s.queue.empty() {
		c.setStalled(n < gathered, n > 0)
		s.mu.Unlock()
		return true
	}
	c.setStalled(false, true)
	c.dirty = false
	closing := c.closing
	if closing && s.state == stateClosing {
		s.endLocked(s.reason)
	}
	s.mu.Unlock()
	if closing {
		c.closeWrite()
	}
	return false
}

// writeReason is why a session ends whose connection cannot be written to.
func writeReason(err error) Reason {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return ReasonStalled
	}
	return ReasonTransportError
}

// setStalled notes whether the client takes everything that is written. If it does
// not, it must take something within the session's patience.
func (c *websocket) setStalled(stalled, moved bool) {
	switch {
	case stalled && (moved || !c.stalled):
		c.limitWrite()
	case !stalled && c.stalled:
		_ = c.conn.SetWriteDeadline(time.Time{}) // it fails on a closed connection only
	}
	c.stalled = stalled
}

// closeWrite tells the client that nothing more will come. The goroutine that
// reads then waits for the client to close.
func (c *websocket) closeWrite() {
	c.linger()
	if conn, ok := c.conn.(interface{ CloseWrite() error }); ok {
		_ = conn.CloseWrite() // if it fails the connection is gone already
	} else {
		c.drop()
	}
}

// An opening is a connection that has been taken over.
type opening struct {
	conn   net.Conn
	form   form
	answer []byte // to a WebSocket handshake, not yet sent
	early  []byte // what the client sent on the heels of its request
}

// upgrade takes the connection of a WebSocket handshake over. If it fails the client has
// been told, as far as possible.
func (srv *Server) upgrade(w http.ResponseWriter, r *http.Request) (*opening, error) {
	upgrader := ws.HTTPUpgrader{Header: w.Header()}
	extension := wsflate.Extension{Parameters: wsflate.DefaultParameters}
	if srv.opts.PerMessageDeflate {
		upgrader.Negotiate = lenient(extension.Negotiate)
	}
	later := &answerLater{ResponseWriter: w}
	conn, rw, _, err := upgrader.Upgrade(r, later)
	o := &opening{conn: conn, answer: later.answer.Bytes()}
	if err != nil {
		if conn != nil {
			_ = srv.sendAnswer(o) // the client may be gone
			_ = conn.Close()      // nobody is left to be told
		}
		return nil, err
	}
	if n := rw.Reader.Buffered(); n > 0 {
		early, _ := rw.Peek(n)
		o.early = bytes.Clone(early)
	}
	if _, deflate := extension.Accepted(); deflate {
		o.form.deflateFrom = uint32(min(uint64(srv.opts.CompressThreshold), math.MaxUint32)) //nolint:gosec // validated: not negative
	}
	return o, nil
}

// sendAnswer sends the answer to a handshake at once.
func (srv *Server) sendAnswer(o *opening) error {
	_ = o.conn.SetWriteDeadline(time.Now().Add(srv.opts.UpgradeTimeout)) // it fails on a closed connection only
	_, err := o.conn.Write(o.answer)
	_ = o.conn.SetWriteDeadline(time.Time{}) // as above
	return err
}

// An answerLater keeps what is written to its connection once that is taken over, so that the
// answer to a handshake can leave together with the first packet.
type answerLater struct {
	http.ResponseWriter
	answer bytes.Buffer
}

// Hijack implements [http.Hijacker].
func (a *answerLater) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(a.ResponseWriter).Hijack()
	if err == nil {
		rw.Writer.Reset(&a.answer)
	}
	return conn, rw, err
}

// lenient makes a negotiation decline what it cannot parse (RFC 7692, 5.1).
func lenient[Option any](negotiate func(Option) (Option, error)) func(Option) (Option, error) {
	return func(offer Option) (answer Option, _ error) {
		if accepted, err := negotiate(offer); err == nil {
			answer = accepted
		}
		return answer, nil
	}
}

func (srv *Server) newWebsocket(s *Session, o *opening) *websocket {
	o.form.v3 = s.protocol == 3
	boundUnsent(o.conn)
	return &websocket{s: s, conn: o.conn, raw: rawConn(o.conn), form: o.form, blocking: isBlocking(o.conn), quiet: true}
}

// isUpgrade reports whether the request asks for a WebSocket.
func isUpgrade(r *http.Request) bool {
	return strings.EqualFold(r.Header.Get("Upgrade"), "websocket")
}
