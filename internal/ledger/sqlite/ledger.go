package sqlite

import (
	"database/sql"
	"log/slog"
	"sync"

	"github.com/caucus-live/caucus/internal/ledger"
)

// Options are the settings of a ledger. A nil *Options stands for all defaults.
type Options struct {
	// Logger receives errors that belong to no call: a write-ahead log that cannot
	// be copied into the database. Default: nobody.
	Logger *slog.Logger
}

func (o *Options) withDefaults() Options {
	var set Options
	if o != nil {
		set = *o
	}
	if set.Logger == nil {
		set.Logger = slog.New(slog.DiscardHandler)
	}
	return set
}

// A Ledger keeps logs in a SQLite database. All methods may be called
// concurrently.
type Ledger struct {
	// Immutable after Open.
	dir      string
	format   int // of the database
	witness  *witness
	db       *sql.DB
	writing  *sql.Conn // the writer's
	copying  *sql.Conn // the checkpointer's
	prepared []*sql.Stmt
	reads    readStatements
	requests chan *request        // to the writer; closed by Close, when no call is under way; nil: read-only
	turns    chan func(*sql.Conn) // of the writer's connection, between two batches
	running  sync.WaitGroup       // the goroutines
	watch    ledger.Watch

	parts sync.Mutex // held while a snapshot of several parts is saved

	mu     sync.Mutex // guards the fields below
	closed bool
	calls  sync.WaitGroup // under way
}

var _ ledger.Ledger = (*Ledger)(nil)

// readStatements are prepared once, for whichever connection is free.
type readStatements struct {
	find, logs, page, snapshot *sql.Stmt
}

// queries are those for a database of a format.
func (s *readStatements) queries(format int) map[**sql.Stmt]string {
	snapshot := "SELECT 0 AS position, sequence, checksum, data FROM snapshots WHERE log = ?1"
	if format >= partedFormat {
		snapshot += " UNION ALL SELECT position, sequence, checksum, snapshot_parts.data FROM snapshots JOIN snapshot_parts USING (checksum)" +
			" WHERE log = ?1 AND position BETWEEN ?1 << 32 AND ?1 << 32 | 0xffffffff ORDER BY position"
	}
	return map[**sql.Stmt]string{
		&s.find:     "SELECT " + headColumns + " FROM logs WHERE id = ?",
		&s.logs:     "SELECT " + headColumns + " FROM logs WHERE id > ? ORDER BY id LIMIT ?",
		&s.page:     "SELECT position, checksum, data FROM entries WHERE position > ? AND position <= ? ORDER BY position LIMIT ?",
		&s.snapshot: snapshot,
	}
}

// enter begins a call, which ends with leave.
func (l *Ledger) enter() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return ledger.ErrClosed
	}
	l.calls.Add(1)
	return nil
}

func (l *Ledger) leave() { l.calls.Done() }

// Close implements [ledger.Ledger]. It copies what is in the write-ahead log
// into the database.
func (l *Ledger) Close() error {
	l.mu.Lock()
	closed := l.closed
	l.closed = true
	l.mu.Unlock()
	if closed {
		return ledger.ErrClosed
	}
	l.watch.Closed()
	l.calls.Wait()
	if l.requests != nil {
		close(l.requests)
	}
	l.running.Wait()
	return l.release()
}
