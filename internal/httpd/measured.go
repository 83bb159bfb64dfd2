package httpd

import (
	"context"
	"time"

	"github.com/caucus-live/caucus/internal/ledger"
)

// A measuredLedger measures the appends to a ledger.
type measuredLedger struct {
	ledger.Ledger
	metrics *metrics
}

// Append implements [ledger.Ledger].
func (l *measuredLedger) Append(ctx context.Context, id string, entries ...[]byte) (uint64, error) {
	start := time.Now()
	first, err := l.Ledger.Append(ctx, id, entries...)
	outcome := "ok"
	if err != nil {
		outcome = "error"
	}
	l.metrics.appends.WithLabelValues(outcome).Observe(time.Since(start).Seconds())
	l.metrics.batches.Observe(float64(len(entries)))
	return first, err
}
