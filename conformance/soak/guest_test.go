package soak_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsutil"
)

// A guest comes and goes.
type guest struct {
	*house
	random    *rand.Rand
	namespace string // that it talks in, as packets name it
}

// visit comes once, by a door of the guest's choice, and goes as it likes.
func (g *guest) visit(ctx context.Context) {
	g.pause(ctx)
	switch chance := g.random.IntN(100); {
	case chance < 50:
		g.visitWebsocket(ctx, "EIO=4&transport=websocket")
	case chance < 55:
		g.visitWebsocket(ctx, "EIO=3&transport=websocket")
	case chance < 70:
		g.visitPolling(ctx)
	case chance < 85:
		g.visitUpgrading(ctx)
	default:
		g.rave(ctx)
	}
}

// pause leaves the others some time.
func (g *guest) pause(ctx context.Context) {
	g.wait(ctx, time.Duration(g.random.IntN(100))*time.Millisecond)
}

func (*guest) wait(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

// dial connects for ten seconds at most.
func (g *guest) dial(ctx context.Context) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", g.addr)
	if err != nil {
		return nil, err
	}
	return conn, conn.SetDeadline(time.Now().Add(10 * time.Second))
}

// visitWebsocket talks over a WebSocket until the server has enough, or the guest.
func (g *guest) visitWebsocket(ctx context.Context, query string) {
	conn, err := g.dial(ctx)
	if err != nil {
		return
	}
	var reader sync.WaitGroup
	defer reader.Wait()
	defer func() { _ = conn.Close() }() // the server may have been quicker
	if _, err := io.WriteString(conn, handshake(query, deflate)); err != nil {
		return
	}
	if g.random.IntN(10) > 0 { // some do not read
		reader.Go(func() { _, _ = io.Copy(io.Discard, conn) }) // ends with the connection
	}
	for _, packet := range g.greeting() {
		_, _ = conn.Write(frame(ws.NewTextFrame([]byte(packet))))
	}
	g.wait(ctx, 300*time.Millisecond) // to be let in
	for range g.random.IntN(100) {
		if _, err := conn.Write(g.frames()); err != nil || ctx.Err() != nil {
			return
		}
		g.pause(ctx)
	}
	g.leave(conn)
}

const deflate = "Sec-WebSocket-Extensions: permessage-deflate\r\n"

func handshake(query, fields string) string {
	return "GET /socket.io/?" + query + " HTTP/1.1\r\nHost: caucus.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n" + fields + "\r\n"
}

// leave goes in one of several ways; the connection is closed afterwards.
func (g *guest) leave(conn net.Conn) {
	switch g.random.IntN(5) {
	case 0:
		_, _ = conn.Write(frame(ws.NewTextFrame([]byte("1"))))
	case 1:
		_, _ = conn.Write(frame(ws.NewCloseFrame(nil)))
	case 2:
		_ = conn.(*net.TCPConn).SetLinger(0) //nolint:errcheck // it is one
	case 3:
		b := g.frames()
		_, _ = conn.Write(b[:len(b)/2])
	}
}

// visitPolling talks over HTTP requests.
func (g *guest) visitPolling(ctx context.Context) {
	query := g.openPolling(ctx)
	for range g.random.IntN(20) {
		if query == "" || ctx.Err() != nil {
			break
		}
		if g.random.IntN(2) == 0 {
			g.poll(ctx, query)
		} else {
			g.request(ctx, http.MethodPost, query, g.payload())
		}
		g.pause(ctx)
	}
	if g.random.IntN(4) > 0 { // some go without a word
		g.request(ctx, http.MethodPost, query, "1")
	}
}

// poll polls, and may be too impatient for the answer.
func (g *guest) poll(ctx context.Context, query string) {
	ctx, cancel := context.WithTimeout(ctx, time.Duration(g.random.IntN(2000))*time.Millisecond)
	defer cancel()
	g.request(ctx, http.MethodGet, query, "")
}

// openPolling returns the query of a new session, empty if absent.
func (g *guest) openPolling(ctx context.Context) string {
	query := "EIO=4&transport=polling"
	body := g.request(ctx, http.MethodGet, query, "")
	var opened struct{ SID string }
	if err := json.Unmarshal([]byte(strings.TrimPrefix(body, "0")), &opened); err != nil {
		return ""
	}
	g.request(ctx, http.MethodPost, query+"&sid="+opened.SID, strings.Join(g.greeting(), "\x1e"))
	return query + "&sid=" + opened.SID
}

