package jetstream

import (
	"context"
	"sync"
	"time"
)

// watchInterval is how often a stream with followers is asked who leads it.
const watchInterval = time.Second

// A watch tells the followers of a stream's logs when they may have missed
// something: after the stream could not be reached, has another leader, or this
// server's connection was lost.
type watch struct {
	// Immutable.
	ledger *Ledger
	stream string

	mu        sync.Mutex // guards the fields below
	followers map[chan struct{}]bool
	stop      context.CancelFunc // of the goroutine; nil while nobody follows
}

// join returns a channel that has something when the follower should read the stream.
func (w *watch) join() chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch := make(chan struct{}, 1)
	if w.followers == nil {
		w.followers = make(map[chan struct{}]bool)
	}
	w.followers[ch] = true
	if w.stop == nil {
		var ctx context.Context
		ctx, w.stop = context.WithCancel(w.ledger.ctx)
		w.ledger.running.Go(func() { w.run(ctx) }) // ends when the last follower leaves; Close ends it, and waits
	}
	return ch
}

func (w *watch) leave(ch chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.followers, ch)
	if len(w.followers) == 0 {
		w.stop()
		w.stop = nil
	}
}

func (w *watch) alarm() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for ch := range w.followers {
		select {
		case ch <- struct{}{}:
		default: // it will read anyway
		}
	}
}

func (w *watch) run(ctx context.Context) {
	var last string
	var lastReconnects uint64
	for first := true; sleep(ctx, watchInterval); first = false {
		leader := w.leader(ctx)
		reconnects := w.ledger.conn.Stats().Reconnects
		if !first && leader != "" && (leader != last || reconnects != lastReconnects) {
			w.alarm()
		}
		last, lastReconnects = leader, reconnects
	}
}

// leader returns which server leads the stream, or "" when it does not answer.
func (w *watch) leader(ctx context.Context) string {
	ctx, cancel := context.WithTimeout(ctx, watchInterval)
	defer cancel()
	info, err := w.ledger.request(ctx, "STREAM.INFO."+w.stream, struct{}{})
	if err != nil {
		return ""
	}
	if info.Cluster == nil || info.Cluster.Leader == "" {
		return "alone" // not a cluster
	}
	return info.Cluster.Leader
}
