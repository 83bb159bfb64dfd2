package load

import (
	"sync/atomic"
	"time"
)

// A gate opens when the last of some people has seen something.
type gate struct {
	seen func(*document) bool
	left atomic.Int64
	open chan struct{} // closed at that moment
	at   time.Time     // it; set before open is closed
}

func newGate(people int, seen func(*document) bool) *gate {
	g := &gate{seen: seen, open: make(chan struct{})}
	g.left.Store(int64(people))
	return g
}

// arrived counts somebody who has seen it.
func (g *gate) arrived() {
	if g.left.Add(-1) == 0 {
		g.at = time.Now()
		close(g.open)
	}
}
