package socketio

import "context"

// A Reply is one recipient's answer to a call that asked several.
type Reply[T any] struct {
	Socket string // the id of the socket that answered, or failed to
	Server string // for calls through [Servers], the name of the server instead
	Value  T
}

// acked is an acknowledgement on its way to the call that waits for it.
type acked struct {
	socket string
	args   Args
	err    error
}

// await registers that the acknowledgement id goes to ch, which must have room
// for it.
func (s *Socket) await(id int64, ch chan<- acked) error {
	defer s.conn.leaveWhenSettled() // it is not waited for any more
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state == disconnected {
		return s.ended
	}
	if s.acks == nil {
		s.acks = make(map[int64]chan<- acked)
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
		ch <- acked{socket: s.id, args: args}
	}
}

// Call sends an event to the client and waits for its acknowledgement. If ctx is
// done first, it returns ctx's cause; if the socket is disconnected first, a
// [*DisconnectError]. If ctx has no deadline, Options.CallTimeout applies. An
// acknowledgement in the form of an error is returned as an [*Error], together with
// its arguments. A handler may call its own client.
func (s *Socket) Call(ctx context.Context, event string, args ...any) (answer Args, err error) {
	ctx, done := s.ns.traceCall(ctx, event)
	defer func() { done(err) }()
	ctx, cancel := s.conn.srv.withTimeout(ctx)
	defer cancel()
	return s.call(ctx, event, args)
}

func (s *Socket) call(ctx context.Context, event string, args []any) (Args, error) {
	s.ns.observe(ctx, event, args)
	s.observeSent(event, args)
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
	answer := make(chan acked, 1)
	if err := s.await(id, answer); err != nil {
		return nil, err
	}
	defer s.forget(id)
	if err := s.send(batch...); err != nil {
		return nil, err
	}
	select {
	case r := <-answer:
		if r.err == nil {
			r.err = answeredError(r.args)
		}
		return r.args, r.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// withTimeout gives ctx the deadline of calls that have none.
func (srv *Server) withTimeout(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, srv.opts.CallTimeout)
}
