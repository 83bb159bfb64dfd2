// Package logtest has what tests write logs to.
package logtest

import (
	"bytes"
	"sync"
)

// A Buffer is a bytes.Buffer whose methods may be called concurrently.
type Buffer struct {
	mu sync.Mutex // guards the field below
	b  bytes.Buffer
}

// Write implements [io.Writer].
func (b *Buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

// String returns what was written.
func (b *Buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
