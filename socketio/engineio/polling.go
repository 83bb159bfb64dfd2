package engineio

import (
	"errors"
	"net/http"
	"slices"
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

	polled  chan struct{} // non-nil while a GET waits in net/http; has room for one signal
	held    *heldPoll     // a GET that waits elsewhere
	posting bool          // a POST is being read
	last    *Message      // what a GET is told after the session has ended

	answering *http.ResponseController // of the GET whose answer is being written, the latest; or nil
	post      *http.ResponseController // of the POST under way, the latest; or nil

	absence *time.Timer   // runs while messages wait for a GET; nil before the first time
	due     time.Duration // by the clock: when absence ends; 0 if it does not run
	since   time.Duration // and when it began
}

func (p *polling) name() string { return TransportPolling }

func (p *polling) wake() {
	switch {
	case p.held != nil:
		p.held.wakeLocked()
	case p.polled == nil:
		p.expectPoll()
	default:
		select {
		case p.polled <- struct{}{}:
		default: // the GET has a signal already
		}
	}
}

// ready reports whether a GET waits.
func (p *polling) ready() bool { return p.polled != nil || p.held != nil }

func (p *polling) drop() {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.present()
	p.wake()
	p.interrupt()
}

// interrupt ends the writing of an answer that the client does not take.
func (p *polling) interrupt() {
	if p.answering != nil {
		_ = p.answering.SetWriteDeadline(time.Unix(1, 0)) // where that is not supported it has the server's own
	}
}

// hurry bounds what the client may still take for the requests under way: the server waits for
// them when it is shut down.
func (p *polling) hurry() {
	deadline := time.Now().Add(lingerTimeout)
	// As for interrupt.
	if p.answering != nil {
		_ = p.answering.SetWriteDeadline(deadline)
	}
	if p.post != nil {
		_ = p.post.SetReadDeadline(deadline)
		_ = p.post.SetWriteDeadline(deadline)
	}
}

// expect gives the client time to take more of an answer: little once the session has ended,
// or the server is about to.
func (p *polling) expect(control *http.ResponseController) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	patience := p.s.patienceLocked()
	if p.s.state == stateClosed {
		patience = lingerTimeout
	}
	if p.due != 0 && p.answering != nil { // it has taken the part before
		p.present()
		p.await(patience)
	}
	_ = control.SetWriteDeadline(time.Now().Add(patience)) // as for interrupt
}

// forget precedes the end of a handler, also by a panic. After that its control must not be used.
func (p *polling) forget(control *http.ResponseController) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.forgetLocked(control)
}

func (p *polling) forgetLocked(control *http.ResponseController) {
	if p.answering == control { // and not that of the next GET, which the client may have sent by now
		p.answering = nil
	}
	if p.post == control {
		p.post = nil
	}
}

// probeGrace is how long a GET that comes during an upgrade waits for the
// upgrade, after which it is refused, before it is answered with a noop.
const probeGrace = 200 * time.Millisecond

// servePoll answers a GET.
func (p *polling) servePoll(w http.ResponseWriter, r *http.Request) *RequestError {
	s := p.s
	s.mu.Lock()
	switch {
	case s.transport != transport(p):
		s.mu.Unlock()
		return errBadRequest // upgraded while the request was on its way here
	case p.ready():
		s.mu.Unlock()
		s.end(ReasonTransportError, ws.StatusPolicyViolation)
		w.WriteHeader(http.StatusBadRequest)
		return nil
	}
	control := http.NewResponseController(w)
	p.polled = make(chan struct{}, 1)
	p.present()
	batch, refusal := p.awaitBatchLocked(w, r, control)
	p.polled = nil
	if batch != nil {
		p.answering = control
	}
	isHeld := p.held != nil
	s.mu.Unlock()
	switch {
	case batch != nil:
		_ = p.respond(control, w, r, batch) // net/http closes the connection
	case refusal == nil && !isHeld:
		p.lost(ReasonTransportError)
	}
	return refusal
}

