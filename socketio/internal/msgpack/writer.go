package msgpack

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/caucus-live/caucus/socketio/internal/packet"
)

// A writer translates valid JSON.
type writer struct {
	dst    []byte
	data   []byte
	pos    int
	refs   []packet.Ref // to binary, in order
	binary [][]byte
}

func (w *writer) peek() byte {
	for ; w.pos < len(w.data); w.pos++ {
		switch c := w.data[w.pos]; c {
		case ' ', '\t', '\n', '\r', ',', ':':
		default:
			return c
		}
	}
	return 0
}

func (w *writer) value() error {
	switch c := w.peek(); c {
	case '{':
		if w.reference() {
			return nil
		}
		return w.container('}', fixMap, map16)
	case '[':
		return w.container(']', fixArray, array16)
	case '"':
		return w.str()
	case 't':
		w.literal(truth, len("true"))
	case 'f':
		w.literal(falsity, len("false"))
	case 'n':
		w.literal(nilByte, len("null"))
	default:
		return w.number()
	}
	return nil
}

func (w *writer) literal(value byte, length int) {
	w.dst = append(w.dst, value)
	w.pos += length
}

// reference writes the attachment that stands here, if one does.
func (w *writer) reference() bool {
	if len(w.refs) == 0 || w.refs[0].Start != w.pos {
		return false
	}
	b := w.binary[w.refs[0].Num]
	w.pos = w.refs[0].End
	w.refs = w.refs[1:]
	w.dst = append(appendLen(w.dst, len(b), bin8), b...)
	return true
}

// container writes an array or a map. Its length is known only at its end, so
// that of the largest kind is left free.
func (w *writer) container(end, short, long byte) error {
	w.pos++
	start, n := len(w.dst), 0
	w.dst = append(w.dst, 0, 0, 0, 0, 0)
	for w.peek() != end {
		if end == '}' {
			if err := w.str(); err != nil {
				return err
			}
			w.peek() // skips the colon
		}
		if err := w.value(); err != nil {
			return err
		}
		n++
	}
	w.pos++
	w.setLen(start, n, short, long)
	return nil
}

// setLen writes a container's length into the room left for it, and closes the gap.
func (w *writer) setLen(start, n int, short, long byte) {
	head := w.dst[start:start:cap(w.dst)]
	switch {
	case n < 16:
		head = append(head, short|byte(n))
	case n <= math.MaxUint16:
		head = binary.BigEndian.AppendUint16(append(head, long), uint16(n))
	default:
		head = binary.BigEndian.AppendUint32(append(head, long+1), uint32(n))
	}
	w.dst = append(w.dst[:start+len(head)], w.dst[start+5:]...)
}

func (w *writer) str() error {
	start := w.pos
	for w.pos++; w.data[w.pos] != '"'; w.pos++ {
		if w.data[w.pos] == '\\' {
			w.pos++
		}
	}
	w.pos++
	text := w.data[start+1 : w.pos-1]
	if bytes.IndexByte(text, '\\') < 0 && utf8.Valid(text) {
		w.dst = appendStr(w.dst, text)
		return nil
	}
	var s string
	if err := json.Unmarshal(w.data[start:w.pos], &s); err != nil {
		return err
	}
	w.dst = appendStr(w.dst, s)
	return nil
}

func (w *writer) number() error {
	start := w.pos
	for w.pos < len(w.data) && isNumeric(w.data[w.pos]) {
		w.pos++
	}
	text := string(w.data[start:w.pos])
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && text != "-0" {
		w.dst = appendInt(w.dst, n)
		return nil
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return err
	}
	w.dst = binary.BigEndian.AppendUint64(append(w.dst, float64b), math.Float64bits(f))
	return nil
}

func isNumeric(c byte) bool {
	switch c {
	case '+', '-', '.', 'e', 'E':
		return true
	}
	return '0' <= c && c <= '9'
}

// appendLen appends the head of a value with a length of one, two or four bytes.
func appendLen(dst []byte, n int, first byte) []byte {
	switch {
	case n <= math.MaxUint8:
		return append(dst, first, byte(n))
	case n <= math.MaxUint16:
		return binary.BigEndian.AppendUint16(append(dst, first+1), uint16(n))
	default:
		return binary.BigEndian.AppendUint32(append(dst, first+2), uint32(n))
	}
}

func appendStr[T string | []byte](dst []byte, s T) []byte {
	if len(s) < 32 {
		return append(append(dst, fixStr|byte(len(s))), s...)
	}
	return append(appendLen(dst, len(s), str8), s...)
}

// appendInt uses the shortest form.
func appendInt(dst []byte, n int64) []byte {
	switch {
	case n >= 0 && n < fixMap:
		return append(dst, byte(n))
	case n < 0 && n >= -32:
		return append(dst, byte(n))
	case n >= 0 && n <= math.MaxUint8:
		return append(dst, uint8b, byte(n))
	case n >= 0 && n <= math.MaxUint16:
		return binary.BigEndian.AppendUint16(append(dst, uint16b), uint16(n))
	case n >= 0 && n <= math.MaxUint32:
		return binary.BigEndian.AppendUint32(append(dst, uint32b), uint32(n))
	case n >= 0:
		return binary.BigEndian.AppendUint64(append(dst, uint64b), uint64(n))
	case n >= math.MinInt8:
		return append(dst, int8b, byte(n))
	case n >= math.MinInt16:
		return binary.BigEndian.AppendUint16(append(dst, int16b), uint16(n))
	case n >= math.MinInt32:
		return binary.BigEndian.AppendUint32(append(dst, int32b), uint32(n))
	default:
		return binary.BigEndian.AppendUint64(append(dst, int64b), uint64(n))
	}
}
