package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsutil"
)

// answerTimeout is how long anybody here waits for an answer.
const answerTimeout = 30 * time.Second

// A socket is a connection to the namespace of polls.
type socket struct {
	conn net.Conn
	last int // id of an acknowledgement
}

// An answer is as much of what a command is answered as is needed here.
type reply struct {
	OK         bool
	Nomination string
	Error      struct{ Code, Message string }
}

// open connects, and asks for no poll. A client that will not read is deaf.
func (s *stage) open(deaf bool) (*socket, error) {
	d := ws.Dialer{Timeout: answerTimeout}
	if deaf {
		d.NetDial = s.dial
	}
	conn, early, _, err := d.Dial(s.ctx, strings.Replace(s.url, "http", "ws", 1)+"/socket.io/?EIO=4&transport=websocket")
	if err != nil {
		return nil, err
	}
	if early != nil {
		ws.PutReader(early) // holds the open packet, at most
	}
	s.keep(conn)
	return &socket{conn: conn}, nil
}

// dial connects with a small buffer: what the system takes in for a client that does not
// read is not the server's.
func (s *stage) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, addr)
	if tcp, ok := conn.(*net.TCPConn); ok {
		err = tcp.SetReadBuffer(4 << 10)
	}
	return conn, err
}

// enter asks for a poll, and does not wait.
func (s *stage) enter(token string, deaf bool) (*socket, error) {
	c, err := s.open(deaf)
	if err != nil {
		return nil, err
	}
	return c, c.send(`40/polls,{"token":"` + token + `","patches":true}`)
}

// enterBase is enter for a client of the base contract.
func (s *stage) enterBase(token string, deaf bool) (*socket, error) {
	c, err := s.open(deaf)
	if err != nil {
		return nil, err
	}
	return c, c.send(`40/polls,{"token":"` + token + `"}`)
}

// connect is enter that waits to be let in.
func (s *stage) connect(token string) (*socket, error) {
	c, err := s.enter(token, false)
	if err != nil {
		return nil, err
	}
	_, err = c.await("40/polls,")
	return c, err
}

func (c *socket) send(packet string) error {
	_ = c.conn.SetWriteDeadline(time.Now().Add(answerTimeout))
	return wsutil.WriteClientText(c.conn, []byte(packet))
}

// await reads until a packet with a beginning comes, and returns the rest of it.
func (c *socket) await(beginning string) ([]byte, error) {
	_ = c.conn.SetReadDeadline(time.Now().Add(answerTimeout))
	for {
		data, err := wsutil.ReadServerText(c.conn)
		if err != nil {
			return nil, err
		}
		if rest, ok := bytes.CutPrefix(data, []byte(beginning)); ok {
			return rest, nil
		}
		switch {
		case string(data) == "2":
			err = c.send("3")
		case bytes.HasPrefix(data, []byte("44/polls,")), bytes.HasPrefix(data, []byte("41")):
			err = fmt.Errorf("refused: %.200s", data)
		}
		if err != nil {
			return nil, err
		}
	}
}

// ask sends a command and waits for its answer.
func (c *socket) ask(event, payload string) (r reply, err error) {
	c.last++
	if err := c.send(fmt.Sprintf(`42/polls,%d[%q,%s]`, c.last, event, payload)); err != nil {
		return r, err
	}
	rest, err := c.await(fmt.Sprintf("43/polls,%d[", c.last))
	if err != nil {
		return r, err
	}
	if err := json.Unmarshal(bytes.TrimSuffix(rest, []byte("]")), &r); err != nil {
		return r, err
	}
	if !r.OK {
		return r, &refused{r.Error.Code, errors.New(r.Error.Message)}
	}
	return r, nil
}

// A refused is a command that was refused.
type refused struct {
	code string
	error
}
