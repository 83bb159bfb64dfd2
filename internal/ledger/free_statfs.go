//go:build linux || darwin

package ledger

import "syscall"

// Free returns what an unprivileged process may still write to the disk of a directory.
func Free(dir string) (bytes int64, known bool) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, false
	}
	return int64(s.Bavail) * int64(s.Bsize), true //nolint:unconvert // its type is another on darwin
}
