package httpd

import (
	"context"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"sync"
	"time"
)

// The shares of Options.Arriving that one poll and one address may have: a storm of
// connections to one poll leaves room for those of others.
const (
	pollShare    = 4 // a fourth
	addressShare = 2 // half
)

// arrivals are the sockets on their way into their polls. No more are worked on at a time
// than a limit, and of one poll and of one address than their shares; the others wait for
// their turn, each poll's in their order.
type arrivals struct {
	limit int

	mu        sync.Mutex // guards the fields below
	total     int
	polls     map[string]int
	addresses map[netip.Addr]int
	waiting   map[string][]*arrival // by poll; none is empty
}

// An arrival is a socket, and where it goes.
type arrival struct {
	poll string
	from netip.Addr
	turn chan struct{} // closed when it may go on
}

func newArrivals(limit int) *arrivals {
	return &arrivals{limit: limit, polls: map[string]int{}, addresses: map[netip.Addr]int{}, waiting: map[string][]*arrival{}}
}

// crowded reports whether newcomers would only make all others wait longer.
func (a *arrivals) crowded() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.total >= a.limit
}

// enter waits for a turn. The caller calls leave when it is over.
func (a *arrivals) enter(ctx context.Context, poll string, from netip.Addr) (leave func(), err error) {
	it := &arrival{poll, from, make(chan struct{})}
	a.mu.Lock()
	a.waiting[poll] = append(a.waiting[poll], it)
	a.admitLocked(poll)
	a.mu.Unlock()
	select {
	case <-it.turn:
		return func() { a.leave(it) }, nil
	case <-ctx.Done():
	}
	a.giveUp(it)
	return nil, context.Cause(ctx)
}

func (a *arrivals) leave(it *arrival) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.leaveLocked(it)
}

func (a *arrivals) leaveLocked(it *arrival) {
	a.total--
	decrease(a.polls, it.poll)
	decrease(a.addresses, it.from)
	for poll := range a.waiting {
		if a.total >= a.limit {
			return
		}
		a.admitLocked(poll)
	}
}

// giveUp takes back what enter did.
func (a *arrivals) giveUp(it *arrival) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for i, w := range a.waiting[it.poll] {
		if w == it {
			a.dropLocked(it.poll, i)
			a.admitLocked(it.poll) // whom it stood before
			return
		}
	}
	a.leaveLocked(it) // its turn came at the same moment
}

// admitLocked gives those of a poll who are first their turn.
func (a *arrivals) admitLocked(poll string) {
	for len(a.waiting[poll]) > 0 {
		it := a.waiting[poll][0]
		if a.total >= a.limit || a.polls[poll] >= max(1, a.limit/pollShare) || a.addresses[it.from] >= max(1, a.limit/addressShare) {
			return
		}
		a.total++
		a.polls[poll]++
		a.addresses[it.from]++
		close(it.turn)
		a.dropLocked(poll, 0)
	}
}

func (a *arrivals) dropLocked(poll string, i int) {
	w := a.waiting[poll]
	copy(w[i:], w[i+1:])
	w[len(w)-1] = nil
	if a.waiting[poll] = w[:len(w)-1]; len(w) == 1 {
		delete(a.waiting, poll)
	}
}

func decrease[K comparable](counts map[K]int, key K) {
	if counts[key]--; counts[key] == 0 {
		delete(counts, key)
	}
}

// comeBackWithin is the maximum of the random time that newcomers to a crowded
// server are asked to wait.
const comeBackWithin = 5 * time.Second

// crowded answers a client that wants a new session while too many others are on
// their way into their polls, and reports whether it did. Socket.IO clients
// reconnect automatically, each after a random delay.
func (s *Server) crowded(w http.ResponseWriter, r *http.Request) bool {
	if r.URL.Query().Get("sid") != "" || !s.arrivals.crowded() {
		return false
	}
	s.metrics.turnedAway.Inc()
	p := refuse(http.StatusServiceUnavailable, crowdedArrivals.Refuse())
	p.wait = time.Second + rand.N(comeBackWithin)
	writeProblem(w, p)
	return true
}
