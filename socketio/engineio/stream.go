package engineio

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/gobwas/ws"
)

// maxOpening bounds, in bytes, the first packet of a stream, in which there is at most a
// session's id.
const maxOpening = 1024

// lastWords end a stream: a packet that says so, and a ping. A client that answers the
// ping has read everything before it, so that nothing is lost when the connection is
// closed; closing WebTransport discards what is under way.
var lastWords = []*Message{newPacket(typeClose, nil), newPacket(typePing, nil)}

var (
	errOpening = errors.New("engineio: the stream does not begin with an open packet")
	errNoProbe = errors.New("engineio: no session over polling has this id")
)

// ServeStream serves a client over a reliable stream of bytes that another package
// has opened for it: a bidirectional stream of WebTransport (Engine.IO protocol v4,
// "WebTransport"). conn may have a method CloseWrite; its Close must end the whole
// connection. r is the request that opened the connection; it is checked like any
// handshake.
//
// ServeStream waits, no longer than Options.UpgradeTimeout, for the client's first packet,
// which opens a session or takes over one from polling. It then returns nil and the
// server owns conn; otherwise it returns why the client was refused, and conn is closed.
func (srv *Server) ServeStream(conn net.Conn, r *http.Request) error {
	err := srv.serveStream(conn, r)
	if refused := new(RequestError); errors.As(err, &refused) {
		srv.noteRefusal(r, refused) // before the client can know
	}
	if err != nil {
		_ = conn.Close() // the client is refused, or gone
	}
	return err
}

func (srv *Server) serveStream(conn net.Conn, r *http.Request) error {
	switch {
	case !slices.Contains(srv.opts.Transports, TransportWebTransport):
		return errUnknownTransport
	case !srv.allowOrigin(http.Header{}, r):
		return errForbidden.because("OriginPatterns")
	}
	_ = conn.SetReadDeadline(time.Now().Add(srv.opts.UpgradeTimeout)) // it fails if the client is gone
	sid, err := readOpening(conn)
	if err != nil {
		return err
	}
	if sid == "" {
		return srv.openStream(conn, r)
	}
	s := srv.session(sid)
	if s == nil || s.protocol != 4 || !slices.Contains(srv.upgrades(), TransportWebTransport) {
		return errNoProbe
	}
	srv.probe(s, &opening{conn: conn, form: form{stream: true}})
	return nil
}

// openStream opens a session.
func (srv *Server) openStream(conn net.Conn, r *http.Request) error {
	_ = conn.SetReadDeadline(time.Time{}) // as above
	err := srv.admitted(r, func(address string) (opened bool) {
		s := srv.newSession(r, request{transport: TransportWebTransport, protocol: 4}, address)
		srv.openConn(s, &opening{conn: conn, form: form{stream: true}})
		return true
	})
	if err != nil {
		return err
	}
	return nil
}

// readOpening reads a stream's first packet, and nothing after it: "0", or
// `0{"sid":"…"}` to take over a session.
func readOpening(r io.Reader) (sid string, err error) {
	var header [3]byte
	if _, err := io.ReadFull(r, header[:1]); err != nil {
		return "", err
	}
	n := int(header[0])
	if n == 126 {
		if _, err := io.ReadFull(r, header[1:]); err != nil {
			return "", err
		}
		n = int(binary.BigEndian.Uint16(header[1:]))
	}
	if n == 0 || n > maxOpening || header[0] > 126 {
		return "", errOpening
	}
	packet := make([]byte, n)
	if _, err := io.ReadFull(r, packet); err != nil {
		return "", err
	}
	var opening struct {
		SID string `json:"sid"`
	}
	if packet[0] != typeOpen || n > 1 && (json.Unmarshal(packet[1:], &opening) != nil || opening.SID == "") {
		return "", errOpening
	}
	return opening.SID, nil
}

// hasAll is called for each pong, and reports whether it answers the ping in lastWords.
func (c *websocket) hasAll() bool {
	if !c.form.stream || !c.attached {
		return false
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if !c.closing {
		return false
	}
	c.pongs--
	return c.pongs <= 0
}

// parting reports whether only the answer to lastWords is missing. What else a client sends
// before it is ignored.
func (c *websocket) parting() bool {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return c.form.stream && c.closing
}

// noBytes is an empty binary message on a stream: as text, no bytes in base64, since
// JavaScript clients refuse an empty frame, though they send it.
var noBytes = []byte{1, 'b'}

// streamFrame returns the message's frame on a stream. Its header is that of a WebSocket
// frame without the first byte; the bit that masks a frame there says here that it is
// binary.
func (m *Message) streamFrame() []byte {
	switch {
	case m.kind == Text:
		return m.frame[1:]
	case len(m.packet()) == 0:
		return noBytes
	}
	return m.forms().stream.get(func() []byte {
		frame := slices.Clone(m.frame[1:])
		frame[0] |= 0x80
		return frame
	})
}

// completeHeader makes the header of a stream's frame that of a WebSocket frame.
func (f *frameReader) completeHeader() {
	op := ws.OpText
	if f.partial[1]&0x80 != 0 {
		op = ws.OpBinary
	}
	f.partial[0] = 0x80 | byte(op)
	f.partial[1] &= 0x7f
}

func (f *frameReader) checkStreamHeader() error {
	if f.frame.Length == 0 && f.frame.OpCode == ws.OpText {
		return errors.New("empty packet")
	}
	return nil
}
