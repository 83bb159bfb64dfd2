package engineio_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/gobwas/ws"
)

// A peer is the client's end of a WebSocket connection.
type peer struct {
	t    testing.TB
	conn net.Conn
	br   *bufio.Reader
	id   string
}

// upgradeRequest is a WebSocket handshake.
func upgradeRequest(query string, header ...string) string {
	var b strings.Builder
	b.WriteString("GET /engine.io/?" + query + " HTTP/1.1\r\nHost: caucus.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n")
	for i := 0; i < len(header); i += 2 {
		b.WriteString(header[i] + ": " + header[i+1] + "\r\n")
	}
	return b.String() + "\r\n"
}

// connect dials and sends raw bytes.
func (w *world) connect(raw string) *peer {
	w.Helper()
	conn, err := w.dial()
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { _ = conn.Close() }) // the test may have closed it
	if _, err := io.WriteString(conn, raw); err != nil {
		w.Fatal(err)
	}
	return &peer{t: w.TB, conn: conn, br: bufio.NewReader(conn)}
}

// upgrade makes a WebSocket handshake and returns the response too.
func (w *world) upgrade(query string, header ...string) (*peer, response) {
	w.Helper()
	p := w.connect(upgradeRequest(query, header...))
	return p, p.response()
}

func (p *peer) response() response {
	p.t.Helper()
	resp, err := http.ReadResponse(p.br, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	var body []byte
	if resp.StatusCode != http.StatusSwitchingProtocols {
		if body, err = io.ReadAll(resp.Body); err != nil {
			p.t.Error(err)
		}
		_ = resp.Body.Close() // it is read to its end
	}
	return response{resp.StatusCode, resp.Header, string(body)}
}

// openWebsocket opens a session over WebSocket.
func (w *world) openWebsocket() *peer {
	w.Helper()
	return w.openQuery("EIO=4&transport=websocket")
}

func (w *world) openQuery(query string, header ...string) *peer {
	w.Helper()
	p, resp := w.upgrade(query, header...)
	if resp.StatusCode != http.StatusSwitchingProtocols {
		w.Fatalf("upgrade: status %d", resp.StatusCode)
	}
	p.id = openID(w.TB, string(p.frame().Payload))
	return p
}

// probe opens a WebSocket for a session that polls.
func (w *world) probe(sid string) *peer {
	w.Helper()
	p, resp := w.upgrade("EIO=4&transport=websocket&sid=" + sid)
	if resp.StatusCode != http.StatusSwitchingProtocols {
		w.Fatalf("upgrade: status %d", resp.StatusCode)
	}
	return p
}

func (p *peer) write(b []byte) {
	p.t.Helper()
	if _, err := p.conn.Write(b); err != nil {
		p.t.Fatalf("write: %v", err)
	}
}

// frames encodes masked frames.
func frames(fs ...ws.Frame) []byte {
	var b []byte
	for _, f := range fs {
		c, err := ws.CompileFrame(ws.MaskFrame(f))
		if err != nil {
			panic(err) //nolint:forbidigo // a test's own frames encode
		}
		b = append(b, c...)
	}
	return b
}

// send sends text packets in one write.
func (p *peer) send(packets ...string) {
	p.t.Helper()
	var b []byte
	for _, packet := range packets {
		b = append(b, frames(ws.NewTextFrame([]byte(packet)))...)
	}
	p.write(b)
}

func (p *peer) frame() ws.Frame {
	p.t.Helper()
	f, err := p.next()
	if err != nil {
		p.t.Fatalf("read frame: %v", err)
	}
	return f
}

func (p *peer) next() (f ws.Frame, err error) {
	if f.Header, err = ws.ReadHeader(p.br); err != nil {
		return f, err
	}
	f.Payload = make([]byte, f.Header.Length)
	_, err = io.ReadFull(p.br, f.Payload)
	return f, err
}

// want reads text packets.
func (p *peer) want(packets ...string) {
	p.t.Helper()
	for _, packet := range packets {
		if f := p.frame(); f.Header.OpCode != ws.OpText || string(f.Payload) != packet {
			p.t.Fatalf("got frame %x %q, want %q", f.Header.OpCode, f.Payload, packet)
		}
	}
}

// wantClose reads a close frame with the given status, and the end.
func (p *peer) wantClose(status ws.StatusCode) {
	p.t.Helper()
	f := p.frame()
	if code, _ := ws.ParseCloseFrameData(f.Payload); f.Header.OpCode != ws.OpClose || code != status {
		p.t.Fatalf("got frame %x %q, want close frame %d", f.Header.OpCode, f.Payload, status)
	}
	p.wantEnd()
}

// wantEnd checks that the server says nothing more.
func (p *peer) wantEnd() {
	p.t.Helper()
	if f, err := p.next(); err == nil {
		p.t.Fatalf("got frame %x %q, want none", f.Header.OpCode, f.Payload)
	}
}

// drain reads until the connection ends, and answers nothing.
func (p *peer) drain() { _, _ = io.Copy(io.Discard, p.br) }

func (p *peer) close() {
	p.t.Helper()
	if err := p.conn.Close(); err != nil {
		p.t.Error(err)
	}
}
