package sqlite

import (
	"context"
	"database/sql"
	"fmt"
)

// applicationID marks a database as a ledger: "Cauc".
const applicationID = 0x43617563

// version is the format that this package reads and writes.
var version = len(migrations)

// partedFormat is the first version in which a snapshot may have parts.
const partedFormat = 2

// migrations[v] brings a database of version v to version v+1. They are only
// ever added to.
var migrations = []string{`
CREATE TABLE logs (
	id       TEXT    NOT NULL PRIMARY KEY,
	number   INTEGER NOT NULL CHECK (number BETWEEN 1 AND 0x7fffffff),
	last     INTEGER NOT NULL CHECK (last BETWEEN 1 AND 0xffffffff), -- sequence of its last entry
	expires  INTEGER NOT NULL, -- milliseconds since 1970
	checksum INTEGER NOT NULL  -- CRC-32C of id, number, last, expires
) STRICT, WITHOUT ROWID;

CREATE INDEX logs_by_expiry ON logs (expires);

CREATE TABLE entries (
	position INTEGER PRIMARY KEY, -- logs.number << 32 | sequence
	checksum INTEGER NOT NULL,    -- CRC-32C of logs.id, sequence, data
	data     BLOB    NOT NULL
) STRICT;

CREATE TABLE snapshots (
	log      INTEGER PRIMARY KEY, -- logs.number
	sequence INTEGER NOT NULL,    -- of the last entry it stands for
	checksum INTEGER NOT NULL,    -- CRC-32C of logs.id, sequence, data
	data     BLOB    NOT NULL
) STRICT;

CREATE TABLE state ( -- one row
	commits INTEGER NOT NULL, -- transactions so far; see ledger.lock
	numbers INTEGER NOT NULL  -- the highest number that a log was given
) STRICT;

INSERT INTO state VALUES (0, 0);

CREATE VIEW log_entries AS
	SELECT logs.id AS log, position & 0xffffffff AS sequence, data
	FROM logs JOIN entries ON position BETWEEN (number << 32) + 1 AND (number << 32) + last;
`, `
CREATE TABLE snapshot_parts ( -- what comes after the data in snapshots
	position INTEGER PRIMARY KEY, -- (logs.number << 32) + 2, 4, 6, …, or one more, in their order
	checksum INTEGER NOT NULL,    -- of the whole snapshot; if snapshots has another, the part is left over
	data     BLOB    NOT NULL
) STRICT;
`}

// migrate brings a database from version v to the current one. Each step
// happens whole or not at all.
func migrate(ctx context.Context, conn *sql.Conn, v int) error {
	for ; v < version; v++ {
		script := fmt.Sprintf("BEGIN IMMEDIATE; %s; PRAGMA user_version = %d; COMMIT", migrations[v], v+1)
		if _, err := conn.ExecContext(ctx, script); err != nil {
			_, _ = conn.ExecContext(ctx, "ROLLBACK") // it may be over already
			return fmt.Errorf("migrate to version %d: %w", v+1, err)
		}
	}
	return nil
}
