// Package sqlite keeps a ledger in one SQLite database, for one machine.
//
// # Durability
//
// The database is in WAL mode with synchronous=FULL: a commit returns after the
// write-ahead log is synced. One goroutine writes. It takes all writes that have
// gathered, whatever their logs, and commits them together, so that the cost of
// a sync is shared; while it syncs, the next ones gather. A write that fails
// takes nobody with it: its group is split until it stands alone.
//
// The write-ahead log is copied into the database on a connection of its own,
// past the writer, whenever it has grown by 4 MiB; the writer copies what came in
// meanwhile and begins the log again.
//
// Reading goes on beside writing, on up to four connections. Memory does not grow
// with the logs: a connection caches at most 8 MiB.
//
// # Files
//
//	ledger.db       the database
//	ledger.db-wal   commits that are not in ledger.db yet; gone after Close
//	ledger.db-shm   where in the log they are; gone after Close
//	ledger.lock     locked while a process has the ledger; see below
//	ledger.adopt    made by an operator; see below
//
// [Backup] copies it while the server runs.
//
// # Format
//
// Version 2. The header of ledger.db has application_id 0x43617563 ("Cauc") and,
// as user_version, the version of the format. The schema, with a word on each
// column, is in the file too (.schema), and so is a view for reading:
//
//	sqlite3 -readonly ledger.db "SELECT log, sequence, data FROM log_entries"
//
// A log is a row of logs: its id, the number by which the other tables know it,
// its last sequence and its expiry. An entry is a row of entries, a snapshot one
// of snapshots. What a snapshot has beyond 256 KiB is in rows of snapshot_parts, in
// the order of their positions; those with the checksum of the row of snapshots
// belong to it, and others are left over. Version 1 has no such table, and snapshots
// whole. Numbers are never given twice.
//
// Each row has a checksum, a CRC-32C (Castagnoli) stored as a signed 32-bit
// integer. It covers the log's id, so that a row that strayed into another log
// does not pass. Integers in it are 64 bits, big-endian:
//
//	logs                 id, number, last, expires
//	entries, snapshots   id, sequence, data (all of it, where it has parts)
//
// An entry of 60 bytes takes 75 to 95 bytes on disk: 14 are its place and its
// checksum, the rest is room in pages of 4 KiB that are not full. A log takes
// about 50 more. (BenchmarkAppend and BenchmarkOpen report both.)
//
// # What cannot be read
//
// Open refuses, with a sentence and without changing a byte, a database that is
// not a ledger, one of a newer format, and one whose logs table is damaged. It
// does not read the entries. A gap among them or a flipped bit shows when the
// log is read, as a *[ledger.CorruptError]. [Ledger.Verify] looks at everything.
//
// SQLite takes damage at the end of a write-ahead log, or one that is missing,
// for a commit that was never finished, and would go on without a word. So the
// ledger counts its commits, and notes in ledger.lock the last one that it has
// acknowledged. The note is not synced: after a power failure it may be late,
// but it is never early, so a database that is behind it has lost something,
// and is refused. So is one without the note. To go back to an older ledger.db on
// purpose, or to a copy, make an empty file ledger.adopt beside it: Open takes the
// database as it is, and removes that file.
//
// While the ledger is open its files must stay where they are. When one is removed or
// replaced, writes fail with a *[ledger.UnwritableError].
package sqlite
