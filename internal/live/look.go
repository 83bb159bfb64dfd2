package live

import (
	"iter"
	"slices"
	"time"

	"github.com/caucus-live/caucus/internal/ledger"
)

// A look is a request that may need the state alone. While a cluster elects the leader of
// the log, or has lost its quorum, the room waits for the ledger in the middle of a turn;
// people can look at the poll meanwhile, and come back to it.
type look struct {
	// see answers in the middle of a turn, or reports that it cannot.
	see func(rm *room) (seen bool)

	// request is the same at any other time.
	request request
}

// postLook has a look answered: at once if the room waits for the ledger, or cannot read it. A turn
// that is under way may find that out yet, so its end decides what the look becomes.
func (rm *room) postLook(l look) {
	rm.mu.Lock()
	defer rm.mu.Unlock()
	if rm.gone || !rm.working && !rm.adrift {
		rm.postLocked(l.request)
		return
	}
	rm.looks = append(rm.looks, l)
	select {
	case rm.looked <- struct{}{}:
	default:
	}
	if !rm.waiting {
		rm.postLocked(nil)
	}
}

// meanwhile calls f, which waits for the ledger that other servers share, and answers looks until it
// returns. f must not use what the turn owns.
func (rm *room) meanwhile(f func()) {
	var fault any
	done := make(chan struct{})
	rm.reg.workers.Go(func() { // ends with f, which is waited for in any case
		defer close(done)
		defer func() { fault = recover() }()
		f()
	})
	defer func() { <-done }() // a look may panic
	rm.see(rm.takeLooks(true))
	for {
		select {
		case <-rm.looked:
			rm.see(rm.takeLooks(true))
		case <-done:
			rm.see(rm.takeLooks(false))
			if fault != nil {
				panic(fault) //nolint:forbidigo // of the goroutine, for contain
			}
			return
		}
	}
}

// appendMeanwhile appends to the log, and answers looks until that has happened.
func (rm *room) appendMeanwhile(data [][]byte) (first uint64, err error) {
	rm.meanwhile(func() { first, err = rm.reg.ledger.Append(rm.reg.ctx, rm.id, data...) })
	return first, err
}

// takeLooks returns the looks that have gathered, and sets whether more will be asked for.
func (rm *room) takeLooks(waiting bool) []look {
	rm.mu.Lock()
	defer rm.mu.Unlock()
	looks := rm.looks
	rm.looks, rm.waiting = nil, waiting
	return looks
}

// see answers looks. Those that cannot be answered become requests, all that are left after
// a panic too.
func (rm *room) see(looks []look) {
	defer func() {
		for _, l := range looks {
			rm.post(l.request)
		}
	}()
	var unseen []look
	for len(looks) > 0 {
		l := looks[0]
		looks = looks[1:]
		if !rm.reg.opts.Now().Before(rm.state.Expires()) || !l.see(rm) {
			unseen = append(unseen, l)
		}
	}
	looks = unseen
	rm.usedAt = time.Now()
}

// knows reports whether the state alone says what becomes of a person who connects: they have
// their place, and nothing that is staged may take it.
func (rm *room) knows(m Member) bool {
	if m.Watches {
		return true
	}
	return (rm.state.IsParticipant(m.ID) || rm.state.IsWaiting(m.ID)) &&
		!slices.ContainsFunc(rm.staged, func(s staged) bool { return s.entry.By == m.ID })
}

// readMax is how many entries are read before they are applied.
const readMax = 500

// unread yields what the log holds beyond the state.
func (rm *room) unread() iter.Seq2[ledger.Entry, error] {
	log := rm.reg.ledger.Read(rm.reg.ctx, rm.id, rm.state.Version())
	if rm.arrivals == nil {
		return log
	}
	return func(yield func(ledger.Entry, error) bool) {
		next, stop := iter.Pull2(log)
		defer stop()
		for more := true; more; {
			var read []ledger.Entry
			var err error
			rm.meanwhile(func() { read, more, err = take(next, readMax) })
			for _, e := range read {
				if !yield(e, nil) {
					return
				}
			}
			if err != nil && !yield(ledger.Entry{}, err) {
				return
			}
		}
	}
}

// take returns at most n entries, and whether there may be more.
func take(next func() (ledger.Entry, error, bool), n int) (read []ledger.Entry, more bool, err error) {
	for range n {
		e, err, ok := next()
		if err != nil || !ok {
			return read, false, err
		}
		read = append(read, e)
	}
	return read, true, nil
}
