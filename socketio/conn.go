package socketio

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/caucus-live/caucus/socketio/engineio"
	"github.com/caucus-live/caucus/socketio/internal/msgpack"
	"github.com/caucus-live/caucus/socketio/internal/packet"
)

var errUnexpected = errors.New("socketio: message out of place")

// maxNamespace is the longest name of a namespace that a client may use, in bytes.
const maxNamespace = 256

// A conn is one connection of a client, with its sockets: at most one in each
// namespace.
type conn struct {
	// Immutable.
	srv     *Server
	session *engineio.Session

	leaving atomic.Bool // the server shuts down: what the client sends from now on is not handled

	// Owned by the read loop.
	assembler *packet.Assembler // nil unless attachments are on their way

	mu      sync.Mutex  // guards the fields below
	sockets []*Socket   // those that connect, too
	leave   func()      // closes the session once all that came is handled; nil until HandleShutdown
	parted  []string    // namespaces that the server has taken the client out of; it may not know yet
	timer   *time.Timer // runs while there is something to wait for
	waiting expected
	closed  bool
}

// expected is what a conn's timer runs for.
type expected uint8

const (
	nothing     expected = 0
	aNamespace  expected = 1 << 0
	attachments expected = 1 << 1
)

// accept is called by the engine for each new session.
func (srv *Server) accept(s *engineio.Session) engineio.Handler {
	c := &conn{srv: srv, session: s}
	c.expect(aNamespace)
	if s.Protocol() == 3 {
		c.greet()
	}
	return c
}

// HandleMessage implements [engineio.Handler].
func (c *conn) HandleMessage(kind engineio.Kind, data []byte) error {
	if c.srv.opts.Parser == MessagePack {
		return c.unpack(kind, data)
	}
	if kind == engineio.Binary {
		return c.attach(data)
	}
	if c.assembler != nil {
		return errUnexpected
	}
	p, err := packet.Decode(data, c.srv.opts.MaxAttachments)
	if err != nil {
		return err
	}
	if !p.Type.HasBinary() {
		return c.route(&p)
	}
	if c.find(p.Namespace) == nil && !c.hasParted(p.Namespace) {
		c.close(ReasonForcedServerClose)
		return nil
	}
	c.assembler = packet.NewAssembler(p, c.srv.opts.MaxPacket)
	c.expect(attachments)
	return nil
}

func (c *conn) attach(data []byte) error {
	if c.assembler == nil {
		return errUnexpected
	}
	p, err := c.assembler.Add(data)
	if err != nil || p == nil {
		return err
	}
	c.assembler = nil
	c.got(attachments)
	return c.route(p)
}

func (c *conn) unpack(kind engineio.Kind, data []byte) error {
	if kind != engineio.Binary {
		return errUnexpected
	}
	p, err := msgpack.Decode(data)
	if err != nil {
		return err
	}
	return c.route(&p)
}

// route hands a packet to the socket it is for. A client that speaks out of turn
// loses its connection, as with the reference.
func (c *conn) route(p *packet.Packet) error {
	if c.session.Protocol() == 3 {
		c.splitQuery(p)
	}
	if len(p.Namespace) > maxNamespace {
		return errUnexpected
	}
	s := c.find(p.Namespace)
	switch {
	case p.Type == packet.Connect && s == nil:
		c.connect(string(p.Namespace), append(json.RawMessage(nil), p.Data...))
		return nil
	case p.Type == packet.Connect && s.isConnecting():
		return nil // clients do ask twice: one answer is enough
	case s == nil && c.hasParted(p.Namespace):
		return nil // it was sent before the client knew
	case p.Type == packet.Connect || p.Type == packet.ConnectError || s == nil || s.isConnecting():
		c.close(ReasonForcedServerClose)
		return nil
	case p.Type == packet.Disconnect:
		s.disconnect(ReasonClient)
		return nil
	}
	var few [4]json.RawMessage
	elements, err := packet.Split(few[:0], p.Data, len(p.Binary))
	if err != nil {
		return err
	}
	if p.Type.IsAck() {
		s.resolve(p.ID, keep(elements, p.Binary))
		return nil
	}
	return s.receive(elements, p)
}

// keep makes Args of elements of a packet. It copies them unless the packet had
// to be assembled: otherwise their memory belongs to the engine.
func keep(elements []json.RawMessage, binary [][]byte) Args {
	if len(elements) == 0 {
		return nil
	}
	args := make(Args, len(elements))
	var text []byte
	if binary == nil {
		text = make([]byte, 0, total(elements))
	}
	for i, e := range elements {
		if binary == nil {
			text = append(text, e...)
			e = text[len(text)-len(e) : len(text) : len(text)]
		}
		args[i] = Arg{e, binary}
	}
	return args
}

