package sqlite

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/caucus-live/caucus/internal/ledger"
)

// files are those that SQLite has open, by their paths. A file that is deleted or replaced
// while it is open goes on to take what is written to it, and nobody finds that again.
type files map[string]os.FileInfo

// openFiles notes the files of a database, which must be open.
func openFiles(path string, witness *witness) (files, error) {
	f := files{}
	for _, name := range []string{path, path + "-wal", path + "-shm", witness.file.Name()} {
		info, err := os.Stat(name)
		if err != nil {
			return nil, err
		}
		f[name] = info
	}
	return f, nil
}

var errReplaced = errors.New("it is another file now")

// check returns a *ledger.UnwritableError unless the files are still in their places.
func (f files) check() error {
	for name, was := range f {
		is, err := os.Stat(name)
		if err == nil && !os.SameFile(was, is) {
			err = errReplaced
		}
		if err != nil {
			return &ledger.UnwritableError{
				Reason: filepath.Base(name) + " was removed or replaced under the server; stop the server before you put a ledger in its place",
				Err:    err,
			}
		}
	}
	return nil
}
