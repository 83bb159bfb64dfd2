package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/caucus-live/caucus/internal/ledger"
)

// What one transaction takes at most: enough that a sync is shared by many, and
// little enough that nobody waits long for the others' bytes.
const (
	maxBatch      = 1024
	maxBatchBytes = 4 << 20
)

// lockPatience is how long a request waits while another program has the database locked,
// from its arrival on.
const lockPatience = 5 * time.Second

// A request is one write. Its do decides and writes within a transaction that
// others share: it returns a verdict, such as ErrExists, before it has changed
// anything. It may run more than once, when a transaction fails.
type request struct {
	id      string // of the log it is about, or ""
	do      func(context.Context, *tx) error
	size    int // bytes, about
	since   time.Time
	verdict error
	done    chan error // has room for the one answer
}

// write has the writer carry out do, and waits. A context that ends before the
// writer has taken the request withdraws it.
func (l *Ledger) write(ctx context.Context, id string, size int, do func(context.Context, *tx) error) error {
	if err := l.enter(); err != nil {
		return err
	}
	defer l.leave()
	if l.requests == nil {
		return ErrReadOnly
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	r := &request{id: id, do: do, size: size, since: time.Now(), done: make(chan error, 1)}
	select {
	case l.requests <- r:
		return <-r.done
	case <-ctx.Done():
		return ctx.Err()
	}
}

// A writer is the goroutine that writes, and what it owns.
type writer struct {
	conn    *sql.Conn // its alone: SQLite refuses some statements while another is under way
	witness *witness
	files   files
	stmts   writeStatements
	wal     *checkpointer
	commits int64 // so far, as in state
}

// manyEntries are inserted by one statement where there are as many.
const manyEntries = 16

const insertEntries, entryRow = "INSERT INTO entries (position, checksum, data) VALUES ", "(?, ?, ?)"

type writeStatements struct {
	begin, commit, rollback, count *sql.Stmt

	find, due                 *sql.Stmt
	number, create, append    *sql.Stmt
	insert, insertMany        *sql.Stmt
	extend                    *sql.Stmt
	snapshot, part            *sql.Stmt
	dropEntries, dropSnapshot *sql.Stmt
	dropParts, dropLog        *sql.Stmt
}

func (s *writeStatements) queries() map[**sql.Stmt]string {
	return map[**sql.Stmt]string{
		&s.begin:    "BEGIN IMMEDIATE",
		&s.commit:   "COMMIT",
		&s.rollback: "ROLLBACK",
		&s.count:    "UPDATE state SET commits = commits + 1",

		&s.find:       "SELECT " + headColumns + " FROM logs WHERE id = ?",
		&s.due:        "SELECT " + headColumns + " FROM logs WHERE expires <= ? ORDER BY expires, id LIMIT ?",
		&s.number:     "UPDATE state SET numbers = numbers + 1 RETURNING numbers",
		&s.create:     "INSERT INTO logs (" + headColumns + ") VALUES (?, ?, ?, ?, ?)",
		&s.append:     "UPDATE logs SET last = ?, checksum = ? WHERE id = ?", // and no index, which may be damaged
		&s.extend:     "UPDATE logs SET expires = ?, checksum = ? WHERE id = ?",
		&s.insert:     insertEntries + entryRow,
		&s.insertMany: insertEntries + strings.Repeat(entryRow+", ", manyEntries-1) + entryRow,
		&s.snapshot: "INSERT INTO snapshots (log, sequence, checksum, data) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE" +
			" SET sequence = excluded.sequence, checksum = excluded.checksum, data = excluded.data WHERE sequence <= excluded.sequence",
		// A part goes beside that of the snapshot that is kept, and nowhere if this one is kept already.
		&s.part: "INSERT INTO snapshot_parts" +
			" SELECT ?2 + EXISTS (SELECT 1 FROM snapshot_parts WHERE position = ?2 AND checksum = kept), ?3, ?4" +
			" FROM (SELECT (SELECT checksum FROM snapshots WHERE log = ?1) AS kept) WHERE kept IS NOT ?3" +
			" ON CONFLICT DO UPDATE SET checksum = excluded.checksum, data = excluded.data",
		&s.dropEntries:  "DELETE FROM entries WHERE position BETWEEN ? AND ?",
		&s.dropSnapshot: "DELETE FROM snapshots WHERE log = ?",
		&s.dropParts:    "DELETE FROM snapshot_parts WHERE position BETWEEN ? AND ?",
		&s.dropLog:      "DELETE FROM logs WHERE id = ?",
	}
}

// run carries out requests until there will be no more. The context is nobody's:
// a transaction is the work of many callers, and none of them may end it.
func (w *writer) run(ctx context.Context, requests <-chan *request, turns <-chan func(*sql.Conn)) {
	defer w.wal.stop()
	for {
		select {
		case r, ok := <-requests:
			if !ok {
				return
			}
			w.write(ctx, gather(r, requests))
			w.wal.beginIfDue(ctx)
		case turn := <-turns:
			turn(w.conn)
		case err := <-w.wal.copied:
			w.wal.finish(ctx, err)
		}
	}
}

// gather returns a request and those that wait behind it.
func gather(r *request, requests <-chan *request) []*request {
	batch := []*request{r}
	for size := r.size; len(batch) < maxBatch && size < maxBatchBytes; size += r.size {
		var ok bool
		select {
		case r, ok = <-requests:
		default:
		}
		if !ok {
			break
		}
		batch = append(batch, r)
	}
	return batch
}

// write commits a batch and answers it. What fails together is tried apart, so
// that an error falls on the one whose it is; but a database that is locked is
// not any one's, and they wait for it together.
func (w *writer) write(ctx context.Context, batch []*request) {
	err := w.transact(ctx, batch)
	for busy(err) && time.Since(batch[0].since) < lockPatience {
		err = w.transact(ctx, batch) // waits in SQLite, a moment each time
	}
	if err != nil && len(batch) > 1 && !busy(err) {
		half := len(batch) / 2
		w.write(ctx, batch[:half])
		w.write(ctx, batch[half:])
		return
	}
	for _, r := range batch {
		if err != nil {
			r.verdict = fault(r.id, err)
		}
		r.done <- r.verdict
	}
}

// transact carries out a batch in one transaction, and leaves in each request
// its verdict. An error says that nothing of it happened.
func (w *writer) transact(ctx context.Context, batch []*request) error {
	t := &tx{stmts: &w.stmts}
	if err := t.carryOut(ctx, batch); err != nil || !t.changed {
		_, _ = w.stmts.rollback.ExecContext(ctx) // SQLite may have done it already
		return err
	}
	w.commits++
	if err := w.files.check(); err != nil {
		return err // what is committed is in files that nobody will find
	}
	w.witness.saw(w.commits)
	return nil
}

// A tx is a transaction while it is open. Once the database has failed in it,
// nothing of it will be committed.
type tx struct {
	stmts   *writeStatements
	changed bool  // there is something to commit
	failed  error // the database's first error
}

func (t *tx) carryOut(ctx context.Context, batch []*request) error {
	_ = t.exec(ctx, t.stmts.begin)
	for _, r := range batch {
		if t.failed != nil {
			return t.failed
		}
		r.verdict = r.do(ctx, t)
	}
	if t.changed {
		_ = t.exec(ctx, t.stmts.count)
		_ = t.exec(ctx, t.stmts.commit)
	}
	return t.failed
}

// exec runs a statement, unless the transaction has failed.
func (t *tx) exec(ctx context.Context, stmt *sql.Stmt, args ...any) error {
	if t.failed == nil {
		_, t.failed = stmt.ExecContext(ctx, args...)
	}
	return t.failed
}

// change runs a statement that leaves something to commit.
func (t *tx) change(ctx context.Context, stmt *sql.Stmt, args ...any) error {
	t.changed = true
	return t.exec(ctx, stmt, args...)
}

// find returns the row of a log, or the verdict ErrNotFound or *CorruptError.
func (t *tx) find(ctx context.Context, id string) (head, error) {
	h, err := scanHead(t.stmts.find.QueryRowContext(ctx, id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return head{}, ledger.ErrNotFound
	}
	return h, t.verdict(err)
}

// verdict tells what is wrong with a row, which is a verdict, from what is wrong
// with the database.
func (t *tx) verdict(err error) error {
	if _, corrupt := errors.AsType[*ledger.CorruptError](err); err != nil && !corrupt && t.failed == nil {
		t.failed = err
	}
	return err
}
