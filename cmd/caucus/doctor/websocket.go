package doctor

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsutil"
)

// A connection is a WebSocket, of a client.
type connection struct {
	net.Conn
	r      *bufio.Reader
	opened time.Time
}

// dial opens a WebSocket as a browser does. It returns no connection where the server
// answers something else.
func (e *examination) dial(ctx context.Context, query string) (*connection, *answer, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	target, err := e.base.Parse(socketPath + "websocket" + query)
	if err != nil {
		return nil, nil, err
	}
	refused := &answer{Response: &http.Response{}}
	dialer := ws.Dialer{
		TLSConfig: e.websocketTLS(),
		Header: ws.HandshakeHeaderHTTP(http.Header{
			"Origin": {e.origin()}, "User-Agent": {"caucus-doctor"}, "Cookie": e.cookies(), "Authorization": e.authorization(),
		}),
		OnStatusError: func(status int, reason []byte, rest io.Reader) {
			refused.StatusCode, refused.Status = status, fmt.Sprintf("%d %s", status, reason)
			if res, err := http.ReadResponse(bufio.NewReader(rest), nil); err == nil {
				refused.Header = res.Header
				refused.body, _ = io.ReadAll(io.LimitReader(res.Body, 1<<10)) // what there is
				_ = res.Body.Close()                                          // all was read
			}
		},
	}
	target.Scheme = strings.Replace(target.Scheme, "http", "ws", 1)
	conn, r, _, err := dialer.Dial(ctx, target.String())
	if _, ok := errors.AsType[ws.StatusError](err); ok {
		return nil, refused, nil
	}
	if err != nil {
		return nil, nil, err
	}
	if r == nil {
		r = bufio.NewReader(conn)
	}
	return &connection{conn, r, time.Now()}, nil, nil
}

// websocketTLS is what browsers offer for WebSockets: HTTP/1.1.
func (e *examination) websocketTLS() *tls.Config {
	config := e.TLS.Clone()
	if config == nil {
		config = new(tls.Config)
	}
	config.NextProtos = []string{"http/1.1"}
	return config
}

func (e *examination) cookies() []string {
	var pairs []string
	for _, c := range e.client.Jar.Cookies(e.base) {
		pairs = append(pairs, c.Name+"="+c.Value)
	}
	if pairs == nil {
		return nil
	}
	return []string{strings.Join(pairs, "; ")}
}

// exchange sends a message and reads until one begins with what is wanted.
func (c *connection) exchange(within time.Duration, message, want string) (last string, err error) {
	if err := c.SetDeadline(time.Now().Add(within)); err != nil {
		return "", err
	}
	if err := wsutil.WriteClientText(c, []byte(message)); err != nil {
		return "", err
	}
	for {
		data, err := wsutil.ReadServerText(c)
		if err != nil {
			return last, err
		}
		if last = string(data); strings.HasPrefix(last, want) {
			return last, nil
		}
	}
}

// Read implements [io.Reader]: what came with the handshake comes first.
func (c *connection) Read(p []byte) (int, error) { return c.r.Read(p) }

// stays reads until the time is up, or the server pings, and returns what ended the
// connection before.
func (c *connection) stays(idle time.Duration) error {
	start := time.Now()
	if err := c.SetDeadline(start.Add(idle)); err != nil {
		return err
	}
	data, err := wsutil.ReadServerText(c)
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded), err == nil && string(data) == "2":
		return nil
	case err != nil:
		return fmt.Errorf("after %s: %w", time.Since(start).Round(time.Second/10), err)
	}
	return nil
}
