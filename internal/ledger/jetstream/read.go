package jetstream

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/caucus-live/caucus/internal/ledger"
)

// Read implements [ledger.Ledger]. It yields what the log held when it began.
func (l *Ledger) Read(ctx context.Context, id string, after uint64) iter.Seq2[ledger.Entry, error] {
	return func(yield func(ledger.Entry, error) bool) {
		r, last, err := l.open(ctx, id, after)
		for err == nil && r.at.stream < last.stream {
			var b *batch
			var first uint64
			if b, first, err = r.next(ctx, last.stream); err != nil {
				break
			}
			if !b.yield(first, after, func(e ledger.Entry, _ error) bool {
				err = ctx.Err()
				return err == nil && yield(e, nil)
			}) {
				break
			}
		}
		if err != nil {
			yield(ledger.Entry{}, fault(id, err))
		}
	}
}

// yield yields the entries of a batch that are after one, and reports whether to go on.
func (b *batch) yield(first, after uint64, yield func(ledger.Entry, error) bool) bool {
	for i, data := range b.entries {
		if sequence := first + uint64(i); sequence > after && !yield(ledger.Entry{Sequence: sequence, Data: data}, nil) {
			return false
		}
	}
	return true
}

// open returns a reader at the last place known that has at most n entries
// before it, and the log's last batch.
func (l *Ledger) open(ctx context.Context, id string, entries uint64) (*reader, *batch, error) {
	ctx, leave, err := l.reading(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer leave()
	return l.find(ctx, l.name(id), entries)
}

// find is open within a call that has begun.
func (l *Ledger) find(ctx context.Context, n name, entries uint64) (*reader, *batch, error) {
	last, err := l.last(ctx, n)
	if err != nil {
		return nil, nil, err
	}
	known, at := l.known.before(n.id, entries)
	if known.born != last.born {
		at = position{}
	}
	if last.anchor.entries <= entries && last.anchor.stream > at.stream {
		at = last.anchor
	}
	return &reader{ledger: l, name: n, born: last.born, expires: last.expires, at: at}, last, nil
}

// reading is begin for a read, which its caller's context ends.
func (l *Ledger) reading(ctx context.Context) (context.Context, context.CancelFunc, error) {
	if err := l.enter(ctx); err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, l.opts.Timeout, errTimeout)
	return ctx, func() { cancel(); l.leave() }, nil
}

// last returns the last batch of a log, as the leader of its stream has it.
func (l *Ledger) last(ctx context.Context, n name) (*batch, error) {
	msg, err := l.get(ctx, n.stream, getRequest{LastFor: n.subject()})
	switch {
	case err != nil:
		return nil, err
	case msg == nil:
		return nil, ledger.ErrNotFound
	}
	b, err := l.batchAt(ctx, n, msg)
	switch {
	case errors.Is(err, errNewer):
		return nil, fault(n.id, err)
	case err != nil:
		return nil, &ledger.CorruptError{Log: n.id, Reason: fmt.Sprintf("its last message, %d of %s: %v", msg.sequence, n.stream, err)}
	}
	switch ended, err := l.ended(ctx, n, b); {
	case err != nil:
		return nil, err
	case ended:
		return nil, ledger.ErrNotFound
	}
	return b, nil
}

// batchAt returns the batch of which a message is the last part.
func (l *Ledger) batchAt(ctx context.Context, n name, msg *stored) (*batch, error) {
	r := &reader{ledger: l, name: n, leader: true, buffer: []*stored{msg}}
	if part, parts := msg.partOf(); parts > 1 { // they follow each other in the stream
		r.buffer, r.at.stream = nil, msg.sequence-uint64(part) //nolint:gosec // from 1
	}
	return r.assemble(ctx, msg.sequence)
}

// tail returns a reader at the end of a log, or not far from it.
func (l *Ledger) tail(ctx context.Context, n name) (*reader, error) {
	known, at := l.known.before(n.id, maxEntries)
	if at.stream > 0 && known.end() > l.opts.Now().UnixMilli() {
		return &reader{ledger: l, name: n, born: known.born, expires: known.expires, at: at}, nil
	}
	return l.end(ctx, n)
}

// end returns a reader at the end of a log.
func (l *Ledger) end(ctx context.Context, n name) (*reader, error) {
	r, last, err := l.find(ctx, n, maxEntries)
	for err == nil && r.at.stream < last.stream {
		_, _, err = r.step(ctx, last.stream)
	}
	return r, err
}

// maxEntries is more than any log has.
const maxEntries = 1 << 62

// Info implements [ledger.Ledger].
func (l *Ledger) Info(ctx context.Context, id string) (ledger.Info, error) {
	ctx, leave, err := l.reading(ctx)
	if err != nil {
		return ledger.Info{}, err
	}
	defer leave()
	r, err := l.end(ctx, l.name(id))
	if err != nil {
		return ledger.Info{}, fault(id, err)
	}
	end, err := l.extended(ctx, r.name, r.born)
	if err != nil {
		return ledger.Info{}, fault(id, err)
	}
	return ledger.Info{ID: id, Last: r.at.entries, Expires: time.UnixMilli(max(r.expires, end.until)).UTC()}, nil
}

// Logs implements [ledger.Ledger]. It holds all ids at once.
func (l *Ledger) Logs(ctx context.Context) iter.Seq2[ledger.Info, error] {
	return func(yield func(ledger.Info, error) bool) {
		ids, err := l.ids(ctx)
		for _, id := range ids {
			var info ledger.Info
			switch info, err = l.Info(ctx, id); {
			case err == nil:
				if !yield(info, nil) {
					return
				}
				continue
			case isNotFound(err): // removed meanwhile
				err = nil
				continue
			}
			break
		}
		if err != nil {
			yield(ledger.Info{}, err)
		}
	}
}

// ids returns the ids of all logs, in order.
func (l *Ledger) ids(ctx context.Context) ([]string, error) {
	if err := l.enter(ctx); err != nil {
		return nil, err
	}
	defer l.leave()
	var ids []string
	for _, name := range l.shards() {
		stream, err := l.js.Stream(ctx, name)
		if err != nil {
			return nil, fmt.Errorf("ledger: %s: %w", name, err)
		}
		info, err := stream.Info(ctx, jetstream.WithSubjectFilter(">"))
		if err != nil {
			return nil, fmt.Errorf("ledger: %s: %w", name, err)
		}
		for subject := range info.State.Subjects {
			if id, ok := idOf(subject[strings.LastIndexByte(subject, '.')+1:]); ok {
				ids = append(ids, id)
			}
		}
	}
	slices.Sort(ids)
	return ids, nil
}
