package sqlite

import (
	"context"
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/caucus-live/caucus/internal/ledger"
)

// ErrInUse says that another process, or another Ledger of this one, has the
// ledger open.
var ErrInUse = errors.New("ledger: another server has it open")

// fault is the error that a caller gets when the database failed under a call
// about a log, or about all of them when id is "".
func fault(id string, err error) error {
	if errors.Is(err, errRow) {
		return &ledger.CorruptError{Log: id, Reason: errRow.Error()}
	}
	if _, ok := errors.AsType[*ledger.UnwritableError](err); ok {
		return err
	}
	failure, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return fmt.Errorf("ledger: %w", err)
	}
	switch code := failure.Code(); {
	case code == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return &ledger.CorruptError{Log: id, Reason: "there is an entry after the last one"}
	case code&0xff == sqlite3.SQLITE_CORRUPT, code&0xff == sqlite3.SQLITE_NOTADB:
		return &ledger.CorruptError{Log: id, Reason: "SQLite cannot read the database: " + failure.Error()}
	default:
		if reason := unwritable[code&0xff]; reason != "" {
			return &ledger.UnwritableError{Reason: reason, Err: err}
		}
		return fmt.Errorf("ledger: %w", err)
	}
}

// unwritable are the codes of SQLite that mean a ledger.UnwritableError.
var unwritable = map[int]string{
	sqlite3.SQLITE_FULL:     "the disk is full",
	sqlite3.SQLITE_READONLY: "the disk is read-only",
	sqlite3.SQLITE_IOERR:    "the disk fails",
	sqlite3.SQLITE_CANTOPEN: "the files of the ledger cannot be opened",
	sqlite3.SQLITE_BUSY:     "another program has locked the ledger",
	sqlite3.SQLITE_PERM:     "the files of the ledger may not be written",
}

// readFault is fault for a read, which its context may have ended.
func readFault(ctx context.Context, id string, err error) error {
	if _, ok := errors.AsType[*ledger.CorruptError](err); ok || err == nil {
		return err
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fault(id, err)
}

// busy says that somebody outside has locked the database.
func busy(err error) bool {
	failure, ok := errors.AsType[*sqlite.Error](err)
	return ok && failure.Code()&0xff == sqlite3.SQLITE_BUSY
}
