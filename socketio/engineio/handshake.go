package engineio

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// A Handshake holds the parts of the request that opened a session. The
// *http.Request itself is not kept, because of the memory that it would hold for
// each idle session. A Handshake must not be modified.
type Handshake struct {
	// Context is what Options.HandshakeContext returned: by default the request's, with
	// the values that middleware set, without its deadline and cancellation.
	Context context.Context //nolint:containedctx // a request's values, as in http.Request

	// Header holds the request's header fields that Options.HandshakeHeaders names,
	// by default all except those about the connection alone (Connection, Upgrade,
	// Sec-WebSocket-*).
	Header http.Header

	URL        *url.URL             // as in http.Request
	Host       string               // as in http.Request
	RemoteAddr string               // the network address of the peer, which may be a proxy
	TLS        *tls.ConnectionState // nil if the connection is not encrypted, as this server sees it
	Time       time.Time            // when the session was opened
}

func (srv *Server) newHandshake(r *http.Request) *Handshake {
	target := srv.targets.of(r)
	return &Handshake{
		Context:    srv.opts.HandshakeContext(r),
		Header:     keptHeader(r.Header, srv.opts.HandshakeHeaders),
		URL:        &target.url,
		Host:       target.host,
		RemoteAddr: r.RemoteAddr,
		TLS:        r.TLS,
		Time:       time.Now(),
	}
}

// A target is where a handshake was sent to.
type target struct {
	url  url.URL
	host string
}

// targets lets handshakes share their target with the one before. Nearly all clients
// that begin with WebSocket ask for the same one, which takes 200 bytes.
type targets struct{ last atomic.Pointer[target] }

func (ts *targets) of(r *http.Request) *target {
	last := ts.last.Load()
	if last != nil && last.url == *r.URL && last.host == r.Host {
		return last
	}
	t := &target{*r.URL, r.Host}
	if isUpgrade(r) { // with polling, clients make each URL unique
		ts.last.Store(t)
	}
	return t
}

// keptHeader returns the header fields of the given names, or, if that is nil, all
// that speak of more than the connection.
func keptHeader(header http.Header, names []string) http.Header {
	if names == nil {
		kept := http.Header{}
		for name, values := range header {
			if name != "Connection" && name != "Upgrade" && !strings.HasPrefix(name, "Sec-Websocket-") {
				kept[name] = values
			}
		}
		return kept
	}
	var kept http.Header // most requests have none of them
	for _, name := range names {
		if values := header.Values(name); len(values) > 0 {
			if kept == nil {
				kept = http.Header{}
			}
			kept[http.CanonicalHeaderKey(name)] = slices.Clone(values) // net/http has the values of all fields in one array
		}
	}
	return kept
}

// serveHandshake opens a session.
func (srv *Server) serveHandshake(w http.ResponseWriter, r *http.Request, req request) *RequestError {
	switch {
	case r.Method != http.MethodGet:
		return errBadMethod
	case req.transport == TransportWebSocket && !req.upgrade:
		return errBadRequest
	case req.protocol == 3 && !srv.opts.AllowEIO3:
		return errUnsupported
	}
	var p *polling
	err := srv.admitted(r, func(address string) (opened bool) {
		srv.header(w, r, true)
		s := srv.newSession(r, req, address)
		if req.upgrade {
			return srv.openWebsocket(w, r, s)
		}
		p = srv.openPolling(s, req)
		srv.setCookie(w, s)
		return true
	})
	if err != nil || p == nil {
		return err
	}
	return p.servePoll(w, r) // answered at once
}

// admitted opens a session if the options let the client in.
func (srv *Server) admitted(r *http.Request, open func(address string) (opened bool)) *RequestError {
	address := srv.opts.ClientAddress(r)
	if err := srv.admit(address); err != nil {
		return err
	}
	if err := srv.reserve(address); err != nil {
		return err
	}
	opened := false
	defer func() {
		if !opened { // because of an error, or of a panic in a hook
			srv.release(address)
		}
	}()
	if err := srv.allowRequest(r); err != nil {
		return err
	}
	opened = open(address)
	return nil
}

func (srv *Server) allowRequest(r *http.Request) *RequestError {
	if srv.opts.AllowRequest == nil {
		return nil
	}
	err := srv.opts.AllowRequest(r)
	if err == nil {
		return nil
	}
	refusal := new(RequestError)
	if !errors.As(err, &refusal) {
		srv.opts.Logger.DebugContext(r.Context(), "engineio: handshake not allowed", slog.Any("error", err))
		if gone := r.Context().Err(); gone != nil && errors.Is(err, gone) {
			return errForbidden // it gave up waiting: nothing was decided
		}
		return errForbidden.because("AllowRequest")
	}
	answer := *refusal.because("AllowRequest")
	answer.Status = cmp.Or(answer.Status, errForbidden.Status)
	answer.Code = cmp.Or(answer.Code, errForbidden.Code)
	answer.Message = cmp.Or(answer.Message, errForbidden.Message)
	return &answer
}

