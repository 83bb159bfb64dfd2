package sqlite

import (
	"os"
	"path/filepath"

	"github.com/caucus-live/caucus/internal/durable"
)

// syncNames makes the names in a directory durable. Tests look on.
var syncNames = durable.SyncNames

// makeDir makes a directory, and those above it that are missing, durably: a file that is
// synced is lost with the name of its directory. It returns those that were missing, the
// lowest first.
func makeDir(dir string) (missing []string, err error) {
	for at := dir; !there(at); at = filepath.Dir(at) {
		missing = append(missing, at)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	for _, at := range missing {
		if err := syncNames(filepath.Dir(at)); err != nil {
			return missing, err
		}
	}
	return missing, nil
}

// removeEmpty removes directories that were made in vain, the lowest first.
func removeEmpty(dirs []string) {
	for _, dir := range dirs {
		_ = os.Remove(dir) // which leaves one that is not empty
	}
}
