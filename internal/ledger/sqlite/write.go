package sqlite

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/caucus-live/caucus/internal/ledger"
)

// maxExpireEntries is about how many entries one step of Expire removes: few
// enough that writes behind it do not notice.
const maxExpireEntries = 5000

// Create implements [ledger.Ledger].
func (l *Ledger) Create(ctx context.Context, id string, expires time.Time, entries ...[]byte) error {
	if err := ledger.Validate(id, entries...); err != nil {
		return err
	}
	return l.write(ctx, id, bytesIn(entries), func(ctx context.Context, t *tx) error {
		switch _, err := t.find(ctx, id); {
		case err == nil:
			return ledger.ErrExists
		case !errors.Is(err, ledger.ErrNotFound):
			return err
		}
		h := head{id: id, last: int64(len(entries)), expires: expires.UnixMilli()}
		if err := t.number(ctx, &h.number); err != nil {
			return err
		}
		if err := t.change(ctx, t.stmts.create, h.id, h.number, h.last, h.expires, h.sum()); err != nil {
			return err
		}
		return t.insert(ctx, h, 1, entries)
	})
}

// Append implements [ledger.Ledger].
func (l *Ledger) Append(ctx context.Context, id string, entries ...[]byte) (uint64, error) {
	if err := ledger.Validate(id, entries...); err != nil {
		return 0, err
	}
	var first int64
	err := l.write(ctx, id, bytesIn(entries), func(ctx context.Context, t *tx) error {
		h, err := t.find(ctx, id)
		if err != nil {
			return err
		}
		first = h.last + 1
		h.last += int64(len(entries))
		if err := t.change(ctx, t.stmts.append, h.last, h.sum(), h.id); err != nil {
			return err
		}
		return t.insert(ctx, h, first, entries)
	})
	if err != nil {
		return 0, err
	}
	l.watch.Appended(id)
	return uint64(first), nil
}

// Extend implements [ledger.Ledger].
func (l *Ledger) Extend(ctx context.Context, id string, expires time.Time) error {
	return l.write(ctx, id, 0, func(ctx context.Context, t *tx) error {
		h, err := t.find(ctx, id)
		if err != nil || expires.UnixMilli() <= h.expires {
			return err
		}
		h.expires = expires.UnixMilli()
		return t.change(ctx, t.stmts.extend, h.expires, h.sum(), h.id)
	})
}

// snapshotPart is how many bytes of a snapshot are written in one transaction at most, so that appends
// wait no longer than for these.
const snapshotPart = 256 << 10

// SaveSnapshot implements [ledger.Ledger]. The first part is written last: the snapshot is kept from then on,
// and until then the one before.
func (l *Ledger) SaveSnapshot(ctx context.Context, id string, s ledger.Snapshot) error {
	if err := ledger.Validate(id, s.Data); err != nil {
		return err
	}
	sequence := int64(s.Sequence) // which is in the log, or refused
	sum := dataSum(idSum(id), sequence, s.Data)
	save := func(data []byte, store func(context.Context, *tx, head) error) error {
		return l.write(ctx, id, len(data), func(ctx context.Context, t *tx) error {
			h, err := t.find(ctx, id)
			switch {
			case err != nil:
				return err
			case s.Sequence == 0 || s.Sequence > uint64(h.last):
				return fmt.Errorf("%w: a snapshot of entry %d of %d", ledger.ErrInvalid, s.Sequence, h.last)
			}
			return store(ctx, t, h)
		})
	}
	first, rest := cutPart(s.Data)
	if len(rest) > 0 {
		l.parts.Lock() // two snapshots of a log would take each other's places
		defer l.parts.Unlock()
	}
	for i := int64(1); len(rest) > 0; i++ {
		var part []byte
		part, rest = cutPart(rest)
		if err := save(part, func(ctx context.Context, t *tx, h head) error {
			return t.change(ctx, t.stmts.part, h.number, h.position(i<<1), sum, part)
		}); err != nil {
			return err
		}
	}
	return save(first, func(ctx context.Context, t *tx, h head) error {
		return t.change(ctx, t.stmts.snapshot, h.number, sequence, sum, blob(first))
	})
}

func cutPart(data []byte) (part, rest []byte) {
	n := min(len(data), snapshotPart)
	return data[:n], data[n:]
}

// Expire implements [ledger.Ledger]. It stops after some thousand entries, but
// removes at least one log.
func (l *Ledger) Expire(ctx context.Context, now time.Time, limit int) (ids []string, err error) {
	err = l.write(ctx, "", 0, func(ctx context.Context, t *tx) error {
		ids = nil
		due, err := t.due(ctx, now.UnixMilli(), max(limit, 0))
		if err != nil {
			return err
		}
		entries := int64(0)
		for _, h := range due {
			if entries += h.last; entries > maxExpireEntries && len(ids) > 0 {
				break
			}
			if err := t.drop(ctx, h); err != nil {
				return err
			}
			ids = append(ids, h.id)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	l.watch.Removed(ids...)
	return ids, nil
}

// number gives a number that no log has had.
func (t *tx) number(ctx context.Context, n *int64) error {
	t.changed = true
	return t.verdict(t.stmts.number.QueryRowContext(ctx).Scan(n))
}

// insert adds entries of a log from a sequence on: many by one statement, while there are as many.
func (t *tx) insert(ctx context.Context, h head, sequence int64, entries [][]byte) error {
	sum := idSum(h.id)
	var values []any
	for len(entries) > 0 {
		stmt, n := t.stmts.insert, 1
		if len(entries) >= manyEntries {
			stmt, n = t.stmts.insertMany, manyEntries
		}
		values = values[:0]
		for _, data := range entries[:n] {
			values = append(values, h.position(sequence), dataSum(sum, sequence, data), blob(data))
			sequence++
		}
		if err := t.change(ctx, stmt, values...); err != nil {
			return err
		}
		entries = entries[n:]
	}
	return nil
}

// due returns at most limit logs that expired before or at now.
func (t *tx) due(ctx context.Context, now int64, limit int) ([]head, error) {
	rows, err := t.stmts.due.QueryContext(ctx, now, limit)
	due, err := scanAll(rows, err, scanHead)
	return due, t.verdict(err)
}

// drop removes a log and all that belongs to it.
func (t *tx) drop(ctx context.Context, h head) error {
	_ = t.change(ctx, t.stmts.dropEntries, h.position(1), h.position(maxSequence))
	_ = t.change(ctx, t.stmts.dropSnapshot, h.number)
	_ = t.change(ctx, t.stmts.dropParts, h.position(1), h.position(maxSequence))
	return t.change(ctx, t.stmts.dropLog, h.id)
}

// blob is data as the database takes it: nil would be NULL there.
func blob(data []byte) []byte {
	if data == nil {
		return []byte{}
	}
	return data
}

func bytesIn(entries [][]byte) (n int) {
	for _, e := range entries {
		n += len(e)
	}
	return n
}
