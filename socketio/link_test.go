package socketio_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsutil"
)

// A link carries the packets of Engine.IO over TCP.
type link interface {
	read() ([]string, error)
	send(packet string) error
	close()
}

type wsLink struct{ conn net.Conn }

// dialLink opens a WebSocket, as one to upgrade to if sid is not empty.
func dialLink(ctx context.Context, addr, sid string) (*wsLink, error) {
	url := "ws://" + addr + "/socket.io/?EIO=4&transport=websocket"
	if sid != "" {
		url += "&sid=" + sid
	}
	conn, br, _, err := ws.Dial(ctx, url)
	if err != nil {
		return nil, err
	}
	if br != nil {
		conn = &buffered{conn, br.Read}
	}
	return &wsLink{conn}, nil
}

func (l *wsLink) read() ([]string, error) {
	text, err := wsutil.ReadServerText(l.conn)
	return []string{string(text)}, err
}

func (l *wsLink) send(packet string) error { return wsutil.WriteClientText(l.conn, []byte(packet)) }

func (l *wsLink) close() { _ = l.conn.Close() } // the server may have done so

type pollLink struct {
	ctx      context.Context //nolint:containedctx // that of the test
	http     *http.Client
	url, sid string
}

func (l *pollLink) read() ([]string, error) {
	body, err := l.do(http.MethodGet, "")
	return strings.Split(body, "\x1e"), err
}

func (l *pollLink) send(packet string) error {
	_, err := l.do(http.MethodPost, packet)
	return err
}

func (l *pollLink) do(method, body string) (string, error) {
	req, err := http.NewRequestWithContext(l.ctx, method, l.url, strings.NewReader(body))
	if err != nil {
		return "", err
	}
	resp, err := l.http.Do(req)
	if err != nil {
		return "", err
	}
	defer func() { _ = resp.Body.Close() }() // it is read to its end
	text, err := io.ReadAll(resp.Body)
	return string(text), err
}

func (l *pollLink) close() {
	_ = l.send("1") // the server may be shutting down
	l.http.CloseIdleConnections()
}

// buffered is a connection of which something has been read already.
type buffered struct {
	net.Conn
	read func([]byte) (int, error)
}

func (b *buffered) Read(p []byte) (int, error) { return b.read(p) }
