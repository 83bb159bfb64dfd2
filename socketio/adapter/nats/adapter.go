package natsadapter

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/caucus-live/caucus/socketio"
)

// An Adapter is the [socketio.Adapter] of one server.
type Adapter struct {
	// Immutable after Open.
	conn   *nats.Conn
	opts   Options
	node   socketio.Node
	others *presence
	log    *streamLog // nil without Options.Log

	inbox chan *nats.Msg // of all subscriptions, so that their messages stay in order
	subs  []*nats.Subscription
	stop  chan struct{} // closed by Close
	done  chan struct{} // closed when the last message is delivered

	mu     sync.RWMutex // held for reading while a message is published; guards the field below
	isOpen bool
}

var errNotOpen = errors.New("natsadapter: not open")

// New returns an adapter for one server. Options may be nil. The connection stays the
// caller's, who may use it for other things and closes it after the server has shut down.
func New(conn *nats.Conn, opts *Options) *Adapter {
	a := &Adapter{conn: conn}
	if opts != nil {
		a.opts = *opts
	}
	if a.opts.Log != nil {
		a.log = new(streamLog)
	}
	return a
}

// patience bounds waiting for the NATS server where the context does not.
const patience = 10 * time.Second

// What a sign of life may say.
const (
	hello = "hello" // of a new server: the others greet it
	bye   = "bye"
)

// Open implements [socketio.Adapter]. It waits at most 10 s for NATS. A server learns of the
// others when they greet it, a moment after Open has returned.
func (a *Adapter) Open(ctx context.Context, node socketio.Node) (err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.done != nil {
		return errors.New("natsadapter: opened twice")
	}
	if a.opts, err = a.opts.withDefaults(); err != nil {
		return err
	}
	a.node, a.others = node, newPresence(3*a.opts.Heartbeat)
	a.inbox = make(chan *nats.Msg, a.opts.Queue)
	if err := a.join(ctx); err != nil {
		a.log.close()
		a.unsubscribe()
		return err
	}
	a.isOpen, a.stop, a.done = true, make(chan struct{}), make(chan struct{})
	go a.run() // Close ends it, and waits for it
	return nil
}

// join opens the log and subscribes.
func (a *Adapter) join(ctx context.Context) error {
	if a.log != nil {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		a.log.opts = *a.opts.Log
		if err := a.log.open(ctx, a.conn, a.opts.Prefix, a.node.Deliver); err != nil {
			return fmt.Errorf("natsadapter: open the log: %w", err)
		}
	}
	if err := a.subscribe(ctx); err != nil {
		return fmt.Errorf("natsadapter: subscribe: %w", err)
	}
	return nil
}

// Log implements [socketio.LogAdapter].
func (a *Adapter) Log() socketio.Log {
	if a.log == nil {
		return nil
	}
	return a.log
}

// subscribe subscribes and says hello.
func (a *Adapter) subscribe(ctx context.Context) error {
	for _, subject := range []string{a.subject("all", "*"), a.subject("to", a.node.Name, "*"), a.subject("here", "*")} {
		sub, err := a.conn.ChanSubscribe(subject, a.inbox)
		if err != nil {
			return err
		}
		a.subs = append(a.subs, sub)
	}
	if err := a.conn.Publish(a.here(), []byte(hello)); err != nil {
		return err
	}
	return a.flush(ctx)
}

func (a *Adapter) unsubscribe() {
	for _, sub := range a.subs {
		_ = sub.Unsubscribe() // fails if the connection is closed, which does the same
	}
	a.subs = nil
}

// flush waits until NATS has everything.
func (a *Adapter) flush(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return a.conn.FlushWithContext(ctx)
}

func (a *Adapter) subject(tokens ...string) string {
	return a.opts.Prefix + "." + strings.Join(tokens, ".")
}

// here is the subject of this server's signs of life.
func (a *Adapter) here() string { return a.subject("here", a.node.Name) }

// run takes what comes and shows that this server is running, until Close.
func (a *Adapter) run() {
	defer close(a.done)
	beat := time.NewTicker(a.opts.Heartbeat)
	defer beat.Stop()
	for {
		select {
		case <-a.stop:
			return
		case <-beat.C:
			_ = a.conn.Publish(a.here(), nil) // if the connection is closed, all others fail too
		case msg := <-a.inbox:
			a.take(msg)
		}
	}
}

// take delivers a message, or notes a sign of life.
func (a *Adapter) take(msg *nats.Msg) {
	kind, from := a.parse(msg.Subject)
	if from == a.node.Name {
		return
	}
	if kind == "here" && string(msg.Data) == bye {
		a.others.left(from)
		return
	}
	a.others.saw(from)
	switch {
	case kind == "here" && string(msg.Data) == hello:
		_ = a.conn.Publish(a.subject("to", from, a.node.Name), nil) // otherwise the next heartbeat says it
	case kind != "here" && len(msg.Data) > 0:
		if m, err := socketio.DecodeMessage(msg.Data); err == nil { // otherwise of a version that this one cannot read
			a.node.Deliver(m)
		}
	}
}

// parse returns the first token of a subject behind the prefix, and the last.
func (a *Adapter) parse(subject string) (kind, from string) {
	rest := subject[len(a.opts.Prefix)+1:]
	kind, _, _ = strings.Cut(rest, ".")
	return kind, rest[strings.LastIndexByte(rest, '.')+1:]
}

// Publish implements [socketio.Adapter]. While the connection is being restored NATS's client
// keeps what is published, up to its ReconnectBufSize. ctx is not used, since Publish does not
// wait.
func (a *Adapter) Publish(_ context.Context, m socketio.Message) error {
	subject := a.subject("all", a.node.Name)
	if m.To != "" {
		subject = a.subject("to", m.To, a.node.Name)
	}
	a.mu.RLock()
	defer a.mu.RUnlock()
	if !a.isOpen {
		return errNotOpen
	}
	if err := a.conn.Publish(subject, m.Encode()); err != nil {
		return fmt.Errorf("natsadapter: publish: %w", err)
	}
	return nil
}

// Servers implements [socketio.Adapter].
func (a *Adapter) Servers(context.Context) ([]string, error) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	if !a.isOpen {
		return nil, errNotOpen
	}
	return a.others.servers(), nil
}

// Close implements [socketio.Adapter]. It waits at most 10 s for NATS to take the last
// messages, and not at all where the connection is lost.
func (a *Adapter) Close(ctx context.Context) error {
	a.mu.Lock()
	wasOpen := a.isOpen
	a.isOpen = false
	a.mu.Unlock()
	if !wasOpen {
		return errNotOpen
	}
	a.log.close()
	close(a.stop)
	<-a.done
	a.unsubscribe()
	if !a.conn.IsConnected() {
		return nil // the others notice
	}
	if err := a.conn.Publish(a.here(), []byte(bye)); err != nil {
		return fmt.Errorf("natsadapter: publish: %w", err)
	}
	if err := a.flush(ctx); err != nil {
		return fmt.Errorf("natsadapter: flush: %w", err)
	}
	return nil
}
