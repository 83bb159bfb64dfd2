package load

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gobwas/ws"

	"github.com/caucus-live/caucus/internal/wire"
)

// errLost says that a connection ended: of a command under way it is not known
// whether it took effect.
var errLost = errors.New("the connection was lost")

// A refused is a connection that the server does not want.
type refused string

func (r refused) Error() string { return "the server refused the connection: " + string(r) }

// A socket is a connection to the namespace of polls, over WebSocket: of
// Socket.IO as much as playing a poll needs, with as little work a message as
// can be.
type socket struct {
	conn    net.Conn
	in      *bufio.Reader
	long    []byte        // the last packet that in could not hold
	silence time.Duration // from the server, after which it counts as lost; set by enter

	writing  sync.Mutex // guards writes to conn, and the fields below
	out      []byte     // the last frame, for its memory
	deadline time.Time  // of writes

	mu   sync.Mutex             // guards the fields below
	acks map[uint64]chan []byte // by id; nil once the socket is lost
	last uint64                 // id given
}

// bufferSize holds most of what the server sends: answers and patches.
const bufferSize = 4 << 10

// maxPacket bounds what the server may send at once: whole views of polls grow with them.
const maxPacket = 256 << 20

// connectTimeout is how long a connection may take, from dialing to the answer of the
// namespace, before the person gives it up and tries again, as socket.io-client does.
const connectTimeout = 20 * time.Second

// A link is how to reach a server.
type link struct {
	dial        dialFunc
	url         string        // of the WebSocket
	received    *atomic.Int64 // bytes, with all that is around the messages
	readBuffer  int           // of the kernel, in bytes; 0 leaves it alone
	credentials wire.Auth
}

// connect opens a socket. The events that the server sends with its welcome are
// read by follow.
func connect(ctx context.Context, l link) (*socket, error) {
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	dialer := ws.Dialer{NetDial: func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := l.dial(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		if tcp, ok := conn.(*net.TCPConn); ok && l.readBuffer > 0 {
			err = tcp.SetReadBuffer(l.readBuffer)
		}
		return &meter{conn, l.received}, err
	}}
	conn, early, _, err := dialer.Dial(ctx, l.url)
	if err != nil {
		return nil, fmt.Errorf("open a WebSocket: %w", err)
	}
	s := &socket{conn: conn, in: bufio.NewReaderSize(conn, bufferSize), acks: map[uint64]chan []byte{}}
	if early != nil {
		sent, _ := early.Peek(early.Buffered())
		s.in = bufio.NewReaderSize(io.MultiReader(bytes.NewReader(bytes.Clone(sent)), conn), bufferSize)
		ws.PutReader(early)
	}
	stop := context.AfterFunc(ctx, s.close)
	if err := s.enter(l.credentials); err != nil || !stop() {
		s.close()
		return nil, cmp.Or(err, errLost)
	}
	return s, nil
}

// enter connects to the namespace.
func (s *socket) enter(auth wire.Auth) error {
	data, err := json.Marshal(auth)
	if err != nil {
		return err
	}
	if err := s.send("40"+wire.Namespace+",", data); err != nil {
		return err
	}
	for {
		packet, err := s.next()
		if err != nil {
			return err
		}
		switch rest, ours := bytes.CutPrefix(packet, []byte("44"+wire.Namespace+",")); {
		case packet[0] == '0':
			if err := s.opened(packet[1:]); err != nil {
				return err
			}
		case ours:
			var why struct{ Message string }
			_ = json.Unmarshal(rest, &why)
			return refused(why.Message)
		case bytes.HasPrefix(packet, []byte("40"+wire.Namespace+",")):
			if s.silence == 0 {
				return errors.New("the server has not opened the session")
			}
			return nil
		}
	}
}

// opened takes in how often the server says that it is there.
func (s *socket) opened(packet []byte) error {
	var open struct{ PingInterval, PingTimeout int } // milliseconds
	if err := json.Unmarshal(packet, &open); err != nil {
		return fmt.Errorf("read the open packet: %w", err)
	}
	s.silence = time.Duration(open.PingInterval+open.PingTimeout) * time.Millisecond
	return s.heard()
}

// heard gives the server more time until the next ping.
func (s *socket) heard() error { return s.conn.SetReadDeadline(time.Now().Add(s.silence)) }

// follow hands out the events that arrive, until the connection ends. What it
// hands out is valid until handle returns.
func (s *socket) follow(handle func(event string, payload []byte)) {
	defer s.close()
	event, ack := []byte("42"+wire.Namespace+`,["`), []byte("43"+wire.Namespace+",")
	for {
		packet, err := s.next()
		if err != nil {
			return
		}
		if rest, ok := bytes.CutPrefix(packet, event); ok {
			name, payload, _ := bytes.Cut(bytes.TrimSuffix(rest, []byte("]")), []byte(`"`))
			handle(string(name), bytes.TrimPrefix(payload, []byte(",")))
		} else if rest, ok := bytes.CutPrefix(packet, ack); ok {
			s.answered(rest)
		} else if bytes.HasPrefix(packet, []byte("41")) {
			return
		}
	}
}

