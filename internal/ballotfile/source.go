package ballotfile

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// maxLine bounds the bytes of a line.
const maxLine = 1 << 20

// A source reads a file line by line, and knows where it is.
type source struct {
	name string
	r    *bufio.Reader
	text []byte // the current line, without its end; overwritten by next
	line int    // its number, from 1
	long []byte // holds a line that r has no room for
}

// next goes to the next line. At the end of the file it returns io.EOF, and stays.
func (s *source) next() error {
	line, err := s.r.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		s.long = append(s.long[:0], line...)
		for errors.Is(err, bufio.ErrBufferFull) && len(s.long) <= maxLine {
			line, err = s.r.ReadSlice('\n')
			s.long = append(s.long, line...)
		}
		line = s.long
	}
	tooLong := errors.Is(err, bufio.ErrBufferFull)
	last := errors.Is(err, io.EOF) && len(line) > 0 // it has no end
	if err != nil && !tooLong && !last {
		return err
	}
	s.line++
	s.text = bytes.TrimRight(line, "\n")
	if tooLong || len(s.text) > maxLine {
		return s.errorf(0, "This line is longer than %d bytes.", maxLine)
	}
	if !utf8.Valid(s.text) {
		return s.errorf(invalid(s.text), "%s", notUTF8)
	}
	if s.line > 1 && bytes.HasPrefix(s.text, []byte(orderMark)) {
		return s.errorf(0, "%s", markInside)
	}
	return nil
}

// orderMark is a byte order mark. Where a line in the middle of a file begins with one, another
// file does.
const (
	orderMark  = "\uFEFF"
	markInside = "Here is a byte order mark, as at the beginning of a file: if files were put together, count them one by one, and else delete it."
)

// invalid returns the index of the first byte that is not UTF-8.
func invalid(text []byte) int {
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return len(text)
}

// errorf is what is wrong at the byte at of the current line.
func (s *source) errorf(at int, format string, args ...any) error {
	return &Error{
		File: s.name, Line: max(1, s.line), Column: utf8.RuneCount(s.text[:at]) + 1,
		Message: fmt.Sprintf(format, args...),
	}
}

// number returns the whole number that text is, if it is one of at most 15 digits.
func number(text []byte) (n int64, ok bool) {
	if len(text) == 0 || len(text) > 15 {
		return 0, false
	}
	for _, c := range text {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	return n, true
}

// quote quotes a piece of a file for a sentence, or the beginning of it.
func quote(text []byte) string {
	const most = 30
	if runes := []rune(string(text)); len(runes) > most {
		return fmt.Sprintf("%q", string(runes[:most])+"…")
	}
	return fmt.Sprintf("%q", text)
}
