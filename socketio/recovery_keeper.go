package socketio

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"sync"
	"time"
)

// A sessionKeeper saves the sessions of this server's sockets in the cluster's log: while
// they are connected, so that their clients recover if this server dies, and when they have
// ended. It saves a session soon after it has changed, several changes at once.
type sessionKeeper struct {
	shared *sharedLog
	wake   chan struct{} // has room for one: there is something in pending
	stop   chan struct{} // closed by close
	done   chan struct{} // closed when everything is saved

	writing sync.Mutex // held while sessions are written; taken before mu

	mu      sync.Mutex                 // guards the fields below
	pending map[string]*pendingSession // by PID
	claims  map[string]*claiming       // sockets that are about to resume, by PID
}

// A pendingSession is to be saved as it is when its turn comes, or as it ended.
type pendingSession struct {
	namespace string
	socket    *Socket     // connected; nil if it has ended
	ended     *awaySocket // nil while it is connected
	isOver    bool        // the client will not come back: the session is removed
}

// saveTimeout bounds the wait for the adapter's log.
const saveTimeout = 5 * time.Second

func newSessionKeeper(s *sharedLog) *sessionKeeper {
	return &sessionKeeper{
		shared: s, pending: make(map[string]*pendingSession), claims: make(map[string]*claiming),
		wake: make(chan struct{}, 1), stop: make(chan struct{}), done: make(chan struct{}),
	}
}

// save has the session of a connected socket saved.
func (k *sessionKeeper) save(s *Socket) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if p, ok := k.pending[s.resumable.pid]; !ok || p.ended == nil {
		k.pending[s.resumable.pid] = &pendingSession{namespace: s.ns.name, socket: s}
	}
	k.wakeUp()
}

// end has the session of a socket that has ended saved or removed.
func (k *sessionKeeper) end(namespace string, a *awaySocket, isRecoverable bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.pending[a.PID] = &pendingSession{namespace: namespace, ended: a, isOver: !isRecoverable}
	k.wakeUp()
}

// A claiming is a client's attempt to resume its session.
type claiming struct{ lostTo int } // the Turn at which another server has taken it since; zero: none has

// claim notes that a client is about to resume a session, until stop is called.
func (k *sessionKeeper) claim(pid string) (c *claiming, stop func()) {
	c = new(claiming)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.claims[pid] = c
	return c, func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		if k.claims[pid] == c {
			delete(k.claims, pid)
		}
	}
}

// isLost reports whether another server has taken a session at a later turn.
func (k *sessionKeeper) isLost(c *claiming, turn int) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return c.lostTo > turn
}

// forget forgets a session that another server has taken.
func (k *sessionKeeper) forget(pid string, turn int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if p, ok := k.pending[pid]; ok && p.turn() < turn {
		delete(k.pending, pid)
	}
	if c, ok := k.claims[pid]; ok {
		c.lostTo = max(c.lostTo, turn)
	}
}

func (p *pendingSession) turn() int {
	if p.ended != nil {
		return p.ended.Turn
	}
	return p.socket.resumable.turn
}

func (k *sessionKeeper) wakeUp() {
	select {
	case k.wake <- struct{}{}:
	default:
	}
}

// run saves sessions until close. Those of connected sockets are saved again from time to
// time, so that they do not expire.
func (k *sessionKeeper) run(ctx context.Context) {
	defer close(k.done)
	again := time.NewTicker(k.shared.opts.MaxDisconnection)
	defer again.Stop()
	for {
		select {
		case <-k.wake:
		case <-again.C:
			for _, s := range k.shared.srv.store.liveSockets() {
				k.save(s)
			}
		case <-k.stop:
			k.write(ctx)
			return
		}
		k.write(ctx)
	}
}

// close saves what is left.
func (k *sessionKeeper) close() {
	close(k.stop)
	<-k.done
}

// write saves all that is pending. What cannot be saved stays.
func (k *sessionKeeper) write(ctx context.Context) {
	k.writing.Lock()
	defer k.writing.Unlock()
	k.mu.Lock()
	pending := k.pending
	k.pending = make(map[string]*pendingSession)
	k.mu.Unlock()
	for pid, p := range pending {
		if err := k.writeOne(ctx, pid, p); err != nil {
			k.shared.report(ctx, "save sessions", err)
			k.mu.Lock()
			maps.Copy(pending, k.pending) // newer
			k.pending = pending
			k.mu.Unlock()
			return
		}
		delete(pending, pid)
	}
}

// flush saves one session now, if it is pending.
func (k *sessionKeeper) flush(ctx context.Context, pid string) {
	k.writing.Lock()
	defer k.writing.Unlock()
	k.mu.Lock()
	p, ok := k.pending[pid]
	delete(k.pending, pid)
	k.mu.Unlock()
	if !ok {
		return
	}
	if err := k.writeOne(ctx, pid, p); err != nil {
		k.shared.report(ctx, "save sessions", err)
	}
}

