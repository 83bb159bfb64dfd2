// Package engineio is a server for Engine.IO, the transport under Socket.IO:
// sessions of messages over WebSocket, over HTTP long-polling, or over polling
// that is upgraded to WebSocket. It speaks protocol revision 4 and, if asked to,
// 3.
package engineio

import (
	"encoding/json"
	"errors"
	"html"
	"io"
	"log/slog"
	"net/http"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gobwas/ws"
)

// A Server is an [http.Handler] that serves Engine.IO on whatever path it is
// mounted. Its methods may be called concurrently.
type Server struct {
	// Immutable.
	accept func(*Session) Handler
	opts   Options
	shards []*shard

	clock clock
	turn  atomic.Uint32  // the next shard
	wg    sync.WaitGroup // goroutines: flushers, drainers, readers

	mu         sync.Mutex // guards the fields below; taken after Session.mu
	closing    bool
	live       int           // sessions until HandleClose has returned, and connections
	idle       chan struct{} // closed when closing and live is 0
	admitted   int           // sessions, including those whose handshake is under way
	perAddress map[string]int
	sessions   map[string]*Session
	conns      map[*websocket]struct{}
	graves     map[string]*time.Timer
}

// NewServer returns a server with the given options, which may be nil.
//
// accept is called for each new session, before anything is read from its
// client, and may send to it. It returns the handler of the session; nil closes
// the session. It may be called concurrently.
//
// The server has goroutines of its own, as many as there are processors, which
// end with [Server.Shutdown].
func NewServer(accept func(*Session) Handler, opts *Options) (*Server, error) {
	o, err := opts.withDefaults()
	if err != nil {
		return nil, err
	}
	srv := &Server{
		accept:     accept,
		opts:       o,
		idle:       make(chan struct{}),
		perAddress: map[string]int{},
		sessions:   map[string]*Session{},
		conns:      map[*websocket]struct{}{},
		graves:     map[string]*time.Timer{},
	}
	srv.clock.init([numDues]time.Duration{
		pingDue:       o.PingInterval,
		pongDue:       o.PingTimeout,
		clientPingDue: o.PingInterval + o.PingTimeout,
		closeDue:      o.CloseTimeout,
	}, (*Session).expire)
	for range runtime.GOMAXPROCS(0) {
		sh := newShard(srv)
		srv.shards = append(srv.shards, sh)
		srv.wg.Go(sh.flushLoop) // Shutdown stops it and waits for it
	}
	return srv, nil
}

// ServeHTTP serves a request of a client: a handshake, a poll, a POST, or the
// opening of a WebSocket. A poll waits until there is something to send; a
// WebSocket lives on after ServeHTTP has returned.
func (srv *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !srv.allowOrigin(w.Header(), r) {
		srv.refuse(w, r, errForbidden)
		return
	}
	if r.Method == http.MethodOptions {
		srv.servePreflight(w, r)
		return
	}
	q := r.URL.Query()
	req := request{transport: q.Get("transport"), protocol: 3, upgrade: isUpgrade(r), base64: q.Get("b64") != ""}
	if q.Get("EIO") == "4" {
		req.protocol = 4
	}
	var err *RequestError
	switch sid := q.Get("sid"); {
	case !slices.Contains(srv.opts.Transports, req.transport):
		err = errUnknownTransport
	case req.upgrade && req.transport != "websocket":
		err = errBadRequest
	case sid == "":
		err = srv.serveHandshake(w, r, req)
	default:
		err = srv.serveSession(w, r, req, sid)
	}
	if err != nil {
		srv.refuse(w, r, err)
	}
}

// A request is what the query says.
type request struct {
	transport string
	protocol  uint8
	upgrade   bool
	base64    bool
}

// serveHandshake opens a session.
func (srv *Server) serveHandshake(w http.ResponseWriter, r *http.Request, req request) *RequestError {
	switch {
	case r.Method != http.MethodGet:
		return errBadMethod
	case req.transport == "websocket" && !req.upgrade:
		return errBadRequest
	case req.protocol == 3 && !srv.opts.AllowEIO3:
		return errUnsupported
	}
	address := srv.opts.ClientAddress(r)
	if err := srv.reserve(address); err != nil {
		return err
	}
	if err := srv.allowRequest(r); err != nil {
		srv.release(address)
		return err
	}
	s := srv.newSession(r, req, address)
	if req.upgrade {
		srv.openWebsocket(w, r, s)
	} else {
		srv.openPolling(w, r, s, req)
	}
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
		srv.opts.Logger.Info("engineio: handshake not allowed", slog.Any("error", err))
		return errForbidden
	}
	answer := *refusal
	setDefault(&answer.Status, errForbidden.Status)
	setDefault(&answer.Code, errForbidden.Code)
	setDefault(&answer.Message, errForbidden.Message)
	return &answer
}