func total(elements []json.RawMessage) (n int) {
	for _, e := range elements {
		n += len(e)
	}
	return n
}

// find returns the socket in a namespace, or nil.
func (c *conn) find(namespace []byte) *Socket {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.sockets {
		if s.name() == string(namespace) {
			return s
		}
	}
	return nil
}

// connect lets a client into a namespace, or refuses it.
func (c *conn) connect(name string, auth json.RawMessage) {
	if c.srv.lookup(name) == nil && !c.srv.hasParents() {
		c.refuse(name, errInvalidNamespace)
		return
	}
	s := &Socket{conn: c, handshake: Handshake{Handshake: c.session.Handshake(), Namespace: name, Auth: orNoAuth(auth)}}
	s.root, s.cancel = context.WithCancelCause((*origin)(s))
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return
	}
	if len(c.sockets) >= c.srv.opts.MaxNamespaces {
		c.mu.Unlock()
		c.refuse(name, errTooManyNamespaces)
		return
	}
	c.sockets = append(c.sockets, s)
	c.parted = slices.DeleteFunc(c.parted, func(n string) bool { return n == name })
	c.mu.Unlock()
	s.start()
}

var (
	errInvalidNamespace  = &Error{Message: "Invalid namespace"}
	errTooManyNamespaces = &Error{Message: "Too many namespaces"}
)

// remove forgets a socket.
func (c *conn) remove(s *Socket) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if i := slices.Index(c.sockets, s); i >= 0 {
		c.sockets = slices.Delete(c.sockets, i, i+1)
	}
	if len(c.sockets) == 0 {
		c.expectLocked(aNamespace)
	}
}

// part forgets a socket because the server wants it so.
func (c *conn) part(s *Socket) {
	c.remove(s)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.parted = append(c.parted, s.name()); len(c.parted) > c.srv.opts.MaxNamespaces {
		c.parted = c.parted[1:]
	}
}

// hasParted reports whether the client may still send to a namespace that it has
// been removed from.
func (c *conn) hasParted(namespace []byte) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Contains(c.parted, string(namespace))
}

// refuse tells the client that it cannot enter a namespace.
func (c *conn) refuse(name string, e *Error) {
	refusal, err := e.refusal()
	if err != nil {
		c.srv.opts.Logger.Error("socketio: data of an Error does not encode", "error", err)
	}
	var data any = refusal
	if c.session.Protocol() == 3 {
		data = refusal.v2()
	}
	_ = c.session.Send(c.srv.control(packet.ConnectError, name, data)) // a closed session needs no answer
}

// close ends the connection and all sockets on it.
func (c *conn) close(reason Reason) {
	c.end(reason)
	c.session.Close(reason)
}

// dismiss takes the client out of all namespaces and closes the connection. Clients
// do not reconnect after this.
func (c *conn) dismiss() {
	c.mu.Lock()
	sockets := slices.Clone(c.sockets)
	c.mu.Unlock()
	for _, s := range sockets {
		s.disconnect(ReasonServer)
	}
	c.close(ReasonForcedServerClose)
}

// HandleClose implements [engineio.Handler].
func (c *conn) HandleClose(reason engineio.Reason) {
	c.assembler = nil
	c.end(reason)
}

func (c *conn) end(reason Reason) {
	c.mu.Lock()
	sockets := c.sockets
	c.sockets, c.closed = nil, true
	c.waiting = nothing
	if c.timer != nil {
		c.timer.Stop()
		c.timer = nil
	}
	c.mu.Unlock()
	for _, s := range sockets {
		s.end(reason)
	}
}

// expect starts the timer, unless it runs: a client that makes the server wait
// for two things has no more time for it than for one.
func (c *conn) expect(what expected) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.expectLocked(what)
}

func (c *conn) expectLocked(what expected) {
	if c.closed {
		return
	}
	if c.waiting == nothing {
		var t *time.Timer
		t = time.AfterFunc(c.srv.opts.ConnectTimeout, func() { c.late(&t) })
		c.timer = t
	}
	c.waiting |= what
}

// got stops the timer when nothing is left to wait for.
func (c *conn) got(what expected) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.waiting == nothing || what == aNamespace && len(c.sockets) == 0 { // it has left again
		return
	}
	if c.waiting &^= what; c.waiting == nothing {
		c.timer.Stop()
		c.timer = nil
	}
}

// late is called by the timer t, which is stopped too late if it is not the
// present one.
func (c *conn) late(t **time.Timer) {
	c.mu.Lock()
	isPresent := c.timer == *t
	c.mu.Unlock()
	if isPresent {
		c.close(ReasonForcedServerClose)
	}
}
