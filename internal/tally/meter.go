package tally

import (
	"context"
	"errors"
	"math"
)

// errExceeded ends a count that would take more than its share of the work.
var errExceeded = errors.New("tally: the share of the work is used up")

// A meter measures the work of a count, and ends it where it is too much or nobody waits
// for it any more.
type meter struct {
	ctx  context.Context //nolint:containedctx // lives as long as the one call that has it
	left int64           // of the share
	look int64           // what is left when ctx is looked at again
}

// A halt unwinds a count whose meter says so; stop turns it into an error.
type halt struct{ error }

// glance is the work between two looks at the context: some milliseconds.
const glance = 1 << 22

// newMeter returns a meter for a share; 0 is without a bound.
func newMeter(ctx context.Context, share int64) *meter {
	if share == 0 {
		share = math.MaxInt64
	}
	return &meter{ctx: ctx, left: share, look: share}
}

// spend notes work about to be done, in steps of about a nanosecond. It does not return
// if the count is to end.
func (m *meter) spend(steps int) {
	m.left -= int64(steps)
	if m.left < 0 {
		panic(halt{errExceeded}) //nolint:forbidigo // unwinds the count; stop recovers it
	}
	if m.left < m.look {
		m.look = m.left - glance
		if m.ctx.Err() != nil {
			panic(halt{context.Cause(m.ctx)}) //nolint:forbidigo // as above
		}
	}
}

// stop is deferred by what counts: it recovers a halt as an error.
func (m *meter) stop(err *error) {
	switch reason := recover().(type) {
	case nil:
	case halt:
		*err = reason.error
	default:
		panic(reason) //nolint:forbidigo // a fault of the count, not its end
	}
}
