package jetstream

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/caucus-live/caucus/internal/ledger"
)

// A reader goes through the batches of a log. It is not safe for concurrent use.
type reader struct {
	ledger        *Ledger
	name          name
	born, expires int64 // of the log

	at     position
	passed []position // the last ones before at, to check the anchors of others with
	buffer []*stored  // fetched, after at
	leader bool       // asks the leader of the stream, message by message
}

// What is wrong with a replica may be right at another.
var (
	errMissing = errors.New("it is missing")
	errCount   = errors.New("its writer had counted another number of entries before it")
)

// readAttempts is how often a message is read before the log is called damaged: any
// replica may answer, and the last times the leader does.
const readAttempts = 6

// next returns the next batch, up to a sequence of the stream that the log is known to
// have, and the sequence of its first entry.
func (r *reader) next(ctx context.Context, upTo uint64) (b *batch, first uint64, err error) {
	ctx, leave, err := r.ledger.reading(ctx)
	if err != nil {
		return nil, 0, err
	}
	defer leave()
	return r.step(ctx, upTo)
}

// step is next within a call that has begun.
func (r *reader) step(ctx context.Context, upTo uint64) (b *batch, first uint64, err error) {
	defer func(leader bool) { r.leader = leader }(r.leader)
	for attempt := range readAttempts {
		if b, err = r.assemble(ctx, upTo); err == nil {
			err = r.check(b)
		}
		if err == nil {
			first = r.at.entries + 1
			r.advance(b)
			return b, first, nil
		}
		r.buffer, r.leader = nil, attempt >= readAttempts/2
		if errors.Is(err, ledger.ErrNotFound) || errors.Is(err, errNewer) {
			return nil, 0, fault(r.name.id, err)
		}
		if !sleep(ctx, retryInterval/2) {
			return nil, 0, errors.Join(context.Cause(ctx), err)
		}
		level := slog.LevelDebug // a replica may be behind; the leader is not
		if r.leader {
			level = slog.LevelWarn
		}
		r.ledger.opts.Logger.Log(ctx, level, "a message of a log was not read, and will be read again", slog.String("log", r.name.id),
			slog.String("stream", r.name.stream), slog.Uint64("after", r.at.stream), slog.Any("error", err))
	}
	if errors.Is(err, errMissing) || errors.Is(err, errCount) || errors.Is(err, errDamaged) {
		err = &ledger.CorruptError{Log: r.name.id, Sequence: r.at.entries + 1, Reason: err.Error()}
	}
	return nil, 0, err
}

// check says what is wrong with a batch that comes next.
func (r *reader) check(b *batch) error {
	switch {
	case r.born != 0 && b.born != r.born:
		return ledger.ErrNotFound // removed, and another made
	case b.first != (r.at.entries == 0), b.anchor.stream > r.at.stream:
		return errMissing
	case b.anchor.stream == r.at.stream && b.anchor.entries != r.at.entries:
		return errCount
	}
	for _, p := range r.passed {
		if b.anchor.stream == p.stream && b.anchor.entries != p.entries {
			return errCount
		}
	}
	return nil
}

// advance goes past a batch.
func (r *reader) advance(b *batch) {
	if len(r.passed) == maxPositions {
		r.passed = r.passed[:copy(r.passed, r.passed[1:])]
	}
	r.passed = append(r.passed, r.at)
	r.at = position{r.at.entries + uint64(len(b.entries)), b.stream}
	r.born, r.expires = b.born, b.expires
	r.ledger.known.note(r.name.id, b, r.at)
}

// assemble returns the next batch, of one message or of all its parts.
func (r *reader) assemble(ctx context.Context, upTo uint64) (*batch, error) {
	msg, err := r.fetch(ctx, r.at.stream, upTo)
	if err != nil {
		return nil, err
	}
	data := msg.data
	if part, parts := msg.partOf(); parts > 1 {
		if part != 1 {
			return nil, errMissing
		}
		for want := 2; want <= parts; want++ {
			if msg, err = r.fetch(ctx, msg.sequence, upTo); err != nil {
				return nil, err
			}
			if part, of := msg.partOf(); part != want || of != parts {
				return nil, errMissing
			}
			data = append(data, msg.data...)
		}
	}
	b, err := decode(r.name.id, data)
	if err != nil {
		return nil, err
	}
	b.stream = msg.sequence
	return b, nil
}

// fetch returns the next message after a sequence of the stream.
func (r *reader) fetch(ctx context.Context, after, upTo uint64) (msg *stored, err error) {
	if len(r.buffer) == 0 {
		if r.leader {
			msg, err = r.ledger.get(ctx, r.name.stream, getRequest{Sequence: after + 1, NextFor: r.name.subject()})
			if err == nil && msg != nil {
				r.buffer = []*stored{msg}
			}
		} else {
			r.buffer, err = r.ledger.page(ctx, r.name, after+1, upTo)
		}
	}
	if len(r.buffer) > 0 {
		msg, r.buffer = r.buffer[0], r.buffer[1:]
		return msg, nil
	}
	if err == nil {
		err = errMissing // or the replica lags behind
	}
	return nil, err
}

// partOf returns which part of a batch the message is, and of how many.
func (m *stored) partOf() (part, parts int) {
	if _, err := fmt.Sscanf(m.part, "%d/%d", &part, &parts); err != nil {
		return 1, 1
	}
	return part, parts
}

// countTo goes to a batch that was just stored, and returns the sequence of its first
// entry.
func (r *reader) countTo(ctx context.Context, stored *batch) (first uint64, err error) {
	r.leader = true // others may not have it yet
	for r.at.stream < stored.stream {
		if _, first, err = r.step(ctx, stored.stream); err != nil {
			return 0, err
		}
	}
	if r.at.stream != stored.stream {
		return 0, errAstray
	}
	return first, nil
}

// errAstray says that a batch was not where NATS had put it.
var errAstray = errors.New("the entries are not where they were stored")

func isNotFound(err error) bool { return errors.Is(err, ledger.ErrNotFound) }
