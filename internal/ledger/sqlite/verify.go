package sqlite

import (
	"context"
	"errors"
	"iter"

	"github.com/caucus-live/caucus/internal/ledger"
)

// What Verify asks SQLite. Each row is a sentence on something that is wrong.
const (
	brokenPages = `
		SELECT 'SQLite finds: ' || integrity_check
		FROM pragma_integrity_check WHERE integrity_check <> 'ok'`

	// When every log has the entries that it should have, the rest is in none.
	strays = `
		SELECT n || ' entries belong to no log'
		FROM (SELECT (SELECT count(*) FROM entries) - (SELECT coalesce(sum(last), 0) FROM logs) AS n) WHERE n <> 0
		UNION ALL
		SELECT n || ' snapshots belong to no log'
		FROM (SELECT count(*) AS n FROM snapshots WHERE log NOT IN (SELECT number FROM logs)) WHERE n <> 0`

	strayParts = `
		SELECT n || ' parts of snapshots belong to no log'
		FROM (SELECT count(*) AS n FROM snapshot_parts WHERE position >> 32 NOT IN (SELECT number FROM logs)) WHERE n <> 0`
)

// Verify looks at everything there is: the structure of the database, every
// log, every snapshot, and what belongs to no log. It yields a
// *[ledger.CorruptError] for each thing that is wrong, and another error when
// it cannot go on. It takes as long as reading the file. Other calls may go on
// meanwhile, but the write-ahead log grows.
func (l *Ledger) Verify(ctx context.Context) iter.Seq[error] {
	return func(yield func(error) bool) {
		sound := true
		report := func(found iter.Seq[error]) bool {
			for err := range found {
				sound = false
				if _, corrupt := errors.AsType[*ledger.CorruptError](err); !yield(err) || !corrupt {
					return false
				}
			}
			return true
		}
		if report(l.findings(ctx, brokenPages)) && report(l.verifyLogs(ctx)) && sound &&
			report(l.findings(ctx, strays)) && l.format >= partedFormat {
			report(l.findings(ctx, strayParts))
		}
	}
}

// findings yields the rows of a query as errors.
func (l *Ledger) findings(ctx context.Context, query string) iter.Seq[error] {
	return func(yield func(error) bool) {
		found, err := l.sentences(ctx, query)
		for _, sentence := range found {
			if !yield(&ledger.CorruptError{Reason: sentence}) {
				return
			}
		}
		if err != nil {
			yield(err)
		}
	}
}

func (l *Ledger) sentences(ctx context.Context, query string) (found []string, err error) {
	if err := l.enter(); err != nil {
		return nil, err
	}
	defer l.leave()
	rows, err := l.db.QueryContext(ctx, query)
	found, err = scanAll(rows, err, func(scan func(...any) error) (sentence string, err error) {
		return sentence, scan(&sentence)
	})
	return found, readFault(ctx, "", err)
}

// verifyLogs reads every log and its snapshot.
func (l *Ledger) verifyLogs(ctx context.Context) iter.Seq[error] {
	return func(yield func(error) bool) {
		for h, err := range l.heads(ctx) {
			if err == nil {
				err = l.verifyLog(ctx, h.id)
			}
			if err != nil && !errors.Is(err, ledger.ErrNotFound) && !yield(err) {
				return
			}
		}
	}
}

func (l *Ledger) verifyLog(ctx context.Context, id string) error {
	for _, err := range l.Read(ctx, id, 0) {
		if err != nil {
			return err
		}
	}
	_, err := l.snapshot(ctx, id)
	if errors.Is(err, errSnapshot) {
		err = &ledger.CorruptError{Log: id, Reason: errSnapshot.Error()}
	}
	return err
}
