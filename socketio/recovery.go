package socketio

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/caucus-live/caucus/socketio/engineio"
)

// Recovery configures connection state recovery. A client that loses its connection
// and returns within MaxDisconnection keeps its id, rooms and data
// ([Socket.Recovered]), and gets the events emitted to it or its rooms in the
// meantime, except volatile events and calls. JavaScript clients need no code for
// it. It covers every reason after which clients reconnect: a transport that closed
// or failed, a missed ping, a shutdown.
//
// With recovery on, every event has one more argument, a string that marks the
// client's position. Middleware also runs for clients that return, since it makes
// their context.
//
// Clients must return to the same server.
type Recovery struct {
	// MaxDisconnection is how long a client may be away. Default: 2 min.
	MaxDisconnection time.Duration

	// MaxBytes bounds the events that are kept for one namespace, MaxSessions the
	// clients of a namespace that may be away. The oldest go first; a client that
	// still needed them starts afresh. Defaults: 16 MiB; 10,000.
	MaxBytes    int
	MaxSessions int

	// Store, if set, keeps recovery working over a planned restart.
	Store RecoveryStore
}

// A RecoveryStore keeps the state of recovery while no server is running.
type RecoveryStore interface {
	// Load returns the data last saved, or nil if nothing was saved. It is called once,
	// with the context of [NewServerContext].
	Load(ctx context.Context) ([]byte, error)
	// Save is called once, at the end of [Server.Shutdown]. The data contains
	// emitted events and the secrets by which clients resume their sessions, so
	// keep it private.
	Save(ctx context.Context, data []byte) error
}

func (r *Recovery) withDefaults() (Recovery, error) {
	opts := *r
	opts.MaxDisconnection = cmp.Or(opts.MaxDisconnection, 2*time.Minute)
	opts.MaxBytes = cmp.Or(opts.MaxBytes, 16<<20)
	opts.MaxSessions = cmp.Or(opts.MaxSessions, 10_000)
	if opts.MaxDisconnection < 0 || opts.MaxBytes < 0 || opts.MaxSessions < 0 {
		return opts, errors.New("socketio: a limit of Recovery is negative")
	}
	return opts, nil
}

// A recoveryLog is what recovery keeps of one namespace: what was emitted, and who
// is away. Events are numbered, and everything that is emitted to a socket is
// queued under the lock, so that a client that has one event has all before it.
//
// A nil log does what is right without recovery.
type recoveryLog struct {
	opts  *Recovery
	keep  time.Duration // how long an entry may be needed
	queue int           // the size of what can be queued for a client
	last  atomic.Int64  // the number of the last entry

	mu      sync.Mutex // guards the fields below; taken before all other locks
	entries []*logEntry
	bytes   int                    // of entries
	toAll   []int64                // the numbers of entries without rooms
	toRoom  map[string][]int64     // and of those to a room
	live    map[string]*Socket     // by pid
	away    map[string]*awaySocket // by pid
	leavers []*awaySocket          // in the order in which they left
}

// A logEntry is an event as it was sent, and to whom.
type logEntry struct {
	Number   int64
	Time     time.Time
	Rooms    []string
	Except   []string
	Messages []loggedMessage
	batch    []*engineio.Message
}

// An awaySocket is what is kept of a socket whose client may come back.
type awaySocket struct {
	ID, PID string
	Since   int64            // the log's position when it was first connected
	Rooms   map[string]int64 // with the log's position when it joined them
	Left    time.Time
	Data    map[string]json.RawMessage // as it is saved
	data    map[string]any
}

// logRoom is where the log has what was emitted to one socket alone. The room named
// by a socket's id can have other members.
func logRoom(id string) string { return "\x00" + id }

// position returns the number of the last entry.
func (l *recoveryLog) position() int64 {
	if l == nil {
		return 0
	}
	return l.last.Load()
}

// publish gives the event o its number, remembers it unless it is volatile, and
// has it delivered. A volatile event gets the number of the event before it, so
// that clients know no less for having got it.
func (l *recoveryLog) publish(o *outgoing, t Target, deliver func([]*engineio.Message) error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	number := l.last.Load()
	if !t.flags.has(isVolatile) {
		number++
	}
	o.flatten()
	o.buf = append(o.buf, `,"`...)
	o.buf = strconv.AppendInt(o.buf, number, 36)
	o.buf = append(o.buf, '"')
	batch, err := o.finish(!t.flags.has(isUncompressed))
	if err != nil {
		return err
	}
	if !t.flags.has(isVolatile) {
		l.appendLocked(&logEntry{Number: number, Time: time.Now(), Rooms: t.rooms, Except: t.except, batch: batch})
	}
	return deliver(batch)
}

func (l *recoveryLog) appendLocked(e *logEntry) {
	l.entries = append(l.entries, e)
	l.bytes += e.size()
	l.last.Store(e.Number)
	if len(e.Rooms) == 0 {
		l.toAll = append(l.toAll, e.Number)
	}
	for _, room := range e.Rooms {
		l.toRoom[room] = append(l.toRoom[room], e.Number)
	}
	for l.bytes > l.opts.MaxBytes || time.Since(l.entries[0].Time) > l.keep {
		if l.dropOldestLocked(); len(l.entries) == 0 {
			break
		}
	}
}

// entrySize is what an entry counts for besides its messages.
const entrySize = 200

func (e *logEntry) size() int {
	n := entrySize
	for _, m := range e.batch {
		n += m.Len()
	}
	return n
}

func (l *recoveryLog) dropOldestLocked() {
	e := l.entries[0]
	l.entries[0] = nil
	l.entries = l.entries[1:]
	l.bytes -= e.size()
	if len(e.Rooms) == 0 {
		l.toAll = l.toAll[1:]
	}
	for _, room := range e.Rooms {
		if rest := l.toRoom[room][1:]; len(rest) > 0 {
			l.toRoom[room] = rest
		} else {
			delete(l.toRoom, room)
		}
	}
}

