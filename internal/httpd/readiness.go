package httpd

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/caucus-live/caucus/internal/ledger"
	"github.com/caucus-live/caucus/internal/poll"
)

const (
	probeInterval = time.Second      // least time between two probes of the ledger
	probeTimeout  = 2 * time.Second  // how long /readyz waits for the ledger
	probeLimit    = 30 * time.Second // how long one may take
)

// A readiness finds out whether the ledger can be written, by writing: on a full disk,
// reading goes on. However many ask, it does so at most once a second.
type readiness struct {
	probe func(context.Context) error // nil: the ledger has none
	ctx   context.Context             //nolint:containedctx // of the probes, which outlive the requests that ask for them
	end   context.CancelFunc

	mu      sync.Mutex // guards the fields below
	err     error      // of the last probe
	at      time.Time  // when that ended
	running chan struct{}
	probes  sync.WaitGroup
}

func newReadiness(l ledger.Ledger) *readiness {
	r := &readiness{}
	r.ctx, r.end = context.WithCancel(context.Background())
	if p, ok := l.(interface{ Probe(context.Context) error }); ok {
		r.probe = p.Probe
	}
	return r
}

// ask returns why the ledger cannot be written, or nil. It waits until ctx ends.
func (r *readiness) ask(ctx context.Context) error {
	if r.probe == nil {
		return nil
	}
	var late error
	select {
	case <-r.begin():
	case <-ctx.Done():
		late = ctx.Err()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return cmp.Or(r.err, late) // what was wrong last says more than that it takes long
}

// begin probes, unless that is under way or was done just now. What it returns is closed
// when there is a result.
func (r *readiness) begin() <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.running != nil {
		return r.running
	}
	running := make(chan struct{})
	if !r.at.IsZero() && time.Since(r.at) < probeInterval {
		close(running)
		return running
	}
	r.running = running
	r.probes.Go(r.run) // ends with the ledger's answer; close waits for it
	return running
}

func (r *readiness) run() {
	ctx, cancel := context.WithTimeout(r.ctx, probeLimit)
	defer cancel()
	err := r.probe(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.err, r.at = err, time.Now()
	close(r.running)
	r.running = nil
}

// close ends the probe under way, and waits for it. Nobody may ask any more.
func (r *readiness) close() {
	r.end()
	r.probes.Wait()
}

// unwritable says, for people, why nothing can be written.
func unwritable(err error) *poll.Error {
	if why, ok := errors.AsType[*ledger.UnwritableError](err); ok {
		return cannotSave.Refuse(why.Reason)
	}
	return slowLedger.Refuse()
}

// diskIsLow reports whether the disk has less left than new polls are made with.
func (s *Server) diskIsLow() bool {
	l, ok := s.ledger.(interface{ Free() (int64, bool) })
	if !ok {
		return false
	}
	bytes, known := l.Free()
	return known && bytes < s.opts.MinDisk
}

// errLowDisk refuses a new poll.
func errLowDisk(patches bool) *problem {
	status := http.StatusServiceUnavailable
	if !patches { // clients of the base contract understand no other
		status = http.StatusBadRequest
	}
	return refuse(status, lowDisk.Refuse())
}
