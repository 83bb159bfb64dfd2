// Package engine is the client's side of Engine.IO, protocol version 4: one
// connection to a server, over HTTP long-polling, WebSocket or WebTransport, or over
// polling first and then over one of the others.
//
// A connection costs one goroutine, that of Serve, and next to no buffers while nothing
// happens; what is sent is written by another that exists only as long as there
// is something to write.
package engine

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/caucus-live/caucus/socketio/engineio"
)

// The packet types of the protocol, as they are written.
const (
	typeOpen    = '0'
	typeClose   = '1'
	typePing    = '2'
	typePong    = '3'
	typeMessage = '4'
	typeUpgrade = '5'
	typeNoop    = '6'
)

// Config says how to connect. It may be shared by connections, and must not be
// changed.
type Config struct {
	URL        *url.URL // of the server's engine: http or https, with its path
	Client     *http.Client
	Header     http.Header   // of all requests
	Transports []string      // the first is the one to begin with
	DialStream StreamDialer  // for WebTransport
	Timeout    time.Duration // for connecting, for an upgrade, for taking leave
	MaxMessage int           // bytes of a message, and of a polling response
}

// url returns the URL of a request of the session sid, which is empty
// before it is open.
func (c *Config) url(transport, sid string) *url.URL {
	u := *c.URL
	q := u.Query()
	q.Set("EIO", "4")
	q.Set("transport", transport)
	if sid != "" {
		q.Set("sid", sid)
	}
	u.RawQuery = q.Encode()
	return &u
}

