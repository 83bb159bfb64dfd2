package jetstream

import "sync"

// What a handle remembers: a bounded number of logs, and of places in each.
const (
	maxKnown     = 50_000
	maxPositions = 16
)

// A knowledge is what a handle has seen of logs, so that it need not count their
// entries from the start. All of it can be read again.
type knowledge struct {
	mu   sync.Mutex // guards the field below
	logs map[string]*tail
}

// A tail is the end of a log as it was seen last.
type tail struct {
	born, expires int64
	until         int64      // when it ends, if that was extended
	positions     []position // the newest last
	snapshot      position   // before the newest snapshot that was read
}

func newKnowledge() *knowledge { return &knowledge{logs: make(map[string]*tail)} }

// note remembers that a batch of a log ends at a position.
func (k *knowledge) note(id string, b *batch, at position) {
	k.mu.Lock()
	defer k.mu.Unlock()
	t := k.tailLocked(id, b)
	if t.born != b.born || len(t.positions) > 0 && t.positions[len(t.positions)-1].stream >= at.stream {
		return
	}
	if len(t.positions) == maxPositions {
		t.positions = t.positions[:copy(t.positions, t.positions[1:])]
	}
	t.positions = append(t.positions, at)
}

// noteSnapshot remembers a position from which to read on after a snapshot.
func (k *knowledge) noteSnapshot(id string, b *batch, at position) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if t := k.tailLocked(id, b); t.born == b.born {
		t.snapshot = at
	}
}

// end is when the log ends, as far as is known.
func (t *tail) end() int64 { return max(t.expires, t.until) }

// noteEnd remembers that the end of a log was extended.
func (k *knowledge) noteEnd(id string, e extension) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if t := k.logs[id]; t != nil && t.born == e.born {
		t.until = max(t.until, e.until)
	}
}

// ended returns the ids of at most limit logs that have ended at a time.
func (k *knowledge) ended(now int64, limit int) (ids []string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for id, t := range k.logs {
		if len(ids) < limit && t.end() <= now {
			ids = append(ids, id)
		}
	}
	return ids
}

// forget forgets a log.
func (k *knowledge) forget(id string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.logs, id)
}

// tailLocked returns what is known of a log; of an earlier one of that id, nothing.
func (k *knowledge) tailLocked(id string, b *batch) *tail {
	t := k.logs[id]
	if t == nil || t.born < b.born {
		k.makeRoomLocked()
		t = &tail{born: b.born, expires: b.expires}
		k.logs[id] = t
	}
	return t
}

// makeRoomLocked forgets some logs, whichever, when there are too many.
func (k *knowledge) makeRoomLocked() {
	if len(k.logs) < maxKnown {
		return
	}
	for id := range k.logs {
		delete(k.logs, id)
		if len(k.logs) < maxKnown*9/10 {
			return
		}
	}
}

// before returns the last position known with at most n entries before it.
func (k *knowledge) before(id string, entries uint64) (t tail, at position) {
	k.mu.Lock()
	defer k.mu.Unlock()
	known := k.logs[id]
	if known == nil {
		return tail{}, position{}
	}
	for _, p := range append([]position{known.snapshot}, known.positions...) {
		if p.entries <= entries && p.stream >= at.stream {
			at = p
		}
	}
	return tail{born: known.born, expires: known.expires, until: known.until}, at
}
