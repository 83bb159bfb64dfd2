package packet

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// Valid reports whether data is one JSON value in valid UTF-8, nested no deeper
// than MaxDepth.
func Valid(data []byte) bool {
	s := scanner{data: data}
	return utf8.Valid(data) && s.value() && s.end()
}

// Split takes a JSON array apart, appends its elements to dst, and reports
// whether the array was valid JSON in valid UTF-8. The elements share memory
// with array. Binary references are looked for, and checked, if attachments is
// not zero: each must name an attachment, and no two the same.
func Split(dst []json.RawMessage, array []byte, attachments int) ([]json.RawMessage, error) {
	if !utf8.Valid(array) {
		return dst, invalid("text is not UTF-8")
	}
	s := scanner{data: array, collect: attachments > 0}
	if !s.open('[') {
		return dst, invalid("data is not an array")
	}
	for more := !s.accept(']'); more; {
		start := s.pos
		if !s.value() {
			return dst, s.fail()
		}
		dst = append(dst, array[start:s.pos:s.pos])
		if s.space(); s.accept(']') {
			break
		}
		if more = s.accept(','); !more {
			return dst, s.fail()
		}
		s.space()
	}
	if !s.end() {
		return dst, s.fail()
	}
	return dst, checkRefs(s.refs, attachments)
}

// A scanner goes through JSON without building anything. Its methods report
// whether they found what they look for, and leave pos behind it.
type scanner struct {
	data  []byte
	pos   int
	depth int

	collect bool  // look for references to attachments
	refs    []Ref // those found, in order
	badRef  bool  // one has no proper number
}

func (s *scanner) fail() error {
	if s.badRef {
		return errBadRef
	}
	return invalid("JSON at byte %d", s.pos)
}

// end reports whether nothing but space is left.
func (s *scanner) end() bool {
	s.space()
	return s.pos == len(s.data)
}

func (s *scanner) space() {
	for s.pos < len(s.data) {
		switch s.data[s.pos] {
		case ' ', '\t', '\n', '\r':
			s.pos++
		default:
			return
		}
	}
}

func (s *scanner) peek() byte {
	if s.pos < len(s.data) {
		return s.data[s.pos]
	}
	return 0 // is in no JSON text
}

func (s *scanner) accept(c byte) bool {
	if s.peek() != c || s.pos == len(s.data) {
		return false
	}
	s.pos++
	return true
}

// open accepts an opening bracket and the space behind it.
func (s *scanner) open(c byte) bool {
	s.space()
	if !s.accept(c) {
		return false
	}
	s.space()
	return true
}

func (s *scanner) value() bool {
	s.space()
	switch c := s.peek(); c {
	case '"':
		return s.str()
	case '{', '[':
		if s.depth == MaxDepth {
			return false
		}
		s.depth++
		ok := false
		if c == '{' {
			ok = s.object()
		} else {
			ok = s.array()
		}
		s.depth--
		return ok
	case 't':
		return s.literal("true")
	case 'f':
		return s.literal("false")
	case 'n':
		return s.literal("null")
	default:
		return s.number()
	}
}

func (s *scanner) array() bool {
	s.open('[')
	if s.accept(']') {
		return true
	}
	for s.value() {
		if s.space(); s.accept(']') {
			return true
		}
		if !s.accept(',') {
			return false
		}
	}
	return false
}

func (s *scanner) object() bool {
	ref := refScan{start: s.pos, outer: len(s.refs)}
	s.open('{')
	if s.accept('}') {
		return true
	}
	for {
		s.space()
		key, ok := s.member()
		if !ok {
			return false
		}
		value := s.pos
		if !s.value() {
			return false
		}
		if s.collect {
			ref.member(key, s.data[value:s.pos])
		}
		if s.space(); s.accept('}') {
			return !s.collect || s.closeRef(&ref)
		}
		if !s.accept(',') {
			return false
		}
	}
}

// member reads a key, its colon, and the space before the value. The key is
// what stands between the quotes.
func (s *scanner) member() (key []byte, ok bool) {
	start := s.pos
	if s.peek() != '"' || !s.str() {
		return nil, false
	}
	key = s.data[start+1 : s.pos-1]
	if s.space(); !s.accept(':') {
		return nil, false
	}
	s.space()
	return key, true
}

func (s *scanner) str() bool {
	for s.pos++; s.pos < len(s.data); s.pos++ {
		switch c := s.data[s.pos]; {
		case c == '"':
			s.pos++
			return true
		case c == '\\':
			if !s.escape() {
				return false
			}
		case c < ' ':
			return false
		}
	}
	return false
}

// escape leaves pos on the last character of the escape.
func (s *scanner) escape() bool {
	s.pos++
	switch s.peek() {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return true
	case 'u':
		for range 4 {
			s.pos++
			if !isHex(s.peek()) {
				return false
			}
		}
		return true
	}
	return false
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
}

func (s *scanner) literal(text string) bool {
	if !bytes.HasPrefix(s.data[s.pos:], []byte(text)) {
		return false
	}
	s.pos += len(text)
	return true
}

func (s *scanner) number() bool {
	s.accept('-')
	if !s.accept('0') && !s.digits() {
		return false
	}
	if s.accept('.') && !s.digits() {
		return false
	}
	if s.accept('e') || s.accept('E') {
		if !s.accept('+') {
			s.accept('-')
		}
		return s.digits()
	}
	return true
}

func (s *scanner) digits() bool {
	start := s.pos
	for c := s.peek(); '0' <= c && c <= '9'; c = s.peek() {
		s.pos++
	}
	return s.pos > start
}