// request makes a request of the session sid.
func (c *Config) request(ctx context.Context, method, transport, sid string, body []byte) (*http.Request, error) {
	u := c.url(transport, sid)
	r, err := http.NewRequestWithContext(ctx, method, u.String(), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	maps.Copy(r.Header, c.Header)
	if host := c.Header.Get("Host"); host != "" {
		r.Host = host
	}
	return r, nil
}

// do makes a request. Its errors do not tell the URL, which has the session id.
func (c *Config) do(r *http.Request) (*http.Response, error) {
	resp, err := c.Client.Do(r)
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	return resp, err
}

// A packet is one packet of Engine.IO.
type packet struct {
	typ  byte
	kind engineio.Kind
	data []byte
}

// A Message is what a connection carries. Its data must not be changed once it is
// sent.
type Message struct {
	Kind engineio.Kind
	Data []byte
}

// A Handler takes each message that comes, whose data is its own from then on. It
// may block, which keeps the server waiting; the connection's end unblocks nothing
// but Conn.Done. An error ends the connection.
type Handler func(Message) error

// The ways in which a connection ends.
var (
	errClosed  = errors.New("the connection was closed")
	errForced  = errors.New("closed")
	errTimeout = errors.New("the server is silent")
	errParse   = errors.New("the server broke the protocol")
)

// reasonOf returns the name that the reference client has for the way.
func reasonOf(err error) engineio.Reason {
	switch {
	case errors.Is(err, errForced):
		return engineio.ReasonForcedClose
	case errors.Is(err, errClosed):
		return engineio.ReasonTransportClose
	case errors.Is(err, errTimeout):
		return engineio.ReasonPingTimeout
	case errors.Is(err, errParse):
		return engineio.ReasonParseError
	}
	return engineio.ReasonTransportError
}

// A Conn is a connection. All methods may be called from any goroutine, Serve by
// one of them.
type Conn struct {
	// Immutable once it is open.
	cfg        *Config
	ctx        context.Context //nolint:containedctx // the connection's lifetime, which ends requests under way
	cancel     context.CancelCauseFunc
	sid        string
	patience   time.Duration // how long the server may be silent
	maxPayload int           // bytes of a POST; 0 for no limit
	upgrades   []string      // transports to try while polling
	early      []byte        // payload that came behind the open packet; Serve handles it

	running sync.WaitGroup // besides Serve

	mu       sync.Mutex // guards the fields below
	changed  sync.Cond  // writing has become false, or the connection has ended
	watchdog *time.Timer
	link     link // nil while polling
	next     link // has been probed, and takes over when polling has come to rest
	queue    []packet
	queued   int  // bytes in queue
	leaving  int  // bytes being written
	ponging  bool // a pong is in queue
	writing  bool // a goroutine writes
	paused   bool // what is queued waits for the next transport
	handling bool // the handler is at work
	closing  bool // nothing more is queued; the farewell comes last
	parted   bool // it has been taken from the queue
	ended    bool
	broken   error // why nothing leaves any more; nil if it does
}

// Dial connects. ctx is for that alone, and does not end the connection.
func Dial(ctx context.Context, cfg *Config) (*Conn, error) {
	c := &Conn{cfg: cfg}
	c.changed.L = &c.mu
	c.ctx, c.cancel = context.WithCancelCause(context.WithoutCancel(ctx))
	limited, stop := context.WithTimeoutCause(ctx, cfg.Timeout, errSlow)
	defer stop()
	first, err := c.open(limited)
	if err == nil {
		err = c.shake(first)
	}
	if err != nil {
		c.end(err)
		if limited.Err() != nil {
			err = context.Cause(limited)
		}
		return nil, fmt.Errorf("connect over %s: %w", cfg.Transports[0], err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.watchdog = time.AfterFunc(c.patience, c.overdue)
	return c, nil
}

// open connects over the first transport and returns the first packet.
func (c *Conn) open(ctx context.Context) (packet, error) {
	transport := c.cfg.Transports[0]
	if transport == engineio.TransportPolling {
		return c.openPolling(ctx)
	}
	l, err := c.cfg.dial(ctx, transport, "")
	if err != nil {
		return packet{}, err
	}
	c.link = l
	defer context.AfterFunc(ctx, l.drop)()
	return l.read()
}

var errSlow = errors.New("the server does not answer in time")

// maxPatience bounds how long a server may make a client wait for a sign of life.
const maxPatience = 24 * time.Hour

// maxSID bounds the session id, which becomes part of each request.
const maxSID = 1024

// shake takes the open packet.
func (c *Conn) shake(p packet) error {
	var open struct {
		SID          string
		Upgrades     []string
		PingInterval int64
		PingTimeout  int64
		MaxPayload   int
	}
	if p.typ != typeOpen || p.kind != engineio.Text || json.Unmarshal(p.data, &open) != nil {
		return fmt.Errorf("%w: no handshake", errParse)
	}
	const limit = int64(maxPatience / time.Millisecond)
	switch {
	case open.SID == "" || len(open.SID) > maxSID,
		open.PingInterval <= 0 || open.PingInterval > limit,
		open.PingTimeout <= 0 || open.PingTimeout > limit,
		open.MaxPayload < 0:
		return fmt.Errorf("%w: handshake out of bounds", errParse)
	}
	c.sid, c.maxPayload = open.SID, open.MaxPayload
	c.patience = time.Duration(open.PingInterval+open.PingTimeout) * time.Millisecond
	for _, transport := range []string{engineio.TransportWebTransport, engineio.TransportWebSocket} {
		if c.link == nil && slices.Contains(c.cfg.Transports, transport) && slices.Contains(open.Upgrades, transport) {
			c.upgrades = append(c.upgrades, transport)
		}
	}
	return nil
}

// Transport returns "polling", "websocket" or "webtransport".
func (c *Conn) Transport() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.link == nil {
		return engineio.TransportPolling
	}
	return c.link.transport()
}

// Done is closed when the connection has ended.
func (c *Conn) Done() <-chan struct{} { return c.ctx.Done() }

// Serve reads until the connection ends, and returns why it did. Then nothing of
// it runs any more.
func (c *Conn) Serve(h Handler) (engineio.Reason, error) {
	if len(c.upgrades) > 0 {
		c.running.Go(c.probe) // Serve waits for it; it ends with the upgrade or the connection
	}
	c.end(c.read(h))
	c.running.Wait()
	err := context.Cause(c.ctx)
	return reasonOf(err), err
}

func (c *Conn) read(h Handler) error {
	if c.early != nil {
		if err := c.receiveAll(c.early, h); err != nil {
			return err
		}
		c.early = nil
	}
	if c.link == nil { // only this goroutine changes it
		if err := c.poll(h); err != nil {
			return err
		}
	}
	for {
		p, err := c.link.read()
		if err != nil {
			return err
		}
		if err := c.receive(p, h); err != nil {
			return err
		}
	}
}

// receive takes a packet that has come.
func (c *Conn) receive(p packet, h Handler) error {
	if err := c.heard(); err != nil {
		return err
	}
	switch p.typ {
	case typeMessage:
		c.setHandling(true)
		defer c.setHandling(false)
		if err := h(Message{p.kind, p.data}); err != nil {
			return fmt.Errorf("%w: %w", errParse, err)
		}
		return nil
	case typePing:
		c.pong()
		return nil
	case typeClose:
		return errClosed
	case typeNoop:
		return nil
	}
	return fmt.Errorf("%w: packet out of place", errParse)
}

// heard notes a sign of life. It fails when the connection has ended.
func (c *Conn) heard() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended {
		return context.Cause(c.ctx)
	}
	if c.broken == nil {
		c.watchdog.Reset(c.patience)
	}
	return nil
}

func (c *Conn) setHandling(handling bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.handling = handling
}

// overdue ends a connection that gives no sign of life, or one that is broken and has been
// read for long enough.
func (c *Conn) overdue() {
	c.mu.Lock()
	err := cmp.Or(c.broken, errTimeout)
	isBusy := c.broken != nil && c.handling // with what came before
	if isBusy {
		c.watchdog.Reset(linger)
	}
	c.mu.Unlock()
	if !isBusy {
		c.end(err)
	}
}

// failed notes that nothing can be written any more. What has come is still read, for a
// while: it may say that the server has closed the connection, and what went before.
func (c *Conn) failed(err error) {
	c.mu.Lock()
	isOver := c.closing
	if !isOver && !c.ended && c.broken == nil {
		c.broken = err
		c.queue, c.queued = nil, 0
		c.watchdog.Reset(linger)
	}
	c.mu.Unlock()
	if isOver {
		c.end(err)
	}
}

// end ends the connection. The first reason counts.
func (c *Conn) end(err error) {
	c.mu.Lock()
	if c.ended {
		c.mu.Unlock()
		return
	}
	if c.closing {
		err = errForced // whatever came of it
	}
	c.ended = true
	c.cancel(err)
	if c.watchdog != nil {
		c.watchdog.Stop()
	}
	c.queue, c.queued = nil, 0
	c.changed.Broadcast()
	links := []link{c.link, c.next}
	c.mu.Unlock()
	for _, l := range links { // TLS takes leave, which may block
		if l != nil {
			l.drop()
		}
	}
}
