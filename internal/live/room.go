package live

import (
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/caucus-live/caucus/internal/ledger"
	"github.com/caucus-live/caucus/internal/poll"
)

// batchMax bounds the requests of one turn, so that the first of a burst need not
// wait for the last.
const batchMax = 1000

// A room is a poll in memory. Others post requests to it; while there are any,
// one goroutine works on them in turns. Between turns there is no goroutine, only
// a timer for what is due next.
type room struct {
	// Immutable.
	id     string
	reg    *Registry
	looked chan struct{} // has room for one: there are looks

	mu      sync.Mutex // guards the fields below
	queue   []request  // gathered and not yet taken
	working bool       // a goroutine has the turn
	gone    bool       // has left the registry, takes no more requests
	heard   []hearsay  // from other servers, and not yet taken
	looks   []look     // not yet answered
	waiting bool       // in the middle of a turn, for the ledger
	adrift  bool       // the log could not be read by the end of the last turn

	saving    atomic.Bool // a snapshot is on its way to the ledger
	signalled atomic.Bool // the room will look at arrivals
	lagging   atomic.Bool // the log could not be followed

	snapshotSize atomic.Int64             // of the newest snapshot, in bytes
	before       atomic.Pointer[spending] // what that of the opening stands for; nil until it is known

	// Owned by whoever has the turn.
	state      *poll.State // nil until opened
	staged     []staged    // to be appended at the end of the turn
	doubtful   bool        // the log may hold what state does not
	troubled   bool        // the ledger failed in this turn
	stopping   bool        // to leave memory at the end of the turn
	end        error       // why it left: the answer to everything that still comes
	snapshotAt uint64      // the sequence of the newest snapshot
	grown      int64       // bytes of the log since then
	spent      spending    // of the log, but for what a snapshot stands for; see budget
	usedAt     time.Time   // when a request was last carried out
	refusals   refusals
	presence   presence
	show       show
	counted    int // the connections that Stats knows of
	alarm      *time.Timer
	arrivals   chan ledger.Entry // from followLog; nil while the server is alone
	disconnect func()            // ends connectToOthers; nil likewise
}

// A request is what somebody wants of a room. In its turn it answers at once, or
// stages an entry that answers later. When err is not nil the poll cannot be
// served, and err is the answer. A nil request wants nothing but a turn.
type request func(rm *room, err error)

// post queues a request; a room that has left the registry drops it.
func (rm *room) post(req request) {
	rm.mu.Lock()
	defer rm.mu.Unlock()
	rm.postLocked(req)
}

func (rm *room) postLocked(req request) {
	if rm.gone {
		return
	}
	rm.queue = append(rm.queue, req)
	if !rm.working {
		rm.working = true
		// Ends when the queue is empty; Shutdown waits for it.
		rm.reg.workers.Go(rm.work)
	}
}

func (rm *room) work() {
	for reqs := rm.take(); len(reqs) > 0; reqs = rm.take() {
		rm.turn(reqs)
	}
}

// take returns what has gathered. When nothing has, the caller's turns are over.
func (rm *room) take() []request {
	rm.mu.Lock()
	defer rm.mu.Unlock()
	rm.adrift = rm.doubtful && rm.arrivals != nil && !rm.gone
	if !rm.adrift {
		for _, l := range rm.looks {
			rm.queue = append(rm.queue, l.request)
		}
		rm.looks = nil
	}
	reqs := rm.queue
	if len(reqs) > batchMax {
		rm.queue = reqs[batchMax:]
		return reqs[:batchMax]
	}
	rm.queue = nil
	if rm.working = len(reqs) > 0; !rm.working {
		rm.staged = nil // nothing of a burst stays
	}
	return reqs
}

// turn carries out requests: all of them are decided against the same state, and
// the entries they stage are appended at once.
func (rm *room) turn(reqs []request) {
	defer rm.contain(reqs)
	now := time.Now()
	rm.troubled = false
	err := rm.ready()
	for _, req := range reqs {
		if req != nil {
			req(rm, err)
			rm.usedAt = now
		}
	}
	if err == nil {
		rm.stageStep()
		rm.stageLeaves()
		rm.commit()
		rm.saveSnapshot()
	}
	if rm.end == nil {
		rm.shareWithOthers(now)
		rm.publish()
		rm.rest()
	}
	rm.count()
}

// contain keeps a panic within the poll it happened in. What the room has in memory
// cannot be trusted then; what is in the log can, and the next request opens the
// poll from there.
func (rm *room) contain(reqs []request) {
	fault := recover()
	if fault == nil {
		return
	}
	rm.reg.log.Error("a poll panicked", slog.String("poll", rm.id), slog.Any("panic", fault), slog.String("stack", string(debug.Stack())))
	batch := rm.staged
	rm.staged = nil
	rm.resetPresence()
	for _, s := range batch {
		s.done(poll.Outcome{}, errPanic)
	}
	for _, req := range reqs {
		if req != nil {
			req(rm, errPanic) // what was answered before stays so
		}
	}
	rm.count()
	rm.leave(errPanic)
	rm.reg.pub.Lost(rm.id)
}

// ready brings the room to where requests can be decided: open, abreast of its
// log, and past whatever its clock has brought about.
func (rm *room) ready() error {
	if rm.end != nil {
		return rm.end
	}
	if err := rm.load(); err != nil {
		return err
	}
	if !rm.reg.opts.Now().Before(rm.state.Expires()) {
		rm.expire()
		return ErrNotFound
	}
	if rm.presence.elsewhere.shared {
		rm.hearOthers()
	}
	return rm.closeOnTime()
}

// leave takes the room out of the registry. Everything that still comes is
// answered with err.
func (rm *room) leave(err error) {
	rm.reg.mu.Lock()
	rm.mu.Lock() // always after the registry's
	rm.leaveLocked(err)
	rm.mu.Unlock()
	rm.reg.mu.Unlock()
	rm.leaveOthers()
}

// leaveIfQuiet is leave unless there are requests, and reports whether it left.
func (rm *room) leaveIfQuiet() bool {
	rm.reg.mu.Lock()
	rm.mu.Lock() // always after the registry's
	quiet := len(rm.queue) == 0
	if quiet {
		rm.leaveLocked(ErrClosed)
	}
	rm.mu.Unlock()
	rm.reg.mu.Unlock()
	if quiet {
		rm.leaveOthers()
	}
	return quiet
}

func (rm *room) leaveLocked(err error) {
	rm.gone, rm.end = true, err
	delete(rm.reg.rooms, rm.id)
	if rm.alarm != nil {
		rm.alarm.Stop()
	}
}

// left reports whether the room has left the registry.
func (rm *room) left() bool {
	rm.mu.Lock()
	defer rm.mu.Unlock()
	return rm.gone
}

// count brings Stats up to date.
func (rm *room) count() {
	now := rm.presence.total.connections()
	rm.reg.stats.connections.Add(int64(now - rm.counted))
	rm.counted = now
}
