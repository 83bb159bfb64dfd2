package engineio

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"time"

	"github.com/gobwas/ws"
)

// polling is the HTTP long-polling transport: the client asks for packets with
// GET, which waits until there are some, and sends its own with POST. Its fields
// are guarded by the session's lock.
type polling struct {
	s           *Session
	takesBinary bool // v3: the client did not ask for base64 (b64=1)

	polled  chan struct{} // non-nil while a GET waits; has room for one signal
	posting bool          // a POST is being read
	last    *Message      // what a GET is told after the session has ended
}

func (p *polling) name() string { return "polling" }

func (p *polling) wake() {
	if p.polled != nil {
		select {
		case p.polled <- struct{}{}:
		default: // the GET has a signal already
		}
	}
}

func (p *polling) ready() bool { return p.polled != nil }

// finish only wakes a GET: it sees that the session is closing.
func (p *polling) finish() { p.wake() }

func (p *polling) farewell(ws.StatusCode) { p.wake() }

func (p *polling) drop() {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.wake()
}

// servePoll answers a GET.
func (p *polling) servePoll(w http.ResponseWriter, r *http.Request) {
	s := p.s
	s.mu.Lock()
	if p.polled != nil {
		s.mu.Unlock()
		s.end(ReasonTransportError, ws.StatusPolicyViolation)
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	p.polled = make(chan struct{}, 1)
	batch := p.answerLocked()
	if batch == nil {
		// The server's ReadTimeout is for requests, and would end the wait.
		_ = http.NewResponseController(w).SetReadDeadline(time.Time{})
	}
	for batch == nil {
		s.mu.Unlock()
		select {
		case <-p.polled:
		case <-r.Context().Done():
			s.mu.Lock()
			p.polled = nil
			s.mu.Unlock()
			p.lost()
			return
		}
		s.mu.Lock()
		batch = p.answerLocked()
	}
	p.polled = nil
	s.mu.Unlock()
	p.respond(w, r, batch)
}

// lost ends the session after its client has given up a GET, or could not get
// the answer: packets are missing, or might be. After an upgrade none are.
func (p *polling) lost() {
	p.s.mu.Lock()
	upgraded := p.s.transport != transport(p)
	p.s.mu.Unlock()
	if !upgraded {
		p.s.end(ReasonTransportError, 0)
	}
}

// answerLocked returns what to answer a GET with, nil if it has to wait.
func (p *polling) answerLocked() []*Message {
	s := p.s
	switch {
	case s.state == stateClosed:
		if p.last == nil {
			return []*Message{closePacket}
		}
		return []*Message{p.last}
	case s.transport != transport(p):
		return []*Message{noopPacket} // upgraded
	case s.state == stateClosing:
		s.endLocked(s.reason)
		return append(s.queue.take(), closePacket)
	case !s.queue.empty():
		return s.queue.take()
	case s.probing:
		return []*Message{noopPacket} // let the client go on with its upgrade
	default:
		return nil
	}
}

// respond writes packets as the answer to a GET.
func (p *polling) respond(w http.ResponseWriter, r *http.Request, batch []*Message) {
	n, err := p.s.srv.writePackets(w, r, p.s.protocol, p.takesBinary, batch)
	p.s.shard.stats.sent(len(batch), n)
	if err != nil {
		p.lost()
	}
}

// servePost takes the packets of a POST, for at most as long as a session lives
// without a heartbeat.
func (p *polling) servePost(w http.ResponseWriter, r *http.Request) {
	if !p.beginPost() {
		p.s.end(ReasonTransportError, ws.StatusPolicyViolation)
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	control := http.NewResponseController(w)
	// Where deadlines are not supported the server's own timeouts have to do.
	_ = control.SetReadDeadline(time.Now().Add(p.s.srv.opts.patience()))
	status := p.takePost(r)
	p.endPost() // before the client can know, and send the next
	if status != http.StatusOK {
		p.refusePost(w, r, status)
		return
	}
	_ = control.SetReadDeadline(time.Time{})
	// text/html, since some browsers offer text/plain for download.
	w.Header().Set("Content-Type", "text/html")
	w.Header().Set("Cache-Control", "no-store")
	_ = p.s.srv.answer(w, status, []byte("ok")) // a client that does not hear it will say so
}

// refusePost answers at once, and then reads what the client is still writing:
// were the connection closed under it, the reset would take the answer along.
func (p *polling) refusePost(w http.ResponseWriter, r *http.Request, status int) {
	// Where it is not supported, reading after writing always is.
	_ = http.NewResponseController(w).EnableFullDuplex()
	_ = p.s.srv.answer(w, status, nil)
	_, _ = io.CopyN(io.Discard, r.Body, 2*int64(p.s.srv.opts.MaxPayload))
}

// takePost reads and handles the body, and returns the response's status.
func (p *polling) takePost(r *http.Request) int {
	binary := isBinary(r)
	if binary && p.s.protocol == 4 {
		p.s.end(ReasonTransportError, ws.StatusPolicyViolation)
		return http.StatusBadRequest
	}
	body, err := p.readBody(r)
	switch {
	case errors.Is(err, errPayloadTooLong):
		return http.StatusRequestEntityTooLarge // the session goes on
	case err != nil:
		p.s.end(ReasonTransportError, ws.StatusPolicyViolation)
		return http.StatusBadRequest
	}
	if err := p.receive(body, binary); err != nil {
		p.s.end(ReasonParseError, ws.StatusPolicyViolation)
		return http.StatusBadRequest
	}
	return http.StatusOK
}

func (p *polling) beginPost() bool {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	if p.posting {
		return false
	}
	p.posting = true
	return true
}

func (p *polling) endPost() {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.posting = false
}

var errPayloadTooLong = errors.New("engineio: payload too long")

// readBody reads at most Options.MaxPayload bytes.
func (p *polling) readBody(r *http.Request) ([]byte, error) {
	limit := int64(p.s.srv.opts.MaxPayload)
	if r.ContentLength > limit {
		return nil, errPayloadTooLong
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, limit+1))
	if int64(len(body)) > limit {
		return nil, errPayloadTooLong
	}
	return body, err
}

// receive hands the packets of a payload to the session.
func (p *polling) receive(body []byte, binary bool) error {
	receive := func(packet packet) bool {
		if packet.typ == typeClose {
			p.closedByClient()
			return false
		}
		return p.s.receive(packet)
	}
	if p.s.protocol == 3 {
		return decodePayload3(body, binary, receive)
	}
	return decodePayload(body, receive)
}

// closedByClient ends the session. Its client has, or is about to have, a GET
// under way, which it expects to be answered with a noop.
func (p *polling) closedByClient() {
	s := p.s
	s.mu.Lock()
	p.last = noopPacket
	if p.polled == nil {
		s.srv.bury(s.id)
	}
	s.mu.Unlock()
	s.end(ReasonTransportClose, ws.StatusNormalClosure)
}

func isBinary(r *http.Request) bool {
	mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && mediaType == "application/octet-stream"
}

// writePackets writes a polling response, compressed if that is allowed and
// worth it, and returns the size of the payload. An error means that the client
// has not got it.
func (srv *Server) writePackets(w http.ResponseWriter, r *http.Request, protocol uint8, takesBinary bool, batch []*Message) (int, error) {
	body, contentType := encodePayloadFor(protocol, takesBinary, batch)
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Cache-Control", "no-store")
	if len(body) >= srv.opts.CompressThreshold && !srv.opts.DisableHTTPCompression && compressible(batch) {
		body = compressBody(h, r, body)
	}
	if err := r.Context().Err(); err != nil { // afterwards it may be done because the client has all it wants
		return 0, err
	}
	return len(body), srv.answer(w, http.StatusOK, body)
}

// answer writes a response, and returns an error if the client cannot get it.
func (srv *Server) answer(w http.ResponseWriter, status int, body []byte) error {
	// A deadline of our own: the server's counts the time that a poll has
	// waited, or a handler has taken. Where there are none, so be it.
	control := http.NewResponseController(w)
	_ = control.SetWriteDeadline(time.Now().Add(srv.opts.patience()))
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, err := w.Write(body)
	if err == nil {
		err = control.Flush()
	}
	_ = control.SetWriteDeadline(time.Time{})
	if errors.Is(err, http.ErrNotSupported) {
		return nil
	}
	return err
}

func encodePayloadFor(protocol uint8, takesBinary bool, batch []*Message) (body []byte, contentType string) {
	const text, binary = "text/plain; charset=UTF-8", "application/octet-stream"
	if protocol == 4 {
		return encodePayload(batch), text
	}
	body, isBinary := encodePayload3(batch, takesBinary)
	if isBinary {
		return body, binary
	}
	return body, text
}
