package sioclient

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
	"github.com/caucus-live/caucus/socketio/internal/packet"
	"github.com/caucus-live/caucus/socketio/sioclient/internal/engine"
)

// A Client is one connection to a server, with the sockets that share it. The
// connection is opened again when it is lost, and exists only while a socket needs
// it.
//
// All methods may be called concurrently.
type Client struct {
	// Immutable.
	opts   Options
	engine *engine.Config
	auth   json.RawMessage // Options.Auth
	ctx    context.Context //nolint:containedctx // the client's lifetime, from which that of handlers descends
	cancel context.CancelCauseFunc
	nudge  chan struct{} // wakes run from its pause

	running sync.WaitGroup // run and what AuthFunc runs on

	assembler *packet.Assembler // owned by the read loop; nil unless attachments are on their way

	mu       sync.Mutex // guards the fields below, and those of all sockets
	closed   bool
	atWork   bool         // run runs
	conn     *engine.Conn // where sockets send; nil while disconnected
	serving  *engine.Conn // is being read, perhaps because conn is to take leave
	sockets  []*Socket
	buffered int           // bytes in the sockets' buffers
	awaited  int           // calls without an answer
	space    chan struct{} // closed when the read loop may go on; nil unless it waits
}

// New returns a client of the server at a URL, such as "https://example.com", whose
// scheme is http, https, ws or wss. Its path is the server's, by default
// /socket.io/; its query is sent with each request. opts may be nil. New does not
// connect: see [Client.Of] and [Socket.Connect].
func New(url string, opts *Options) (*Client, error) {
	o, err := opts.withDefaults()
	if err != nil {
		return nil, err
	}
	c := &Client{opts: o, nudge: make(chan struct{}, 1)}
	if c.engine, err = c.opts.engine(url); err != nil {
		return nil, err
	}
	if c.auth, err = encodeAuth(o.Auth); err != nil {
		return nil, err
	}
	c.ctx, c.cancel = context.WithCancelCause(context.Background())
	return c, nil
}

// Of returns the socket for a namespace; "/" is the main one. It returns the same
// socket each time. The socket does nothing until [Socket.Connect].
func (c *Client) Of(namespace string) *Socket {
	if namespace == "" || namespace[0] != '/' {
		namespace = "/" + namespace
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if s := c.findLocked(namespace); s != nil {
		return s
	}
	s := &Socket{client: c, name: namespace}
	c.sockets = append(c.sockets, s)
	return s
}

func (c *Client) findLocked(namespace string) *Socket {
	for _, s := range c.sockets { // there are few
		if s.name == namespace {
			return s
		}
	}
	return nil
}

// Transport returns "polling", "websocket" or "webtransport", or "" if there is no
// connection.
func (c *Client) Transport() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.conn == nil {
		return ""
	}
	return c.conn.Transport()
}

// Close disconnects all sockets and closes the connection. It waits until pending
// events have been sent, but no longer than Options.Timeout. If ctx is done first,
// it drops the rest and returns ctx's cause. It does not wait for handlers, but
// ends their context. A closed client cannot be used again.
func (c *Client) Close(ctx context.Context) error {
	c.cancel(ErrClosed)
	c.mu.Lock()
	c.closed = true
	for _, s := range c.sockets {
		s.leaveLocked()
	}
	c.releaseLocked()
	serving := c.serving
	c.mu.Unlock()
	idle := make(chan struct{})
	go func() { // ends when run and AuthFunc do, whose context has ended
		c.running.Wait()
		close(idle)
	}()
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
	}
	if serving != nil {
		serving.Drop()
	}
	return context.Cause(ctx)
}

// releaseLocked lets go of the connection if no socket wants it any more.
func (c *Client) releaseLocked() {
	c.makeSpaceLocked() // events may have been dropped
	if c.wantedLocked() {
		return
	}
	if c.conn != nil {
		c.conn.Close()
		c.conn = nil
	}
	select {
	case c.nudge <- struct{}{}:
	default: // it has been nudged
	}
}

// startLocked has a goroutine see to the connection.
func (c *Client) startLocked() {
	if c.atWork {
		return
	}
	c.atWork = true
	c.running.Go(c.run) // Close waits for it; it ends when no socket wants a connection
}

// run keeps a connection as long as a socket wants one, and reads from it.
func (c *Client) run() {
	for retries := 0; c.goOn(); {
		conn, err := c.dial()
		if err == nil {
			retries = 0
			err = c.serve(conn)
		} else {
			c.failed(err, c.opts.isLast(retries))
		}
		switch {
		case err == nil: // no socket wanted it; if one does now, it need not wait
		case c.opts.isLast(retries):
			retries = 0 // of an attempt that begins now
		default:
			c.pause(c.opts.delay(retries))
			retries++
		}
	}
}

// dial connects.
func (c *Client) dial() (conn *engine.Conn, err error) {
	aside(func() { conn, err = engine.Dial(c.ctx, c.engine) })
	return conn, err
}

// aside calls f on a goroutine of its own, and waits. The stack of the goroutine that reads is
// kept for as long as the connection lasts, and would grow for what is done once.
func aside(f func()) {
	var done sync.WaitGroup
	done.Go(f) // ends when f does
	done.Wait()
}

// goOn reports whether a socket wants a connection. If not, run ends.
func (c *Client) goOn() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.atWork = c.wantedLocked()
	return c.atWork
}

func (c *Client) wantedLocked() bool {
	return !c.closed && slices.ContainsFunc(c.sockets, func(s *Socket) bool { return s.wanted })
}

// pause waits until it is time to try again, or nobody wants that any more.
func (c *Client) pause(d time.Duration) {
	wait := time.NewTimer(d)
	defer wait.Stop()
	for {
		select {
		case <-wait.C:
			return
		case <-c.nudge:
		}
		c.mu.Lock()
		wanted := c.wantedLocked()
		c.mu.Unlock()
		if !wanted {
			return
		}
	}
}

// serve has the sockets use a connection until it ends. It returns a
// [*socketio.DisconnectError], or nil if no socket wanted the connection any more.
func (c *Client) serve(conn *engine.Conn) error {
	c.mu.Lock()
	c.conn, c.serving = conn, conn
	for _, s := range c.sockets {
		s.enterLocked()
	}
	c.releaseLocked()
	c.mu.Unlock()

	reason, err := conn.Serve(c.receive)
	if errors.Is(err, errOverload) {
		reason = ReasonOverload
	}
	c.assembler = nil
	c.mu.Lock()
	defer c.mu.Unlock()
	c.conn, c.serving = nil, nil
	var lost error
	if reason != engineio.ReasonForcedClose {
		lost = &socketio.DisconnectError{Reason: reason}
	}
	for _, s := range c.sockets {
		s.asked, s.early = nil, backlog{}
		if lost != nil && c.opts.isLast(0) {
			s.settleLocked(lost) // before its handlers are told, which may connect again
		}
		s.partLocked(reason)
	}
	return lost
}

// failed tells the sockets that connecting has failed, after an end is made of their attempts if it was
// the last time. What begins later, perhaps in a handler that is told, is another attempt.
func (c *Client) failed(err error, isLast bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.sockets {
		if !s.wanted {
			continue
		}
		s.failedLocked(fmt.Errorf("sioclient: %w", err))
		if isLast {
			s.settleLocked(err)
		}
	}
}
