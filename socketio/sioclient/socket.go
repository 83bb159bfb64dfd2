package sioclient

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/internal/packet"
	"github.com/caucus-live/caucus/socketio/sioclient/internal/engine"
)

// A Socket is a client in one namespace. Get one with [Client.Of], register
// handlers, then connect it, so that no event arrives before its handler is
// registered.
//
// All methods may be called concurrently; none but [Socket.Connect] and
// [Socket.Call] blocks.
type Socket struct {
	// Immutable.
	client *Client
	name   string

	// Guarded by the client's lock.
	wanted    bool         // Connect was called, and since then neither side has ended it
	attempt   *attempt     // what Connect waits for; nil if nobody does
	asked     *engine.Conn // where the server has been asked to let the client in, and has not answered
	early     backlog      // came before that answer
	connected bool
	recovered bool
	id        string
	pid       string // proves to the server who we were, for recovery
	offset    string // of the last event that we got
	lastID    int64  // of a call
	acks      map[int64]chan<- answer
	buffer    []*parcel // waits for the socket to be connected
	handlers  handlers
	inbox     inbox
}

// An attempt is what calls of Connect wait for together.
type attempt struct {
	done chan struct{} // closed when the fields are final
	err  error
	last error // why the last try failed; guarded by the client's lock
}

// Namespace returns the name of the namespace.
func (s *Socket) Namespace() string { return s.name }

// Client returns the client that the socket belongs to.
func (s *Socket) Client() *Client { return s.client }

// ID returns the socket's id on the server, or "" while it is not connected. It
// changes with each connection that does not recover the previous one.
func (s *Socket) ID() string {
	s.client.mu.Lock()
	defer s.client.mu.Unlock()
	return s.id
}

// Connected reports whether the socket is connected.
func (s *Socket) Connected() bool {
	s.client.mu.Lock()
	defer s.client.mu.Unlock()
	return s.connected
}

// Recovered reports whether the current connection recovered the previous one: with
// its id and rooms, and with the events missed in between, which the server sends.
// The server must have recovery on (see [socketio.Recovery]).
func (s *Socket) Recovered() bool {
	s.client.mu.Lock()
	defer s.client.mu.Unlock()
	return s.recovered
}

// Connect enters the namespace, opening the client's connection if necessary, and
// waits until the server admits it. From then on the socket reconnects whenever the
// connection is lost.
//
// It returns a [*ConnectError] if the server refuses. While the server cannot be
// reached, it retries as Options say. If ctx ends first, Connect returns its cause
// with the last failure, and the client stops trying.
func (s *Socket) Connect(ctx context.Context) error {
	a, err := s.begin()
	if a == nil {
		return err
	}
	select {
	case <-a.done:
		return a.err
	case <-ctx.Done():
		return s.abandon(a, context.Cause(ctx))
	}
}

// begin returns the attempt to wait for, nil if there is nothing to wait for.
func (s *Socket) begin() (*attempt, error) {
	c := s.client
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.closed:
		return nil, ErrClosed
	case s.connected:
		return nil, nil
	case s.attempt == nil:
		s.attempt = &attempt{done: make(chan struct{})}
	}
	s.wanted = true
	s.enterLocked()
	c.startLocked()
	return s.attempt, nil
}

func (s *Socket) abandon(a *attempt, cause error) error {
	s.client.mu.Lock()
	defer s.client.mu.Unlock()
	if s.attempt != a { // it has just been settled
		<-a.done
		return a.err
	}
	err := fmt.Errorf("sioclient: connect: %w", cause)
	if a.last != nil {
		err = fmt.Errorf("sioclient: connect: %w (%w)", cause, a.last)
	}
	s.settleLocked(err)
	s.client.releaseLocked()
	return err
}

// settleLocked ends what Connect began: without an error it is only that nobody
// wants the socket connected any more.
func (s *Socket) settleLocked(err error) {
	s.wanted = false
	s.resolveLocked(err)
}

// resolveLocked lets calls of Connect return.
func (s *Socket) resolveLocked(err error) {
	if s.attempt != nil {
		s.attempt.err = err
		close(s.attempt.done)
		s.attempt = nil
	}
}

// maxTold bounds the pending calls of OnConnectError.
const maxTold = 1000

// failedLocked notes that an attempt has failed.
func (s *Socket) failedLocked(err error) {
	if s.attempt != nil {
		s.attempt.last = err
	}
	if len(s.inbox.queue) > maxTold {
		return // handlers are stuck, and failures come for ever
	}
	for _, f := range s.handlers.failed {
		s.tellLocked(func(ctx context.Context) { f(ctx, err) })
	}
}

// Disconnect leaves the namespace, and closes the connection if no other socket
// needs it. Emitted events are sent first; received events that wait for their
// handlers are dropped.
func (s *Socket) Disconnect() {
	s.client.mu.Lock()
	defer s.client.mu.Unlock()
	s.leaveLocked()
	s.client.releaseLocked()
}

