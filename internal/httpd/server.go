// Package httpd serves polls to people: the REST routes and the /polls namespace
// of the wire contract, the web client, and what operators look at.
//
// It translates. What a client sends becomes a command for package live; what
// live publishes becomes events for the rooms of the Socket.IO server; an error
// becomes an answer in the contract's words. The identity of a sender comes from their
// token alone, and what may be asked how often from the limits of [Options].
//
//	POST /polls, /polls/join, /polls/rejoin            rest.go
//	GET  /polls/{id}, …/results, …/export.*            reading.go, export.go
//	     /socket.io/, namespace /polls                 realtime.go, command.go, answer.go, publish.go
//	GET  /healthz, /readyz, /openapi.json              operate.go
//	GET  /site                                         site.go
//	GET  /, /create, /p/{code}, /present/{code},
//	     /embed/{code}, /assets/…                      web.go
package httpd

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync/atomic"
	"time"

	"github.com/caucus-live/caucus/internal/ledger"
	"github.com/caucus-live/caucus/internal/live"
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/webpage"
	"github.com/caucus-live/caucus/socketio"
)

// A Server is the whole product behind one [http.Handler]. All its methods may be
// called concurrently.
type Server struct {
	// Immutable after New.
	opts      *Options
	log       *slog.Logger
	public    place // where the operator says that clients reach this server, or the zero place
	advisor   *advisor
	mint      *mint
	timeouts  *timeouts
	ledger    ledger.Ledger
	polls     *live.Registry
	io        *socketio.Server
	sockets   *socketio.Namespace // the one of the contract
	kinds     map[string]bool     // the events that have a handler
	tokens    *tokens
	creations limiter[netip.Addr]
	guard     guard
	commands  limiter[seat]
	transfers transfers
	proxies   proxies
	arrivals  *arrivals
	documents *documents
	loans     *loans
	readiness *readiness
	metrics   *metrics
	web       http.Handler // everything but the sockets

	draining atomic.Bool
}

// New makes a server of the polls in l, which stays the caller's to close, after
// [Server.Serve] has returned. It starts goroutines that only Serve ends.
func New(l ledger.Ledger, opts *Options) (*Server, error) {
	o, err := opts.withDefaults()
	if err != nil {
		return nil, err
	}
	site, err := loadWebsite(o.Web)
	if err != nil {
		return nil, err
	}
	if site.files["index.html"] == nil {
		o.Logger.Warn("the web client is not built into this server", slog.String("remedy", "take a release from "+webpage.Releases+", or run make build in a clone"))
	}
	s := &Server{
		opts:      o,
		log:       o.Logger,
		advisor:   newAdvisor(o.Logger),
		ledger:    l,
		mint:      newMint(o.TokenKey),
		tokens:    newTokens(o.TokenKey),
		creations: newLimiter[netip.Addr](o.Creations),
		guard:     newGuard(o.FailedJoins),
		commands:  newLimiter[seat](o.Commands),
		proxies:   o.proxies(),
		arrivals:  newArrivals(o.Arriving),
		readiness: newReadiness(l),
		documents: newDocuments(o.MaxDocuments),
		loans:     newLoans(o.MaxDocuments / 2),
		metrics:   newMetrics(o.Version),
		kinds:     map[string]bool{},
	}
	s.timeouts = newTimeouts(s.advisor)
	if o.PublicURL != "" {
		s.public, _ = parsePlace(o.PublicURL) // withDefaults has parsed it
	}
	if err := s.openRealtime(); err != nil {
		return nil, err
	}
	s.measure()
	s.routes(site)
	return s, nil
}

// A seat is a person in a poll, whom the limit of commands counts by.
type seat struct {
	poll string
	user poll.UserID
}

// transferTimeout bounds how long a client may take to take a response: the web
// client, or an export, over a bad network.
const transferTimeout = time.Minute

// ServeHTTP implements [http.Handler]. Sockets go past the middleware: their
// requests last, and most of what they are sent is sent by others.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	conn, now := http.NewResponseController(w), time.Now() // which not every w can control
	r, ok := s.withAddress(w, r)
	if !ok {
		return
	}
	r = s.arrive(r)
	if strings.HasPrefix(r.URL.Path, socketPath) {
		if s.crowded(w, r) {
			return
		}
		_ = conn.SetWriteDeadline(time.Time{}) // of the request before
		s.io.ServeHTTP(w, r)
		return
	}
	_ = conn.SetReadDeadline(now.Add(s.opts.AnswerTimeout))
	_ = conn.SetWriteDeadline(now.Add(transferTimeout))
	s.web.ServeHTTP(w, r)
}

