// Package ledger defines the durable log that every poll lives in.
//
// A poll is a log: an ordered list of opaque entries, numbered from 1 without a
// gap. A ledger keeps many such logs. It knows nothing of what an entry means;
// it promises only that what it acknowledged is on disk, in order, unchanged,
// or that it says exactly what it cannot read.
//
// Implementations are in packages of their own (sqlite for one machine) and
// pass the suite in ledgertest.
package ledger

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"
)

var (
	// ErrExists says that a log of that id is there already, expired or not.
	ErrExists = errors.New("ledger: the log exists already")

	// ErrNotFound says that there is no log of that id: it was never made, or it
	// expired and was removed.
	ErrNotFound = errors.New("ledger: no such log")

	// ErrConflict says that the log's last sequence is not the one the caller
	// expected: somebody else appended first. Read what came in between and try again.
	ErrConflict = errors.New("ledger: the log has moved on")

	// ErrClosed says that the ledger was closed before the call could be carried out.
	ErrClosed = errors.New("ledger: closed")
)

// A CorruptError says what in a ledger cannot be trusted. Nothing at or after
// Sequence of that log is handed out.
type CorruptError struct {
	Log      string // the log's id, or "" when the whole ledger is meant
	Sequence uint64 // the entry, or 0 when it is not one entry
	Reason   string // a sentence for the operator
}

func (e *CorruptError) Error() string {
	switch {
	case e.Log == "":
		return "ledger: " + e.Reason
	case e.Sequence == 0:
		return fmt.Sprintf("ledger: log %s: %s", e.Log, e.Reason)
	default:
		return fmt.Sprintf("ledger: log %s, entry %d: %s", e.Log, e.Sequence, e.Reason)
	}
}

// An Entry is one record of a log, as it was appended.
type Entry struct {
	Sequence uint64 // from 1, without a gap
	Data     []byte // the reader's own; the ledger keeps no reference
}

// A Snapshot is a state that stands for all entries up to Sequence, so that
// opening a long log need not read it from its start. It is a cache: a ledger
// may lose one, and a reader that cannot use one reads the entries.
type Snapshot struct {
	Sequence uint64
	Data     []byte
}

// An Info describes a log without reading it.
type Info struct {
	ID      string
	Last    uint64    // the sequence of its last entry
	Expires time.Time // when it may be removed, to the millisecond
}

// A Ledger keeps logs. All methods may be called concurrently.
//
// A write that returned nil is durable: it survives the death of the process
// and of the machine. A write that returned an error other than those above
// may or may not have happened; reading the log tells.
type Ledger interface {
	// Create makes a log that holds the given entries, at least one, which
	// become the sequences 1, 2, … It returns ErrExists when there is a log of
	// that id. The entries are the caller's again when Create returns.
	Create(ctx context.Context, id string, expires time.Time, entries ...[]byte) error

	// Append adds entries, all or none, after the sequence the caller knows as
	// the last. It returns ErrConflict when that is not the last one, and
	// ErrNotFound when there is no such log. Appends that arrive at the same
	// time, for whatever logs, are made durable together.
	Append(ctx context.Context, id string, after uint64, entries ...[]byte) error

	// Read yields the entries whose sequence is greater than after, in order.
	// It yields an error and stops when the log is not there (ErrNotFound),
	// damaged (*CorruptError) or out of reach.
	Read(ctx context.Context, id string, after uint64) iter.Seq2[Entry, error]

	// Info describes one log, or returns ErrNotFound.
	Info(ctx context.Context, id string) (Info, error)

	// Logs yields every log, in the order of their ids.
	Logs(ctx context.Context) iter.Seq2[Info, error]

	// SaveSnapshot keeps the newest snapshot of a log. One that is older than
	// what is kept is ignored.
	SaveSnapshot(ctx context.Context, id string, s Snapshot) error

	// Snapshot returns the newest intact snapshot of a log, or a zero Snapshot
	// when there is none. A damaged one counts as none.
	Snapshot(ctx context.Context, id string) (Snapshot, error)

	// SetExpiry moves the time at which a log may be removed.
	SetExpiry(ctx context.Context, id string, expires time.Time) error

	// Expire removes at most limit logs whose expiry is not after now, with
	// their snapshots, and returns their ids. Call it until it returns none.
	Expire(ctx context.Context, now time.Time, limit int) ([]string, error)

	// Close waits for writes under way and releases the ledger. Later calls
	// return ErrClosed.
	Close() error
}
