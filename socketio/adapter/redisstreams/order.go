package redisstreams

import (
	"cmp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Redis keeps the order of a stream and that of a channel, and none between the two. So what goes
// over a channel says what its server had added to the stream of its namespace before, and a
// receiver delivers that first. JavaScript servers know nothing of it.

// orderWithin is how long a receiver waits for what was added: it may have been lost with Redis.
const orderWithin = time.Second

// An order is what a server has added to the streams, and what it has read of them, by part.
type order struct {
	mu    sync.Mutex // guards the fields below
	added map[int]string
	read  map[int]string
	moved chan struct{} // closed when something was read
}

func newOrder() *order {
	return &order{added: make(map[int]string), read: make(map[int]string), moved: make(chan struct{})}
}

// add notes that this server has added an entry.
func (o *order) add(part int, id string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if compareIDs(id, o.added[part]) > 0 {
		o.added[part] = id
	}
}

// last returns the last entry that this server has added, or "".
func (o *order) last(part int) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.added[part]
}

// advance notes that everything up to an entry was delivered.
func (o *order) advance(part int, id string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if compareIDs(id, o.read[part]) > 0 {
		o.read[part] = id
		close(o.moved)
		o.moved = make(chan struct{})
	}
}

// await waits until an entry was delivered, for orderWithin at most and once for what does not come.
func (o *order) await(part int, id string, closed <-chan struct{}) {
	timeout := time.NewTimer(orderWithin)
	defer timeout.Stop()
	for {
		o.mu.Lock()
		isThere, moved := compareIDs(id, o.read[part]) <= 0, o.moved
		o.mu.Unlock()
		if isThere {
			return
		}
		select {
		case <-moved:
		case <-closed:
			return
		case <-timeout.C:
			o.advance(part, id)
			return
		}
	}
}

// compareIDs compares two of a stream: a time and a number. Anything else comes before them.
func compareIDs(a, b string) int {
	aTime, aNumber := parseID(a)
	bTime, bNumber := parseID(b)
	return cmp.Or(cmp.Compare(aTime, bTime), cmp.Compare(aNumber, bNumber))
}

func parseID(id string) (ms, number uint64) {
	left, right, _ := strings.Cut(id, "-")
	ms, _ = strconv.ParseUint(left, 10, 64) // 0 if it is not one
	number, _ = strconv.ParseUint(right, 10, 64)
	return ms, number
}
