package live

import (
	"context"
	"sync/atomic"
)

// A waiter lets a caller wait for its turn no longer than its context, and yet be
// sure that nothing of the caller's runs after it has returned: whoever claims
// the waiter first, the turn that answers or the caller that gives up, has it.
type waiter struct {
	claimed atomic.Bool
	done    chan struct{}
	err     error // the answer; set before done is closed
}

func newWaiter() *waiter { return &waiter{done: make(chan struct{})} }

func (w *waiter) claim() bool { return w.claimed.CompareAndSwap(false, true) }

// answer runs fn, whose error is the answer, and reports true; when the caller has
// given up it does nothing.
func (w *waiter) answer(fn func() error) bool {
	if !w.claim() {
		return false
	}
	defer close(w.done)
	w.err = errPanic // unless fn returns
	w.err = fn()
	return true
}

// wait returns the answer, or why ctx ended before there was one.
func (w *waiter) wait(ctx context.Context) error {
	select {
	case <-w.done:
		return w.err
	case <-ctx.Done():
	}
	if w.claim() {
		return context.Cause(ctx)
	}
	<-w.done // being answered right now
	return w.err
}