func (srv *Server) newSession(r *http.Request, req request, address string) *Session {
	turn := srv.turn.Add(1)
	return &Session{
		id:         srv.opts.GenerateID(r),
		shard:      srv.shards[int(turn)%len(srv.shards)],
		handshake:  srv.newHandshake(r),
		protocol:   req.protocol,
		address:    address,
		pacer:      newPacer(srv.opts.MessageRate),
		delivering: true, // until open returns
	}
}

// openPolling opens a session over polling.
func (srv *Server) openPolling(s *Session, req request) *polling {
	p := &polling{s: s, takesBinary: !req.base64}
	s.transport = p
	s.open(srv.openPacket(s.id, srv.upgrades()))
	return p
}

// upgrades lists the transports that a session may go to from polling.
func (srv *Server) upgrades() []string {
	list := []string{} // in JSON an empty array
	for _, name := range []string{TransportWebSocket, TransportWebTransport} {
		if !srv.opts.DisableUpgrades && slices.Contains(srv.opts.Transports, name) {
			list = append(list, name)
		}
	}
	return list
}

func (srv *Server) setCookie(w http.ResponseWriter, s *Session) {
	if srv.opts.Cookie == nil {
		return
	}
	cookie := *srv.opts.Cookie
	cookie.Value = s.id
	http.SetCookie(w, &cookie)
}

// openWebsocket opens a session over WebSocket, unless the handshake fails.
func (srv *Server) openWebsocket(w http.ResponseWriter, r *http.Request, s *Session) (opened bool) {
	o, err := srv.upgrade(w, r)
	if err != nil {
		return false
	}
	srv.openConn(s, o)
	return true
}

// openConn opens a session over a connection of its own.
func (srv *Server) openConn(s *Session, o *opening) {
	c := srv.newWebsocket(s, o)
	c.attached, c.dirty = true, true
	s.transport = c
	s.shard.stats.open(c.name(), 1)
	srv.track(c)
	first := srv.openPacket(s.id, []string{})
	first.frame = append(o.answer, first.frame...) // which is written as it is, since no message has come before it
	s.open(first)
	s.shard.push(c) // what accept has sent leaves together with the open packet
	// The handler returns, since net/http would hold on to its buffers. This
	// ends when the connection does; Shutdown waits for it.
	srv.wg.Add(1)
	go c.serve(o.early)
}

// open makes the session known, to the application too.
func (s *Session) open(first *Message) {
	s.queue.push(first)
	s.shard.stats.opened.Add(1)
	inTime := s.shard.srv.insert(s) // before anything that may end the session, which would then stay known
	s.startHeartbeat()
	reason := s.callAccept()
	switch isOpen := s.delivered(); {
	case isOpen && reason != "":
		s.Close(reason)
	case isOpen && !inTime:
		s.dismiss()
	}
}

// callAccept sets the handler. It returns the reason for which the session must
// end, if any.
func (s *Session) callAccept() (reason Reason) {
	defer s.recovered("accept", &reason)
	if trace := s.shard.srv.opts.Trace.Open; trace != nil {
		trace(s)
	}
	handler := s.shard.srv.accept(s)
	s.mu.Lock()
	s.handler = handler
	s.mu.Unlock()
	if handler == nil {
		return ReasonForcedClose
	}
	return ""
}

// newID returns 120 random bits as 20 characters. An id is what proves that a
// request belongs to a session, so it is secret.
func newID(*http.Request) string {
	var b [15]byte
	_, _ = rand.Read(b[:]) // it never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// openPacket is the first packet of a session: "0" and a JSON object with
// exactly these keys.
func (srv *Server) openPacket(id string, upgrades []string) *Message {
	data := mustJSON(struct {
		SID          string   `json:"sid"`
		Upgrades     []string `json:"upgrades"`
		PingInterval int64    `json:"pingInterval"`
		PingTimeout  int64    `json:"pingTimeout"`
		MaxPayload   int      `json:"maxPayload"`
	}{
		SID:          id,
		Upgrades:     upgrades,
		PingInterval: srv.opts.PingInterval.Milliseconds(),
		PingTimeout:  srv.opts.PingTimeout.Milliseconds(),
		MaxPayload:   srv.opts.MaxPayload,
	})
	return newPacket(typeOpen, data).Uncompressed()
}
