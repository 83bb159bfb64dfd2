package jetstream

import (
	"context"
	"encoding/binary"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/caucus-live/caucus/internal/ledger"
)

// An extension says that a log ends later than its messages do.
type extension struct {
	born  int64 // of the log, in nanoseconds
	until int64 // milliseconds

	stream uint64 // the stream's sequence of its message, 0 if absent
}

const extensionSize = 2*8 + sumSize

func (e *extension) encode(id string) []byte {
	data := binary.BigEndian.AppendUint64(make([]byte, 0, extensionSize), uint64(e.born)) //nolint:gosec // and back
	data = binary.BigEndian.AppendUint64(data, uint64(e.until))                           //nolint:gosec // likewise
	return binary.BigEndian.AppendUint32(data, checksum(id, data))
}

// Extend implements [ledger.Ledger]. It returns [ledger.ErrInvalid] for a time beyond the
// horizon.
func (l *Ledger) Extend(ctx context.Context, id string, expires time.Time) error {
	ctx, end, err := l.begin(ctx)
	if err != nil {
		return err
	}
	defer end()
	n := l.name(id)
	last, err := l.last(ctx, n)
	if err != nil {
		return fault(id, err)
	}
	until := expires.UnixMilli()
	if until > last.expires && until > l.horizon(last) {
		return fmt.Errorf("%w: log %s would be kept for longer than %s", ledger.ErrInvalid, id, l.opts.Horizon)
	}
	for {
		kept, err := l.extended(ctx, n, last.born)
		if err != nil || until <= max(last.expires, kept.until) {
			return fault(id, err)
		}
		next := extension{born: last.born, until: until}
		msg := nats.NewMsg(n.extension())
		msg.Header.Set("Nats-TTL", l.ttl(last))
		msg.Header.Set("Nats-Expected-Last-Subject-Sequence", strconv.FormatUint(kept.stream, 10))
		msg.Data = next.encode(id)
		err = persist(ctx, permanent, func(ctx context.Context) error {
			_, err := l.store(ctx, msg)
			return err
		})
		if err == nil {
			l.known.noteEnd(id, next)
		}
		if !is(err, codeWrongSequence, codeWrongConstant) { // by another server's, or by this one's earlier attempt
			return fault(id, err)
		}
	}
}

// extended returns how a log was extended, a zero until if it was not.
func (l *Ledger) extended(ctx context.Context, n name, born int64) (extension, error) {
	msg, err := l.get(ctx, snapshotStream, getRequest{LastFor: n.extension()})
	if err != nil || msg == nil {
		return extension{}, err
	}
	e := extension{stream: msg.sequence}
	if len(msg.data) != extensionSize || checksum(n.id, msg.data[:16]) != binary.BigEndian.Uint32(msg.data[16:]) {
		return e, &ledger.CorruptError{Log: n.id, Reason: "the message that extends it: " + errDamaged.Error()}
	}
	if int64(binary.BigEndian.Uint64(msg.data)) != born { //nolint:gosec // as in encode
		return e, nil // of an earlier log
	}
	e.born, e.until = born, int64(binary.BigEndian.Uint64(msg.data[8:])) //nolint:gosec // as in encode
	l.known.noteEnd(n.id, e)
	return e, nil
}

// ended reports whether the log that a batch is of has ended.
func (l *Ledger) ended(ctx context.Context, n name, b *batch) (bool, error) {
	if !b.expired(l.opts.Now()) {
		return false, nil
	}
	e, err := l.extended(ctx, n, b.born)
	return e.until <= l.opts.Now().UnixMilli(), err
}

// horizon is up to when a log can be extended, in milliseconds.
func (l *Ledger) horizon(b *batch) int64 { return time.Unix(0, b.born).Add(l.opts.Horizon).UnixMilli() }

// ttl is how long NATS keeps a message of the batch's log, in whole seconds, rounded up.
func (l *Ledger) ttl(b *batch) string {
	left := time.UnixMilli(max(b.expires, l.horizon(b))).Sub(l.opts.Now()) + time.Second
	return strconv.Itoa(int(max(left, time.Second) / time.Second))
}

// expireAfter is how long a log stays after its end, so that servers whose clocks differ
// agree that it has ended.
const expireAfter = time.Minute

// Expire implements [ledger.Ledger]. It removes logs that this handle knows and that ended
// a minute ago or earlier; NATS removes all others at their horizon. It does not say which.
func (l *Ledger) Expire(ctx context.Context, now time.Time, limit int) ([]string, error) {
	ids := l.known.ended(now.Add(-expireAfter).UnixMilli(), limit)
	ctx, end, err := l.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	for _, id := range ids {
		if err := l.expire(ctx, l.name(id)); err != nil {
			return nil, fault(id, err)
		}
		l.known.forget(id)
	}
	return nil, nil
}

// expire removes a log if it has ended, as another server may know better.
func (l *Ledger) expire(ctx context.Context, n name) error {
	first, err := l.firstOf(ctx, n)
	if err != nil || first == nil {
		return err
	}
	if ended, err := l.ended(ctx, n, first); err != nil || !ended {
		return err
	}
	return l.purge(ctx, n, first.born)
}

// purge removes what is left of a log that has ended, by when it was made. It goes no
// further than its last message, so that another log that is made of the same id meanwhile
// stays.
func (l *Ledger) purge(ctx context.Context, n name, born int64) error {
	msg, err := l.get(ctx, n.stream, getRequest{LastFor: n.subject()})
	if err != nil || msg == nil {
		return err
	}
	last, err := l.batchAt(ctx, n, msg)
	if err != nil || last.born != born {
		return err
	}
	return persist(ctx, func(error) bool { return false }, func(ctx context.Context) error {
		_, err := l.request(ctx, "STREAM.PURGE."+n.stream, purgeRequest{Filter: n.subject(), Before: last.stream + 1})
		return err
	})
}

// A purgeRequest says which messages of a stream to remove.
type purgeRequest struct {
	Filter string `json:"filter"`
	Before uint64 `json:"seq"` // those with a lower sequence
}
