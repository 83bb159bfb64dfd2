// Package ledger defines the durable log that every poll lives in.
//
// A poll is a log: an ordered list of opaque entries, numbered from 1 without a
// gap. A ledger keeps many such logs. It knows nothing of what an entry means;
// it promises only that what it acknowledged is on disk, in order, unchanged,
// or that it says exactly what it cannot read.
//
// Implementations are in packages of their own (sqlite for one machine, jetstream
// for several, memory for tests) and pass the suite in ledgertest.
package ledger

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"
)

// What every ledger takes, and no more.
const (
	MaxID   = 255      // bytes of a log's id, which is any string but the empty one
	MaxData = 64 << 20 // bytes of one entry, or of one snapshot
)

var (
	// ErrInvalid says that no ledger could carry out the call, now or later: an
	// id that is empty or longer than MaxID, data longer than MaxData, no entry
	// at all, or a snapshot that stands for entries the log does not have.
	ErrInvalid = errors.New("ledger: invalid argument")

	// ErrExists says that a log of that id is there already, expired or not.
	ErrExists = errors.New("ledger: the log exists already")

	// ErrNotFound says that there is no log of that id: it was never made, or it
	// expired and was removed.
	ErrNotFound = errors.New("ledger: no such log")

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

// An UnwritableError says that nothing can be written for now, for a reason outside of
// this program that its operator can remove: the disk is full, the files are gone,
// another program holds them, too few servers of a cluster run. The write that returned
// it may have happened all the same.
type UnwritableError struct {
	Reason string // a sentence for the operator, without a name or path that people should not see
	Err    error  // what the system says
}

func (e *UnwritableError) Error() string { return "ledger: " + e.Reason + ": " + e.Err.Error() }

// Unwrap returns what the system says.
func (e *UnwritableError) Unwrap() error { return e.Err }

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

// A Ledger keeps logs. All methods may be called concurrently, and for a ledger
// that several servers share, by all of them.
//
// A write that returned nil is durable: it survives the death of the process
// and of the machine, and in a cluster the loss of any minority. A write that
// returned one of the errors above, or the context's, changed nothing. After any
// other error it may or may not have happened; reading the log shows which. A
// context that ends withdraws a write that has not begun; one that has is waited for.
type Ledger interface {
	// Create makes a log that holds the given entries, at least one, which
	// become the sequences 1, 2, … From expires on, to the millisecond, the log may
	// be removed. It returns ErrExists when a log of that id exists, and ErrInvalid.
	// The entries are the caller's again when Create returns.
	Create(ctx context.Context, id string, expires time.Time, entries ...[]byte) error

	// Append adds entries, at least one, all or none, at the end of the log,
	// wherever that is by now, and returns the sequence of the first; the others
	// follow it without a gap. It returns ErrNotFound when no such log exists, and
	// ErrInvalid. Appends that arrive at the same time, for whatever logs, are made
	// durable together. The entries are the caller's again when Append returns.
	Append(ctx context.Context, id string, entries ...[]byte) (first uint64, err error)

	// Extend keeps a log until expires, to the millisecond, if it would be removed before
	// that. It returns ErrNotFound when no such log exists, and ErrInvalid for a time up to
	// which the ledger keeps no log.
	Extend(ctx context.Context, id string, expires time.Time) error

	// Read yields the entries whose sequence is greater than after, in order;
	// none when after is the last or beyond it. Entries appended while it reads
	// may or may not be among them. It yields an error and stops when the log is
	// not there (ErrNotFound), damaged (*CorruptError) or out of reach. The loop
	// may take its time, and may call the ledger.
	Read(ctx context.Context, id string, after uint64) iter.Seq2[Entry, error]

	// Follow yields what Read yields and then waits: it goes on with every entry
	// that anyone appends, soon after it is durable, in order and without a gap. A
	// loop that takes its time falls behind; it misses nothing and delays no
	// writer. Follow ends with an error, and with nothing else: the context's, or
	// as Read. When a log is removed, its followers get ErrNotFound within seconds.
	Follow(ctx context.Context, id string, after uint64) iter.Seq2[Entry, error]

	// Info describes one log, or returns ErrNotFound.
	Info(ctx context.Context, id string) (Info, error)

	// Logs yields every log, in the order of their ids, byte by byte. Logs made
	// or removed meanwhile may or may not be among them.
	Logs(ctx context.Context) iter.Seq2[Info, error]

	// SaveSnapshot keeps the newest snapshot of a log. One that is older than
	// what is kept is ignored. It returns ErrNotFound when there is no such log,
	// and ErrInvalid when its sequence is 0 or not in the log yet. The data is
	// the caller's again when SaveSnapshot returns.
	SaveSnapshot(ctx context.Context, id string, s Snapshot) error

	// Snapshot returns the newest intact snapshot of a log, or a zero Snapshot
	// without one; the data is the caller's. A damaged one is ignored.
	// It returns ErrNotFound when there is no such log.
	Snapshot(ctx context.Context, id string) (Snapshot, error)

	// Expire removes logs whose expiry is not after now, with their snapshots,
	// and returns their ids, in the order of expiry and then of ids. It removes
	// at most limit, and fewer when they are long, so that no write waits behind
	// it for more than a moment. Call it until it returns none. A ledger whose
	// engine removes logs at their time returns none.
	Expire(ctx context.Context, now time.Time, limit int) ([]string, error)

	// Close waits for calls under way and releases the ledger. Later calls
	// return ErrClosed, and so does every later Close.
	Close() error
}

// Validate returns ErrInvalid, and why, for an id that Create may not take or
// data that no write may take. It serves implementations.
func Validate(id string, data ...[]byte) error {
	switch {
	case id == "":
		return fmt.Errorf("%w: an empty id", ErrInvalid)
	case len(id) > MaxID:
		return fmt.Errorf("%w: an id of %d bytes", ErrInvalid, len(id))
	case len(data) == 0:
		return fmt.Errorf("%w: no entry", ErrInvalid)
	}
	for _, d := range data {
		if len(d) > MaxData {
			return fmt.Errorf("%w: %d bytes of data", ErrInvalid, len(d))
		}
	}
	return nil
}
