// Package bubbletest has what tests of the library share that run in bubbles of
// [testing/synctest].
package bubbletest

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// patience is how long a test may take, in the time of its bubble. One that waits for
// what never comes would have that time run on until the package's is over.
const patience = 48 * time.Hour

// Run runs a test in a bubble, where time is the test's own.
func Run(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		hung := time.AfterFunc(patience, func() { panic(t.Name() + " waits for what never comes") }) //nolint:forbidigo // shows where
		defer hung.Stop()
		test(t)
	})
}

// A Log is where the log goes. Its methods may be called concurrently.
type Log struct {
	mu sync.Mutex
	b  strings.Builder
}

// Write implements [io.Writer].
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// String returns what was written.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// A Record is a list that several goroutines write to.
type Record struct {
	mu    sync.Mutex
	lines []string
}

// Add adds a line.
func (r *Record) Add(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lines = append(r.lines, fmt.Sprintf(format, args...))
}

// Want checks what was recorded since the last time, when nothing more happens.
func (r *Record) Want(t *testing.T, lines ...string) {
	t.Helper()
	synctest.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	if !slices.Equal(r.lines, lines) {
		t.Errorf("recorded %q, want %q", r.lines, lines)
	}
	r.lines = nil
}
