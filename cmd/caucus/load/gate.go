package load

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"
)

// A goal is what people are to see of a poll. What is zero does not matter.
type goal struct {
	Participants, Online, Nominations, Ballots int

	Phase   string
	Counted bool   // there is a result
	Version uint64 // or a later one
}

func (g *goal) seen(d *document) bool {
	is := func(have, want int) bool { return want == 0 || have == want }
	return is(d.Participants, g.Participants) && is(d.Online, g.Online) && is(len(d.Nominations), g.Nominations) && is(d.Ballots, g.Ballots) &&
		(g.Phase == "" || d.Phase == g.Phase) && (!g.Counted || d.Counted >= 0) && d.version >= g.Version
}

// A gate opens when the last of some people has seen something.
type gate struct {
	goal
	people int
	left   atomic.Int64
	open   chan struct{} // closed at that moment
	at     time.Time     // it; set before open is closed
}

func newGate(people int, want goal) *gate {
	g := &gate{goal: want, people: people, open: make(chan struct{})}
	g.left.Store(int64(people))
	return g
}

// wait waits for that moment, and returns it.
func (g *gate) wait(ctx context.Context) (time.Time, error) {
	select {
	case <-g.open:
		return g.at, nil
	case <-ctx.Done():
		return time.Time{}, fmt.Errorf("%d of %d people have not seen it: %w", g.left.Load(), g.people, context.Cause(ctx))
	}
}

// arrived counts somebody who has seen it.
func (g *gate) arrived() {
	if g.left.Add(-1) == 0 {
		g.at = time.Now()
		close(g.open)
	}
}