func (srv *Server) newSession(r *http.Request, req request, address string) *Session {
	turn := srv.turn.Add(1)
	return &Session{
		id:         newID(),
		srv:        srv,
		shard:      srv.shards[int(turn)%len(srv.shards)],
		handshake:  newHandshake(r),
		protocol:   req.protocol,
		address:    address,
		delivering: true, // until open returns
	}
}

// openPolling opens a session with a poll, which is answered at once.
func (srv *Server) openPolling(w http.ResponseWriter, r *http.Request, s *Session, req request) {
	p := &polling{s: s, takesBinary: !req.base64}
	s.transport = p
	upgrades := []string{}
	if !srv.opts.DisableUpgrades && slices.Contains(srv.opts.Transports, "websocket") {
		upgrades = []string{"websocket"}
	}
	s.open(upgrades)
	if srv.opts.Cookie != nil {
		cookie := *srv.opts.Cookie
		cookie.Value = s.id
		http.SetCookie(w, &cookie)
	}
	srv.header(w, r, true)
	p.servePoll(w, r)
}

// openWebsocket opens a session with a WebSocket.
func (srv *Server) openWebsocket(w http.ResponseWriter, r *http.Request, s *Session) {
	srv.header(w, r, true)
	conn, early, deflate, err := srv.upgrade(w, r)
	if err != nil {
		srv.release(s.address)
		return
	}
	c := srv.newWebsocket(s, conn, deflate)
	c.attached, c.dirty = true, true
	s.transport = c
	srv.track(c)
	s.open([]string{})
	s.shard.push(c) // what accept has sent leaves together with the open packet
	// The handler returns, since net/http would hold on to its buffers. This
	// ends when the connection does; Shutdown waits for it.
	srv.wg.Go(func() { c.serve(early) })
}

// open makes the session known, to the application too.
func (s *Session) open(upgrades []string) {
	s.queue.push(s.srv.openPacket(s.id, upgrades))
	s.shard.stats.opened.Add(1)
	inTime := s.srv.insert(s)
	s.startHeartbeat()
	reason := s.callAccept()
	if reason == "" && !inTime {
		reason = ReasonShutdown
	}
	if s.delivered() && reason != "" {
		s.end(reason, ws.StatusNormalClosure)
	}
}

// callAccept sets the handler. It returns the reason for which the session must
// end, if any.
func (s *Session) callAccept() (reason Reason) {
	defer s.recovered("accept", &reason)
	if s.handler = s.srv.accept(s); s.handler == nil {
		return ReasonForcedClose
	}
	return ""
}

// serveSession serves a request of a session.
func (srv *Server) serveSession(w http.ResponseWriter, r *http.Request, req request, sid string) *RequestError {
	s := srv.session(sid)
	if s == nil {
		if r.Method == http.MethodGet && !req.upgrade && srv.exhume(sid) {
			srv.header(w, r, false)
			(&polling{s: &Session{srv: srv, shard: srv.shards[0], protocol: req.protocol}}).respond(w, r, []*Message{noopPacket})
			return nil
		}
		return errUnknownSession
	}
	if s.protocol != req.protocol {
		return errBadRequest // it is the handshake's for good
	}
	if req.upgrade {
		srv.header(w, r, false)
		srv.serveProbe(w, r, s)
		return nil
	}
	s.mu.Lock()
	p, ok := s.transport.(*polling)
	s.mu.Unlock()
	if !ok || req.transport != p.name() {
		return errBadRequest
	}
	srv.header(w, r, false)
	switch r.Method {
	case http.MethodGet:
		p.servePoll(w, r)
	case http.MethodPost:
		p.servePost(w, r)
	default:
		w.WriteHeader(http.StatusInternalServerError)
	}
	return nil
}

func (srv *Server) header(w http.ResponseWriter, r *http.Request, first bool) {
	if srv.opts.Header != nil {
		srv.opts.Header(w.Header(), r, first)
	}
}

// refuse tells the client why it is not served.
func (srv *Server) refuse(w http.ResponseWriter, r *http.Request, err *RequestError) {
	srv.shards[0].stats.refused.Add(1)
	if srv.opts.OnRefuse != nil {
		srv.opts.OnRefuse(r, err)
	}
	h := w.Header()
	if isUpgrade(r) {
		h.Set("Connection", "close")
		h.Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, html.EscapeString(err.Message)) // the client may be gone
		return
	}
	h.Set("Content-Type", "application/json")
	w.WriteHeader(err.Status)
	body, _ := json.Marshal(struct { //nolint:errchkjson // a number and a string
		Code    int    `json:"code"`
		Message string `json:"message"`
	}{err.Code, err.Message})
	_, _ = w.Write(body) // the client may be gone
}
