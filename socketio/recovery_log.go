package socketio

import (
	"fmt"
	"maps"
	"slices"
	"sort"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/caucus-live/caucus/socketio/engineio"
)

// A recoveryLog is what recovery keeps of one namespace: what was emitted, and who
// is away. Events have offsets, and everything that is emitted to a socket is
// queued under the lock, so that a client that has one event has all before it.
//
// Where the cluster has a log it is a copy of that one's end, and nobody is away:
// sessions are in the cluster's log, too.
//
// A nil log does what is right without recovery.
type recoveryLog struct {
	opts   *Recovery
	keep   time.Duration // how long an entry may be needed
	queue  int           // the size of what can be queued for a client
	shared *sharedLog    // nil without an adapter's log
	part   int           // of it
	last   atomic.Pointer[offset]

	mu      sync.Mutex // guards the fields below; taken before all other locks
	start   offset     // entries has everything behind it
	entries []*logEntry
	bytes   int                    // of entries
	dropped int64                  // the number of entries[0]
	toAll   []int64                // the numbers of entries without rooms
	toRoom  map[string][]int64     // and of those to a room
	live    map[string]*Socket     // by pid
	away    map[string]*awaySocket // by pid
	leavers []*awaySocket          // in the order in which they left
}

// A logEntry is an event as it was sent, and to whom.
type logEntry struct {
	Offset    offset
	Time      time.Time
	Rooms     []string
	Except    []string
	Messages  []loggedMessage
	batch     []*engineio.Message
	receivers int // sockets of this server that got it when it came
}

// logRoom is where the log has what was emitted to one socket alone. The room named
// by a socket's id can have other members.
func logRoom(id string) string { return "\x00" + id }

// reset empties the log, which begins at a position from now on.
func (l *recoveryLog) reset(at offset) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.dropped += int64(len(l.entries))
	l.entries, l.bytes, l.toAll, l.toRoom = nil, 0, nil, make(map[string][]int64)
	l.start = at
	l.last.Store(&at)
}

// appendLive appends the sockets that are connected.
func (l *recoveryLog) appendLive(all []*Socket) []*Socket {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.AppendSeq(all, maps.Values(l.live))
}

// position returns up to where sockets have got everything.
func (l *recoveryLog) position() offset {
	if l == nil {
		return offset{}
	}
	return latest(*l.last.Load(), l.shared.position(l.part))
}

// isShared reports whether an event goes to the sockets of a target by way of the
// cluster's log.
func (l *recoveryLog) isShared(t Target) bool {
	return l != nil && l.shared != nil && !t.flags.has(isVolatile) && (!t.flags.has(isLocal) || t.flags.has(isOwn))
}

// publish gives the event o its offset, remembers it unless it is volatile, and has it
// delivered. An event that is not remembered has the offset of the one before it, so
// that clients know no less for having got it.
func (l *recoveryLog) publish(o *outgoing, t Target, deliver func([]*engineio.Message) error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	at, isKept := l.position(), l.shared == nil && !t.flags.has(isVolatile)
	if isKept {
		at.major++
	}
	batch, err := l.finish(o, t, at)
	if err != nil {
		return err
	}
	if isKept {
		l.appendLocked(&logEntry{Offset: at, Time: time.Now(), Rooms: t.rooms, Except: t.except, batch: batch})
	}
	return deliver(batch)
}

// record remembers an event from the cluster's log, and has it delivered.
func (l *recoveryLog) record(o *outgoing, t Target, at offset, deliver func([]*engineio.Message) error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !at.isAfter(l.start) {
		return nil // nobody was here yet
	}
	batch, err := l.finish(o, t, at)
	if err != nil {
		return err
	}
	e := &logEntry{Offset: at, Time: time.Now(), Rooms: t.rooms, Except: t.except, batch: batch}
	l.appendLocked(e)
	err = deliver(batch)
	e.receivers = o.receivers
	return err
}

