package sqlite

import (
	"database/sql"
	"errors"
	"slices"
	"testing"
)

// Connections returns those that write to the files: the writer's and the
// checkpointer's. They may be used while no call is under way.
func (l *Ledger) Connections() []*sql.Conn { return []*sql.Conn{l.writing, l.copying} }

// Formats returns how many formats there have been.
func Formats() int { return version }

// WithoutSync lets a test that is not about durability not wait for the disk.
func WithoutSync(t *testing.T) {
	t.Helper()
	synced := settings
	t.Cleanup(func() { settings = synced })
	settings = append(slices.Clone(settings), "synchronous(OFF)")
}

// WatchNames calls f before the names in a directory are made durable, which its error stops.
func WatchNames(t *testing.T, f func(dir string) error) {
	t.Helper()
	sync := syncNames
	t.Cleanup(func() { syncNames = sync })
	syncNames = func(dir string) error { return errors.Join(f(dir), sync(dir)) }
}
