package main

import (
	"context"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"net"
	"net/url"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsflate"
)

type webSocket struct {
	conn   net.Conn
	buffer []byte // read and not handed out yet
}

// dialWebSocket opens a WebSocket. A receiveBuffer above 0 bounds what the
// kernel holds for a connection that does not read.
func dialWebSocket(ctx context.Context, p *process, receiveBuffer int) (*webSocket, error) {
	return dialWebSocketAt(ctx, p, "/socket.io/", receiveBuffer)
}

func dialWebSocketAt(ctx context.Context, p *process, path string, receiveBuffer int) (*webSocket, error) {
	conn, err := dialTCP(ctx, p.addr, receiveBuffer)
	if err != nil {
		return nil, err
	}
	if p.mode.tls {
		conn = tls.Client(conn, p.trust)
	}
	target := &url.URL{Scheme: "ws", Host: p.addr, Path: path, RawQuery: "EIO=4&transport=websocket"}
	var dialer ws.Dialer
	if p.mode.deflate { // what arrives compressed is counted, not inflated
		const present = 1
		offer := wsflate.Parameters{ServerNoContextTakeover: true, ClientMaxWindowBits: present}.Option()
		dialer.Extensions = append(dialer.Extensions, offer)
	}
	early, hs, err := dialer.Upgrade(conn, target)
	if err == nil && p.mode.deflate && len(hs.Extensions) == 0 {
		err = errors.New("the server does not compress")
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	c := &webSocket{conn: conn, buffer: make([]byte, 0, p.mode.buffer())}
	if early != nil {
		head, _ := early.Peek(early.Buffered())
		c.buffer = append(c.buffer, head...)
	}
	return c, nil
}

func dialTCP(ctx context.Context, addr string, receiveBuffer int) (net.Conn, error) {
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", addr)
	if err != nil || receiveBuffer == 0 {
		return conn, err
	}
	if err := conn.(*net.TCPConn).SetReadBuffer(receiveBuffer); err != nil { //nolint:errcheck // "tcp" gives no other type
		conn.Close()
		return nil, err
	}
	return conn, nil
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
