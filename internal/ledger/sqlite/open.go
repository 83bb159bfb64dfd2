package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	_ "modernc.org/sqlite" // the driver

	"github.com/caucus-live/caucus/internal/durable"
)

// readers is how many connections read at once.
const readers = 4

// settings are those of every connection. Those that matter for what is on disk:
// a commit syncs (synchronous), the ledger itself decides when the write-ahead
// log is copied (wal_autocheckpoint), and what was removed is overwritten
// (secure_delete). The file is not mapped into memory: a page that the disk
// cannot read is then an error, not a signal. A page of 4 KiB and a cache of
// 8 MiB a connection were the best of those measured.
var settings = []string{
	"busy_timeout(100)", // milliseconds, for an operator's shell or backup; see checkpointer.finish
	"synchronous(FULL)",
	"fullfsync(ON)", // where a plain fsync stops at the disk's cache
	"wal_autocheckpoint(0)",
	"secure_delete(ON)",
	"cache_size(-8192)",
	"mmap_size(0)",
	"cell_size_check(ON)",
	"trusted_schema(OFF)",
}

// Open opens the ledger in a directory, and makes both when they are missing.
// It reads the row of every log, and fails with a *ledger.CorruptError when
// they, or the database, cannot be trusted; then it leaves all as it is. It
// fails with [ErrInUse] while another process has the ledger open.
func Open(dir string, opts *Options) (*Ledger, error) {
	l, err := open(dir, opts.withDefaults())
	if err != nil {
		return nil, fmt.Errorf("open the ledger in %s: %w", dir, err)
	}
	return l, nil
}

func open(dir string, opts Options) (_ *Ledger, err error) {
	if dir, err = filepath.Abs(dir); err != nil {
		return nil, err
	}
	if _, err := makeDir(dir); err != nil {
		return nil, err
	}
	l := &Ledger{dir: dir, requests: make(chan *request), turns: make(chan func(*sql.Conn))}
	path, lock := filepath.Join(dir, "ledger.db"), filepath.Join(dir, "ledger.lock")
	if there(path) && !there(lock) && !there(filepath.Join(dir, adoption)) {
		return nil, noWitness(path) // which opening would make
	}
	if l.witness, err = openWitness(lock); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = l.release()
		}
	}()
	acknowledged, err := l.acknowledged(path)
	if err != nil {
		return nil, err
	}
	if err := createIfMissing(path, acknowledged, l.witness); err != nil {
		return nil, err
	}
	found, err := inspect(path, reading, acknowledged)
	if err != nil {
		return nil, err
	}
	if err := l.start(path, found, opts); err != nil {
		return nil, err
	}
	l.witness.saw(found.commits)
	return l, errors.Join(l.witness.file.Sync(), removeIfThere(filepath.Join(dir, adoption)))
}

// adoption is a file that an operator makes, beside a database without its witness or
// with that of a later one, to say that it is to be taken as it is.
const adoption = "ledger.adopt"

// acknowledged returns how many commits the witness of a database has seen.
func (l *Ledger) acknowledged(path string) (int64, error) {
	if there(filepath.Join(filepath.Dir(path), adoption)) {
		return 0, nil
	}
	commits, ok, err := l.witness.commits()
	if err == nil && !ok && there(path) {
		err = noWitness(path)
	}
	return commits, err
}

func noWitness(path string) error {
	return corrupt("ledger.lock is missing or damaged, so that nobody knows whether %s is whole; to take it as it is, make an empty file %s beside it", path, adoption)
}

func there(name string) bool {
	_, err := os.Lstat(name)
	return !errors.Is(err, os.ErrNotExist)
}

