package socketio

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/caucus-live/caucus/socketio/internal/packet"
)

// A cluster is what a server knows of the others and does with them. A nil one has no
// others.
type cluster struct {
	srv     *Server
	adapter Adapter
	name    string
	log     *sharedLog // nil without Recovery and an adapter's log

	// ctx is that of what other servers ask for; it ends with Shutdown.
	ctx    context.Context //nolint:containedctx // the root of requests that come in, as in http.Server
	cancel context.CancelFunc

	lastID atomic.Int64

	mu        sync.Mutex // guards the fields below
	closed    bool
	inquiries map[string]*inquiry
	serving   map[servingKey]context.CancelFunc // requests of others, which they may cancel
}

type servingKey struct{ from, id string }

// newCluster returns nil without an adapter.
func newCluster(srv *Server) *cluster {
	if srv.opts.Adapter == nil {
		return nil
	}
	c := &cluster{
		srv: srv, adapter: srv.opts.Adapter, name: newID(),
		inquiries: make(map[string]*inquiry),
		serving:   make(map[servingKey]context.CancelFunc),
	}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	return c
}

// open joins the cluster, stop ends the work for other servers, close leaves.
func (c *cluster) open(ctx context.Context) error {
	if c == nil {
		return nil
	}
	if err := c.adapter.Open(ctx, Node{Name: c.name, Deliver: c.deliver, Server: c.srv}); err != nil {
		c.cancel()
		return fmt.Errorf("socketio: open adapter: %w", err)
	}
	if c.log != nil {
		go c.log.keeper.run(context.WithoutCancel(ctx)) // close ends it, and waits for it
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
	if c.log != nil {
		c.log.keeper.close()
		defer close(c.log.closed)
	}
	return c.adapter.Close(ctx)
}

// newID returns an id that no other request of the cluster has.
func (c *cluster) newID() string { return c.name + "." + strconv.FormatInt(c.lastID.Add(1), 36) }

// reaches reports whether a target has sockets on other servers.
func (c *cluster) reaches(t Target) bool { return c != nil && !t.flags.has(isLocal) }

// carry gives the message a copy of the data of a packet that is not finished.
func (m *Message) carry(out *outgoing) *Message {
	out.flatten()
	data := make([]byte, 0, len(out.buf)-out.head+1)
	m.Data = append(append(data, out.buf[out.head:]...), ']')
	m.Attachments = slices.Clone(out.binary)
	return m
}

// broadcast returns the message that has other servers emit an event, nil if none of
// its sockets can be there.
func (c *cluster) broadcast(t Target, out *outgoing) *Message {
	if !c.reaches(t) {
		return nil
	}
	return t.message(MessageBroadcast).carry(out)
}

// publish sends a message; nil is ignored.
func (c *cluster) publish(ctx context.Context, m *Message) error {
	if m == nil {
		return nil
	}
	m.From = c.name
	if err := c.adapter.Publish(ctx, *m); err != nil {
		return fmt.Errorf("socketio: adapter: %w", err)
	}
	return nil
}

// order has other servers do something with the sockets of a target.
func (c *cluster) order(ctx context.Context, t Target, kind MessageKind, into []string) error {
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
	m := t.message(kind)
	m.Into = into
	if c.log != nil { // where it stays in order with events
		_, err := c.log.append(ctx, m)
		return err
	}
	return c.publish(ctx, m)
}

// answer sends an answer, or a cancellation, to another server.
func (c *cluster) answer(m *Message) {
	if err := c.publish(c.ctx, m); err != nil && c.ctx.Err() == nil {
		c.srv.opts.Logger.ErrorContext(c.ctx, "socketio: answer to another server lost", slog.Any("error", err))
	}
}

// deliver takes a message from another server, or from the log.
func (c *cluster) deliver(m Message) {
	isOurs := m.From == c.name || m.To != "" && m.To != c.name
	switch {
	case c.log == nil || m.Offset == "":
		if !isOurs {
			c.act(&m)
		}
	case m.Kind == MessagePosition:
		c.log.deliver(&m, func(at offset) { c.srv.store.begin(m.Count, at) })
	case m.isRecoverable():
		c.log.deliver(&m, func(at offset) { c.recordShared(&m, at) })
	default:
		c.log.deliver(&m, func(offset) {
			if !isOurs {
				c.act(&m)
			}
		})
	}
}

// act does what a message says.
func (c *cluster) act(m *Message) {
	switch m.Kind {
	case MessageCount, MessageReply, MessageSockets:
		c.answered(m)
	case MessageCancel:
		c.callOff(servingKey{m.From, m.ID})
	case MessageFetch, MessageServerEvent:
		c.accept(m)
	case MessageBroadcast:
		if m.ID != "" {
			c.accept(m)
			return
		}
		c.obey(m)
	case MessageJoin, MessageLeave, MessageDisconnect, MessageCloseConns, MessageBreakConns:
		c.log.runHooks(func() { c.obey(m) })
	case MessageTaken:
		c.giveUp(m)
	case MessagePosition: // without recovery
	default: // of a later version
	}
}

// obey does what another server wants done with sockets of this one.
func (c *cluster) obey(m *Message) {
	ns := c.srv.lookup(m.Namespace)
	if ns == nil {
		return // no socket of it is here
	}
	t := m.target(ns)
	var err error
	switch m.Kind { //nolint:exhaustive // deliver knows the others
	case MessageBroadcast:
		err = c.emit(t, m)
	case MessageJoin:
		err = t.Join(c.ctx, m.Into...)
	case MessageLeave:
		err = t.Leave(c.ctx, m.Into...)
	case MessageDisconnect:
		err = t.Disconnect(c.ctx)
	case MessageCloseConns:
		err = t.CloseConns(c.ctx)
	case MessageBreakConns:
		err = t.BreakConns(c.ctx)
	}
	if err != nil {
		c.srv.opts.Logger.ErrorContext(c.ctx, "socketio: message from another server", slog.Any("error", err))
	}
}

// outgoing returns the event of a message as a packet without its end.
func (c *cluster) outgoing(m *Message) (*outgoing, error) {
	end := len(m.Data) - 1
	if end < 1 || m.Data[0] != '[' || m.Data[end] != ']' {
		return nil, errBadMessage
	}
	out := c.srv.newOutgoing(packet.Event, m.Namespace, packet.NoID)
	out.buf = append(out.buf[:out.head], m.Data[:end]...)
	out.binary = append(out.binary, m.Attachments...)
	return out, nil
}

func (c *cluster) emit(t Target, m *Message) error {
	out, err := c.outgoing(m)
	if err != nil {
		return err
	}
	defer out.release()
	c.observeSent(t, m)
	return t.send(out)
}