// admit adds a new socket to the namespace. It returns false if the client is gone.
func (l *recoveryLog) admit(s *Socket) bool {
	if l == nil {
		return s.ns.add(s, s.greeting())
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	s.pid = newID()
	s.everyone.since = l.last.Load()
	if !s.ns.add(s, s.greeting()) {
		return false
	}
	l.live[s.pid] = s
	return true
}

// resume puts s in the place of the socket that its client had, if that can be.
func (l *recoveryLog) resume(s *Socket) bool {
	if l == nil {
		return false
	}
	var claim struct{ PID, Offset string }
	if json.Unmarshal(s.handshake.Auth, &claim) != nil || claim.PID == "" {
		return false
	}
	l.evict(claim.PID)
	entrances, ok := l.replace(s, claim.PID, claim.Offset)
	for room, e := range entrances {
		s.announceEntrance(room, e)
	}
	if ok {
		s.ns.srv.stats.recovered.Add(1)
	}
	return ok
}

// evict ends the connection whose client is back before its loss was noticed.
func (l *recoveryLog) evict(pid string) {
	l.mu.Lock()
	old := l.live[pid]
	l.mu.Unlock()
	if old != nil {
		old.conn.end(ReasonTransportClose)
		old.conn.session.Abort(ReasonTransportClose) // nobody is there to take leave of
	}
}

func (l *recoveryLog) replace(s *Socket, pid, offset string) (entrances map[string]entrance, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	a, ok := l.away[pid]
	if !ok || time.Since(a.Left) > l.opts.MaxDisconnection {
		return nil, false
	}
	missed, ok := l.missedLocked(a, offset)
	if !ok {
		return nil, false
	}
	s.id, s.pid, s.recovered = a.ID, pid, true
	s.everyone.since, s.data = a.Since, a.data
	if !s.ns.add(s, append([]*engineio.Message{s.greeting()}, missed...)...) {
		s.recovered = false
		return nil, false // the client is gone again; it is still away
	}
	delete(l.away, pid)
	l.live[pid] = s
	entrances = make(map[string]entrance, len(a.Rooms))
	for room, since := range a.Rooms {
		entrances[room], _ = s.enter(room, since) // if the client is gone it does not matter
	}
	return entrances, true
}

// missedLocked returns what a has not got, as far as the log knows it. ok is false
// if the log has been cut since, or it is more than a client can be sent.
func (l *recoveryLog) missedLocked(a *awaySocket, offset string) (missed []*engineio.Message, ok bool) {
	from := a.Since
	if offset != "" { // otherwise the client has got nothing at all
		n, err := strconv.ParseInt(offset, 36, 64)
		if err != nil || n < from || n > l.last.Load() {
			return nil, false
		}
		from = n
	}
	if len(l.entries) == 0 {
		return nil, from == l.last.Load()
	}
	first := l.entries[0].Number
	if from < first-1 {
		return nil, false
	}
	numbers := after(l.toAll, from)
	numbers = append(numbers, after(l.toRoom[a.ID], from)...)
	numbers = append(numbers, after(l.toRoom[logRoom(a.ID)], from)...)
	for room, since := range a.Rooms {
		numbers = append(numbers, after(l.toRoom[room], max(from, since))...)
	}
	slices.Sort(numbers)
	size := 0
	for _, n := range slices.Compact(numbers) {
		if e := l.entries[n-first]; !e.excludes(a) {
			missed = append(missed, e.batch...)
			size += e.size()
		}
	}
	return missed, size < l.queue
}

// after returns a copy of the part of sorted numbers above from.
func after(numbers []int64, from int64) []int64 {
	i, _ := slices.BinarySearch(numbers, from+1)
	return slices.Clone(numbers[i:])
}

func (e *logEntry) excludes(a *awaySocket) bool {
	return slices.ContainsFunc(e.Except, func(room string) bool {
		_, in := a.Rooms[room]
		return in || room == a.ID
	})
}

// suspend remembers a socket that has been disconnected, if its client may come
// back.
func (l *recoveryLog) suspend(s *Socket, reason Reason) {
	if l == nil {
		return
	}
	a := &awaySocket{
		ID: s.id, PID: s.pid, Since: s.everyone.since, Left: time.Now(),
		Rooms: make(map[string]int64), data: s.allData(),
	}
	for m := range s.rooms.all() { // which do not change any more
		a.Rooms[m.room.name] = m.since
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.live[s.pid] == s {
		delete(l.live, s.pid)
	}
	if isRecoverable(reason) {
		l.suspendLocked(a)
	}
}

func (l *recoveryLog) suspendLocked(a *awaySocket) {
	l.away[a.PID] = a
	l.leavers = append(l.leavers, a)
	for len(l.leavers) > 0 {
		oldest := l.leavers[0]
		isBack := l.away[oldest.PID] != oldest
		if !isBack && len(l.away) <= l.opts.MaxSessions && time.Since(oldest.Left) <= l.opts.MaxDisconnection {
			return
		}
		if !isBack {
			delete(l.away, oldest.PID)
		}
		l.leavers[0] = nil
		l.leavers = l.leavers[1:]
	}
}

func isRecoverable(reason Reason) bool {
	switch reason {
	case ReasonClient, ReasonServer, ReasonParseError, ReasonOverload, ReasonPanic:
		return false
	case ReasonTransportClose, ReasonTransportError, ReasonPingTimeout, ReasonForcedClose,
		ReasonForcedServerClose, ReasonShutdown, ReasonQueueFull, ReasonStalled:
		return true
	default:
		return true // the engine's end: the client did nothing wrong
	}
}
