package sqlite

import (
	"os"
	"path/filepath"
)

// syncNames makes the names in a directory durable. Tests look on.
var syncNames = syncDir

// makeDir makes a directory, and those above it that are missing, durably: a file that is
// synced is lost with the name of its directory.
func makeDir(dir string) error {
	var missing []string
	for at := dir; !there(at); at = filepath.Dir(at) {
		missing = append(missing, at)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for _, at := range missing {
		if err := syncNames(filepath.Dir(at)); err != nil {
			return err
		}
	}
	return nil
}
