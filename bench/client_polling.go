package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
)

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
