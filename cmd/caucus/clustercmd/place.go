package clustercmd

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Dir is where, in its data directory, a server with NATS inside keeps its part.
const Dir = "cluster"

// IsMember reports whether a data directory is that of a server with NATS inside.
func IsMember(data string) bool {
	_, err := os.Stat(filepath.Join(data, Dir))
	return err == nil
}

// Explain adds to an error what to do about it, if it says that a data directory has no
// ledger. A server with NATS inside has none there.
func Explain(data string, err error) error {
	missing, ok := errors.AsType[*fs.PathError](err)
	if !ok || !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if rel, relErr := relative(data, missing.Path); relErr != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return err // another file
	}
	if IsMember(data) {
		return fmt.Errorf("%w; %s belongs to a server of a cluster: copy its polls first, while nobody uses them, with caucus ledger copy -from %[2]s -to DIRECTORY", err, data)
	}
	return fmt.Errorf("%w; choose the directory with -data", err)
}

// relative returns a path as seen from a directory. Either may be relative already.
func relative(dir, path string) (string, error) {
	dir, errDir := filepath.Abs(dir)
	path, errPath := filepath.Abs(path)
	if err := errors.Join(errDir, errPath); err != nil {
		return "", err
	}
	return filepath.Rel(dir, path)
}
