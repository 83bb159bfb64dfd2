package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"modernc.org/sqlite"

	"github.com/caucus-live/caucus/internal/durable"
)

// backupPages is how much is copied at once: a mebibyte.
const backupPages = 256

// A BackupError says that a copy was made, and does not hold what it should.
type BackupError struct{ Fault error }

func (e *BackupError) Error() string { return "the copy cannot be trusted: " + e.Fault.Error() }

// Unwrap returns the first fault that was found in the copy.
func (e *BackupError) Unwrap() error { return e.Fault }

// Backup copies the ledger in a directory into a file, which must not exist. A server
// may have the ledger open, and goes on writing: the copy is of one moment, when Backup
// began. Of the disk it takes at most rate bytes a second; 0 stands for no limit. The
// copy is read whole, and the disk has it, when Backup returns nil; otherwise there is
// no file. While it copies, the server's write-ahead log grows by what is written.
func Backup(ctx context.Context, dir, file string, rate int) (err error) {
	if file, err = filepath.Abs(file); err != nil { // as SQLite wants it
		return err
	}
	if _, err := os.Lstat(file); !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%s: %w", file, errors.Join(os.ErrExist, err))
	}
	l, err := OpenShared(dir) //nolint:contextcheck // opening is not given up halfway
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	made, err := os.CreateTemp(filepath.Dir(file), ".backup-*") // with mode 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(made.Name()) }() // it has its name by then, unless it failed
	if err := errors.Join(made.Close(), l.copyTo(ctx, made.Name(), rate)); err != nil {
		return err
	}
	if err := verifyCopy(ctx, made.Name()); err != nil {
		return err
	}
	return place(made.Name(), file)
}

// copyTo copies the database into a file that is empty, and syncs it.
func (l *Ledger) copyTo(ctx context.Context, file string, rate int) (err error) {
	conn, err := l.db.Conn(ctx)
	if err != nil {
		return fault("", err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	// Within a transaction, what others write is not seen: without it, each of their
	// commits would have the copy begin from the start.
	tx, err := conn.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return fault("", err)
	}
	defer func() { _ = tx.Rollback() }() // it has changed nothing
	var commits int64
	if err := tx.QueryRowContext(ctx, "SELECT commits FROM state").Scan(&commits); err != nil {
		return readFault(ctx, "", err)
	}
	if err := conn.Raw(func(driver any) error {
		source, ok := driver.(interface {
			NewBackup(destination string) (*sqlite.Backup, error)
		})
		if !ok {
			return errors.New("the driver of SQLite makes no backups")
		}
		backup, err := source.NewBackup(dataSource(file, writing))
		if err != nil {
			return err
		}
		return errors.Join(copyPages(ctx, backup, rate), backup.Finish())
	}); err != nil {
		return readFault(ctx, "", err)
	}
	copied, err := os.OpenFile(file, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(copied.Sync(), copied.Close())
}

// copyPages copies all pages, a step at a time, at the given rate.
func copyPages(ctx context.Context, backup *sqlite.Backup, rate int) error {
	pause := time.Duration(0)
	if rate > 0 {
		pause = time.Duration(float64(backupPages*4096) / float64(rate) * float64(time.Second))
	}
	for {
		next := time.NewTimer(pause)
		more, err := backup.Step(backupPages)
		if err != nil || !more {
			next.Stop()
			return err
		}
		select {
		case <-next.C:
		case <-ctx.Done():
			next.Stop()
			return context.Cause(ctx)
		}
	}
}

// verifyCopy reads a copy whole.
func verifyCopy(ctx context.Context, file string) (err error) {
	l, err := OpenCopy(file) //nolint:contextcheck // opening is not given up halfway
	if err != nil {
		return &BackupError{err}
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	for fault := range l.Verify(ctx) {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return &BackupError{fault}
	}
	return nil
}

// Restore makes the ledger in a directory from a copy that [Backup] has made. It fails
// with [os.ErrExist] where the directory has a ledger. The copy is read whole before,
// and stays. As root, what it makes has the directory's owner. When nothing is in the way
// it calls beside, unless that is nil, for what must be there before the ledger is.
func Restore(ctx context.Context, file, dir string, beside func() error) (err error) {
	if dir, err = filepath.Abs(dir); err != nil {
		return err
	}
	if err := verifyCopy(ctx, file); err != nil {
		if broken, ok := errors.AsType[*BackupError](err); ok {
			return fmt.Errorf("%s: %w", file, broken.Fault)
		}
		return err
	}
	made, err := makeDir(dir)
	defer func() {
		if err != nil {
			removeEmpty(made)
		}
	}()
	if err != nil {
		return err
	}
	if err := vacant(dir); err != nil {
		return err
	}
	draft, err := copyBeside(ctx, file, dir)
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(draft) }() // it has its name by then, unless it failed
	return install(draft, dir, beside)
}

// vacant returns what is in the way of a ledger in a directory.
func vacant(dir string) error {
	held, err := openOldWitness(filepath.Join(dir, "ledger.lock"))
	if err != nil {
		return err
	}
	defer held.Close() // it was only read
	return unnamed(dir)
}

// unnamed returns an error if a directory has a database, or a part of one.
func unnamed(dir string) error {
	for _, name := range []string{"ledger.db", "ledger.db-wal"} {
		if name := filepath.Join(dir, name); there(name) {
			return fmt.Errorf("%s: %w", name, os.ErrExist)
		}
	}
	return nil
}

// copyBeside copies a database into a file of a directory, under a name that is not
// a ledger's, and returns that.
func copyBeside(ctx context.Context, file, dir string) (draft string, err error) {
	l, err := OpenCopy(file) //nolint:contextcheck // opening is not given up halfway
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	made, err := os.CreateTemp(dir, ".restore-*")
	if err != nil {
		return "", err
	}
	if err := errors.Join(durable.Inherit(made), made.Close(), l.copyTo(ctx, made.Name(), 0)); err != nil {
		return "", errors.Join(err, os.Remove(made.Name()))
	}
	return made.Name(), nil
}

// install makes a database the ledger of a directory that has none.
func install(draft, dir string, beside func() error) (err error) {
	lock, err := openWitness(filepath.Join(dir, "ledger.lock"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	if err := unnamed(dir); err != nil { // a server may have come since
		return err
	}
	if beside != nil {
		if err := beside(); err != nil {
			return err
		}
	}
	lock.saw(0) // it may be of a ledger that is gone
	if err := lock.file.Sync(); err != nil {
		return err
	}
	return place(draft, filepath.Join(dir, "ledger.db"))
}

// place gives a file its name, durably, unless another has it.
func place(made, name string) error {
	return errors.Join(durable.Link(made, name), syncNames(filepath.Dir(name)))
}

// Compact gives the room of polls that were removed back to the file system. It takes
// as much room again while it works. Writes wait meanwhile; nothing else may use the
// ledger. A context that ends leaves the ledger as it was.
func (l *Ledger) Compact(ctx context.Context) error {
	if err := l.enter(); err != nil {
		return err
	}
	defer l.leave()
	if l.requests == nil {
		return ErrReadOnly
	}
	done := make(chan error, 1)
	select {
	case l.turns <- func(conn *sql.Conn) { // never within a transaction
		_, err := conn.ExecContext(ctx, "VACUUM")
		done <- err
	}:
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := <-done; err != nil {
		return fault("", err)
	}
	return nil
}
