// Package logtest has what tests write logs to.
package logtest

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// A Buffer is a bytes.Buffer whose methods may be called concurrently.
type Buffer struct {
	mu    sync.Mutex // guards the fields below
	b     bytes.Buffer
	grown chan struct{} // closed by the next Write; nil while nobody waits
}

// Write implements [io.Writer].
func (b *Buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.grown != nil {
		close(b.grown)
		b.grown = nil
	}
	return b.b.Write(p)
}

// String returns what was written.
func (b *Buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// Await waits until n lines have all words, or until ctx ends; then its error has what was written.
func (b *Buffer) Await(ctx context.Context, n int, words ...string) error {
	for {
		b.mu.Lock()
		written := b.b.String()
		if b.grown == nil {
			b.grown = make(chan struct{})
		}
		grown := b.grown
		b.mu.Unlock()
		found := 0
		for line := range strings.Lines(written) {
			if !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(line, word) }) {
				found++
			}
		}
		if found >= n {
			return nil
		}
		select {
		case <-grown:
		case <-ctx.Done():
			return fmt.Errorf("%d lines of %d have %q: %w\n%s", found, n, words, context.Cause(ctx), written)
		}
	}
}
