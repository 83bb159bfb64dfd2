package packet

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"sync"
)

// Errors of what a caller wants to send.
var (
	ErrNotJSON  = errors.New("json.RawMessage is not valid JSON")
	ErrConfused = errors.New("data beside attachments looks like a reference to one")
)

// An Encoder turns Go values into JSON with attachments. Its zero value is
// ready; it may be used concurrently. It remembers what it learns of types.
type Encoder struct {
	types   sync.Map  // reflect.Type → *shape
	writers sync.Pool // *jsonWriter
}

// Append appends the JSON of v to dst, and the bytes in v, at any depth, to
// out; references take their places. A json.RawMessage is appended as it is.
// HTML is not escaped.
//
// Bytes are what encoding/json would write in base64. What has its own
// MarshalJSON or MarshalText is left to that.
func (e *Encoder) Append(dst []byte, v any, out [][]byte) ([]byte, [][]byte, error) {
	switch v := v.(type) {
	case nil:
		return append(dst, "null"...), out, nil
	case bool:
		if v {
			return append(dst, "true"...), out, nil
		}
		return append(dst, "false"...), out, nil
	case string:
		return AppendString(dst, v), out, nil
	case json.RawMessage:
		if len(v) == 0 {
			return append(dst, "null"...), out, nil
		}
		if !Valid(v) {
			return dst, out, ErrNotJSON
		}
		return append(dst, v...), out, nil
	case []byte:
		if v == nil {
			return append(dst, "null"...), out, nil
		}
		return AppendRef(dst, len(out)), append(out, v), nil
	}
	marked, x := e.extract(v)
	start := len(dst)
	dst, err := e.marshal(dst, marked)
	if err != nil || x == nil {
		return dst, out, err
	}
	return x.fill(dst, start, out)
}

// CheckRefs reports whether data, which goes out beside attachments, refers to
// each of them once and to nothing else. A client that finds a reference too
// many closes its connection, and data may come from other clients.
func CheckRefs(data []byte, attachments int) error {
	refs, err := Refs(data)
	if err != nil || len(refs) != attachments || checkRefs(refs, attachments) != nil {
		return ErrConfused
	}
	return nil
}

// A jsonWriter is an io.Writer that appends, with the one json.Encoder that
// writes to it.
type jsonWriter struct {
	buf  []byte
	json *json.Encoder
}

func (w *jsonWriter) Write(p []byte) (int, error) {
	w.buf = append(w.buf, p...)
	return len(p), nil
}

func (e *Encoder) marshal(dst []byte, v any) ([]byte, error) {
	w, ok := e.writers.Get().(*jsonWriter)
	if !ok {
		w = new(jsonWriter)
		w.json = json.NewEncoder(w)
		w.json.SetEscapeHTML(false)
	}
	w.buf = dst
	if err := w.json.Encode(v); err != nil {
		return dst, err // the encoder keeps its error: let it go
	}
	dst = w.buf[:len(w.buf)-1] // less the line feed
	w.buf = nil
	e.writers.Put(w)
	return dst, nil
}

// An extraction takes the bytes out of one value while encoding/json does the
// rest: each is exchanged for a mark that shows up in the JSON as a string no
// other value can have.
type extraction struct {
	nonce [markNonce]byte
	found [][]byte
}

// A mark is a nonce and a big-endian index: in base64 no padding.
const (
	markNonce = 15
	markIndex = 3
	markText  = (markNonce + markIndex) / 3 * 4
)

func newExtraction() *extraction {
	x := new(extraction)
	_, _ = rand.Read(x.nonce[:]) // never fails
	return x
}

func (x *extraction) mark(data []byte) []byte {
	n := len(x.found)
	x.found = append(x.found, data)
	return append(slices.Clone(x.nonce[:]), byte(n>>16), byte(n>>8), byte(n))
}

// fill exchanges the marks in dst[start:] for references, and appends what they
// stand for to out, in the order in which they are found.
func (x *extraction) fill(dst []byte, start int, out [][]byte) ([]byte, [][]byte, error) {
	text := slices.Clone(dst[start:])
	dst = dst[:start]
	var prefix [1 + markNonce/3*4]byte
	prefix[0] = '"'
	base64.StdEncoding.Encode(prefix[1:], x.nonce[:])
	for {
		before, after, found := bytes.Cut(text, prefix[:])
		dst = append(dst, before...)
		if !found {
			return dst, out, nil
		}
		var index [markIndex]byte
		if _, err := base64.StdEncoding.Decode(index[:], after[:markIndex/3*4]); err != nil {
			return dst, out, err
		}
		dst = AppendRef(dst, len(out))
		out = append(out, x.found[int(index[0])<<16|int(index[1])<<8|int(index[2])])
		text = after[markIndex/3*4+1:]
	}
}