// respond lets a handler return an error, which becomes the problem that the
// contract has for it. The handler must not have written anything then.
func (s *Server) respond(handle func(http.ResponseWriter, *http.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), s.opts.AnswerTimeout)
		defer cancel()
		r.Body = http.MaxBytesReader(w, r.Body, 2*maxBody+1) // decodeBody reads on beyond maxBody
		if err := handle(w, r.WithContext(ctx)); err != nil {
			writeProblem(w, s.problemOf(ctx, err))
		}
	})
}

// answer is respond for handlers whose answer is JSON.
func (s *Server) answer(status int, handle func(*http.Request) (any, error)) http.Handler {
	return s.respond(func(w http.ResponseWriter, r *http.Request) error {
		v, err := handle(r)
		if err == nil {
			writeJSON(w, status, v)
		}
		return err
	})
}

// routes mounts everything, from the inside out.
func (s *Server) routes(site *website) {
	mux := http.NewServeMux()
	mux.Handle("POST /polls", s.respond(s.create))
	mux.Handle("POST /polls/join", s.respond(s.join))
	mux.Handle("POST /polls/rejoin", s.respond(s.rejoin))
	mux.Handle("POST /polls/device", s.answer(http.StatusCreated, s.useDevice))
	mux.Handle("GET /polls/{id}", s.answer(http.StatusOK, s.summary))
	mux.Handle("GET /polls/{id}/results", s.document("results", encodeResults))
	for _, f := range exportFormats {
		mux.Handle("GET /polls/{id}/export."+f.extension, s.document("export."+f.extension, f.render))
	}
	mux.HandleFunc(routeHealth, s.health)
	mux.Handle(routeReady, s.respond(s.ready))
	mux.HandleFunc("GET /openapi.json", serveOpenAPI)
	mux.HandleFunc("GET /site", s.site)
	mux.Handle(routePages, page(site.index.policy(), s.pages(site)))

	s.web = s.observe(s.secureHeaders(s.cors(s.sameSite(refusals(mux)))))
}

// refusals gives what the mux itself refuses, which is text, the contract's form.
func refusals(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, pattern := mux.Handler(r); pattern == "" {
			w = &refusal{w}
		}
		mux.ServeHTTP(w, r)
	})
}

// A refusal writes a problem in place of the text it is given.
type refusal struct{ http.ResponseWriter }

func (r *refusal) WriteHeader(status int) {
	writeProblem(r.ResponseWriter, refuse(status, unknownMethod.Refuse()))
}

func (r *refusal) Write(data []byte) (int, error) { return len(data), nil }

// maxHeader bounds the header of a request, in bytes; headerSlack is how much more
// net/http takes than it is told. The longest of a browser is a token and some cookies
// of its neighbours.
const (
	maxHeader   = 16 << 10
	headerSlack = 4 << 10
)

// Serve accepts connections until ctx ends, then ends in good order: it tells the
// clients on sockets and takes no more of them, finishes the requests under way and
// what has gathered in the polls, and returns nil when all of that is on disk. Call
// it once; the listener is closed in any case.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	quiet := &silent{since: map[net.Conn]time.Time{}}
	srv := &http.Server{
		Handler:           s,
		ConnState:         quiet.note,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    maxHeader - headerSlack,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
	srv.RegisterOnShutdown(quiet.close)
	var failure error
	ended := make(chan struct{})
	go func() { // ends with the listener; waited for below
		defer close(ended)
		failure = srv.Serve(ln)
	}()
	select {
	case <-ended:
		return errors.Join(fmt.Errorf("httpd: serve: %w", failure), s.shutdown(ctx, srv))
	case <-ctx.Done():
		err := s.shutdown(ctx, srv)
		<-ended
		return err
	}
}

func (s *Server) shutdown(ctx context.Context, srv *http.Server) error {
	s.draining.Store(true)
	ctx = context.WithoutCancel(ctx)
	clients, cancel := context.WithTimeout(ctx, s.opts.DrainTimeout)
	defer cancel()
	// The sockets first: a client that polls hears of the end by one more request.
	if err := s.io.Shutdown(clients); err != nil {
		s.log.WarnContext(ctx, "some clients were cut off", slog.Any("error", err))
	}
	if srv.Shutdown(clients) != nil {
		_ = srv.Close()
	}
	s.readiness.close()
	polls, cancel := context.WithTimeout(ctx, s.opts.DrainTimeout)
	defer cancel()
	if err := s.polls.Shutdown(polls); err != nil {
		return fmt.Errorf("httpd: shut down: %w", err)
	}
	return nil
}
