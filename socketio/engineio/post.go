package engineio

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"time"

	"github.com/gobwas/ws"
)

// servePost takes the packets of a POST, for at most as long as a session lives
// without a heartbeat.
func (p *polling) servePost(w http.ResponseWriter, r *http.Request) {
	control := http.NewResponseController(w)
	if !p.beginPost(control) {
		p.s.end(ReasonTransportError, ws.StatusPolicyViolation)
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	defer p.forget(control)
	status := p.takePost(r)
	p.endPost() // before the client can know, and send the next
	if status != http.StatusOK {
		p.refusePost(w, r, status) // net/http then closes the connection
		return
	}
	// text/html, since some browsers offer text/plain for download.
	w.Header().Set("Content-Type", "text/html")
	w.Header().Set("Cache-Control", "no-store")
	_ = answer(w, status, []byte("ok"), p.expect) // a client that does not hear it will say so
	p.forget(control)                             // before the deadlines are
	_ = control.SetReadDeadline(time.Time{})      // for the next request
	_ = control.SetWriteDeadline(time.Time{})
}

// refusePost answers at once, and then reads what the client is still writing:
// were the connection closed under it, the reset would take the answer along.
func (p *polling) refusePost(w http.ResponseWriter, r *http.Request, status int) {
	// Where it is not supported, reading after writing always is.
	_ = http.NewResponseController(w).EnableFullDuplex()
	_ = answer(w, status, nil, p.expect)
	_, _ = io.CopyN(io.Discard, r.Body, 2*int64(p.s.shard.srv.opts.MaxPayload))
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

// beginPost returns false if another POST is being read.
func (p *polling) beginPost(control *http.ResponseController) bool {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	if p.posting {
		return false
	}
	p.posting, p.post = true, control
	// Where deadlines are not supported the server's own timeouts have to do.
	_ = control.SetReadDeadline(time.Now().Add(p.s.shard.srv.opts.patience()))
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
	limit := int64(p.s.shard.srv.opts.MaxPayload)
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
	p.last, s.left = noopPacket, s.state == stateOpen
	if !p.ready() {
		s.shard.srv.bury(s.id, noopPacket)
	}
	s.mu.Unlock()
	s.end(ReasonTransportClose, ws.StatusNormalClosure)
}

func isBinary(r *http.Request) bool {
	mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && mediaType == "application/octet-stream"
}
