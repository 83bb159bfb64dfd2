package socketio

import (
	"context"
	"iter"

	"github.com/caucus-live/caucus/socketio/engineio"
)

// A Reply is what one of several answered to a call.
type Reply[T any] struct {
	Socket string // the id of the socket that answered, or should have; or
	Server string // the name of a server: see [Servers]
	Value  T
}

// A Caller is whom an event can be sent to that each is to answer: a [Target], a
// [*Namespace], [Servers].
type Caller interface {
	Call(ctx context.Context, event string, args ...any) iter.Seq2[Reply[Args], error]
}

// reply is an acknowledgement on its way to whoever waits for it.
type reply struct {
	socket string
	args   Args
	err    error
}

// await registers that the acknowledgement id goes to ch, which must have room
// for it.
func (s *Socket) await(id int64, ch chan<- reply) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state == disconnected {
		return &DisconnectError{s.reason}
	}
	if s.acks == nil {
		s.acks = make(map[int64]chan<- reply)
	}
	s.acks[id] = ch
	s.inbox.makeSpaceLocked() // what is awaited may stand behind events
	return nil
}

// forget undoes await.
func (s *Socket) forget(id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.acks, id)
}

// resolve takes an acknowledgement off the read loop. One that nobody waits for,
// or that came before, is ignored.
func (s *Socket) resolve(id int64, args Args) {
	s.mu.Lock()
	ch, ok := s.acks[id]
	delete(s.acks, id)
	s.mu.Unlock()
	if ok {
		ch <- reply{socket: s.id, args: args}
	}
}

// Call sends an event to the client and waits for its acknowledgement, until ctx
// is done, whose cause it then returns, or the socket is disconnected, which is a
// [*DisconnectError]. A handler may call its own client.
func (s *Socket) Call(ctx context.Context, event string, args ...any) (Args, error) {
	s.ns.observe(ctx, event, args)
	id := s.ns.lastAck.Add(1)
	o, err := s.conn.srv.newEvent(s.name(), id, event, args)
	if err != nil {
		return nil, err
	}
	batch, err := o.finish(true)
	o.release()
	if err != nil {
		return nil, err
	}
	answer := make(chan reply, 1)
	if err := s.await(id, answer); err != nil {
		return nil, err
	}
	defer s.forget(id)
	if err := s.send(batch...); err != nil {
		return nil, err
	}
	select {
	case r := <-answer:
		return r.args, r.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// Call sends an event to each of the sockets and yields their acknowledgements
// as they come. It ends when all have answered. For a socket that is disconnected
// before it has, it yields a [*DisconnectError]. When ctx is done, it yields ctx's
// cause for each that has not answered, and one [*MissingServersError] that names the other
// servers with such sockets; another one if servers leave the cluster meanwhile.
// To stop early, break.
//
// The event is sent when the iteration begins. [Target.Volatile] is ignored.
func (t Target) Call(ctx context.Context, event string, args ...any) iter.Seq2[Reply[Args], error] {
	return func(yield func(Reply[Args], error) bool) {
		if t.ns.matches != nil {
			yield(Reply[Args]{}, ErrParent)
			return
		}
		c, err := t.call(ctx, event, args)
		if err != nil {
			yield(Reply[Args]{}, err)
			return
		}
		defer c.stop()
		c.yield(ctx, yield)
	}
}

// A call waits for the answers of several sockets.
type call struct {
	id      int64
	answers chan reply
	waiting map[string]*Socket // those that have not answered, by id
	remote  *inquiry           // the same for other servers
}

func (t Target) call(ctx context.Context, event string, args []any) (*call, error) {
	t.ns.observe(ctx, event, args)
	id := t.ns.lastAck.Add(1)
	o, err := t.ns.srv.newEvent(t.ns.name, id, event, args)
	if err != nil {
		return nil, err
	}
	defer o.release()
	c := &call{id: id}
	if cluster := t.ns.srv.cluster; cluster.reaches(t) {
		if c.remote, err = cluster.ask(ctx, t.message(MessageBroadcast).carry(o)); err != nil {
			return nil, err
		}
	}
	batch, err := o.finish(!t.flags.has(isUncompressed))
	if err != nil {
		c.remote.stop()
		return nil, err
	}
	c.send(t, batch)
	return c, nil
}

func (c *call) send(t Target, batch []*engineio.Message) {
	c.waiting = make(map[string]*Socket)
	for s := range t.Sockets() {
		c.waiting[s.id] = s
	}
	c.answers = make(chan reply, len(c.waiting))
	for id, s := range c.waiting {
		if err := s.await(c.id, c.answers); err != nil {
			c.answers <- reply{socket: id, err: err}
			continue
		}
		_ = s.conn.session.Send(batch...) // if it fails, the socket is about to end, which is an answer
	}
}

// yield yields the answers until all have come, or ctx is done.
func (c *call) yield(ctx context.Context, yield func(Reply[Args], error) bool) {
	for len(c.waiting) > 0 || c.remote.pending() {
		select {
		case a := <-c.answers:
			if !c.answered(a, yield) {
				return
			}
		case <-c.remote.news():
			if !c.answeredElsewhere(yield) {
				return
			}
		case <-c.remote.tick():
			if err := c.remote.gone(ctx); err != nil && !yield(Reply[Args]{}, err) {
				return
			}
		case <-ctx.Done():
			c.giveUp(context.Cause(ctx), yield)
			return
		}
	}
}

// answered yields the answer of a socket on this server.
func (c *call) answered(a reply, yield func(Reply[Args], error) bool) (goOn bool) {
	delete(c.waiting, a.socket)
	return yield(Reply[Args]{Socket: a.socket, Value: a.args}, a.err)
}

// answeredElsewhere yields the answers that have come from other servers.
func (c *call) answeredElsewhere(yield func(Reply[Args], error) bool) (goOn bool) {
	for _, m := range c.remote.take() {
		if m.Kind == MessageReply && !yield(m.reply()) {
			return false
		}
	}
	return true
}

// giveUp yields what has come, and an error for each that has not answered.
func (c *call) giveUp(cause error, yield func(Reply[Args], error) bool) {
	for len(c.answers) > 0 { // nobody else takes them
		if !c.answered(<-c.answers, yield) {
			return
		}
	}
	if !c.answeredElsewhere(yield) {
		return
	}
	for id := range c.waiting {
		if !yield(Reply[Args]{Socket: id}, cause) {
			return
		}
	}
	if err := c.remote.missing(); err != nil {
		yield(Reply[Args]{}, err)
	}
}

// stop forgets who has not answered.
func (c *call) stop() {
	for _, s := range c.waiting {
		s.forget(c.id)
	}
	c.remote.stop()
}
