package transcripts_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing/synctest"
	"time"

	"github.com/gobwas/ws"
)

// A conn is one of a transcript's connections: a WebSocket, or one HTTP request
// after the other.
type conn struct {
	p        *player
	name     string
	received chan received
	peeked   *received      // whose header fields are being looked at
	header   http.Header    // of the next request
	cancel   func()         // ends the request under way
	body     io.WriteCloser // of a request of which more is to come
	socket   net.Conn
	left     atomic.Bool // by the client: what comes then is not looked at
}

var request = regexp.MustCompile(`^([A-Z]+) (/\S*)(?: (.*))?$`)

// send does what a transcript's line says.
func (c *conn) send(text string) {
	c.p.Helper()
	text = c.p.fill(text)
	field, req := headerLine.FindStringSubmatch(text), request.FindStringSubmatch(text)
	switch {
	case text == "end":
		c.end()
	case c.body != nil:
		c.write(text)
	case c.socket != nil:
		c.frame(text)
	case field != nil:
		c.header.Add(field[1], field[2])
	case req == nil:
		c.p.failf("%s is not a request", text)
	case req[1] == "WEBSOCKET":
		c.open(req[2])
	default:
		c.request(req[1], req[2], req[3])
	}
}

// end drops the connection.
func (c *conn) end() {
	c.left.Store(true)
	if c.socket != nil {
		_ = c.socket.Close() // the server may have been quicker
	}
	if c.cancel != nil {
		c.cancel()
	}
	if c.body != nil {
		_ = c.body.Close() // never fails
	}
}

// next waits for what the server sends.
func (c *conn) next() received {
	c.p.Helper()
	if r := c.peeked; r != nil {
		c.peeked = nil
		return *r
	}
	patience := 30 * time.Second
	if c.p.bubble { // what is to come has come, or comes too late
		synctest.Wait()
		patience = 1
	}
	select {
	case r := <-c.received:
		return r
	case <-time.After(patience):
		c.p.failf("%s got nothing, want %s", c.name, c.p.fill(c.p.at.text))
		return received{}
	}
}

// request makes a request; its answer is received later.
func (c *conn) request(method, target, text string) {
	c.p.Helper()
	var body io.Reader
	if started, more := strings.CutSuffix(text, "..."); more {
		reader, writer := io.Pipe()
		body, c.body = reader, writer
		defer c.write(started + "...")
	} else {
		b, _ := data(text)
		body = bytes.NewReader(b)
	}
	ctx, cancel := context.WithCancel(c.p.Context())
	c.cancel = cancel
	req, err := http.NewRequestWithContext(ctx, method, "http://caucus.test"+target, body)
	if err != nil {
		c.p.failf("%v", err)
	}
	req.Header, c.header = c.header, http.Header{}
	go c.answer(req) // ends with the answer, or when it is cancelled
}

// write sends a part of a request's body.
func (c *conn) write(text string) {
	c.p.Helper()
	text, more := strings.CutSuffix(text, "...")
	b, _ := data(text)
	if _, err := c.body.Write(b); err != nil {
		c.p.failf("%v", err)
	}
	if !more {
		_ = c.body.Close() // never fails
		c.body = nil
	}
}

func (c *conn) answer(req *http.Request) {
	resp, err := c.p.http.Do(req)
	if err != nil {
		c.got(fmt.Sprint("error ", err), nil)
		return
	}
	defer func() { _ = resp.Body.Close() }() // it is read to its end
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		c.got(fmt.Sprint("error ", err), nil)
		return
	}
	c.gotResponse(resp, body)
}

func (c *conn) gotResponse(resp *http.Response, body []byte) {
	isBinary := resp.Header.Get("Content-Type") == "application/octet-stream"
	c.got(strings.TrimSpace(strconv.Itoa(resp.StatusCode)+" "+written(body, isBinary)), resp.Header)
}

func (c *conn) got(text string, header http.Header) {
	if !c.left.Load() {
		c.received <- received{text, header, time.Now()}
	}
}

// open makes a WebSocket handshake; its answer is received first.
func (c *conn) open(target string) {
	c.p.Helper()
	socket, err := c.p.dial()
	if err != nil {
		c.p.failf("%v", err)
	}
	c.socket = socket
	req, err := http.NewRequestWithContext(c.p.Context(), http.MethodGet, "http://caucus.test"+target, nil)
	if err != nil {
		c.p.failf("%v", err)
	}
	req.Header, c.header = c.header, http.Header{}
	req.Header.Set("Connection", "Upgrade")
	req.Header.Set("Upgrade", "websocket")
	req.Header.Set("Sec-Websocket-Version", "13")
	req.Header.Set("Sec-Websocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
	if err := req.Write(socket); err != nil {
		c.p.failf("%v", err)
	}
	go c.read() // ends with the connection
}

// read takes what the server sends over a WebSocket.
func (c *conn) read() {
	defer func() { _ = c.socket.Close() }() // whoever ended it
	br := bufio.NewReader(c.socket)
	resp, err := http.ReadResponse(br, nil)
	if err != nil {
		c.got("end", nil)
		return
	}
	defer func() { _ = resp.Body.Close() }() // it is read to its end, or has none
	if resp.StatusCode != http.StatusSwitchingProtocols {
		body, _ := io.ReadAll(resp.Body) // what there is of it
		c.gotResponse(resp, body)
		return
	}
	c.got("101", resp.Header)
	for {
		header, err := ws.ReadHeader(br)
		if err != nil {
			c.got("end", nil)
			return
		}
		payload := make([]byte, header.Length)
		if _, err := io.ReadFull(br, payload); err != nil {
			c.got("end", nil)
			return
		}
		if header.OpCode == ws.OpClose {
			status, _ := ws.ParseCloseFrameData(payload)
			c.got(fmt.Sprint("close ", status), nil)
			return
		}
		c.got(written(payload, header.OpCode == ws.OpBinary), nil)
	}
}

// frame sends a frame.
func (c *conn) frame(text string) {
	c.p.Helper()
	payload, isBinary := data(text)
	frame := ws.NewTextFrame(payload)
	if isBinary {
		frame = ws.NewBinaryFrame(payload)
	} else if text == "close" {
		frame = ws.NewCloseFrame(ws.NewCloseFrameBody(ws.StatusNormalClosure, ""))
	}
	b, err := ws.CompileFrame(ws.MaskFrame(frame))
	if err != nil {
		c.p.failf("%v", err)
	}
	if _, err := c.socket.Write(b); err != nil {
		c.p.failf("%v", err)
	}
}

var (
	escape  = regexp.MustCompile(`\\x[0-9a-f]{2}`)
	control = regexp.MustCompile(`[\x00-\x1f\x7f]`)
)

// data returns the bytes that a transcript writes down.
func data(text string) (b []byte, isBinary bool) {
	if digits, ok := strings.CutPrefix(text, "<"); ok {
		if b, err := hex.DecodeString(strings.NewReplacer(" ", "", ">", "").Replace(digits)); err == nil {
			return b, true
		}
	}
	return escape.ReplaceAllFunc([]byte(text), func(e []byte) []byte {
		n, _ := strconv.ParseUint(string(e[2:]), 16, 8) // they are digits
		return []byte{byte(n)}
	}), false
}

// written is the reverse of data.
func written(b []byte, isBinary bool) string {
	if isBinary {
		return fmt.Sprintf("<% x>", b)
	}
	return control.ReplaceAllStringFunc(string(b), func(c string) string { return fmt.Sprintf(`\x%02x`, c) })
}
