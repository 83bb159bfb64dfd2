package engineio

import (
	"maps"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/gobwas/ws"
)

// What the tests of this package look at from outside.

// Handshakes returns how many sessions are admitted but not open.
func (srv *Server) Handshakes() int {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	return srv.all.admitted - len(srv.sessions)
}

// Closing reports whether Shutdown has begun.
func (srv *Server) Closing() bool {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	return srv.closing
}

// WithoutPoller makes every connection have a goroutine, as where there is no poller.
func (srv *Server) WithoutPoller() { srv.pollerOnce.Do(func() {}) }

// HoldAfter sets how long a GET waits in net/http.
func (srv *Server) HoldAfter(d time.Duration) { srv.holdAfter = d }

// SpeakInterval sets how rarely a client speaks whose connection waits in the poller
// between two messages.
func (srv *Server) SpeakInterval(d time.Duration) { srv.speakInterval = d }

// Held returns how many polls wait outside of net/http.
func (srv *Server) Held() (n int) {
	srv.mu.Lock()
	sessions := slices.Collect(maps.Values(srv.sessions))
	srv.mu.Unlock()
	for _, s := range sessions {
		s.mu.Lock()
		if p, polls := s.transport.(*polling); polls && p.held != nil {
			n++
		}
		s.mu.Unlock()
	}
	return n
}

// Queue queues messages without waking the transport.
func (s *Session) Queue(batch ...*Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queue.push(batch...)
}

// PingTimeout is what happens when a ping was not answered.
func (s *Session) PingTimeout() { s.expire(pongDue) }

// A Packet is a decoded packet.
type Packet struct {
	Type byte
	Kind Kind
	Data string
}

// DecodePayload decodes a polling payload as protocol v4, or v3 as text or
// binary, does. The payload is left alone.
func DecodePayload(protocol uint8, binary bool, payload []byte) (packets []Packet, err error) {
	receive := func(p packet) bool {
		packets = append(packets, Packet{p.typ, p.kind, string(p.data)})
		return true
	}
	if protocol == 3 {
		return packets, decodePayload3(payload, binary, receive)
	}
	return packets, decodePayload(payload, receive)
}

// CountPackets decodes a payload and keeps nothing.
func CountPackets(protocol uint8, payload []byte) (n int, err error) {
	receive := func(packet) bool { n++; return true }
	if protocol == 3 {
		return n, decodePayload3(payload, false, receive)
	}
	return n, decodePayload(payload, receive)
}

// EncodePayload encodes a polling payload.
func EncodePayload(protocol uint8, takesBinary bool, batch ...*Message) (payload []byte, contentType string) {
	return encodePayloadFor(protocol, takesBinary, batch)
}

// A Frame is a message or control frame that a FrameReader found.
type Frame struct {
	Op   ws.OpCode
	Data string
}

// A FrameReader reads the frames of a client.
type FrameReader struct {
	frameReader
	Frames []Frame
	Drop   bool // keep no frames
}

func NewFrameReader(limit int, deflate bool) *FrameReader {
	return &FrameReader{frameReader: frameReader{limit: limit, deflate: deflate}}
}

// Next makes it that of another connection, without compression, as the pool does.
func (f *FrameReader) Next(stream bool) *FrameReader {
	f.deflate, f.stream = false, stream
	return f
}

// Read decodes b and returns the status with which the connection is to be
// closed, 0 if it goes on.
func (f *FrameReader) Read(b []byte) ws.StatusCode {
	switch err := f.read(b, f).(type) { //nolint:errorlint // never wrapped
	case nil:
		return 0
	case *frameError:
		return err.status
	default:
		return ws.StatusInternalServerError
	}
}

// Buffered returns how many bytes of messages that are not complete it holds.
func (f *FrameReader) Buffered() int { return len(f.data) + len(f.ctl) + f.have }

func (f *FrameReader) message(kind Kind, data []byte) error {
	op := ws.OpText
	if kind == Binary {
		op = ws.OpBinary
	}
	return f.control(op, data)
}

func (f *FrameReader) control(op ws.OpCode, data []byte) error {
	if !f.Drop {
		f.Frames = append(f.Frames, Frame{op, string(data)})
	}
	return nil
}

// A Queue is a session's queue.
type Queue struct {
	q    queue
	Form struct{ V3, Deflate bool }
}

func (q *Queue) form() form {
	f := form{v3: q.Form.V3}
	if q.Form.Deflate {
		f.deflateFrom = 1
	}
	return f
}

func (q *Queue) Push(batch ...*Message)   { q.q.push(batch...) }
func (q *Queue) Gather(buf []byte) []byte { return q.q.gather(q.form(), buf) }
func (q *Queue) Advance(n int) int        { return q.q.advance(q.form(), n) }
func (q *Queue) Discard()                 { q.q.discard() }
func (q *Queue) Take() []*Message         { return q.q.take() }
func (q *Queue) Empty() bool              { return q.q.empty() }
func (q *Queue) Bytes() int               { return q.q.bytes }
func (q *Queue) Slots() int               { return cap(q.q.slots) }
func (m *Message) Encode(v3, deflate bool) []byte {
	q := Queue{}
	q.Form.V3, q.Form.Deflate = v3, deflate
	return m.encode(q.form())
}

// A Throttle is what applies Options.HandshakeRate.
type Throttle struct{ t throttle }

func NewThrottle(r Rate) *Throttle { return &Throttle{throttle{rate: r}} }

func (t *Throttle) Take(address string, now time.Duration) time.Duration {
	return t.t.take(address, now)
}

func (t *Throttle) Len() int { return len(t.t.young) + len(t.t.old) }

// Addresses returns how many addresses something is kept of.
func (srv *Server) Addresses() int {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	return len(srv.perAddress)
}

// MatchOrigin reports whether a valid pattern of Options.OriginPatterns matches.
func MatchOrigin(tb testing.TB, pattern, origin string) bool {
	tb.Helper()
	if _, err := parseOriginPattern(pattern); err != nil {
		tb.Fatal(err)
	}
	srv := &Server{origins: parseOriginPatterns([]string{pattern})}
	return srv.matchOrigin(origin)
}

// IsSameOrigin reports whether a request of a page is to the server it came from.
func IsSameOrigin(host, origin string) bool {
	return isSameOrigin(&http.Request{Host: host, Header: http.Header{"Origin": {origin}}})
}

// NumConns returns how many WebSocket connections there are.
func (srv *Server) NumConns() int {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	return len(srv.conns)
}
