package main

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
)

// A pollingFloor is the floor over HTTP long-polling. It knows of a request
// whether it is a GET and how long its body is; of a client, which connection
// is its own, since ours makes all its requests but broadcasts over one.
type pollingFloor struct {
	echo   bool
	packet string // what it sends

	mu      sync.Mutex // guards the field below
	members []*pollingMember
}

// A pollingMember is a client.
type pollingMember struct {
	mu      sync.Mutex // guards the fields below
	conn    net.Conn
	polls   bool // a GET waits
	packets []string
}

func (s *pollingFloor) serve(conn net.Conn) {
	defer conn.Close()
	member := &pollingMember{conn: conn}
	reader := bufio.NewReader(conn)
	for gets, posts := 0, 0; ; {
		get, body, err := readRequest(reader)
		if err != nil {
			return
		}
		if get {
			if gets == 0 {
				member.send(floorOpen)
			}
			gets++
			member.poll()
			continue
		}
		if strings.HasPrefix(body, "42[") { // and has no acknowledgement: a broadcast
			s.broadcast()
		} else if body != "3" {
			s.answer(member, posts)
			posts++
		}
		_, _ = conn.Write(httpResponse("ok"))
	}
}

// answer answers a packet: a CONNECT, a join, or an echo.
func (s *pollingFloor) answer(member *pollingMember, posts int) {
	switch {
	case posts == 0:
		member.send(`40{"sid":"floor"}`)
	case s.echo:
		member.send(s.packet)
	default:
		s.mu.Lock()
		s.members = append(s.members, member)
		s.mu.Unlock()
		member.send(`430[]`)
	}
}

func (s *pollingFloor) broadcast() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, member := range s.members {
		member.send(s.packet)
	}
}

// poll answers a GET, now or when there is something to send.
func (m *pollingMember) poll() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.polls = true
	m.flushLocked()
}

func (m *pollingMember) send(packet string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.packets = append(m.packets, packet)
	m.flushLocked()
}

func (m *pollingMember) flushLocked() {
	if !m.polls || len(m.packets) == 0 {
		return
	}
	_, _ = m.conn.Write(httpResponse(strings.Join(m.packets, "\x1e")))
	m.polls, m.packets = false, m.packets[:0]
}

func readRequest(reader *bufio.Reader) (get bool, body string, err error) {
	length := 0
	for line := 0; ; line++ {
		b, err := reader.ReadSlice('\n')
		if err != nil {
			return false, "", err
		}
		b = bytes.TrimSpace(b)
		switch {
		case line == 0:
			get = bytes.HasPrefix(b, []byte("GET"))
		case len(b) == 0:
			buf := make([]byte, length)
			_, err := io.ReadFull(reader, buf)
			return get, string(buf), err
		default:
			if v, ok := bytes.CutPrefix(b, []byte("Content-Length: ")); ok {
				if length, err = strconv.Atoi(string(v)); err != nil {
					return false, "", err
				}
			}
		}
	}
}

func httpResponse(body string) []byte {
	return []byte("HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=UTF-8\r\nContent-Length: " +
		strconv.Itoa(len(body)) + "\r\n\r\n" + body)
}
