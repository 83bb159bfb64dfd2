package socketio

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/caucus-live/caucus/socketio/internal/packet"
)

// A cluster is what a server knows of, and does with, the others. A nil one is
// none.
type cluster struct {
	srv     *Server
	adapter Adapter
	name    string

	// ctx is that of what other servers ask for; it ends with Shutdown.
	ctx    context.Context //nolint:containedctx // the root of requests that come in, as in http.Server
	cancel context.CancelFunc

	lastID atomic.Int64

	mu       sync.Mutex // guards the fields below
	closed   bool
	requests map[int64]*request
	serving  map[servingKey]context.CancelFunc // requests of others, to be called off
}

type servingKey struct {
	from string
	id   int64
}

// orderKind is what a message wants done.
type orderKind string

const (
	orderEmit       orderKind = "emit"  // an event to sockets
	orderJoin       orderKind = "join"  // sockets into rooms
	orderLeave      orderKind = "leave" // out of rooms
	orderDisconnect orderKind = "disconnect"
	orderClose      orderKind = "close"  // sockets' connections
	orderBreak      orderKind = "break"  // the same, without a word
	orderFetch      orderKind = "fetch"  // describe sockets
	orderCall       orderKind = "call"   // an event to sockets that is to be answered
	orderServer     orderKind = "server" // an event to the servers themselves
	orderReply      orderKind = "reply"  // an answer to one of the three above
	orderDone       orderKind = "done"   // no answer will follow
	orderCancel     orderKind = "cancel" // no answer is wanted any more
)

// An order is the head of a message. Behind it are the data of a packet, an array
// without its closing bracket, and its attachments.
type order struct {
	Kind      orderKind
	ID        int64       `json:",omitempty"` // of the request, at the server that made it
	Namespace string      `json:",omitempty"`
	Rooms     []string    `json:",omitempty"` // of the target
	Except    []string    `json:",omitempty"`
	Flags     targetFlags `json:",omitempty"`
	Into      []string    `json:",omitempty"` // rooms to join or leave
	Sizes     []int       `json:",omitempty"` // of the data and the attachments

	Within  time.Duration `json:",omitempty"` // when the answer is of no use any more
	Socket  string        `json:",omitempty"` // who answers
	Reason  Reason        `json:",omitempty"` // why it cannot
	Sockets []SocketInfo  `json:",omitempty"`
	Replies int           `json:",omitempty"` // how many there were, or are still to come

	from   string
	data   []byte
	binary [][]byte
}

// newCluster returns nil if there is none.
func newCluster(srv *Server) *cluster {
	if srv.opts.Adapter == nil {
		return nil
	}
	c := &cluster{
		srv: srv, adapter: srv.opts.Adapter, name: newID(),
		requests: make(map[int64]*request),
		serving:  make(map[servingKey]context.CancelFunc),
	}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	return c
}

// open joins the cluster, stop ends the work for other servers, close leaves.
func (c *cluster) open() error {
	if c == nil {
		return nil
	}
	if err := c.adapter.Open(c.ctx, c.name, c.deliver); err != nil {
		c.cancel()
		return fmt.Errorf("socketio: open adapter: %w", err)
	}
	return nil
}

func (c *cluster) stop() {
	if c == nil {
		return
	}
	c.cancel()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
}

func (c *cluster) close(ctx context.Context) error {
	if c == nil {
		return nil
	}
	return c.adapter.Close(ctx)
}

// encode returns an order as it travels.
func (o *order) encode() []byte {
	if o.data != nil {
		o.Sizes = append(o.Sizes, len(o.data))
		for _, b := range o.binary {
			o.Sizes = append(o.Sizes, len(b))
		}
	}
	head, err := json.Marshal(o)
	if err != nil {
		panic(err) //nolint:forbidigo // all its fields encode
	}
	message := binary.AppendUvarint(nil, uint64(len(head)))
	message = append(message, head...)
	message = append(message, o.data...)
	for _, b := range o.binary {
		message = append(message, b...)
	}
	return message
}

var errBadOrder = errors.New("socketio: malformed message from another server")

func decodeOrder(message []byte) (*order, error) {
	n, used := binary.Uvarint(message)
	if used <= 0 || n > uint64(len(message)-used) {
		return nil, errBadOrder
	}
	head, rest := message[used:used+int(n)], message[used+int(n):]
	o := new(order)
	if err := json.Unmarshal(head, o); err != nil {
		return nil, fmt.Errorf("%w: %w", errBadOrder, err)
	}
	for i, size := range o.Sizes {
		if size < 0 || size > len(rest) {
			return nil, errBadOrder
		}
		if i == 0 {
			o.data = rest[:size:size]
		} else {
			o.binary = append(o.binary, rest[:size:size])
		}
		rest = rest[size:]
	}
	return o, nil
}

