package sqlite

import (
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"

	"github.com/caucus-live/caucus/internal/durable"
)

// A witness is the file that is locked while the ledger is open, and that
// remembers how many commits were acknowledged. It is written after every
// commit, in place and without a sync: it may be late, never early.
type witness struct{ file *os.File } // nil: see openOldWitness

// openWitness locks the file, and makes it when it is missing. It returns
// ErrInUse when another process has it.
func openWitness(path string) (*witness, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	switch {
	case err == nil:
		err = durable.Inherit(file)
	case errors.Is(err, os.ErrExist):
		file, err = os.OpenFile(path, os.O_RDWR, 0)
	}
	if err != nil {
		_ = file.Close() // nil has none
		return nil, err
	}
	if err := lock(file); err != nil {
		_ = file.Close()
		return nil, err
	}
	return &witness{file}, nil
}

// openOldWitness is openWitness for those who may not change the file. When it is
// missing nobody has the ledger, and nothing is known.
func openOldWitness(path string) (*witness, error) {
	file, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return new(witness), nil
	}
	if err != nil {
		return nil, err
	}
	if err := lock(file); err != nil {
		_ = file.Close()
		return nil, err
	}
	return &witness{file}, nil
}

// lock takes the file for this process, or returns ErrInUse.
func lock(f *os.File) error {
	err := durable.Lock(f)
	if errors.Is(err, durable.ErrLocked) {
		return ErrInUse
	}
	return err
}

// commits returns what the file says, and whether that can be trusted. It may be read
// although it is damaged, but not the other way round.
func (w *witness) commits() (commits int64, ok bool, err error) {
	line := make([]byte, len(testimony(0)))
	if w.file == nil {
		return 0, false, nil
	}
	switch _, err := w.file.ReadAt(line, 0); {
	case errors.Is(err, io.EOF):
		return 0, false, nil
	case err != nil:
		return 0, false, err
	}
	if _, err := fmt.Sscanf(string(line), "%d", &commits); err != nil || !bytes.Equal(line, testimony(commits)) {
		return 0, false, nil //nolint:nilerr // a line that says nothing is not to be trusted
	}
	return commits, true, nil
}

// saw notes that commits were acknowledged. An error is nobody's loss.
func (w *witness) saw(commits int64) { _, _ = w.file.WriteAt(testimony(commits), 0) }

// testimony is the line in the file: always of the same length, so that it is
// written over the last.
func testimony(commits int64) []byte {
	line := fmt.Appendf(nil, "%020d commits acknowledged", commits)
	return fmt.Appendf(line, " %08x\n", crc32.Checksum(line, castagnoli))
}

// Close unlocks the file and leaves it.
func (w *witness) Close() error {
	if w.file == nil {
		return nil
	}
	return durable.Release(w.file)
}
