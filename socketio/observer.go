package socketio

import "slices"

// An Observer has functions that are told what happens to the sockets of a server, in
// all its namespaces, for tools that show it to people. Each function may be nil. They
// are called on the goroutine that does the work, and so concurrently, and must neither
// block nor panic. Events of different sockets may be reported in either order.
//
// [Trace] serves measuring, at less cost.
type Observer struct {
	// Connect is called for each new socket, before the functions of
	// [Namespace.OnConnect].
	Connect func(s *Socket)

	// Disconnect is called after the last handler of a socket has returned, before
	// the functions of [Namespace.OnDisconnect].
	Disconnect func(s *Socket, reason Reason)

	// Room is called as the functions of [Namespace.OnRoom] are.
	Room func(ns *Namespace, e RoomEvent)

	// Received is called for each event of a client, before its handler.
	Received func(s *Socket, r Request)

	// Sent is called for each socket of this server that an event is sent to, before
	// that, whether it was emitted to the socket, to a target, or by another server
	// of the cluster. args are those on the wire: each field of a [Tuple] is one, and
	// each [Arg] of [Args]. They must not be changed.
	Sent func(s *Socket, event string, args []any)
}

// Observe registers an observer, until stop is called. Observers are told in the order
// of their registration. Without observers, that costs one atomic load for each event; only
// those with Sent cost something for each socket that an event is sent to.
func (srv *Server) Observe(o Observer) (stop func()) {
	added := &o
	srv.changeObservers(func(all []*Observer) []*Observer { return append(all, added) })
	return func() {
		srv.changeObservers(func(all []*Observer) []*Observer {
			return slices.DeleteFunc(all, func(o *Observer) bool { return o == added })
		})
	}
}

func (srv *Server) changeObservers(change func([]*Observer) []*Observer) {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	all := change(slices.Clone(srv.observing()))
	srv.observers.Store(&observers{all, slices.DeleteFunc(slices.Clone(all), func(o *Observer) bool { return o.Sent == nil })})
}

// observers are those of a server, none of which changes.
type observers struct {
	all  []*Observer
	sent []*Observer // those with Sent
}

// observing returns the observers, which must not be changed.
func (srv *Server) observing() []*Observer {
	if o := srv.observers.Load(); o != nil {
		return o.all
	}
	return nil
}

// observingSent returns the observers that are told what is sent.
func (srv *Server) observingSent() []*Observer {
	if o := srv.observers.Load(); o != nil {
		return o.sent
	}
	return nil
}

func (s *Socket) observeConnect() {
	for _, o := range s.conn.srv.observing() {
		if o.Connect != nil {
			o.Connect(s)
		}
	}
}

func (s *Socket) observeDisconnect(reason Reason) {
	for _, o := range s.conn.srv.observing() {
		if o.Disconnect != nil {
			o.Disconnect(s, reason)
		}
	}
}

func (ns *Namespace) observeRoom(e RoomEvent) {
	for _, o := range ns.srv.observing() {
		if o.Room != nil {
			o.Room(ns, e)
		}
	}
}

func (s *Socket) observeReceived(r Request) {
	for _, o := range s.conn.srv.observing() {
		if o.Received != nil {
			o.Received(s, r)
		}
	}
}

// observeSent reports an event that is emitted to the socket alone.
func (s *Socket) observeSent(event string, args []any) {
	if all := s.conn.srv.observingSent(); len(all) > 0 {
		s.tellSent(all, event, separate(args))
	}
}

func (s *Socket) tellSent(all []*Observer, event string, args []any) {
	for _, o := range all {
		o.Sent(s, event, args)
	}
}

// observeSent reports an event to each of the sockets on this server.
func (t Target) observeSent(event string, args []any) {
	all := t.ns.srv.observingSent()
	if len(all) == 0 {
		return
	}
	args = separate(args)
	for s := range t.Sockets() {
		s.tellSent(all, event, args)
	}
}

// observeSent reports an event of another server to the sockets on this one. Its own were
// reported when they were emitted.
func (c *cluster) observeSent(t Target, m *Message) {
	if m.From == c.name || len(c.srv.observingSent()) == 0 {
		return
	}
	if event, args, err := m.event(); err == nil {
		t.observeSent(event, []any{args})
	}
}

// separate returns the arguments that values become on the wire: see outgoing.append.
func separate(values []any) (args []any) {
	for _, v := range values {
		switch v := v.(type) {
		case None:
		case Args:
			for _, arg := range v {
				args = append(args, arg)
			}
		case tupleLike:
			args = append(args, separate(fieldsOf(v))...)
		default:
			args = append(args, v)
		}
	}
	return args
}
