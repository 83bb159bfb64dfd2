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

// Free returns how many bytes the disk has left for the ledger, and whether that can be
// known here.
func (l *Ledger) Free() (bytes int64, known bool) { return ledger.Free(l.dir) }

var _ interface {
	ledger.Ledger
	Probe(context.Context) error
} = (*Ledger)(nil)