// awaitBatchLocked waits, without the lock, until there is something to answer a GET
// with. It returns nil if the client has given up, or has upgraded meanwhile and is
// refused, or if the GET is held from now on.
func (p *polling) awaitBatchLocked(w http.ResponseWriter, r *http.Request, control *http.ResponseController) ([]*Message, *RequestError) {
	s := p.s
	var grace <-chan time.Time // nil: released as soon as a probe comes
	late := s.probing
	if late {
		timer := time.NewTimer(probeGrace)
		defer timer.Stop()
		grace = timer.C
	}
	quiet := time.NewTimer(s.shard.srv.holdAfter)
	defer quiet.Stop()
	for waited := false; ; waited = true {
		if late && s.transport != transport(p) {
			return nil, errBadRequest
		}
		if batch := p.answerLocked(grace == nil); batch != nil {
			return batch, nil
		}
		if !waited {
			// The server's ReadTimeout is for requests, and would end the wait.
			_ = control.SetReadDeadline(time.Time{})
		}
		isGone := false
		var held *heldPoll
		s.mu.Unlock()
		select {
		case <-p.polled:
		case <-grace:
			grace = nil
		case <-quiet.C:
			held = p.hold(w, r)
		case <-r.Context().Done():
			isGone = true
		}
		s.mu.Lock()
		if held != nil {
			held.startLocked()
		}
		if isGone || held != nil {
			return nil, nil
		}
	}
}

// lost ends the session after its client has given up a GET, or could not get
// the answer: packets are missing, or might be. After an upgrade none are.
func (p *polling) lost(reason Reason) {
	p.s.mu.Lock()
	upgraded := p.s.transport != transport(p)
	p.s.mu.Unlock()
	if !upgraded {
		p.s.end(reason, 0)
	}
}

// answerLocked returns what to answer a GET with, nil if it has to wait. An
// upgrade under way releases it if released is set.
func (p *polling) answerLocked(released bool) []*Message {
	s := p.s
	switch {
	case s.transport != transport(p):
		return []*Message{noopPacket} // upgraded
	case !s.queue.empty():
		return s.queue.take() // alone: see finish
	case s.state == stateClosing:
		s.endLocked(s.reason)
		return []*Message{closePacket}
	case s.state == stateClosed:
		return []*Message{p.lastWord()}
	case s.probing && released:
		return []*Message{noopPacket} // let the client go on with its upgrade
	default:
		return nil
	}
}

// lastWord is what a GET is told that came while the session ended. The client needs no
// grave then.
func (p *polling) lastWord() *Message {
	p.s.shard.srv.exhume(p.s.id)
	if p.last != nil {
		return p.last
	}
	return closePacket
}

// respond writes packets as the answer to a GET, whose control is p.answering. After an error
// the session has ended.
func (p *polling) respond(control *http.ResponseController, w http.ResponseWriter, r *http.Request, batch []*Message) error {
	s := p.s
	defer p.forget(control)
	n, err := s.shard.srv.writePackets(w, r, s.protocol, p.takesBinary, batch, p.expect)
	s.shard.stats.sent(len(batch), n)
	s.mu.Lock()
	p.forgetLocked(control)
	if s.state == stateClosing {
		p.press()
	} else {
		p.expectPoll()
	}
	s.mu.Unlock()
	_ = control.SetWriteDeadline(time.Time{}) // as for interrupt
	if err != nil {
		p.lost(writeReason(err))
	}
	return err
}

// writePackets writes a polling response, compressed if that is allowed and
// worth it, and returns the size of the payload. An error means that the client
// has not got it. expect is that of answer.
func (srv *Server) writePackets(w http.ResponseWriter, r *http.Request, protocol uint8, takesBinary bool, batch []*Message, expect func(*http.ResponseController)) (int, error) {
	body, contentType := encodePayloadFor(protocol, takesBinary, batch)
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Cache-Control", "no-store")
	if len(body) >= srv.opts.CompressThreshold && !srv.opts.DisableHTTPCompression && compressible(batch) && !compressedElsewhere(h) {
		body = compressBody(h, r, body)
	}
	if err := r.Context().Err(); err != nil { // afterwards it may be done because the client has all it wants
		return 0, err
	}
	return len(body), answer(w, http.StatusOK, body, expect)
}

// answerPart is how much of an answer a client must take at a time, to show that it is there.
const answerPart = 16 << 10

// answer writes a response, and returns an error if the client cannot get it, or takes
// nothing of it for too long: expect gives it time before each part.
func answer(w http.ResponseWriter, status int, body []byte, expect func(*http.ResponseController)) (err error) {
	// Deadlines of our own, which may not be supported: the server's counts the time that a
	// poll has waited, or a handler has taken.
	control := http.NewResponseController(w)
	expect(control)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	for part := range slices.Chunk(body, answerPart) {
		if _, err = w.Write(part); err != nil {
			break
		}
		expect(control)
	}
	if err == nil {
		err = control.Flush()
	}
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
