package engineio

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"slices"
	"syscall"
	"time"
)

// holdAfter is how long a GET waits in net/http, which keeps two goroutines and two buffers
// of 4 KiB for it. One that waits longer is held without them.
const holdAfter = time.Second / 4

// A heldPoll is a GET that waits, but not in net/http: its connection was taken from there,
// and returns when it has been answered.
type heldPoll struct {
	// Immutable.
	p      *polling
	conn   net.Conn
	raw    syscall.RawConn // nil: it needs a goroutine that waits for the client
	header http.Header     // of the answer
	accept []string        // the client's Accept-Encoding
	back   *wayBack

	place place // guarded by the poller's lock

	// Guarded by the session's lock.
	over    bool          // it is being answered, or the client is gone
	reading chan struct{} // closed when the goroutine that waits for the client has ended; nil if it was not needed
	early   []byte        // what the client has sent behind its request
}

// hold takes a GET from net/http. It returns nil if that cannot be done.
func (p *polling) hold(w http.ResponseWriter, r *http.Request) *heldPoll {
	if !isNetHTTP(w) || r.TLS != nil || !r.ProtoAtLeast(1, 1) || r.Close || r.ContentLength != 0 {
		return nil
	}
	back := p.s.shard.srv.wayBackOf(r)
	if back == nil {
		return nil
	}
	conn, rw, err := http.NewResponseController(w).Hijack()
	if err != nil {
		p.s.shard.srv.done()
		return nil
	}
	h := &heldPoll{
		p: p, conn: conn, raw: rawConn(conn), back: back,
		header: w.Header(), accept: slices.Clone(r.Header.Values("Accept-Encoding")),
	}
	if n := rw.Reader.Buffered(); n > 0 {
		h.early, _ = rw.Peek(n)
		h.early = bytes.Clone(h.early)
	}
	return h
}

// isNetHTTP reports whether nothing has wrapped w. What has would miss the answer.
func isNetHTTP(w http.ResponseWriter) bool { return fmt.Sprintf("%T", w) == "*http.response" }

// startLocked makes h the poll that waits, unless it is to be answered already.
func (h *heldPoll) startLocked() {
	p, s := h.p, h.p.s
	p.held = h
	if s.transport != transport(p) || s.state != stateOpen || s.probing || !s.queue.empty() {
		h.wakeLocked()
	} else {
		h.watchLocked()
	}
}

// watchLocked waits for the client, who may give up.
func (h *heldPoll) watchLocked() {
	if len(h.early) > 0 {
		return // as in net/http, what comes next waits behind that
	}
	if p := h.p.s.shard.srv.pollerFor(h.raw); p != nil && p.park(h, h.raw) {
		return
	}
	h.readLocked()
}

func (h *heldPoll) where() *place { return &h.place }

// resume implements sleeper.
func (h *heldPoll) resume() {
	h.p.s.mu.Lock()
	defer h.p.s.mu.Unlock()
	if !h.over {
		h.readLocked()
	}
}

func (h *heldPoll) readLocked() {
	h.reading = make(chan struct{})
	h.p.s.shard.srv.wg.Go(h.read) // ends when something comes, or wake has been called; Shutdown waits for it
}

// read waits until the client sends something, or is gone.
func (h *heldPoll) read() {
	var b [1]byte
	n, err := h.conn.Read(b[:])
	s := h.p.s
	s.mu.Lock()
	close(h.reading)
	h.early = append(h.early, b[:n]...)
	isGone := err != nil && !h.over
	if isGone {
		h.over, h.p.held = true, nil
	}
	s.mu.Unlock()
	if isGone {
		_ = h.conn.Close() // nobody is left to be told
		h.p.lost(ReasonTransportError)
		s.shard.srv.done()
	}
}

// wakeLocked has the GET answered.
func (h *heldPoll) wakeLocked() {
	if !h.over {
		h.over = true
		h.p.s.shard.srv.wg.Go(h.answer) // ends when it is written; Shutdown waits for it
	}
}

// answer answers the GET, and returns the connection to net/http.
func (h *heldPoll) answer() {
	h.unwatch()
	p, s := h.p, h.p.s
	s.mu.Lock()
	batch := p.answerLocked(true)
	if batch == nil {
		batch = []*Message{noopPacket} // what it was to be told is gone
	}
	w := &heldWriter{conn: h.conn, header: h.header}
	control := http.NewResponseController(w)
	p.held, p.answering = nil, control
	early, isLast := h.early, s.hasty
	s.mu.Unlock()
	if isLast { // http.Server.Shutdown would wait for the client to say something
		h.header.Set("Connection", "close")
	}
	err := p.respond(control, w, &http.Request{Header: http.Header{"Accept-Encoding": h.accept}}, batch)
	_ = h.conn.SetDeadline(time.Time{}) // it fails on a closed connection only
	switch {
	case err != nil || isLast:
		_ = h.conn.Close() // the client has the answer, or will not get it
	case len(early) > 0:
		h.back.give(&rereadConn{h.conn, early})
	default:
		h.back.give(h.conn)
	}
	s.shard.srv.done()
}

// unwatch ends what watchLocked has begun.
func (h *heldPoll) unwatch() {
	if p := h.p.s.shard.srv.pollerFor(h.raw); p != nil {
		p.release(h, h.raw)
	}
	h.p.s.mu.Lock()
	reading := h.reading
	h.p.s.mu.Unlock()
	if reading != nil {
		_ = h.conn.SetReadDeadline(time.Unix(1, 0)) // it fails on a closed connection only
		<-reading
	}
}

// A heldWriter writes the response to a held GET.
type heldWriter struct {
	conn   net.Conn
	header http.Header
	head   bytes.Buffer // what precedes the body, until that is written
}

func (w *heldWriter) Header() http.Header { return w.header }

func (w *heldWriter) WriteHeader(status int) {
	fmt.Fprintf(&w.head, "HTTP/1.1 %d %s\r\n", status, http.StatusText(status))
	w.header.Set("Date", time.Now().UTC().Format(http.TimeFormat))
	_ = w.header.Write(&w.head) // a bytes.Buffer never fails
	w.head.WriteString("\r\n")
}

func (w *heldWriter) Write(body []byte) (int, error) {
	if w.head.Len() == 0 {
		return w.conn.Write(body)
	}
	w.head.Write(body)
	if _, err := w.head.WriteTo(w.conn); err != nil {
		return 0, err
	}
	return len(body), nil
}

func (w *heldWriter) SetWriteDeadline(t time.Time) error { return w.conn.SetWriteDeadline(t) }