func (k *sessionKeeper) writeOne(ctx context.Context, pid string, p *pendingSession) error {
	ctx, cancel := context.WithTimeout(ctx, saveTimeout)
	defer cancel()
	log, a, keep := k.shared.log, p.ended, k.shared.opts.MaxDisconnection
	switch {
	case p.isOver:
		if _, err := log.TakeSession(ctx, p.namespace, pid); err != nil && !errors.Is(err, ErrNoSession) {
			return err
		}
		return nil
	case a == nil && p.socket.gone() != nil:
		return nil // its end is pending, or written
	case a == nil:
		a = awaySocketOf(p.socket)
		keep *= 2 // until it is saved again, and then as long as the client may be away
	}
	s, err := k.shared.session(p.namespace, a)
	if err != nil {
		k.shared.report(ctx, "encode a session", err) // another time is no better
		return nil
	}
	return log.SaveSession(ctx, s, keep)
}

// session returns what is saved of a socket.
func (s *sharedLog) session(namespace string, a *awaySocket) (Session, error) {
	data, err := encodeData(a.data)
	if err != nil {
		return Session{}, err
	}
	rooms := make(map[string]string, len(a.Rooms))
	for room, joined := range a.Rooms {
		rooms[room] = joined.String()
	}
	return Session{
		PID: a.PID, ID: a.ID, Turn: a.Turn, Namespace: namespace, Server: s.srv.cluster.name,
		Since: a.Since.String(), Rooms: rooms, Data: data,
	}, nil
}

// A takenSession is a socket that this server may continue.
type takenSession struct {
	*awaySocket

	isSinceKnown bool
}

// take takes a session, and has the server that may still have its socket give that up.
func (s *sharedLog) take(ctx context.Context, namespace string, c claim) (takenSession, bool) {
	s.keeper.flush(ctx, c.PID)
	session, err := s.log.TakeSession(ctx, namespace, c.PID)
	if err != nil {
		s.report(ctx, "take a session", err)
		return takenSession{}, false
	}
	if session.Namespace != namespace || session.ID == "" {
		return takenSession{}, false
	}
	session.Turn++
	if session.Server != "" && session.Server != s.srv.cluster.name {
		s.srv.cluster.answer(&Message{Kind: MessageTaken, Namespace: namespace, ID: c.PID, Count: session.Turn, Socket: session.ID})
	}
	a, err := session.away()
	if err != nil {
		s.report(ctx, "take a session", err)
		return takenSession{}, false
	}
	session.Server = s.srv.cluster.name // from now on, so that the client may be lost again at any time
	if err := s.log.SaveSession(ctx, session, 2*s.opts.MaxDisconnection); err != nil {
		s.report(ctx, "save sessions", err)
	}
	return takenSession{a, session.Since != ""}, true
}

// away is the inverse of sharedLog.session.
func (s *Session) away() (*awaySocket, error) {
	a := &awaySocket{ID: s.ID, PID: s.PID, Turn: s.Turn, Rooms: make(map[string]offset, len(s.Rooms)), data: make(map[string]any, len(s.Data))}
	var err error
	if s.Since != "" {
		a.Since, err = parseOffset(s.Since)
	}
	for room, text := range s.Rooms {
		var joined offset
		if text != "" && err == nil {
			joined, err = parseOffset(text)
		}
		a.Rooms[room] = joined
	}
	for name, text := range s.Data {
		a.data[name] = text
	}
	return a, err
}

// report logs that the adapter's log does not do what it should.
func (s *sharedLog) report(ctx context.Context, what string, err error) {
	if errors.Is(err, ErrNoSession) || errors.Is(err, ErrNotInLog) {
		return // that is expected, at times
	}
	s.srv.opts.Logger.ErrorContext(ctx, "socketio: recovery", slog.String("cannot", what), slog.Any("error", err))
}

// giveUp ends a socket whose client another server has.
func (c *cluster) giveUp(m *Message) {
	if ns := c.srv.lookup(m.Namespace); ns != nil && c.log != nil {
		ns.log.giveUp(m.ID, m.Count)
	}
}

func (l *recoveryLog) giveUp(pid string, turn int) {
	l.mu.Lock() // so that a client is not let in meanwhile
	defer l.mu.Unlock()
	l.shared.keeper.forget(pid, turn)
	if s := l.live[pid]; s != nil && s.resumable.turn < turn {
		s.resumable.taken.Store(true)
		s.conn.srv.running.Go(s.abort) // ends soon; it may call functions of the program
	}
}
