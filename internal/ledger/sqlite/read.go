package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"iter"

	"github.com/caucus-live/caucus/internal/ledger"
)

// What is fetched at once. Between two fetches a reader holds nothing of the
// database, so that a slow one is in nobody's way.
const (
	maxPage      = 1000    // entries, or logs
	maxPageBytes = 1 << 20 // of entries
)

// Info implements [ledger.Ledger].
func (l *Ledger) Info(ctx context.Context, id string) (ledger.Info, error) {
	if err := l.enter(); err != nil {
		return ledger.Info{}, err
	}
	defer l.leave()
	h, err := l.find(ctx, id)
	if err != nil {
		return ledger.Info{}, err
	}
	return h.info(), nil
}

// Logs implements [ledger.Ledger].
func (l *Ledger) Logs(ctx context.Context) iter.Seq2[ledger.Info, error] {
	return func(yield func(ledger.Info, error) bool) {
		for h, err := range l.heads(ctx) {
			if err != nil {
				yield(ledger.Info{}, err)
				return
			}
			if !yield(h.info(), nil) {
				return
			}
		}
	}
}

// Read implements [ledger.Ledger].
func (l *Ledger) Read(ctx context.Context, id string, after uint64) iter.Seq2[ledger.Entry, error] {
	return func(yield func(ledger.Entry, error) bool) {
		if after > maxSequence {
			after = maxSequence // no log goes beyond
		}
		r := reader{ledger: l, id: id, last: int64(after)}
		for more := true; more; {
			var page []ledger.Entry
			var err error
			page, more, err = r.next(ctx)
			for _, e := range page {
				if !yield(e, nil) {
					return
				}
			}
			if err != nil {
				yield(ledger.Entry{}, err)
				return
			}
		}
	}
}

// Follow implements [ledger.Ledger].
func (l *Ledger) Follow(ctx context.Context, id string, after uint64) iter.Seq2[ledger.Entry, error] {
	return l.watch.Follow(ctx, l, id, after)
}

// errSnapshot says that a log has a snapshot, but a damaged one.
var errSnapshot = errors.New("its snapshot is damaged, and will not be used")

// Snapshot implements [ledger.Ledger].
func (l *Ledger) Snapshot(ctx context.Context, id string) (ledger.Snapshot, error) {
	s, err := l.snapshot(ctx, id)
	if errors.Is(err, errSnapshot) {
		return ledger.Snapshot{}, nil
	}
	return s, err
}

// snapshot is Snapshot, but returns errSnapshot when that is the case.
func (l *Ledger) snapshot(ctx context.Context, id string) (ledger.Snapshot, error) {
	if err := l.enter(); err != nil {
		return ledger.Snapshot{}, err
	}
	defer l.leave()
	h, err := l.find(ctx, id)
	if err != nil {
		return ledger.Snapshot{}, err
	}
	var position, sequence, sum int64
	rows, err := l.reads.snapshot.QueryContext(ctx, h.number)
	parts, err := scanAll(rows, err, func(scan func(...any) error) (part []byte, err error) {
		return part, scan((*integer)(&position), (*integer)(&sequence), (*integer)(&sum), &part)
	})
	if err = readFault(ctx, id, err); err != nil {
		if _, ok := errors.AsType[*ledger.CorruptError](err); ok {
			err = errSnapshot
		}
		return ledger.Snapshot{}, err
	}
	if len(parts) == 0 {
		return ledger.Snapshot{}, nil
	}
	if sequence > h.last { // the log moved on between the two queries
		if h, err = l.find(ctx, id); err != nil {
			return ledger.Snapshot{}, err
		}
	}
	data := bytes.Join(parts, nil)
	if sequence > h.last || sum != dataSum(idSum(id), sequence, data) {
		return ledger.Snapshot{}, errSnapshot
	}
	return ledger.Snapshot{Sequence: uint64(sequence), Data: data}, nil
}

