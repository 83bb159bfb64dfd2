package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"time"
)

// A Copied is how much Copy has done.
type Copied struct {
	Logs, Entries int // that are the same in both now
	Appended      int // of the entries, those that were missing
	Expired       int // logs that were left out
}

// copyBatch is how many entries are appended at once.
const copyBatch = 500

// Copy copies every log that has not expired by now from one ledger to another, and
// compares what is there afterwards, entry by entry. It goes on where an earlier call
// was broken off. A log that begins otherwise in the other ledger is an error, and
// nothing of it is changed. Nobody else may write to either meanwhile. Snapshots are not
// copied: they are made again.
func Copy(ctx context.Context, from, to Ledger, now time.Time) (done Copied, err error) {
	for info, err := range from.Logs(ctx) {
		if err != nil {
			return done, err
		}
		if !info.Expires.After(now) {
			done.Expired++
			continue
		}
		appended, err := copyLog(ctx, from, to, info)
		if err != nil {
			return done, fmt.Errorf("ledger: copy log %s: %w", info.ID, err)
		}
		if err := compare(ctx, from, to, info); err != nil {
			return done, fmt.Errorf("ledger: compare log %s: %w", info.ID, err)
		}
		done.Logs++
		done.Entries += int(info.Last) //nolint:gosec // a log in memory
		done.Appended += appended
	}
	return done, nil
}

// copyLog appends the entries that the other ledger does not have.
func copyLog(ctx context.Context, from, to Ledger, info Info) (appended int, err error) {
	there, err := to.Info(ctx, info.ID)
	missing := errors.Is(err, ErrNotFound)
	switch {
	case err != nil && !missing:
		return 0, err
	case !missing && there.Expires.Before(info.Expires): // extended since
		if err := to.Extend(ctx, info.ID, info.Expires); err != nil {
			return 0, err
		}
	}
	switch {
	case there.Last > info.Last:
		return 0, fmt.Errorf("it has %d entries there already, and %d here", there.Last, info.Last)
	case !missing:
		if err := compare(ctx, from, to, there); err != nil {
			return 0, err
		}
	}
	var batch [][]byte
	flush := func() (err error) {
		switch {
		case len(batch) == 0:
			return nil
		case missing:
			err = to.Create(ctx, info.ID, info.Expires, batch...)
			missing = false
		default:
			_, err = to.Append(ctx, info.ID, batch...)
		}
		appended += len(batch)
		batch = nil
		return err
	}
	for e, err := range from.Read(ctx, info.ID, there.Last) {
		if err != nil {
			return appended, err
		}
		if batch = append(batch, e.Data); len(batch) == copyBatch {
			if err := flush(); err != nil {
				return appended, err
			}
		}
	}
	return appended, flush()
}

// compare returns an error unless both ledgers have the same entries up to info.Last.
func compare(ctx context.Context, a, b Ledger, info Info) error {
	next, stop := iter.Pull2(b.Read(ctx, info.ID, 0))
	defer stop()
	for e, err := range a.Read(ctx, info.ID, 0) {
		if err != nil {
			return err
		}
		if e.Sequence > info.Last {
			break
		}
		other, err, ok := next()
		switch {
		case err != nil:
			return err
		case !ok:
			return fmt.Errorf("entry %d is missing", e.Sequence)
		case !bytes.Equal(e.Data, other.Data):
			return fmt.Errorf("entry %d is another", e.Sequence)
		}
	}
	return nil
}
