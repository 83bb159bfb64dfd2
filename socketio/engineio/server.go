package engineio

import (
	"container/list"
	"encoding/json"
	"net/http"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// A Server is an [http.Handler] that serves Engine.IO at any path. Its methods may
// be called concurrently.
type Server struct {
	// Immutable.
	accept   func(*Session) Handler
	opts     Options
	shards   []*shard
	blocking *blockingWriters
	origins  []originPattern

	// See their constants; tests have other times.
	holdAfter, speakInterval time.Duration

	refusals   refusalLog
	targets    targets
	handshakes throttle
	together   throttle // of Options.TotalHandshakeRate

	pollerOnce sync.Once // opens poller, for the first connection that can be parked
	poller     *poller   // nil: every connection has a goroutine

	clock clock
	turn  atomic.Uint32  // the next shard
	wg    sync.WaitGroup // goroutines: poller, flushers, drainers, readers

	mu          sync.Mutex // guards the fields below; taken after Session.mu
	closing     bool
	live        int           // sessions until HandleClose has returned, connections, and held polls
	idle        chan struct{} // closed when closing and live is 0
	all         headcount
	perAddress  map[string]headcount // empty where the options do not bound it
	sessions    map[string]*Session
	unconfirmed map[string]*list.List // of sessions, by address, oldest first; empty where the options do not bound it
	conns       map[*websocket]struct{}
	waysBack    map[*http.Server]*wayBack
	graves      map[string]grave
	closed      map[Reason]uint64
	refused     uint64
}

// NewServer returns a server with the given options, which may be nil.
//
// accept is called for each new session, before anything is read from its client,
// and may send to it. It returns the session's handler, or nil to close the
// session. It may be called concurrently.
//
// The server starts one goroutine for every two processors; [Server.Shutdown] ends
// them.
func NewServer(accept func(*Session) Handler, opts *Options) (*Server, error) {
	o, err := opts.WithDefaults()
	if err != nil {
		return nil, err
	}
	srv := &Server{
		accept:      accept,
		opts:        o,
		origins:     parseOriginPatterns(o.OriginPatterns),
		handshakes:  throttle{rate: o.HandshakeRate},
		together:    throttle{rate: o.TotalHandshakeRate},
		idle:        make(chan struct{}),
		perAddress:  map[string]headcount{},
		sessions:    map[string]*Session{},
		unconfirmed: map[string]*list.List{},
		conns:       map[*websocket]struct{}{},
		waysBack:    map[*http.Server]*wayBack{},
		holdAfter:   holdAfter,

		speakInterval: speakInterval,
		graves:        map[string]grave{},
		closed:        map[Reason]uint64{},
	}
	srv.clock.init([numDues]time.Duration{
		pingDue:       o.PingInterval,
		pongDue:       o.PingTimeout,
		clientPingDue: o.patience(),
	}, (*Session).expire)
	srv.blocking = newBlockingWriters(srv)
	// Half of the processors, since whoever receives needs some too: flushers on
	// all of them took a quarter more time for each write.
	for range max(1, runtime.GOMAXPROCS(0)/2) {
		sh := newShard(srv)
		srv.shards = append(srv.shards, sh)
		srv.wg.Go(sh.flushLoop) // Shutdown stops it and waits for it
	}
	return srv, nil
}

// ServeHTTP serves a request of a client: a handshake, a poll, a POST, or the
// opening of a WebSocket. For a poll, ServeHTTP blocks until a message is queued, or for
// a quarter of a second: see Receiving in the package's documentation. A WebSocket stays
// open after ServeHTTP has returned.
func (srv *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !srv.allowOrigin(w.Header(), r) {
		srv.refuse(w, r, errForbidden.because("OriginPatterns"))
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
	case !slices.Contains(srv.opts.Transports, req.transport) || req.transport == TransportWebTransport:
		err = errUnknownTransport
	case req.upgrade && req.transport != TransportWebSocket:
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

// serveSession serves a request of a session.
func (srv *Server) serveSession(w http.ResponseWriter, r *http.Request, req request, sid string) *RequestError {
	s := srv.session(sid)
	if s == nil {
		return srv.serveGrave(w, r, req, sid)
	}
	if s.protocol != req.protocol {
		return errBadRequest // it is the handshake's for good
	}
	if req.upgrade && !slices.Contains(srv.upgrades(), TransportWebSocket) {
		return errBadRequest.because("DisableUpgrades")
	} else if req.upgrade {
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
		return p.servePoll(w, r)
	case http.MethodPost:
		p.servePost(w, r)
	default:
		w.WriteHeader(http.StatusInternalServerError)
	}
	return nil
}

// serveGrave serves a request of a session that has ended.
func (srv *Server) serveGrave(w http.ResponseWriter, r *http.Request, req request, sid string) *RequestError {
	if r.Method != http.MethodGet || req.upgrade {
		return errUnknownSession
	}
	last := srv.exhume(sid)
	if last == nil {
		return errUnknownSession
	}
	srv.header(w, r, false)
	expect := func(control *http.ResponseController) { _ = control.SetWriteDeadline(time.Now().Add(lingerTimeout)) }
	_, _ = srv.writePackets(w, r, req.protocol, false, []*Message{last}, expect) // a client that is gone is gone
	_ = http.NewResponseController(w).SetWriteDeadline(time.Time{})
	return nil
}

func (srv *Server) header(w http.ResponseWriter, r *http.Request, first bool) {
	if srv.opts.Header != nil {
		srv.opts.Header(w.Header(), r, first)
	}
}

// mustJSON encodes what consists of numbers and strings, which never fails.
func mustJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) //nolint:forbidigo // see above
	}
	return b
}
