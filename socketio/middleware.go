package socketio

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/url"

	"github.com/caucus-live/caucus/socketio/engineio"
)

// A Handshake is what is known of a client that wants to enter a namespace: of
// the request that opened its connection, and what it gave for this namespace. It
// must not be modified.
type Handshake struct {
	// Handshake is of the connection, and shared by all its sockets.
	*engineio.Handshake

	Namespace string          // what the client wants to enter
	Auth      json.RawMessage // the client's auth option, an object; nil if it gave none
}

// DecodeAuth stores the client's auth data in what v points to, as
// [json.Unmarshal] does. It leaves v alone if there is none. The error, if any, is
// an [*Error] with [CodeBadRequest].
func (h *Handshake) DecodeAuth(v any) error {
	if len(h.Auth) == 0 {
		return nil
	}
	if err := json.Unmarshal(h.Auth, v); err != nil {
		return &Error{Code: CodeBadRequest, Message: "auth does not decode", cause: err}
	}
	return nil
}

// Query returns the query of the request that opened the connection.
func (h *Handshake) Query() url.Values { return h.URL.Query() }

// Secure tells whether that request came over TLS, as this server sees it.
func (h *Handshake) Secure() bool { return h.TLS != nil }

// start begins to let the socket in, on a goroutine of its own: middleware may
// take its time.
func (s *Socket) start() {
	s.inbox.running = true
	s.conn.srv.running.Add(1)
	go s.connect() // Shutdown waits for it; ends when there is nothing to do
}

// connect lets the socket in, or refuses it, then handles its events.
func (s *Socket) connect() {
	defer s.conn.srv.running.Done()
	if refused := s.admit(); refused != nil {
		s.conn.remove(s)
		s.end(ReasonServer)
		s.conn.refuse(s.name(), refused)
		return
	}
	if !s.ns.log.resume(s) && !s.addNew() {
		s.ns.release() // the client is gone
		return
	}
	s.conn.got(aNamespace)
	s.conn.session.Confirm()
	s.sayHello()
	s.workOn()
}

// admit asks middleware. On success the socket has its namespace and its context.
func (s *Socket) admit() (refused *Error) {
	defer func() {
		if v := recover(); v != nil {
			refused = s.conn.srv.panicked(v)
		}
		if refused != nil && s.ns != nil {
			s.ns.release()
		}
	}()
	if s.ns = s.conn.srv.resolve(s.root, s.handshake); s.ns == nil {
		return errInvalidNamespace
	}
	ctx, err := s.ns.ask(s.root, s.handshake)
	if err != nil {
		return s.ns.tell(s.root, err, "")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.setContextLocked(ctx)
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

// Reauthenticate runs the namespace's middleware again, with new auth data that
// the client has sent, for instance before a token expires. If none refuses, the
// context it makes takes the place of the present one for all handlers that are
// called from then on; otherwise everything stays as it is. It blocks as long as
// the middleware does.
func (s *Socket) Reauthenticate(auth json.RawMessage) error {
	h := *s.handshake
	h.Auth = auth
	ctx, err := s.ns.ask(s.root, &h)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state == disconnected {
		return &DisconnectError{s.reason}
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