// answered resolves the acknowledgement 12[…].
func (s *socket) answered(packet []byte) {
	id, answer, _ := bytes.Cut(packet, []byte("["))
	n, err := strconv.ParseUint(string(id), 10, 64)
	if err != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if waiting := s.acks[n]; waiting != nil {
		delete(s.acks, n)
		waiting <- bytes.Clone(bytes.TrimSuffix(answer, []byte("]"))) // has room for the one answer
	}
}

// ask sends an event and waits for its acknowledgement. It returns errLost when
// the connection ends before.
func (s *socket) ask(ctx context.Context, event string, payload, answer any) error {
	data, err := json.Marshal(payload)
	if err != nil {
		return err
	}
	waiting := make(chan []byte, 1)
	s.mu.Lock()
	if s.acks == nil {
		s.mu.Unlock()
		return errLost
	}
	s.last++
	id := s.last
	s.acks[id] = waiting
	s.mu.Unlock()
	if err := s.send("42"+wire.Namespace+","+strconv.FormatUint(id, 10)+`["`+event+`",`, append(data, ']')); err != nil {
		return err
	}
	select {
	case reply, ok := <-waiting:
		if !ok {
			return errLost
		}
		return json.Unmarshal(reply, answer)
	case <-ctx.Done():
		return fmt.Errorf("no answer to %s: %w", event, context.Cause(ctx))
	}
}

// next returns the next packet of Engine.IO that is not about the connection
// itself. It is valid until the next call.
func (s *socket) next() ([]byte, error) {
	for {
		header, err := ws.ReadHeader(s.in)
		if err != nil {
			return nil, errLost
		}
		if header.Length > maxPacket {
			return nil, errLost
		}
		packet, err := s.payload(int(header.Length))
		if err != nil || header.OpCode == ws.OpClose {
			return nil, errLost
		}
		if len(packet) == 0 {
			return nil, errLost // that is not a packet
		}
		if len(packet) > 1 || packet[0] != '2' {
			return packet, nil
		}
		if err := errors.Join(s.heard(), s.send("3", nil)); err != nil { // a ping
			return nil, errLost
		}
	}
}

func (s *socket) payload(size int) ([]byte, error) {
	if size > s.in.Size() {
		s.long = make([]byte, size)
		_, err := io.ReadFull(s.in, s.long)
		return s.long, err
	}
	s.long = nil
	packet, err := s.in.Peek(size)
	if err != nil {
		return nil, err
	}
	_, err = s.in.Discard(size) // leaves the bytes where they are
	return packet, err
}

// send writes a packet, or returns errLost.
func (s *socket) send(head string, rest []byte) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.out = appendFrame(s.out[:0], head, rest)
	s.limitWrite()
	if _, err := s.conn.Write(s.out); err != nil {
		return errLost
	}
	return nil
}

// limitWrite has the connection end if the server takes nothing for connectTimeout, or half as long: it may
// answer pings, and read nothing. Setting a deadline for each write would cost as much as making its frame.
func (s *socket) limitWrite() {
	if now := time.Now(); s.deadline.Sub(now) < connectTimeout/2 {
		s.deadline = now.Add(connectTimeout)
		_ = s.conn.SetWriteDeadline(s.deadline) // it fails on a closed connection only
	}
}

// appendFrame appends a masked text frame of what is in two pieces.
func appendFrame(b []byte, head string, rest []byte) []byte {
	header := ws.Header{Fin: true, OpCode: ws.OpText, Masked: true, Mask: ws.NewMask(), Length: int64(len(head) + len(rest))}
	w := bytes.NewBuffer(b)
	_ = ws.WriteHeader(w, header) // it fails if w does
	start := w.Len()
	w.WriteString(head)
	w.Write(rest)
	ws.Cipher(w.Bytes()[start:], header.Mask, 0)
	return w.Bytes()
}

// goodbye is the close frame of a page that is left.
var goodbye = ws.MustCompileFrame(ws.MaskFrame(ws.NewCloseFrame(ws.NewCloseFrameBody(ws.StatusGoingAway, ""))))

// leave ends the connection as a browser does. Without a good-bye the server takes people who leave
// equally old connections for those that a proxy's timeout has cut.
func (s *socket) leave() {
	if s.writing.TryLock() { // otherwise a write is stuck, which close ends
		_ = s.conn.SetWriteDeadline(time.Now().Add(time.Second))
		_, _ = s.conn.Write(goodbye) // the server may have gone
		s.writing.Unlock()
	}
	s.close()
}

// close ends the connection; who waits for an answer gets errLost. It may be
// called more than once.
func (s *socket) close() {
	_ = s.conn.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, waiting := range s.acks {
		close(waiting)
	}
	s.acks = nil
}

// A meter counts what arrives.
type meter struct {
	net.Conn
	received *atomic.Int64
}

func (m *meter) Read(b []byte) (int, error) {
	n, err := m.Conn.Read(b)
	m.received.Add(int64(n))
	return n, err
}