// finish returns an event as it is sent, with its offset.
func (l *recoveryLog) finish(o *outgoing, t Target, at offset) ([]*engineio.Message, error) {
	o.flatten()
	o.buf = append(o.buf, `,"`...)
	o.buf = l.appendOffset(o.buf, at)
	o.buf = append(o.buf, '"')
	return o.finish(!t.flags.has(isUncompressed))
}

// appendOffset appends an offset as clients see it.
func (l *recoveryLog) appendOffset(text []byte, at offset) []byte {
	if l.shared != nil {
		return append(text, at.String()...)
	}
	return strconv.AppendUint(text, at.major, 36)
}

// parseOffset is the inverse of appendOffset.
func (l *recoveryLog) parseOffset(text string) (offset, error) {
	if l.shared != nil {
		return parseOffset(text)
	}
	n, err := strconv.ParseUint(text, 36, 64)
	if err != nil {
		return offset{}, fmt.Errorf("socketio: %q is not an offset", text)
	}
	return offset{major: n}, nil
}

func (l *recoveryLog) appendLocked(e *logEntry) {
	number := l.dropped + int64(len(l.entries))
	l.entries = append(l.entries, e)
	l.bytes += e.size()
	l.last.Store(&e.Offset)
	if len(e.Rooms) == 0 {
		l.toAll = append(l.toAll, number)
	}
	for _, room := range e.Rooms {
		l.toRoom[room] = append(l.toRoom[room], number)
	}
	for l.bytes > l.opts.MaxBytes || time.Since(l.entries[0].Time) > l.keep {
		if l.dropOldestLocked(); len(l.entries) == 0 {
			break
		}
	}
}

// entrySize is what an entry counts for besides its messages.
const entrySize = 200

func (e *logEntry) size() int { return entrySize + sizeOf(e.batch) }

func sizeOf(batch []*engineio.Message) (n int) {
	for _, m := range batch {
		n += m.Len()
	}
	return n
}

func (l *recoveryLog) dropOldestLocked() {
	e := l.entries[0]
	l.entries[0] = nil
	l.entries = l.entries[1:]
	l.dropped++
	l.start = e.Offset
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

// missedLocked returns what was emitted to a behind an offset. ok is false if the log
// has been cut since, or it is more than a client can be sent.
func (l *recoveryLog) missedLocked(a *awaySocket, from offset) (missed []*engineio.Message, ok bool) {
	if l.start.isAfter(from) {
		return nil, false
	}
	first := l.firstBehindLocked(from)
	numbers := since(l.toAll, first)
	numbers = append(numbers, since(l.toRoom[a.ID], first)...)
	numbers = append(numbers, since(l.toRoom[logRoom(a.ID)], first)...)
	for room, joined := range a.Rooms {
		numbers = append(numbers, since(l.toRoom[room], max(first, l.firstBehindLocked(joined)))...)
	}
	slices.Sort(numbers)
	size := 0
	for _, n := range slices.Compact(numbers) {
		if e := l.entries[n-l.dropped]; !a.isExcluded(e.Except) {
			missed = append(missed, e.batch...)
			size += e.size()
		}
	}
	return missed, size < l.queue
}

// firstBehindLocked returns the number of the first entry behind an offset.
func (l *recoveryLog) firstBehindLocked(at offset) int64 {
	i := sort.Search(len(l.entries), func(i int) bool { return l.entries[i].Offset.isAfter(at) })
	return l.dropped + int64(i)
}

// since returns a copy of the part of sorted numbers from first on.
func since(numbers []int64, first int64) []int64 {
	i, _ := slices.BinarySearch(numbers, first)
	return slices.Clone(numbers[i:])
}

// receivers returns how many sockets of this server got an event of the cluster's log.
func (l *recoveryLog) receivers(at offset) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := l.firstBehindLocked(at) - l.dropped
	if n == 0 || l.entries[n-1].Offset != at {
		return 0
	}
	return l.entries[n-1].receivers
}
