package sqlite

import (
	"context"

	"github.com/caucus-live/caucus/internal/ledger"
)

// Probe writes, durably, without changing a log, and returns why that cannot be done: as a
// *[ledger.UnwritableError] where an operator can help.
func (l *Ledger) Probe(ctx context.Context) error {
	return l.write(ctx, "", 0, func(_ context.Context, t *tx) error {
		t.changed = true // the commit is counted, which is all
		return nil
	})
}

// Size returns how many bytes of data the entries of a log have, or
// [ledger.ErrNotFound]. It looks at each of them.
func (l *Ledger) Size(ctx context.Context, id string) (int64, error) {
	if err := l.enter(); err != nil {
		return 0, err
	}
	defer l.leave()
	h, err := l.find(ctx, id)
	if err != nil {
		return 0, err
	}
	var size int64
	err = l.reads.size.QueryRowContext(ctx, h.position(1), h.position(maxSequence)).Scan((*integer)(&size))
	return size, readFault(ctx, id, err)
}

// Free returns how many bytes the disk has left for the ledger, and whether that can be
// known here.
func (l *Ledger) Free() (bytes int64, known bool) { return free(l.dir) }

var _ interface {
	ledger.Ledger
	Probe(context.Context) error
} = (*Ledger)(nil)
