package sqlite

import (
	"context"
	"database/sql"
	"log/slog"
)

// checkpointPages is how far the write-ahead log grows before it is copied into
// the database: 4 MiB.
const checkpointPages = 1024

// A checkpointer copies the write-ahead log into the database, in two steps.
// First a goroutine copies all there is, while the writer goes on. Then the
// writer copies the little that it added meanwhile; so there is nothing left,
// and its next commit begins the log again. Without the second step the log of a
// ledger that is never idle would grow for ever; without the first, the writer
// would wait for thousands of pages to be synced.
type checkpointer struct {
	// Immutable.
	log     *slog.Logger
	copy    *sql.Stmt     // on a connection of its own
	restart *sql.Stmt     // on the writer's, as the next
	measure *sql.Stmt     // how long the log is
	wake    chan struct{} // to the goroutine; closed to end it
	copied  chan error    // from the goroutine: how the first step went

	// Owned by the writer.
	copying bool
	due     int // pages at which to begin
}

func newCheckpointer(log *slog.Logger) *checkpointer {
	return &checkpointer{log: log, wake: make(chan struct{}, 1), copied: make(chan error, 1), due: checkpointPages}
}

// queries are those of the checkpointer's own connection.
func (c *checkpointer) queries() map[**sql.Stmt]string {
	return map[**sql.Stmt]string{&c.copy: "PRAGMA wal_checkpoint(PASSIVE)"}
}

// writerQueries are those of the writer's.
func (c *checkpointer) writerQueries() map[**sql.Stmt]string {
	return map[**sql.Stmt]string{
		&c.restart: "PRAGMA wal_checkpoint(RESTART)",
		&c.measure: "PRAGMA wal_checkpoint(NOOP)",
	}
}

// run takes the first step whenever it is woken, until stop.
func (c *checkpointer) run(ctx context.Context) {
	for range c.wake {
		_, _, err := checkpoint(ctx, c.copy)
		c.copied <- err
	}
}

func (c *checkpointer) stop() { close(c.wake) }

// beginIfDue starts the first step when the log has grown enough. The writer
// calls it after each commit.
func (c *checkpointer) beginIfDue(ctx context.Context) {
	if c.copying {
		return
	}
	if pages, _, err := checkpoint(ctx, c.measure); err == nil && pages >= c.due {
		c.copying = true
		c.wake <- struct{}{}
	}
}

// finish takes the second step, in the writer. It waits for readers who began
// before, but not longer than the connection's busy_timeout. When the log cannot
// be begun again, because of a long reader outside or because the disk is full,
// it grows on, and the next attempt comes when it has grown by as much again.
func (c *checkpointer) finish(ctx context.Context, err error) {
	c.copying, c.due = false, checkpointPages
	var pages int
	var whole bool
	if err == nil {
		pages, whole, err = checkpoint(ctx, c.restart)
	}
	if err != nil {
		c.log.WarnContext(ctx, "the write-ahead log cannot be copied into the database", "error", err)
		pages, whole, _ = checkpoint(ctx, c.measure)
	}
	if !whole {
		c.due = pages + checkpointPages
	}
}

// checkpoint runs one of the statements. It returns how many pages the log has,
// and whether all that was asked for was done.
func checkpoint(ctx context.Context, stmt *sql.Stmt) (pages int, whole bool, err error) {
	var busy, copied int
	err = stmt.QueryRowContext(ctx).Scan(&busy, &pages, &copied)
	return pages, busy == 0, err
}
