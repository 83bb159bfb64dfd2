package ballotfile

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// decode returns the text of a file in UTF-8, without a byte order mark and with newlines
// at the ends of lines. It reads UTF-16, which spreadsheets call "Unicode text", with a
// mark or without, and line ends of every kind. What is not text stays what is not UTF-8.
func decode(r *bufio.Reader) *bufio.Reader {
	start, _ := r.Peek(4)
	var text io.Reader = r
	switch {
	case bytes.HasPrefix(start, []byte("\xEF\xBB\xBF")):
		for bytes.HasPrefix(start, []byte("\xEF\xBB\xBF")) { // some programs add one each time
			_, _ = r.Discard(3) // peeked
			start, _ = r.Peek(4)
		}
	case bytes.HasPrefix(start, []byte("\xFF\xFE\x00\x00")): // UTF-32
	case bytes.HasPrefix(start, []byte("\xFF\xFE")), len(start) == 4 && start[0] != 0 && start[1] == 0 && start[3] == 0:
		text = utf16(r, unicode.LittleEndian)
	case bytes.HasPrefix(start, []byte("\xFE\xFF")), len(start) == 4 && start[0] == 0 && start[1] != 0 && start[2] == 0:
		text = utf16(r, unicode.BigEndian)
	}
	return bufio.NewReaderSize(&newlines{r: text}, 1<<16)
}

// utf16 reads UTF-16.
func utf16(r io.Reader, order unicode.Endianness) io.Reader {
	return transform.NewReader(r, transform.Chain(unicode.UTF16(order, unicode.UseBOM).NewDecoder(), lost{}))
}

// lost undoes that a decoder puts a character of its own where there was half of one, or what
// is not one.
type lost struct{ transform.NopResetter }

// Transform implements [transform.Transformer].
func (lost) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	for nSrc < len(src) {
		if !atEOF && !utf8.FullRune(src[nSrc:]) {
			return nDst, nSrc, transform.ErrShortSrc
		}
		r, size := utf8.DecodeRune(src[nSrc:])
		text := src[nSrc : nSrc+size]
		if r == utf8.RuneError {
			text = []byte{0xFF}
		}
		if len(dst)-nDst < len(text) {
			return nDst, nSrc, transform.ErrShortDst
		}
		nDst += copy(dst[nDst:], text)
		nSrc += size
	}
	return nDst, nSrc, nil
}

// lostIn returns a sentence if a text that package xml has read, or a decoder, has lost a
// character: what is in its place could be another one.
func lostIn(text string) (complaint string) {
	if !strings.ContainsRune(text, utf8.RuneError) {
		return ""
	}
	return fmt.Sprintf("A character of %s was lost, or is U+FFFD, which stands for a lost one: write the right one.", quote([]byte(text)))
}

// newlines reads text with every CR LF, and every CR alone, as a newline.
type newlines struct {
	r  io.Reader
	cr bool // the last byte was a CR
}

// Read implements [io.Reader].
func (l *newlines) Read(p []byte) (int, error) {
	for {
		n, err := l.r.Read(p)
		if n = l.convert(p[:n]); n > 0 || err != nil || len(p) == 0 {
			return n, err
		}
	}
}

// convert converts text in place, and returns how much is left of it.
func (l *newlines) convert(text []byte) int {
	if !l.cr && bytes.IndexByte(text, '\r') < 0 {
		return len(text)
	}
	n := 0
	for _, c := range text {
		switch {
		case c == '\r':
			text[n] = '\n'
			n++
		case c == '\n' && l.cr:
		default:
			text[n] = c
			n++
		}
		l.cr = c == '\r'
	}
	return n
}
