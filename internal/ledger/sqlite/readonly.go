package sqlite

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// ErrReadOnly says that the ledger was opened for reading alone.
var ErrReadOnly = errors.New("ledger: opened for reading alone")

// OpenReadOnly opens the ledger in a directory, or a copy of one, to look at it. It
// makes nothing that is missing and changes neither the database nor its write-ahead
// log; if there is such a log, as after a crash, SQLite makes ledger.db-shm again. All
// methods that write return [ErrReadOnly]. It fails as [Open] does.
func OpenReadOnly(dir string) (*Ledger, error) {
	l, err := openReadOnly(dir)
	if err != nil {
		return nil, fmt.Errorf("open the ledger in %s: %w", dir, err)
	}
	return l, nil
}

func openReadOnly(dir string) (_ *Ledger, err error) {
	if dir, err = filepath.Abs(dir); err != nil {
		return nil, err
	}
	l := &Ledger{dir: dir}
	if l.witness, err = openOldWitness(filepath.Join(dir, "ledger.lock")); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = l.release()
		}
	}()
	path := filepath.Join(dir, "ledger.db")
	m := frozen
	if wal, err := os.Stat(path + "-wal"); err == nil && wal.Size() > 0 {
		m = reading
	}
	if err := l.openToRead(path, m); err != nil {
		return nil, err
	}
	return l, nil
}