// find returns the row of a log.
func (l *Ledger) find(ctx context.Context, id string) (head, error) {
	h, err := scanHead(l.reads.find.QueryRowContext(ctx, id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return head{}, ledger.ErrNotFound
	}
	return h, readFault(ctx, id, err)
}

// heads yields the rows of all logs, in the order of their ids.
func (l *Ledger) heads(ctx context.Context) iter.Seq2[head, error] {
	return func(yield func(head, error) bool) {
		for last := ""; ; {
			page, err := l.headsAfter(ctx, last)
			for _, h := range page {
				if !yield(h, nil) {
					return
				}
				last = h.id
			}
			if err != nil {
				yield(head{}, err)
			}
			if err != nil || len(page) < maxPage {
				return
			}
		}
	}
}

// headsAfter returns the rows of the logs that come next after an id.
func (l *Ledger) headsAfter(ctx context.Context, id string) ([]head, error) {
	if err := l.enter(); err != nil {
		return nil, err
	}
	defer l.leave()
	rows, err := l.reads.logs.QueryContext(ctx, id, maxPage)
	page, err := scanAll(rows, err, scanHead)
	return page, readFault(ctx, "", err)
}

// A reader goes through the entries of a log.
type reader struct {
	ledger *Ledger
	id     string
	number int64 // of the log, or 0 before the first page
	last   int64 // sequence of the entry read last
}

// next returns the entries that follow, and whether there may be more. Those
// before a damaged one come with the error.
func (r *reader) next(ctx context.Context) (page []ledger.Entry, more bool, err error) {
	if err := r.ledger.enter(); err != nil {
		return nil, false, err
	}
	defer r.ledger.leave()
	beyond := r.number == 0
	h, err := r.find(ctx)
	if err != nil || beyond && r.last > h.last {
		return nil, false, err
	}
	page, more, err = r.fetch(ctx, h)
	if err != nil || r.last == h.last || more && r.last < h.last {
		return page, more, err
	}
	// The log moved on between the two queries, or it was removed, or it is damaged.
	now, err := r.find(ctx)
	switch {
	case err != nil:
		return page, false, err
	case r.last < h.last:
		return page, false, r.damaged(r.last+1, "it is missing")
	case r.last > now.last:
		return page[:max(0, len(page)-int(r.last-now.last))], false, r.damaged(now.last+1, "it is after the last one")
	}
	return page, more, nil
}

// find returns the row of the log, as long as it is the one that reading began with.
func (r *reader) find(ctx context.Context) (head, error) {
	h, err := r.ledger.find(ctx, r.id)
	if err != nil {
		return head{}, err
	}
	if r.number == 0 {
		r.number = h.number
	}
	if r.number != h.number {
		return head{}, ledger.ErrNotFound
	}
	return h, nil
}

// fetch returns the next entries, as many as are fetched at once, and whether
// that left any.
func (r *reader) fetch(ctx context.Context, h head) (page []ledger.Entry, more bool, err error) {
	rows, err := r.ledger.reads.page.QueryContext(ctx, h.position(r.last), h.position(maxSequence), maxPage)
	if err != nil {
		return nil, false, readFault(ctx, r.id, err)
	}
	defer func() { _ = rows.Close() }() // it has no error that Err has not
	id, size := idSum(r.id), 0
	for rows.Next() {
		sequence := r.last + 1
		var position, sum int64
		var data []byte
		if err := rows.Scan((*integer)(&position), (*integer)(&sum), &data); err != nil {
			if errors.Is(err, errRow) {
				err = r.damaged(sequence, errRow.Error())
			}
			return page, false, readFault(ctx, r.id, err)
		}
		switch {
		case position != h.position(sequence):
			return page, false, r.damaged(sequence, "it is missing")
		case sum != dataSum(id, sequence, data):
			return page, false, r.damaged(sequence, "it does not match its checksum")
		}
		page = append(page, ledger.Entry{Sequence: uint64(sequence), Data: data})
		r.last = sequence
		if size += len(data); size >= maxPageBytes || len(page) == maxPage {
			return page, true, nil
		}
	}
	return page, false, readFault(ctx, r.id, rows.Err())
}

func (r *reader) damaged(sequence int64, reason string) error {
	return &ledger.CorruptError{Log: r.id, Sequence: uint64(sequence), Reason: reason}
}