// args returns the data of an order as arguments.
func (o *order) args() (Args, error) {
	if o.data == nil {
		return nil, nil
	}
	elements, err := packet.Split(nil, append(o.data, ']'), len(o.binary))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errBadOrder, err)
	}
	args := make(Args, len(elements))
	for i, e := range elements {
		args[i] = Arg{e, o.binary}
	}
	return args, nil
}

// order returns an order about the sockets of a target.
func (t Target) order(kind orderKind) *order {
	return &order{Kind: kind, Namespace: t.ns.name, Rooms: t.rooms, Except: t.except, Flags: t.flags}
}

// carry gives the order the data of a packet, whose memory it shares.
func (o *order) carry(out *outgoing) *order {
	o.data, o.binary = out.buf[out.head:], out.binary
	return o
}

// reaches tells whether a target has sockets on other servers.
func (c *cluster) reaches(t Target) bool { return c != nil && !t.flags.has(isLocal) }

// broadcast returns the message that has other servers emit an event, nil if there
// are none.
func (c *cluster) broadcast(t Target, out *outgoing) []byte {
	if !c.reaches(t) {
		return nil
	}
	return t.order(orderEmit).carry(out).encode()
}

// publish sends a message to all other servers.
func (c *cluster) publish(ctx context.Context, message []byte) error {
	if message == nil {
		return nil
	}
	if err := c.adapter.Publish(ctx, Message{From: c.name, Data: message}); err != nil {
		return fmt.Errorf("socketio: adapter: %w", err)
	}
	return nil
}

// order has other servers do something with the sockets of a target.
func (c *cluster) order(ctx context.Context, t Target, kind orderKind, into []string) error {
	if !c.reaches(t) {
		return nil
	}
	if t.ns.matches != nil {
		var errs []error
		for _, child := range t.ns.dynamicChildren() {
			errs = append(errs, c.order(ctx, t.on(child), kind, into))
		}
		return errors.Join(errs...)
	}
	o := t.order(kind)
	o.Into = into
	return c.publish(ctx, o.encode())
}

// send answers another server.
func (c *cluster) send(to string, o *order) {
	err := c.adapter.Publish(c.ctx, Message{From: c.name, To: to, Data: o.encode()})
	if err != nil && c.ctx.Err() == nil {
		c.srv.opts.Logger.ErrorContext(c.ctx, "socketio: answer to another server lost", slog.Any("error", err))
	}
}

// deliver takes a message from another server.
func (c *cluster) deliver(m Message) {
	if m.From == c.name || m.To != "" && m.To != c.name {
		return
	}
	o, err := decodeOrder(m.Data)
	if err != nil {
		c.srv.opts.Logger.ErrorContext(c.ctx, "socketio: message from another server", slog.Any("error", err))
		return
	}
	o.from = m.From
	switch o.Kind { //nolint:exhaustive // obey knows the others
	case orderReply, orderDone:
		c.answered(o)
	case orderCancel:
		c.callOff(servingKey{m.From, o.ID})
	case orderFetch, orderCall, orderServer:
		c.accept(o)
	default:
		c.obey(o)
	}
}

// obey does what another server wants done with sockets of this one.
func (c *cluster) obey(o *order) {
	ns := c.srv.lookup(o.Namespace)
	if ns == nil {
		return // no socket of it is here
	}
	t := Target{ns, o.Rooms, o.Except, o.Flags | isLocal}
	var err error
	switch o.Kind { //nolint:exhaustive // deliver knows the others
	case orderEmit:
		err = c.emit(t, o)
	case orderJoin:
		err = t.Join(c.ctx, o.Into...)
	case orderLeave:
		err = t.Leave(c.ctx, o.Into...)
	case orderDisconnect:
		err = t.Disconnect(c.ctx)
	case orderClose:
		err = t.CloseConns(c.ctx)
	case orderBreak:
		err = t.BreakConns(c.ctx)
	default: // of a later version
	}
	if err != nil {
		c.srv.opts.Logger.ErrorContext(c.ctx, "socketio: order of another server", slog.Any("error", err))
	}
}

func (c *cluster) emit(t Target, o *order) error {
	out := c.srv.newOutgoing(packet.Event, t.ns.name, packet.NoID)
	defer out.release()
	out.buf = append(out.buf[:out.head], o.data...)
	out.binary = append(out.binary, o.binary...)
	return t.send(out)
}
