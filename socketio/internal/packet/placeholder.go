package packet

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strconv"
)

// A Ref is a reference to an attachment in JSON text: the object
// {"_placeholder":true,"num":N}.
type Ref struct {
	Start, End int // where it stands in the text
	Num        int // which attachment it stands for
}

var errBadRef = invalid("reference to an attachment")

// Refs finds the references to attachments in valid JSON.
func Refs(data []byte) ([]Ref, error) {
	s := scanner{data: data, collect: true}
	if !s.value() {
		return nil, s.fail()
	}
	return s.refs, nil
}

// checkRefs reports whether every reference has an attachment of its own: two to
// one would let a short text grow without bound where they are filled in.
func checkRefs(refs []Ref, attachments int) error {
	for i, ref := range refs {
		if ref.Num >= attachments {
			return errBadRef
		}
		for _, other := range refs[:i] { // there are few
			if ref.Num == other.Num {
				return errBadRef
			}
		}
	}
	return nil
}

// refScan is what is known of an object while it is read.
type refScan struct {
	start int // of the object
	outer int // how many references came before it

	marked bool   // "_placeholder" is true
	num    []byte // the text of "num"
}

func (r *refScan) member(key, value []byte) {
	if bytes.IndexByte(key, '\\') >= 0 {
		key = unescape(key)
	}
	switch string(key) { // where a key comes twice, the last counts
	case "_placeholder":
		r.marked = string(value) == "true"
	case "num":
		r.num = value
	}
}

func unescape(key []byte) []byte {
	var s string
	if json.Unmarshal(append(append([]byte{'"'}, key...), '"'), &s) != nil {
		return key
	}
	return []byte(s)
}

// closeRef ends an object. If it is a reference, it takes the place of any
// inside of it.
func (s *scanner) closeRef(r *refScan) bool {
	if !r.marked {
		return true
	}
	num, err := strconv.ParseUint(string(r.num), 10, 16)
	if err != nil {
		s.badRef = true
		return false
	}
	s.refs = append(s.refs[:r.outer], Ref{Start: r.start, End: s.pos, Num: int(num)})
	return true
}

// AppendRef appends a reference to the attachment num.
func AppendRef(dst []byte, num int) []byte {
	dst = append(dst, `{"_placeholder":true,"num":`...)
	dst = strconv.AppendInt(dst, int64(num), 10)
	return append(dst, '}')
}

// Inline appends JSON text with its attachments filled in, as strings in
// base64: the form in which encoding/json reads bytes.
func Inline(dst, data []byte, binary [][]byte) ([]byte, error) {
	return replaceRefs(dst, data, binary, func(dst, attachment []byte) []byte {
		dst = append(dst, '"')
		dst = base64.StdEncoding.AppendEncode(dst, attachment)
		return append(dst, '"')
	})
}

// AppendShifted appends JSON text whose references name attachments of binary,
// and those attachments to out, and makes the references name them there.
func AppendShifted(dst, data []byte, binary, out [][]byte) ([]byte, [][]byte, error) {
	dst, err := replaceRefs(dst, data, binary, func(dst, attachment []byte) []byte {
		out = append(out, attachment)
		return AppendRef(dst, len(out)-1)
	})
	return dst, out, err
}

func replaceRefs(dst, data []byte, binary [][]byte, replace func(dst, attachment []byte) []byte) ([]byte, error) {
	refs, err := Refs(data)
	if err != nil {
		return dst, err
	}
	if err := checkRefs(refs, len(binary)); err != nil {
		return dst, err
	}
	copied := 0
	for _, ref := range refs {
		dst = append(dst, data[copied:ref.Start]...)
		dst = replace(dst, binary[ref.Num])
		copied = ref.End
	}
	return append(dst, data[copied:]...), nil
}
