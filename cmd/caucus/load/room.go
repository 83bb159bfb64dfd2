package load

import (
	"slices"
	"sync/atomic"
)

// A room is a poll, with the people in it.
type room struct {
	run     *run
	library library
	gate    atomic.Pointer[gate] // the last

	// Set by the phase that makes them.
	id      string
	people  []*person // the admin first
	options []string
}

// expect returns a gate that opens when everybody who reads has seen something,
// perhaps at once.
func (rm *room) expect(want goal) *gate {
	reading := 0
	for _, p := range rm.people {
		if p.paused == nil { // only the script pauses
			reading++
		}
	}
	g := newGate(reading, want)
	rm.gate.Store(g)
	for _, p := range rm.people {
		p.mu.Lock()
		p.checkGateLocked()
		p.mu.Unlock()
	}
	return g
}

// voters are those who are not too slow to vote.
func (rm *room) voters() []*person {
	return slices.DeleteFunc(slices.Clone(rm.people), func(p *person) bool { return p.slow })
}
