package jetstream

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/caucus-live/caucus/internal/ledger"
)

// maxPart is how large a message is at most; more of one batch goes into further
// ones. NATS takes a megabyte unless it is told otherwise, and encodes some answers.
const maxPart = 512 << 10

// partHeader marks the parts of a batch that is not one message: its number from 1,
// a slash, and how many there are.
const partHeader = "Caucus-Part"

// Create implements [ledger.Ledger].
func (l *Ledger) Create(ctx context.Context, id string, expires time.Time, entries ...[]byte) error {
	if err := ledger.Validate(id, entries...); err != nil {
		return err
	}
	ctx, end, err := l.begin(ctx)
	if err != nil {
		return err
	}
	defer end()
	n := l.name(id)
	b := &batch{first: true, born: l.opts.Now().UnixNano(), expires: expires.UnixMilli(), entries: entries}
	for {
		b.stream, err = l.publish(ctx, n, b)
		if !is(err, codeWrongSequence, codeWrongConstant) {
			break
		}
		// Of another log, or ours, of an attempt that was not answered.
		found, failed := l.firstOf(ctx, n)
		ended := false
		if failed == nil && found != nil {
			ended, failed = l.ended(ctx, n, found)
		}
		switch {
		case failed != nil:
			return fault(id, failed)
		case found == nil:
			// Somebody else's, which is not to be seen yet. It may be acknowledged, so nothing is purged.
			if !sleep(ctx, retryInterval) {
				return fault(id, err)
			}
			continue
		case bytes.Equal(found.encode(id), b.encode(id)):
			b.stream, err = found.stream, nil
		case !ended:
			return ledger.ErrExists
		default:
			if err := l.purge(ctx, n, found.born); err != nil {
				return fault(id, err)
			}
			continue
		}
		break
	}
	if err != nil {
		return fault(id, err)
	}
	l.known.note(id, b, position{uint64(len(entries)), b.stream})
	return nil
}

// firstOf returns the first batch of a log, expired or not, or nil.
func (l *Ledger) firstOf(ctx context.Context, n name) (*batch, error) {
	first, err := l.get(ctx, n.stream, getRequest{Sequence: 1, NextFor: n.subject()})
	if err != nil || first == nil {
		return nil, err
	}
	r := &reader{ledger: l, name: n, leader: true, buffer: []*stored{first}}
	return r.assemble(ctx, math.MaxUint64)
}

// Append implements [ledger.Ledger].
func (l *Ledger) Append(ctx context.Context, id string, entries ...[]byte) (uint64, error) {
	if err := ledger.Validate(id, entries...); err != nil {
		return 0, err
	}
	ctx, end, err := l.begin(ctx)
	if err != nil {
		return 0, err
	}
	defer end()
	n := l.name(id)
	r, err := l.tail(ctx, n)
	if err != nil {
		return 0, fault(id, err)
	}
	b := &batch{born: r.born, expires: r.expires, anchor: r.at, entries: entries}
	if b.stream, err = l.publish(ctx, n, b); err != nil {
		return 0, fault(id, err)
	}
	first, err := r.countTo(ctx, b)
	if err != nil {
		return 0, fault(id, err)
	}
	return first, nil
}

// publish stores a batch, and returns the stream's sequence of it. It tries again
// under the same id, under which NATS stores it once.
func (l *Ledger) publish(ctx context.Context, n name, b *batch) (uint64, error) {
	header := nats.Header{"Nats-TTL": {l.ttl(b)}}
	if b.first {
		header.Set("Nats-Expected-Last-Subject-Sequence", "0")
	}
	data := b.encode(n.id)
	if len(data) > maxPart {
		return l.publishParts(ctx, n, header, data)
	}
	header.Set("Nats-Msg-Id", nats.NewInbox())
	msg := &nats.Msg{Subject: n.subject(), Header: header, Data: data}
	var stream uint64
	err := persist(ctx, permanent, func(ctx context.Context) (err error) {
		stream, err = l.store(ctx, msg)
		return err
	})
	return stream, err
}

// permanent reports whether NATS would refuse a message again.
func permanent(err error) bool {
	if e, ok := errors.AsType[*apiError](err); ok {
		return is(err, codeWrongSequence, codeWrongConstant) || e.Code == 400 && e.ErrCode != codeDuplicateInFlight
	}
	return false
}

// codeDuplicateInFlight says that an earlier attempt is being replicated.
const codeDuplicateInFlight = 10158

// publishParts stores a large batch as several messages, all or none. It does not try
// again: NATS could not tell an attempt from the one before.
func (l *Ledger) publishParts(ctx context.Context, n name, header nats.Header, data []byte) (uint64, error) {
	parts := (len(data) + maxPart - 1) / maxPart
	group := nats.NewInbox()[len("_INBOX."):]
	for i := range parts {
		msg := nats.NewMsg(n.subject())
		for key, values := range header {
			if i == 0 || key == "Nats-TTL" {
				msg.Header[key] = values
			}
		}
		msg.Header.Set("Nats-Batch-Id", group)
		msg.Header.Set("Nats-Batch-Sequence", strconv.Itoa(i+1))
		msg.Header.Set(partHeader, fmt.Sprintf("%d/%d", i+1, parts))
		msg.Data = data[i*maxPart : min((i+1)*maxPart, len(data))]
		if i < parts-1 {
			if err := l.conn.PublishMsg(msg); err != nil {
				return 0, err
			}
			continue
		}
		msg.Header.Set("Nats-Batch-Commit", "1")
		return l.store(ctx, msg)
	}
	return 0, nil // not reached: at least one part
}

// store publishes a message and waits until a quorum has it.
func (l *Ledger) store(ctx context.Context, msg *nats.Msg) (uint64, error) {
	answer, err := l.conn.RequestMsgWithContext(ctx, msg)
	if err != nil {
		return 0, err
	}
	var ack struct {
		Error    *apiError `json:"error"`
		Sequence uint64    `json:"seq"`
	}
	if err := json.Unmarshal(answer.Data, &ack); err != nil {
		return 0, err
	}
	if ack.Error != nil {
		return 0, ack.Error
	}
	return ack.Sequence, nil
}

// Free returns how many bytes the disk of Options.Dir has left, and whether that can be known
// here.
func (l *Ledger) Free() (bytes int64, known bool) {
	if l.opts.Dir == "" {
		return 0, false
	}
	return ledger.Free(l.opts.Dir)
}

// Probe finds out whether a quorum can be written to, by writing something that is not
// a log. It returns why not.
func (l *Ledger) Probe(ctx context.Context) error {
	ctx, end, err := l.begin(ctx)
	if err != nil {
		return err
	}
	defer end()
	msg := nats.NewMsg("snapshot.probe") // of which the stream keeps the last one
	return persist(ctx, permanent, func(ctx context.Context) error {
		_, err := l.store(ctx, msg)
		return err
	})
}

// fault is the error that a caller gets.
func fault(id string, err error) error {
	if _, corrupt := errors.AsType[*ledger.CorruptError](err); corrupt || err == nil ||
		errors.Is(err, ledger.ErrNotFound) || errors.Is(err, ledger.ErrClosed) || errors.Is(err, ledger.ErrInvalid) {
		return err
	}
	return fmt.Errorf("ledger: log %s: %w", id, err)
}
