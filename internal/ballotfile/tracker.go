package ballotfile

import (
	"bytes"
	"io"
	"unicode/utf8"
)

// A tracker knows the line and column of every byte that went through it, as long as
// it is asked for them in order: a decoder of JSON speaks of bytes only.
type tracker struct {
	r            io.Reader
	rest         []byte // what went through after offset
	offset       int64
	line, column int // of offset
}

// Read reads from r.
func (t *tracker) Read(p []byte) (int, error) {
	n, err := t.r.Read(p)
	t.rest = append(t.rest, p[:n]...)
	return n, err
}

// at returns the line and the column of an offset.
func (t *tracker) at(offset int64) (line, column int) {
	n := int(min(max(0, offset-t.offset), int64(len(t.rest))))
	for passed := t.rest[:n]; len(passed) > 0; {
		i := bytes.IndexByte(passed, '\n')
		if i < 0 {
			t.column += utf8.RuneCount(passed)
			break
		}
		t.line, t.column = t.line+1, 1
		passed = passed[i+1:]
	}
	t.rest = t.rest[n:]
	t.offset += int64(n)
	return t.line, t.column
}

// skip returns the first offset, not before the one given, of what is neither white space
// nor a comma or colon.
func (t *tracker) skip(offset int64) int64 {
	for i := offset - t.offset; 0 <= i && i < int64(len(t.rest)) && bytes.IndexByte([]byte(" \t\r\n,:"), t.rest[i]) >= 0; i++ {
		offset++
	}
	return offset
}
