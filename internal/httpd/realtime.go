package httpd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"sync/atomic"

	"github.com/caucus-live/caucus/internal/live"
	"github.com/caucus-live/caucus/internal/wire"
	"github.com/caucus-live/caucus/internal/wire/event"
	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
)

// socketPath is where Socket.IO clients look when they are told nothing else.
const socketPath = "/socket.io/"

// A member is the person behind a socket.
type member struct {
	person
	patches bool
	from    netip.Addr
	busy    atomic.Bool // with a command that is answered later

	connection *live.Connection // set by connect, used by disconnect, which the socket calls in turn
}

type memberKey struct{}

// memberOf returns the member that authenticate put into a socket's context.
func memberOf(ctx context.Context) *member {
	m, _ := ctx.Value(memberKey{}).(*member)
	return m
}

// openRealtime makes the Socket.IO server, with the /polls namespace, and the
// registry of polls that publishes to it.
func (s *Server) openRealtime() error {
	io, err := socketio.NewServer(&socketio.Options{
		Logger: s.log,
		Trace:  s.metrics.sockets.Trace(),
		Engine: engineio.Options{
			MaxPayload:       s.opts.MaxMessage,
			HandshakeHeaders: []string{"Token"}, // see authenticate
			HandshakeContext: connectionContext,
			CloseTimeout:     s.opts.DrainTimeout / 3, // for clients that poll, and do not come back
			DrainWindow:      s.opts.DrainWindow,
			CheckOrigin:      s.welcomes,
			OnRefuse:         s.explain,
			GenerateID:       s.mint.newID,
			Trace:            engineio.Trace{Close: s.timeouts.closed},
			ClientAddress:    func(r *http.Request) string { return addressOf(r).String() },

			HandshakeRate:      engineio.Rate(s.opts.Handshakes),
			TotalHandshakeRate: engineio.Rate{N: 2 * s.opts.Handshakes.N, Per: s.opts.Handshakes.Per},

			MaxUnconfirmed:           s.opts.Unconfirmed,
			MaxUnconfirmedPerAddress: max(1, s.opts.Unconfirmed/2),
		},
	})
	if err != nil {
		return fmt.Errorf("httpd: %w", err)
	}
	s.io, s.sockets = io, io.Of(wire.Namespace)
	s.polls, err = live.New(&measuredLedger{s.ledger, s.metrics}, &publisher{s.io, s.sockets, s.log, s.metrics.sent}, &s.opts.Live)
	if err != nil {
		return errors.Join(fmt.Errorf("httpd: %w", err), io.Shutdown(context.Background()))
	}
	s.sockets.Use(s.authenticate)
	s.sockets.OnConnect(s.connect)
	s.sockets.OnDisconnect(disconnect)
	s.sockets.Intercept(s.intercept)
	s.handleEvents()
	return nil
}

// authenticate lets the holder of a token into the namespace. That it asks
// whether the poll would take them is a courtesy: here a client hears the reason,
// as connect_error. connect decides.
func (s *Server) authenticate(ctx context.Context, h *socketio.Handshake) (context.Context, error) {
	var auth wire.Auth
	if h.DecodeAuth(&auth) != nil {
		return nil, s.connectError(ctx, errBadToken)
	}
	p, err := s.tokens.person(cmp.Or(auth.Token, h.Header.Get("token")))
	if err == nil && p.screen && !auth.Patches {
		err = errBadToken // the base contract has no screens
	}
	from := addressFrom(h.Context)
	if err == nil {
		err = s.admissible(ctx, p, auth.Patches, from)
	}
	if err != nil {
		return nil, s.connectError(ctx, err)
	}
	h.Auth = nil // the token is as large as all else that is known of the person
	return context.WithValue(ctx, memberKey{}, &member{person: p, patches: auth.Patches, from: from}), nil
}

// admissible returns why the poll would not take a person, or nil.
func (s *Server) admissible(ctx context.Context, p person, patches bool, from netip.Addr) error {
	leave, err := s.arrivals.enter(ctx, p.poll, from)
	if err != nil {
		return err // the client is gone
	}
	defer leave()
	ctx, cancel := s.patience(ctx)
	defer cancel()
	var refused error
	err = s.polls.Read(ctx, p.poll, func(v live.View) {
		refused = cmp.Or(p.lapsed(v.State()), v.Admits(p.seat(patches)))
	})
	return cmp.Or(err, refused)
}

// patience bounds how long a poll is asked on behalf of a socket, also of one that is gone: its context
// would keep a map of children for as long as it lives, which is 0.2 KiB a person.
func (s *Server) patience(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), s.opts.AnswerTimeout)
}

// seat is the person as the poll sees them.
func (p person) seat(patches bool) live.Member {
	return live.Member{ID: p.id, Name: p.name, Patches: patches, Spectates: p.spectates, Device: p.device, Watches: p.screen, Host: p.host}
}

// connectError is what a client is told that may not enter.
func (s *Server) connectError(ctx context.Context, err error) *socketio.Error {
	refused := s.refusalOf(ctx, err)
	e := &socketio.Error{Code: string(refused.Code), Message: refused.Message, Data: wire.Refusal{
		Code: string(refused.Code), Reason: refused.Reason, Params: refused.Params,
	}}
	switch {
	case errors.Is(err, errBadToken), errors.Is(err, live.ErrForbidden):
		e.Message = event.Forbidden
	case errors.Is(err, live.ErrNotFound):
		e.Message = event.NotFound
	}
	return e
}

// connect makes the person behind a new socket a participant, and lets the socket
// into the poll's audience.
func (s *Server) connect(ctx context.Context, sock *socketio.Socket) error {
	m := memberOf(ctx)
	leave, err := s.arrivals.enter(ctx, m.poll, m.from)
	if err != nil {
		return nil // the client is gone
	}
	defer leave()
	waiting, cancel := s.patience(ctx)
	defer cancel()
	c, err := s.polls.Connect(waiting, m.poll, m.seat(m.patches), func(v live.View) { welcome(ctx, sock, m, v) })
	if err != nil {
		_ = s.refusalOf(ctx, err) // it logs what is our fault
		sock.BreakConn()          // the client reconnects, and authenticate says why not
		return nil
	}
	s.guard.know(m.from, m.poll)
	m.connection = c
	return nil
}

// disconnect counts the socket off. Whether its person keeps their place is
// decided by the poll.
func disconnect(ctx context.Context, sock *socketio.Socket, reason socketio.Reason) {
	if reason == socketio.ReasonClient {
		callerFrom(sock.Handshake().Context).left.Store(true) //nolint:contextcheck // of the connection, which outlives the socket
	}
	if c := memberOf(ctx).connection; c != nil {
		c.Close()
	}
}
