package webtransport

import (
	"errors"
	"io"
	"net"

	wt "github.com/quic-go/webtransport-go"
)

// conn is a client's only stream, with the session that it is on.
type conn struct {
	*wt.Stream

	session *wt.Session
}

func newConn(session *wt.Session, stream *wt.Stream) *conn { return &conn{stream, session} }

// Read returns io.EOF when the other side has closed the session, as well as at the stream's
// end. Any other error means that the connection is lost.
func (c *conn) Read(b []byte) (int, error) {
	n, err := c.Stream.Read(b)
	if closed, ok := errors.AsType[*wt.SessionError](err); ok && closed.Remote {
		err = io.EOF
	}
	return n, err
}

// LocalAddr implements [net.Conn].
func (c *conn) LocalAddr() net.Addr { return c.session.LocalAddr() }

// RemoteAddr implements [net.Conn].
func (c *conn) RemoteAddr() net.Addr { return c.session.RemoteAddr() }

// Close ends the session. What is still under way is lost.
func (c *conn) Close() error { return c.session.CloseWithError(0, "") }

// CloseWrite says that nothing more will come.
func (c *conn) CloseWrite() error { return c.Stream.Close() }