func (s *Socket) leaveLocked() {
	if s.connected {
		s.client.conn.Send(s.client.control(packet.Disconnect, s.name, nil))
	}
	s.inbox.dropEventsLocked()
	s.settleLocked(&socketio.DisconnectError{Reason: ReasonClient})
	s.partLocked(ReasonClient)
}

// enterLocked asks the server to let the client in, if that has to be done and can
// be.
func (s *Socket) enterLocked() {
	c := s.client
	if !s.wanted || s.connected || s.asked != nil || c.conn == nil {
		return
	}
	s.asked = c.conn
	if c.opts.AuthFunc == nil {
		s.askLocked(c.auth)
		return
	}
	conn := c.conn
	c.running.Go(func() { s.authenticate(conn) }) // Close waits for it; AuthFunc's context ends
}

// authenticate asks AuthFunc, then the server. That AuthFunc panics, or calls
// runtime.Goexit, is a refusal.
func (s *Socket) authenticate(conn *engine.Conn) {
	var auth json.RawMessage
	err := errPanic
	defer func() {
		if v := recover(); errors.Is(err, errPanic) {
			s.client.panicked(v)
		}
		s.authenticated(conn, auth, err)
	}()
	auth, err = s.askAuthFunc()
}

// authenticated asks the server, unless AuthFunc failed or nobody wants to know any more.
func (s *Socket) authenticated(conn *engine.Conn, auth json.RawMessage, err error) {
	s.client.mu.Lock()
	defer s.client.mu.Unlock()
	switch {
	case s.asked != conn || s.client.conn != conn:
		return // the connection is gone
	case !s.wanted:
		s.asked = nil
	case err != nil:
		s.refusedLocked(err)
	default:
		s.askLocked(auth)
	}
}

func (s *Socket) askAuthFunc() (json.RawMessage, error) {
	v, err := s.client.opts.AuthFunc(s.client.ctx, s.name)
	if err != nil {
		return nil, fmt.Errorf("sioclient: auth: %w", err)
	}
	return encodeAuth(v)
}

func (s *Socket) askLocked(auth json.RawMessage) {
	s.client.conn.Send(s.client.control(packet.Connect, s.name, s.claimLocked(auth)))
}

// claimLocked adds to auth what recovery takes.
func (s *Socket) claimLocked(auth json.RawMessage) json.RawMessage {
	if s.pid == "" {
		return auth
	}
	claim := map[string]json.RawMessage{"pid": packet.AppendString(nil, s.pid)}
	if s.offset != "" {
		claim["offset"] = packet.AppendString(nil, s.offset)
	}
	_ = json.Unmarshal(auth, &claim) // adds to it, if there is any
	text, err := json.Marshal(claim)
	if err != nil {
		return auth // not possible: all of it is valid
	}
	return text
}

// admittedLocked takes the server's consent.
func (s *Socket) admittedLocked(data []byte) error {
	var consent struct{ SID, PID string }
	var err error
	aside(func() { err = json.Unmarshal(data, &consent) })
	if s.asked == nil || err != nil || consent.SID == "" {
		return errUnexpected
	}
	s.asked = nil
	if !s.wanted { // it came too late
		s.early = backlog{}
		s.client.conn.Send(s.client.control(packet.Disconnect, s.name, nil))
		return nil
	}
	s.connected, s.id = true, consent.SID
	s.recovered = s.pid != "" && s.pid == consent.PID
	if s.pid = consent.PID; !s.recovered {
		s.offset = ""
	}
	s.resolveLocked(nil)
	for _, f := range s.handlers.connected {
		s.tellLocked(f)
	}
	for _, e := range s.early.events {
		s.takeLocked(e)
	}
	s.early = backlog{}
	s.flushLocked()
	return nil
}

// refusedLocked takes a refusal.
func (s *Socket) refusedLocked(err error) {
	if s.asked == nil {
		return
	}
	s.asked, s.early = nil, backlog{}
	if !s.wanted {
		return
	}
	s.failedLocked(err)
	s.settleLocked(err)
	s.client.releaseLocked()
}

// partLocked ends the present connection to the namespace.
func (s *Socket) partLocked(reason Reason) {
	if !s.connected {
		return
	}
	s.connected, s.id = false, ""
	s.failCallsLocked(&socketio.DisconnectError{Reason: reason})
	for _, f := range s.handlers.disconnected {
		s.tellLocked(func(ctx context.Context) { f(ctx, reason) })
	}
}

// dismissedLocked takes the server's word that the client is out.
func (s *Socket) dismissedLocked() {
	if !s.connected {
		return
	}
	s.settleLocked(nil)
	s.partLocked(ReasonServer)
	s.client.releaseLocked()
}
