package socketio

import (
	"context"
	"iter"

	"github.com/caucus-live/caucus/socketio/engineio"
)

// Call sends an event to each of the sockets and yields their acknowledgements as
// they come. It ends when all have answered. For a socket that is disconnected
// before it answers, it yields a [*DisconnectError]. When ctx is done, it yields
// ctx's cause for each socket that has not answered, and one [*MissingServersError]
// that names the other servers with such sockets. If servers leave the cluster in
// the meantime, it yields another one that names them. If ctx has no deadline,
// Options.CallTimeout applies. An acknowledgement in the form of an error is
// yielded as an [*Error]. To stop early, break.
//
// The event is sent when the iteration begins. [Target.Volatile] is ignored.
func (t Target) Call(ctx context.Context, event string, args ...any) iter.Seq2[Reply[Args], error] {
	return func(yield func(Reply[Args], error) bool) {
		if t.isNobody() {
			return
		}
		if t.ns.matches != nil {
			yield(Reply[Args]{}, ErrParent)
			return
		}
		ctx, done := t.ns.traceCall(ctx, event)
		var first error
		defer func() { done(first) }()
		ctx, cancel := t.ns.srv.withTimeout(ctx)
		defer cancel()
		yield = withErrors(keepFirst(&first, yield))
		g, err := t.ask(ctx, event, args)
		if err != nil {
			yield(Reply[Args]{}, err)
			return
		}
		defer g.stop()
		g.yield(ctx, yield)
	}
}

// keepFirst keeps the first error that is yielded.
func keepFirst(first *error, yield func(Reply[Args], error) bool) func(Reply[Args], error) bool {
	return func(r Reply[Args], err error) bool {
		if *first == nil {
			*first = err
		}
		return yield(r, err)
	}
}

// withErrors yields answers in the form of an error as errors.
func withErrors(yield func(Reply[Args], error) bool) func(Reply[Args], error) bool {
	return func(r Reply[Args], err error) bool {
		if err == nil {
			err = answeredError(r.Value)
		}
		return yield(r, err)
	}
}

// A gathering waits for the answers of several sockets.
type gathering struct {
	id      int64
	answers chan acked
	waiting map[string]*Socket // those that have not answered, by id
	remote  *inquiry           // the same for other servers
}

// ask sends an event to the sockets, each of which is to answer.
func (t Target) ask(ctx context.Context, event string, args []any) (*gathering, error) {
	t.ns.observe(ctx, event, args)
	t.observeSent(event, args)
	id := t.ns.lastAck.Add(1)
	o, err := t.ns.srv.newEvent(t.ns.name, id, event, args)
	if err != nil {
		return nil, err
	}
	defer o.release()
	g := &gathering{id: id}
	if cluster := t.ns.srv.cluster; cluster.reaches(t) {
		if g.remote, err = cluster.ask(ctx, t.message(MessageBroadcast).carry(o)); err != nil {
			return nil, err
		}
	}
	batch, err := o.finish(!t.flags.has(isUncompressed))
	if err != nil {
		g.remote.stop()
		return nil, err
	}
	g.send(t, batch)
	return g, nil
}

func (g *gathering) send(t Target, batch []*engineio.Message) {
	g.waiting = make(map[string]*Socket)
	for s := range t.Sockets() {
		g.waiting[s.id] = s
	}
	g.answers = make(chan acked, len(g.waiting))
	for id, s := range g.waiting {
		if err := s.await(g.id, g.answers); err != nil {
			g.answers <- acked{socket: id, err: err}
			continue
		}
		_ = s.conn.session.Send(batch...) // if it fails, the socket is about to end, which is an answer
	}
}

// yield yields the answers until all have come, or ctx is done.
func (g *gathering) yield(ctx context.Context, yield func(Reply[Args], error) bool) {
	for len(g.waiting) > 0 || g.remote.pending() {
		select {
		case a := <-g.answers:
			if !g.answered(a, yield) {
				return
			}
		case <-g.remote.news():
			if !g.answeredElsewhere(yield) {
				return
			}
		case <-g.remote.tick():
			if err := g.remote.gone(ctx); err != nil && !yield(Reply[Args]{}, err) {
				return
			}
		case <-ctx.Done():
			g.giveUp(context.Cause(ctx), yield)
			return
		}
	}
}

// answered yields the answer of a socket on this server.
func (g *gathering) answered(a acked, yield func(Reply[Args], error) bool) (goOn bool) {
	delete(g.waiting, a.socket)
	return yield(Reply[Args]{Socket: a.socket, Value: a.args}, a.err)
}

// answeredElsewhere yields the answers that have come from other servers.
func (g *gathering) answeredElsewhere(yield func(Reply[Args], error) bool) (goOn bool) {
	for _, m := range g.remote.take() {
		if m.Kind == MessageReply && !yield(m.reply()) {
			return false
		}
	}
	return true
}

// giveUp yields what has come, and an error for each that has not answered.
func (g *gathering) giveUp(cause error, yield func(Reply[Args], error) bool) {
	for len(g.answers) > 0 { // nobody else takes them
		if !g.answered(<-g.answers, yield) {
			return
		}
	}
	if !g.answeredElsewhere(yield) {
		return
	}
	for id := range g.waiting {
		if !yield(Reply[Args]{Socket: id}, cause) {
			return
		}
	}
	if err := g.remote.missing(); err != nil {
		yield(Reply[Args]{}, err)
	}
}

// stop forgets the sockets that have not answered.
func (g *gathering) stop() {
	for _, s := range g.waiting {
		s.forget(g.id)
	}
	g.remote.stop()
}
