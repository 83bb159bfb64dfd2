package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// OpenShared opens the ledger in a directory for reading alone, as [OpenReadOnly] does,
// but also while a server has it open and goes on writing. What was acknowledged
// before is there; whether what comes later is, differs from call to call.
func OpenShared(dir string) (*Ledger, error) {
	l, err := OpenReadOnly(dir)
	if !errors.Is(err, ErrInUse) {
		return l, err
	}
	return openWithout(filepath.Join(dir, "ledger.db"), reading)
}

// OpenCopy opens one file, a copy of a ledger's database that [Backup] has made, for
// reading alone. It changes nothing.
func OpenCopy(file string) (*Ledger, error) { return openWithout(file, frozen) }

// openWithout opens a database that has no witness, or whose witness is another's.
func openWithout(path string, m mode) (_ *Ledger, err error) {
	if path, err = filepath.Abs(path); err != nil {
		return nil, err
	}
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	l := &Ledger{witness: new(witness)}
	if err := l.openToRead(path, m); err != nil {
		return nil, fmt.Errorf("open %s: %w", path, errors.Join(err, l.release()))
	}
	return l, nil
}

// openToRead opens the connections of a ledger that only reads.
func (l *Ledger) openToRead(path string, m mode) (err error) {
	acknowledged, _, err := l.witness.commits() // without a witness nothing is known
	if err != nil {
		return err
	}
	found, err := inspect(path, m, acknowledged)
	if err != nil {
		return err
	}
	l.format = found.version
	if l.db, err = sql.Open("sqlite", dataSource(path, m, settings...)); err != nil {
		return err
	}
	l.db.SetMaxOpenConns(readers)
	if err := l.prepare(context.Background(), l.db, l.reads.queries(l.format)); err != nil {
		return fault("", err)
	}
	return nil
}
