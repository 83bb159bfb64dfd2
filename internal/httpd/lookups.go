package httpd

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

// How many requests may wait for a look-up, of one address and of all together, and how long.
const (
	maxLookups     = 1000
	allLookups     = 4000
	lookupPatience = 10 * time.Second
)

// lookups are the codes that an address asks for although its failures are used up. They have
// a rate. Beyond it requests wait, and chance decides which is next: everyone who waits has one
// ticket, so a code that a room of people wait for comes up long before most of those that a
// guesser asks for once each. All who wait for a code share its look-up.
type lookups struct {
	bucket *rate.Limiter
	all    *atomic.Int32 // requests that wait, of all addresses

	mu      sync.Mutex // guards the fields below
	waiting []*lookup
	ticking bool // some wait, and serve will be called
}

// A lookup is a request that waits.
type lookup struct {
	code string
	turn chan turn // has room for the one that it gets
}

// A turn is what becomes of a request.
type turn int

const (
	refused turn = iota // it is not looked up, or was in vain
	look                // its sender looks it up, and tells the others
	found               // another of the same code did
)

// wait waits until it is a request's turn, and returns what to do then. After look the caller
// looks the code up and calls tell.
func (l *lookups) wait(ctx context.Context, code string) turn {
	if _, err := take(l.bucket); err == nil {
		return look
	}
	it := l.enter(code)
	if it == nil {
		return refused
	}
	ctx, cancel := context.WithTimeout(ctx, lookupPatience)
	defer cancel()
	select {
	case t := <-it.turn:
		return t
	case <-ctx.Done():
		l.remove(func(other *lookup) bool { return other == it })
		return refused
	}
}

// enter returns nil if too many wait already.
func (l *lookups) enter(code string) *lookup {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.waiting) >= maxLookups || l.all.Load() >= allLookups {
		return nil
	}
	it := &lookup{code, make(chan turn, 1)}
	l.waiting = append(l.waiting, it)
	l.all.Add(1)
	l.scheduleLocked()
	return it
}

// tell tells all who wait for a code what became of it.
func (l *lookups) tell(code string, t turn) {
	for _, it := range l.remove(func(it *lookup) bool { return it.code == code }) {
		it.turn <- t
	}
}

// remove returns those that wait no more.
func (l *lookups) remove(which func(*lookup) bool) (removed []*lookup) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting = slices.DeleteFunc(l.waiting, func(it *lookup) bool {
		gone := which(it)
		if gone {
			removed = append(removed, it)
		}
		return gone
	})
	l.all.Add(-int32(len(removed))) //nolint:gosec // maxLookups at most
	return removed
}

// scheduleLocked has serve called when the next may be looked up.
func (l *lookups) scheduleLocked() {
	if !l.ticking && len(l.waiting) > 0 {
		l.ticking = true
		time.AfterFunc(l.bucket.Reserve().Delay(), l.serve)
	}
}

// serve gives one of those that wait its turn.
func (l *lookups) serve() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ticking = false
	if len(l.waiting) == 0 {
		return
	}
	i := rand.N(len(l.waiting))
	l.waiting[i].turn <- look
	l.waiting = slices.Delete(l.waiting, i, i+1)
	l.all.Add(-1)
	l.scheduleLocked()
}
