package socketio

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/url"
	"time"

	"github.com/caucus-live/caucus/socketio/engineio"
)

// A Handshake describes a client that wants to enter a namespace: the request that
// opened its connection, and the data it sent for this namespace. It must not be
// modified, except that middleware may set Auth to nil: a socket keeps it.
type Handshake struct {
	// Handshake is of the connection, and shared by all its sockets.
	*engineio.Handshake

	Namespace string          // what the client wants to enter
	Auth      json.RawMessage // the client's auth option, an object; {} if it gave none
}

// DecodeAuth stores the client's auth data in what v points to, as
// [json.Unmarshal] does. The error, if any, is an [*Error] with [CodeBadRequest].
func (h *Handshake) DecodeAuth(v any) error {
	if err := json.Unmarshal(h.Auth, v); err != nil {
		return &Error{Code: CodeBadRequest, Message: "auth does not decode", cause: err}
	}
	return nil
}

// Query returns the query of the request that opened the connection.
func (h *Handshake) Query() url.Values { return h.URL.Query() }

// Secure reports whether that request reached this server over TLS. Behind a proxy
// that terminates TLS it is false.
func (h *Handshake) Secure() bool { return h.TLS != nil }

// start begins to let the socket in, on another goroutine: middleware may take its time.
func (s *Socket) start() {
	s.inbox.running = true
	s.conn.srv.work(work{socket: s})
}

// connect lets the socket in, or refuses it, then handles its events.
func (s *Socket) connect() {
	if !s.enterNamespace() {
		return
	}
	s.protect(s.sayHello)
	s.workOn()
}

// enterNamespace asks middleware, and adds the socket to its namespace. It returns false
// if the client is refused or gone.
func (s *Socket) enterNamespace() bool {
	refused := internal("")
	defer func() { // middleware may also end the goroutine
		if refused != nil {
			s.conn.remove(s)
			s.end(ReasonServer)
			s.conn.refuse(s.name(), refused)
		}
	}()
	auth := s.handshake.Auth // which middleware may drop
	if refused = s.admit(); refused != nil {
		return false
	}
	if !s.ns.log.resume(s, auth) && !s.addNew() {
		s.ns.release() // the client is gone
		return false
	}
	s.conn.got(aNamespace)
	s.conn.session.Confirm()
	return true
}

// admit asks middleware. On success the socket has its namespace and its context.
func (s *Socket) admit() (refused *Error) {
	finished := false
	defer func() {
		if v := recover(); !finished {
			refused = s.conn.srv.panicked(v)
		}
		if refused != nil && s.ns != nil {
			s.ns.release()
		}
	}()
	refused = s.askMiddleware()
	finished = true
	return refused
}

func (s *Socket) askMiddleware() (refused *Error) {
	if s.ns = s.conn.srv.resolve(s.root, &s.handshake); s.ns == nil {
		return errInvalidNamespace
	}
	ctx, err := s.ns.ask(s.root, &s.handshake)
	if err != nil {
		return s.ns.tell(s.root, err, "")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ctx = ctx // whose end counts from when the client is in: see Namespace.add
	return nil
}

// ask calls the namespace's middleware in turn.
func (ns *Namespace) ask(root context.Context, h *Handshake) (context.Context, error) {
	ctx := root
	for _, m := range ns.handlers.table.Load().middleware {
		next, err := m(ctx, h)
		if err != nil {
			return nil, err
		}
		if next == nil || next.Value(rootKey{}) != root.Value(rootKey{}) {
			return nil, errStrayContext
		}
		ctx = next //nolint:fatcontext // that is what middleware is for
	}
	return ctx, nil
}

// rootKey is where a socket's context has the socket, to tell its descendants.
type rootKey struct{}

// An origin is a socket as the context that its root descends from: the handshake's,
// with the socket in it. It takes no memory of its own.
type origin Socket

func (o *origin) Value(key any) any {
	if key == (rootKey{}) {
		return (*Socket)(o)
	}
	return o.handshake.Context.Value(key)
}

func (o *origin) Deadline() (time.Time, bool) { return o.handshake.Context.Deadline() }

func (o *origin) Done() <-chan struct{} { return o.handshake.Context.Done() }

func (o *origin) Err() error { return o.handshake.Context.Err() }

var errStrayContext = errors.New("socketio: middleware returned a context that does not descend from the one it got")

// setContextLocked makes ctx the socket's. If it can end before the socket does,
// it ends the socket.
func (s *Socket) setContextLocked(ctx context.Context) {
	if s.expiry != nil {
		s.expiry()
		s.expiry = nil
	}
	if s.ctx = ctx; ctx != s.root && ctx.Done() != s.root.Done() {
		s.expiry = context.AfterFunc(ctx, s.Disconnect)
	}
}

// Reauthenticate runs the namespace's middleware again, with new auth data from the
// client, for instance before a token expires. If the middleware succeeds, its
// context replaces the socket's for all handlers called from then on; if it fails,
// nothing changes and its error is returned. Reauthenticate blocks until the
// middleware returns, and cancels the middleware's context if ctx ends.
func (s *Socket) Reauthenticate(ctx context.Context, auth json.RawMessage) error {
	h := s.handshake
	h.Auth = orNoAuth(auth)
	root, cancel := context.WithCancelCause(s.root)
	unbind := context.AfterFunc(ctx, func() { cancel(context.Cause(ctx)) })
	next, err := s.ns.ask(root, &h)
	if !unbind() && err == nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		cancel(err)
		return err
	}
	return s.replaceContext(next) //nolint:contextcheck // it descends from the socket's, and ends with the caller's; which descends from root, and so ends with the socket
}

func (s *Socket) replaceContext(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state == disconnected {
		return s.ended
	}
	s.setContextLocked(ctx)
	return nil
}

// addNew adds a socket that does not take another's place.
func (s *Socket) addNew() bool {
	s.id = newID()
	if s.conn.session.Protocol() == 3 {
		s.id = s.idV2()
	}
	return s.ns.log.admit(s)
}

// newID returns 120 random bits as 20 characters.
func newID() string {
	var b [15]byte
	_, _ = rand.Read(b[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// orNoAuth returns auth data, which is an empty object where a client gives none.
func orNoAuth(auth json.RawMessage) json.RawMessage {
	if len(auth) == 0 {
		return json.RawMessage("{}")
	}
	return auth
}