// visitUpgrading begins with polling and goes on over a WebSocket, or tries to.
func (g *guest) visitUpgrading(ctx context.Context) {
	query := strings.Replace(g.openPolling(ctx), "polling", "websocket", 1)
	if query == "" {
		return
	}
	conn, err := g.dial(ctx)
	if err != nil {
		return
	}
	defer func() { _ = conn.Close() }() // the server may have been quicker
	said := []ws.Frame{ws.NewTextFrame([]byte("2probe")), ws.NewTextFrame([]byte("5"))}
	said = said[:g.random.IntN(3)]
	_, _ = io.WriteString(conn, handshake(query, deflate))
	for _, f := range said {
		_, _ = conn.Write(frame(f))
	}
	for range g.random.IntN(50) {
		if _, err := conn.Write(g.frames()); err != nil || ctx.Err() != nil {
			return
		}
		g.pause(ctx)
	}
	g.leave(conn)
}

// request makes a request and returns the answer's body.
func (g *guest) request(ctx context.Context, method, query, body string) string {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, "http://"+g.addr+"/socket.io/?"+query, strings.NewReader(body))
	if err != nil {
		return ""
	}
	resp, err := g.http.Do(req)
	if err != nil {
		return ""
	}
	defer func() { _ = resp.Body.Close() }() // it is read to its end
	answer, _ := io.ReadAll(resp.Body)       // may be cut short
	return string(answer)
}

// rave sends what is hardly HTTP.
func (g *guest) rave(ctx context.Context) {
	conn, err := g.dial(ctx)
	if err != nil {
		return
	}
	defer func() { _ = conn.Close() }() // the server may have been quicker
	for range g.random.IntN(5) {
		b := []byte(handshake("EIO=4&transport=websocket", deflate))
		if g.random.IntN(2) == 0 {
			b = append(b, g.frames()...)
		}
		if _, err := conn.Write(g.spoil(b)); err != nil {
			return
		}
		g.pause(ctx)
	}
}

// converse is an honest guest's visit: what it says comes back, once at least,
// unless the server is too busy to hear its pongs in time.
func (g *guest) converse(ctx context.Context, t *testing.T) {
	t.Helper()
	conn, err := g.dial(t.Context())
	if err != nil {
		t.Error(err)
		return
	}
	defer func() { _ = conn.Close() }() // the server may have been quicker
	br := bufio.NewReader(conn)
	_, _ = io.WriteString(conn, handshake("EIO=4&transport=websocket", ""))
	if resp, err := http.ReadResponse(br, nil); err != nil || resp.StatusCode != http.StatusSwitchingProtocols { //nolint:bodyclose // it has none
		return
	}
	both := struct {
		io.Reader
		io.Writer
	}{br, conn}
	_, _ = conn.Write(frame(ws.NewTextFrame([]byte("40"))))
	for n := 0; n < 2 || ctx.Err() == nil; {
		text, err := wsutil.ReadServerText(both)
		if err != nil {
			return
		}
		want := fmt.Sprintf(`43%d["%d€"]`, n-1, n-1)
		switch packet := string(text); {
		case packet == "2":
			_, _ = conn.Write(frame(ws.NewTextFrame([]byte("3"))))
			continue
		case n > 0 && packet == want:
			g.answers.Add(1)
			g.pause(ctx)
		case strings.HasPrefix(packet, "43"):
			t.Errorf("answered with %s, want %s", packet, want)
			return
		case !strings.HasPrefix(packet, `42["hello"`):
			continue
		}
		_, _ = conn.Write(frame(ws.NewTextFrame(fmt.Appendf(nil, `42%d["echo","%d€"]`, n, n))))
		n++
	}
}

// payload returns some packets for a POST.
func (g *guest) payload() string {
	packets := make([]string, 1+g.random.IntN(4))
	for i := range packets {
		packets[i], _ = g.packet()
	}
	return strings.Join(packets, "\x1e")
}

// frames returns the frames of a packet, sometimes spoiled.
func (g *guest) frames() []byte {
	text, attachments := g.packet()
	b := frame(ws.NewTextFrame([]byte(text)))
	for range attachments {
		b = append(b, frame(ws.NewBinaryFrame(make([]byte, g.random.IntN(2000))))...)
	}
	if g.random.IntN(12) == 0 {
		return g.spoil(b)
	}
	return b
}

// spoil changes a few bytes, and cuts something off.
func (g *guest) spoil(b []byte) []byte {
	b = bytes.Clone(b)
	for range g.random.IntN(4) {
		b[g.random.IntN(len(b))] = byte(g.random.Uint32())
	}
	return b[:1+g.random.IntN(len(b))]
}

func frame(f ws.Frame) []byte {
	return ws.MustCompileFrame(ws.MaskFrame(f))
}
