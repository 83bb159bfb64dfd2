package sqlite

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/caucus-live/caucus/internal/ledger"
)

// A finding is what inspect learnt of a database.
type finding struct {
	version int
	commits int64
}

// inspect says whether a database may be opened for writing: a ledger, of a
// format that this package knows, with an index of logs that is intact, and with
// all the commits that were acknowledged. It changes nothing. A connection that
// only reads does not even copy the write-ahead log when it is closed.
func inspect(path string, m mode, acknowledged int64) (f finding, err error) {
	if err := inspectHeader(path); err != nil {
		return f, err
	}
	db, err := sql.Open("sqlite", dataSource(path, m, "busy_timeout(1000)", "cell_size_check(ON)", "trusted_schema(OFF)"))
	if err != nil {
		return f, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	ctx := context.Background()
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&f.version); err != nil {
		return f, fault("", err)
	}
	if err := checkVersion(path, f.version); err != nil {
		return f, err
	}
	switch err := db.QueryRowContext(ctx, "SELECT commits FROM state").Scan((*integer)(&f.commits)); {
	case errors.Is(err, sql.ErrNoRows):
		return f, corrupt("%s has lost its state", path)
	case err != nil:
		return f, fault("", err)
	}
	if f.commits < acknowledged {
		return f, corrupt("%s has %d commits, but %d were acknowledged: part of it, or of its write-ahead log, is lost (if it is an older copy, put there on purpose, make an empty file "+adoption+" beside it)", path, f.commits, acknowledged)
	}
	return f, inspectLogs(ctx, db)
}

// The header of a SQLite database, https://sqlite.org/fileformat2.html#the_database_header
const (
	headerSize          = 100
	headerMagic         = "SQLite format 3\x00"
	headerUserVersion   = 60
	headerApplicationID = 68
)

// inspectHeader looks at the first bytes of a file, before SQLite does.
func inspectHeader(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	header := make([]byte, headerSize)
	_, err = io.ReadFull(file, header)
	_ = file.Close()
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return corrupt("%s is cut short", path)
	case err != nil:
		return err
	case string(header[:len(headerMagic)]) != headerMagic,
		binary.BigEndian.Uint32(header[headerApplicationID:]) != applicationID:
		return corrupt("%s is not a ledger, or its first bytes are damaged", path)
	}
	return checkVersion(path, int(int32(binary.BigEndian.Uint32(header[headerUserVersion:]))))
}

func checkVersion(path string, v int) error {
	switch {
	case v > version:
		return fmt.Errorf("%s has format %d, made by a newer version of this program, which knows formats up to %d", path, v, version)
	case v < 1:
		return corrupt("%s has format %d, which there never was", path, v)
	default:
		return nil
	}
}

// inspectLogs reads every row of logs. The rows are their own index, so an order
// that is broken is as bad as a row that is damaged: a log would not be found.
func inspectLogs(ctx context.Context, db *sql.DB) error {
	rows, err := db.QueryContext(ctx, "SELECT "+headColumns+" FROM logs ORDER BY id")
	if err != nil {
		return fault("", err)
	}
	defer func() { _ = rows.Close() }() // it has no error that Err has not
	for last := ""; rows.Next(); {
		h, err := scanHead(rows.Scan)
		if err != nil {
			return readFault(ctx, "", err)
		}
		if h.id <= last {
			return &ledger.CorruptError{Log: h.id, Reason: "its row in logs is out of order"}
		}
		last = h.id
	}
	return readFault(ctx, "", rows.Err())
}

// corrupt is the error of a ledger that is not to be touched.
func corrupt(format string, args ...any) error {
	return &ledger.CorruptError{Reason: fmt.Sprintf(format, args...)}
}
