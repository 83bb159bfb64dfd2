package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/gobwas/ws"
)

// A client is one connection of the load: as little work a message as can be.
type client interface {
	// send sends one Engine.IO packet, such as 42["msg"], before receive is
	// called or from within it.
	send(packet string) error

	// sender returns a function that does so while receive is at work.
	sender(ctx context.Context) (func(packet string) error, error)

	// receive calls handle for each Engine.IO packet that arrives, until handle
	// returns false or the connection ends. Pings are answered, not handed out.
	// The packet is valid until handle returns.
	receive(handle func(packet []byte) bool) error

	close()
}

// dial connects by a transport and joins the main namespace.
func dial(ctx context.Context, addr, transport string) (client, error) {
	var c client
	var err error
	if transport == "polling" {
		c, err = dialPolling(ctx, addr)
	} else {
		c, err = dialWebSocket(ctx, addr, 0)
	}
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	if err := handshake(c); err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

func handshake(c client) error {
	if err := c.send("40"); err != nil {
		return fmt.Errorf("send CONNECT: %w", err)
	}
	return await(c, "40")
}

// await reads until a packet with this prefix arrives.
func await(c client, prefix string) error {
	found := false
	err := c.receive(func(packet []byte) bool {
		found = bytes.HasPrefix(packet, []byte(prefix))
		return !found
	})
	if !found && err == nil {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return fmt.Errorf("wait for %s: %w", prefix, err)
	}
	return nil
}

// join joins a room and waits for the acknowledgement.
func join(c client, room string) error {
	if err := c.send(`420["join","` + room + `"]`); err != nil {
		return fmt.Errorf("send join: %w", err)
	}
	return await(c, "430")
}

type webSocket struct {
	conn   net.Conn
	buffer []byte // read and not handed out yet
}

// dialWebSocket opens a WebSocket. A receiveBuffer above 0 bounds what the
// kernel holds for a connection that does not read.
func dialWebSocket(ctx context.Context, addr string, receiveBuffer int) (*webSocket, error) {
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	if receiveBuffer > 0 {
		if err := conn.(*net.TCPConn).SetReadBuffer(receiveBuffer); err != nil { //nolint:errcheck // "tcp" gives no other type
			conn.Close()
			return nil, err
		}
	}
	target := &url.URL{Scheme: "ws", Host: addr, Path: "/socket.io/", RawQuery: "EIO=4&transport=websocket"}
	early, _, err := ws.Dialer{}.Upgrade(conn, target)
	if err != nil {
		conn.Close()
		return nil, err
	}
	c := &webSocket{conn: conn, buffer: make([]byte, 0, 16<<10)}
	if early != nil {
		head, _ := early.Peek(early.Buffered())
		c.buffer = append(c.buffer, head...)
	}
	return c, nil
}

func (c *webSocket) send(packet string) error {
	frame := ws.MaskFrameInPlace(ws.NewTextFrame([]byte(packet)))
	_, err := c.conn.Write(ws.MustCompileFrame(frame))
	return err
}

func (c *webSocket) sender(context.Context) (func(string) error, error) { return c.send, nil }

func (c *webSocket) receive(handle func([]byte) bool) error {
	for {
		for {
			length, payload := serverFramePayload(c.buffer)
			if length == 0 {
				break
			}
			more := true
			if len(payload) == 1 && payload[0] == '2' {
				if err := c.send("3"); err != nil {
					return err
				}
			} else {
				more = handle(payload)
			}
			c.buffer = append(c.buffer[:0], c.buffer[length:]...)
			if !more {
				return nil
			}
		}
		if len(c.buffer) == cap(c.buffer) {
			return errors.New("a frame is larger than the load's buffer")
		}
		n, err := c.conn.Read(c.buffer[len(c.buffer):cap(c.buffer)])
		if err != nil {
			return err
		}
		c.buffer = c.buffer[:len(c.buffer)+n]
	}
}

// serverFramePayload finds the first whole frame in b; its length is 0 if absent.
func serverFramePayload(b []byte) (length int, payload []byte) {
	if len(b) < 2 {
		return 0, nil
	}
	header, size := 2, int(b[1])
	if size == 126 {
		if len(b) < 4 {
			return 0, nil
		}
		header, size = 4, int(binary.BigEndian.Uint16(b[2:]))
	}
	if len(b) < header+size {
		return 0, nil
	}
	return header + size, b[header : header+size]
}

func (c *webSocket) close() { c.conn.Close() }

// polling is a connection by HTTP long-polling, spoken by hand: one keep-alive
// connection for what is sent between two polls, too, and another one for a
// sender.
type polling struct {
	addr    string
	path    string
	conn    *httpConn
	other   *httpConn // nil without a sender
	pending []byte    // of the last poll, not handed out yet
}

type httpConn struct {
	net.Conn
	reader *bufio.Reader
	host   string
}

func dialPolling(ctx context.Context, addr string) (*polling, error) {
	conn, err := dialHTTP(ctx, addr)
	if err != nil {
		return nil, err
	}
	p := &polling{addr: addr, path: "/socket.io/?EIO=4&transport=polling", conn: conn}
	opened, err := p.conn.do(http.MethodGet, p.path, "")
	if err != nil {
		p.close()
		return nil, err
	}
	var open struct {
		SID string `json:"sid"`
	}
	if err := json.Unmarshal(bytes.TrimPrefix(opened, []byte("0")), &open); err != nil {
		p.close()
		return nil, fmt.Errorf("read the open packet: %w", err)
	}
	p.path += "&sid=" + url.QueryEscape(open.SID)
	return p, nil
}

func dialHTTP(ctx context.Context, addr string) (*httpConn, error) {
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	return &httpConn{Conn: conn, reader: bufio.NewReader(conn), host: addr}, nil
}

// do makes one request and returns the body of its answer.
func (c *httpConn) do(method, path, body string) ([]byte, error) {
	request := method + " " + path + " HTTP/1.1\r\nHost: " + c.host + "\r\n"
	if method == http.MethodPost {
		request += fmt.Sprintf("Content-Type: text/plain;charset=UTF-8\r\nContent-Length: %d\r\n", len(body))
	}
	if _, err := io.WriteString(c, request+"\r\n"+body); err != nil {
		return nil, err
	}
	response, err := http.ReadResponse(c.reader, nil)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answered %s", method, response.Status)
	}
	return answer, nil
}

func (p *polling) send(packet string) error {
	_, err := p.conn.do(http.MethodPost, p.path, packet)
	return err
}

func (p *polling) sender(ctx context.Context) (send func(string) error, err error) {
	if p.other, err = dialHTTP(ctx, p.addr); err != nil {
		return nil, err
	}
	return func(packet string) error {
		_, err := p.other.do(http.MethodPost, p.path, packet)
		return err
	}, nil
}

func (p *polling) receive(handle func([]byte) bool) error {
	const separator = 0x1e
	for {
		for len(p.pending) > 0 {
			packet, rest, _ := bytes.Cut(p.pending, []byte{separator})
			p.pending = rest
			if string(packet) == "2" {
				if err := p.send("3"); err != nil {
					return err
				}
			} else if !handle(packet) {
				return nil
			}
		}
		body, err := p.conn.do(http.MethodGet, p.path, "")
		if err != nil {
			return err
		}
		p.pending = body
	}
}

func (p *polling) close() {
	p.conn.Close()
	if p.other != nil {
		p.other.Close()
	}
}

// bcast is the packet that asks for a broadcast of a string of this size.
func bcast(size int) string {
	return `42["bcast","room","` + strings.Repeat("x", size) + `"]`
}
