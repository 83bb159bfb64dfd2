package jetstream

import (
	"context"
	"iter"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/caucus-live/caucus/internal/ledger"
)

const (
	// backlog is how many messages wait for a follower. Those beyond it are read from
	// the stream.
	backlog = 256

	// lookInterval is how often a follower looks whether it has missed something for
	// a reason that nobody noticed.
	lookInterval = 10 * time.Second
)

// Follow implements [ledger.Ledger].
func (l *Ledger) Follow(ctx context.Context, id string, after uint64) iter.Seq2[ledger.Entry, error] {
	return func(yield func(ledger.Entry, error) bool) {
		f := &follower{ledger: l, name: l.name(id), after: after, arrived: make(chan *nats.Msg, backlog)}
		if err := f.run(ctx, yield); err != nil {
			yield(ledger.Entry{}, fault(id, err))
		}
	}
}

// A follower is a loop over Follow.
type follower struct {
	ledger  *Ledger
	name    name
	after   uint64 // what the loop has, or did not ask for
	reader  *reader
	arrived chan *nats.Msg
	sub     *nats.Subscription
	dropped int // messages that had no room in arrived, so far
}

// run returns nil when the loop was left.
func (f *follower) run(ctx context.Context, yield func(ledger.Entry, error) bool) error {
	if err := f.ledger.enter(ctx); err != nil {
		return err
	}
	w := f.ledger.watches[f.name.shard]
	trouble := w.join() //nolint:contextcheck // the goroutine is for all followers
	defer w.leave(trouble)
	sub, err := f.ledger.conn.ChanSubscribe(f.name.live(), f.arrived)
	f.ledger.leave()
	if err != nil {
		return err
	}
	f.sub = sub
	defer func() { _ = sub.Unsubscribe() }() // it ends with the connection otherwise
	look := time.NewTimer(0)
	defer look.Stop()
	for {
		if goOn, err := f.catchUp(ctx, yield); err != nil || !goOn {
			return err
		}
		look.Reset(f.nextLook())
		if goOn, err := f.listen(ctx, trouble, look, yield); err != nil || !goOn {
			return err
		}
	}
}

// nextLook is when to look at the latest: when the log is about to be removed, or
// should have been.
func (f *follower) nextLook() time.Duration {
	known, _ := f.ledger.known.before(f.name.id, 0)
	left := time.UnixMilli(max(f.reader.expires, known.end())).Sub(f.ledger.opts.Now())
	return min(lookInterval, max(left, retryInterval))
}

// catchUp yields what the stream has.
func (f *follower) catchUp(ctx context.Context, yield func(ledger.Entry, error) bool) (goOn bool, err error) {
	r, last, err := f.ledger.open(ctx, f.name.id, f.after)
	if err != nil {
		return false, err
	}
	if f.reader != nil {
		if f.reader.born != r.born {
			return false, ledger.ErrNotFound // removed, and another made
		}
		r = f.reader
		r.buffer = nil
	}
	f.reader = r
	for r.at.stream < last.stream {
		b, first, err := r.next(ctx, last.stream)
		if err != nil {
			return false, err
		}
		if !f.yield(b, first, yield) {
			return false, nil
		}
	}
	return true, nil
}

func (f *follower) yield(b *batch, first uint64, yield func(ledger.Entry, error) bool) bool {
	after := f.after
	f.after = max(after, f.reader.at.entries)
	return b.yield(first, after, yield)
}

// listen yields what arrives, until something may be missing.
func (f *follower) listen(ctx context.Context, trouble <-chan struct{}, look *time.Timer, yield func(ledger.Entry, error) bool) (goOn bool, err error) {
	for {
		select {
		case msg := <-f.arrived:
			b, follows := f.follows(msg)
			if !follows {
				return true, nil
			}
			if b == nil {
				continue
			}
			first := f.reader.at.entries + 1
			f.reader.advance(b)
			if !f.yield(b, first, yield) {
				return false, nil
			}
		case <-trouble:
			return true, nil
		case <-look.C:
			return true, nil
		case <-ctx.Done():
			return false, ctx.Err()
		case <-f.ledger.ctx.Done():
			return false, ledger.ErrClosed
		}
	}
}

// follows returns the batch in a message that comes next, or nil for one that is known
// already, or reports that the stream has to be read.
func (f *follower) follows(msg *nats.Msg) (b *batch, ok bool) {
	if dropped, err := f.sub.Dropped(); err != nil || dropped > f.dropped {
		f.dropped = dropped
		return nil, false
	}
	sequence, err := strconv.ParseUint(msg.Header.Get("Nats-Sequence"), 10, 64)
	if err != nil {
		return nil, false
	}
	if sequence <= f.reader.at.stream {
		return nil, true
	}
	if msg.Header.Get("Nats-Last-Sequence") != strconv.FormatUint(f.reader.at.stream, 10) || msg.Header.Get(partHeader) != "" {
		return nil, false
	}
	if b, err = decode(f.name.id, msg.Data); err != nil {
		return nil, false
	}
	b.stream = sequence
	return b, f.reader.check(b) == nil
}