func removeIfThere(name string) error {
	if err := os.Remove(name); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// start opens the connections to a database that was inspected, and begins to write.
func (l *Ledger) start(path string, found finding, opts Options) (err error) {
	ctx := context.Background()
	if l.db, err = sql.Open("sqlite", dataSource(path, writing, settings...)); err != nil {
		return err
	}
	l.db.SetMaxOpenConns(readers + 2)
	l.db.SetMaxIdleConns(readers)
	if l.writing, err = l.db.Conn(ctx); err != nil {
		return fault("", err)
	}
	var mode string // a copy may have lost it
	if err := l.writing.QueryRowContext(ctx, "PRAGMA journal_mode = WAL").Scan(&mode); err != nil {
		return fault("", err)
	}
	if mode != "wal" {
		return fmt.Errorf("%s cannot have a write-ahead log, but has journal mode %s", path, mode)
	}
	if l.copying, err = l.db.Conn(ctx); err != nil {
		return fault("", err)
	}
	if err := migrate(ctx, l.writing, found.version); err != nil {
		return fault("", err)
	}
	l.format = version
	w := &writer{conn: l.writing, witness: l.witness, commits: found.commits, wal: newCheckpointer(opts.Logger)}
	if w.files, err = openFiles(path, l.witness); err != nil {
		return err
	}
	if err := errors.Join(
		l.prepare(ctx, l.db, l.reads.queries(l.format)),
		l.prepare(ctx, l.writing, w.stmts.queries()),
		l.prepare(ctx, l.writing, w.wal.writerQueries()),
		l.prepare(ctx, l.copying, w.wal.queries()),
	); err != nil {
		return fault("", err)
	}
	l.running.Go(func() { w.run(ctx, l.requests, l.turns) }) // Close ends it, and waits
	l.running.Go(func() { w.wal.run(ctx) })                  // the writer ends it
	return nil
}

// prepare fills in statements, on one connection or on all.
func (l *Ledger) prepare(ctx context.Context, on interface {
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
}, queries map[**sql.Stmt]string,
) (err error) {
	for stmt, query := range queries {
		if *stmt, err = on.PrepareContext(ctx, query); err != nil {
			return err
		}
		l.prepared = append(l.prepared, *stmt)
	}
	return nil
}

// release gives back what open took. A connection does not close before its
// statements do.
func (l *Ledger) release() error {
	var errs []error
	for _, stmt := range l.prepared {
		errs = append(errs, stmt.Close())
	}
	for _, conn := range []*sql.Conn{l.copying, l.writing} {
		if conn != nil {
			errs = append(errs, conn.Close())
		}
	}
	if l.db != nil {
		errs = append(errs, l.db.Close())
	}
	return errors.Join(append(errs, l.witness.Close())...)
}

// createIfMissing makes an empty ledger, unless there is a database. It is made
// under another name, so that ledger.db is whole whenever it is there.
func createIfMissing(path string, acknowledged int64, w *witness) error {
	if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if _, err := os.Lstat(path + "-wal"); err == nil || acknowledged > 0 {
		return corrupt("%s is missing, and it was not empty; to begin again, remove ledger.lock and what is beside it", path)
	}
	draft := path + ".new"
	for _, leftover := range []string{draft, draft + "-journal", draft + "-wal", draft + "-shm"} {
		if err := os.Remove(leftover); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	made, err := os.OpenFile(draft, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if err := errors.Join(durable.Inherit(made), made.Close()); err != nil {
		return err
	}
	if err := create(draft); err != nil {
		return err
	}
	w.saw(0) // before there is a database that needs a witness
	if err := w.file.Sync(); err != nil {
		return err
	}
	if err := os.Rename(draft, path); err != nil {
		return err
	}
	return syncNames(filepath.Dir(path))
}

// create makes an empty ledger of an empty file.
func create(path string) (err error) {
	ctx := context.Background()
	header := []string{"page_size(4096)", fmt.Sprintf("application_id(%d)", applicationID)}
	db, err := sql.Open("sqlite", dataSource(path, writing, append(header, settings...)...))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	return migrate(ctx, conn, 0)
}

// A mode is how SQLite opens a database.
type mode string

const (
	writing mode = "mode=rw"
	reading mode = "mode=ro"
	frozen  mode = "mode=ro&immutable=1" // nobody writes: neither locks nor a write-ahead log are looked for
)

// dataSource is the driver's name for a database, with the mode and the pragmas
// of its connections. The path is absolute.
func dataSource(path string, m mode, pragmas ...string) string {
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(path)}
	if !strings.HasPrefix(u.Path, "/") { // a drive's letter
		u.Path = "/" + u.Path
	}
	u.RawQuery = string(m) + "&" + url.Values{"_pragma": pragmas}.Encode()
	return u.String()
}
