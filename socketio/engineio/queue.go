package engineio

import "slices"

const (
	// writeSize is how much is written in one system call, and the size of the
	// buffer in which messages are gathered for it.
	writeSize = 64 << 10
	// keepSlots is the largest queue whose slots are kept when it is empty.
	keepSlots = 32
)

// A queue holds, in order, what a transport has still to send. It is guarded by
// its session's lock. Messages leave it only when they have been written, so
// that a half-written one and those behind it are always in one place.
type queue struct {
	slots    []*Message // slots[:head] are nil
	head     int
	gathered int // messages that are being written, without the lock
	offset   int // bytes of the first message that are written
	bytes    int // of all messages, each counted whole until it is written
}

func (q *queue) empty() bool { return q.head == len(q.slots) }

// push appends messages.
func (q *queue) push(batch ...*Message) {
	if q.head > len(q.slots)/2 && len(q.slots)+len(batch) > cap(q.slots) {
		q.slots = slices.Delete(q.slots, 0, q.head)
		q.head = 0
	}
	q.slots = append(q.slots, batch...)
	for _, m := range batch {
		q.bytes += m.Len()
	}
}

// gather returns what to write next, nil if there is nothing: bytes of a message
// itself where there is one alone, or a big one, otherwise as many messages as fit
// into buf, copied. It must be followed by advance.
func (q *queue) gather(f form, buf []byte) []byte {
	if q.empty() {
		return nil
	}
	q.gathered = 1
	first := q.slots[q.head]
	piece, rest := first.from(f, q.offset), first.size(f)-q.offset
	alone := q.head+1 == len(q.slots) && len(piece) == rest
	if alone || len(piece) > cap(buf)/4 || rest > cap(buf) {
		return piece
	}
	buf = first.appendFrom(buf[:0], f, q.offset)
	for _, m := range q.slots[q.head+1:] {
		if len(buf)+m.size(f) > cap(buf) {
			break
		}
		buf = m.appendFrom(buf, f, 0)
		q.gathered++
	}
	return buf
}

// advance removes n bytes that have been written, and returns how many messages
// are complete by that.
func (q *queue) advance(f form, n int) (messages int) {
	q.gathered = 0
	for n > 0 {
		m := q.slots[q.head]
		rest := m.size(f) - q.offset
		if n < rest {
			q.offset += n
			return messages
		}
		n -= rest
		q.offset = 0
		q.bytes -= m.Len()
		q.slots[q.head] = nil
		q.head++
		messages++
	}
	if q.empty() {
		q.release()
	}
	return messages
}

// take removes and returns all messages.
func (q *queue) take() []*Message {
	all := q.slots[q.head:]
	*q = queue{}
	return all
}

// discard drops what has not left, but for messages that are being written or
// half written: only their other half may follow on the wire. It returns whether it
// dropped anything.
func (q *queue) discard() (dropped bool) {
	keep := q.gathered
	if q.offset > 0 {
		keep = max(keep, 1)
	}
	rest := q.slots[q.head+keep:]
	for _, m := range rest {
		q.bytes -= m.Len()
	}
	clear(rest)
	q.slots = q.slots[:q.head+keep]
	return len(rest) > 0
}

// release gives back the slots of an empty queue, but for a few.
func (q *queue) release() {
	q.slots, q.head = q.slots[:0], 0
	if cap(q.slots) > keepSlots {
		q.slots = nil
	}
}
