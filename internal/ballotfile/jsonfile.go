package ballotfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/transform"

	"github.com/caucus-live/caucus/internal/poll"
)

// A jsonFile is a file in JSON, read value by value by a decoder that knows where it is.
type jsonFile struct {
	*tracker
	name string
	dec  *json.Decoder
	base int64 // the offset in the file of what dec began with

	value json.RawMessage // the last one that was read
}

func newJSONFile(name string, r io.Reader) jsonFile {
	t := &tracker{r: transform.NewReader(r, encoding.UTF8Validator), line: 1, column: 1}
	return jsonFile{tracker: t, name: name, dec: json.NewDecoder(t)}
}

// object reads the object that the file is, each of whose values member reads or passes over.
func (x *jsonFile) object(complaint string, member func(key string) error) error {
	if err := x.delim('{', complaint); err != nil {
		return err
	}
	seen := make(map[string]bool)
	for x.dec.More() {
		start := x.start()
		token, err := x.dec.Token()
		if err != nil {
			return x.wrap(start, err)
		}
		key, _ := token.(string) // the decoder takes nothing else
		if seen[key] {
			return x.errorf(start, "%q is there twice.", key)
		}
		seen[key] = true
		if err := member(key); err != nil {
			return err
		}
	}
	if err := x.delim('}', "The object does not end here."); err != nil {
		return err
	}
	end := x.start()
	if _, err := x.dec.Token(); !errors.Is(err, io.EOF) {
		return x.errorf(end, "Something follows the JSON here: if files were put together, count them one by one.")
	}
	return nil
}

// each reads a list, whose elements are for element to read; start is where one begins.
func (x *jsonFile) each(complaint string, element func(start int64) error) error {
	if err := x.delim('[', complaint); err != nil {
		return err
	}
	for x.dec.More() {
		if err := element(x.start()); err != nil {
			return err
		}
	}
	return x.delim(']', "The list does not end here.")
}

// decode reads a value. Of what is twice in it, other programs may take the one or the other.
func (x *jsonFile) decode(to any) error {
	_, err := x.decodeBy(json.Unmarshal, to)
	return err
}

// decodeKnown reads a value that has no other keys than to has. It returns where it starts.
func (x *jsonFile) decodeKnown(to any) (start int64, err error) {
	return x.decodeBy(func(value []byte, to any) error {
		dec := json.NewDecoder(bytes.NewReader(value))
		dec.DisallowUnknownFields()
		return dec.Decode(to)
	}, to)
}

func (x *jsonFile) decodeBy(unmarshal func(value []byte, to any) error, to any) (start int64, err error) {
	if start, err = x.pass(); err != nil {
		return start, err
	}
	if half := poll.HalfCharacter(x.value); half >= 0 {
		return start, x.errorf(start+int64(half), halfCharacter, x.value[half:])
	}
	if key, found := twice(x.value); found {
		return start, x.errorf(start, "%q is there twice.", key)
	}
	if err := unmarshal(x.value, to); err != nil {
		return start, x.wrap(start, err)
	}
	return start, nil
}

// pass goes past a value, which x keeps until the next.
func (x *jsonFile) pass() (start int64, err error) {
	from := x.offset()
	err = x.dec.Decode(&x.value)
	start = x.skip(from) // now that it was read
	if err != nil {
		return start, x.wrap(start, err)
	}
	return start, nil
}

// halfCharacter is what is wrong where [poll.HalfCharacter] finds something.
const halfCharacter = "This is half a character, %.6s: write the whole one."

// twice finds a key that an object in a value has twice. Case does not matter to package json.
func twice(value []byte) (key string, found bool) {
	var open []map[string]bool // the keys of objects that have not ended
	for i := 0; i < len(value); i++ {
		switch value[i] {
		case '{':
			open = append(open, make(map[string]bool))
		case '}':
			open = open[:len(open)-1]
		case '"':
			start := i
			for i++; value[i] != '"'; i++ {
				if value[i] == '\\' {
					i++
				}
			}
			if !bytes.HasPrefix(bytes.TrimLeft(value[i+1:], " \t\r\n"), []byte(":")) {
				continue
			}
			_ = json.Unmarshal(value[start:i+1], &key) // it is a text
			keys, folded := open[len(open)-1], strings.ToLower(strings.ToUpper(key))
			if keys[folded] {
				return key, true
			}
			keys[folded] = true
		}
	}
	return "", false
}

// delim reads a bracket, or complains that it is not there.
func (x *jsonFile) delim(want json.Delim, complaint string) error {
	start := x.start()
	token, err := x.dec.Token()
	if err != nil {
		return x.wrap(start, err)
	}
	if token != want {
		return x.errorf(start, "%s", complaint)
	}
	return nil
}

// offset returns where the decoder is in the file.
func (x *jsonFile) offset() int64 { return x.base + x.dec.InputOffset() }

// start returns the offset of what comes next.
func (x *jsonFile) start() int64 {
	x.dec.More() // looks ahead
	return x.skip(x.offset())
}

// errorf is what is wrong at an offset.
func (x *jsonFile) errorf(offset int64, format string, args ...any) error {
	line, column := x.at(offset)
	return &Error{x.name, line, column, fmt.Sprintf(format, args...)}
}

// unknownField is what package json says before a key that is not known.
const unknownField = "json: unknown field "

// wrap says where an error of the decoder is, which was at start.
func (x *jsonFile) wrap(start int64, err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return x.errorf(math.MaxInt64, "The file ends too soon.")
	case errors.Is(err, encoding.ErrInvalidUTF8):
		return x.errorf(math.MaxInt64, "%s", notUTF8)
	case strings.HasPrefix(err.Error(), unknownField):
		return x.errorf(start, "%s may change what this says, and is not understood: delete it if it does not.", err.Error()[len(unknownField):])
	case errors.As(err, &kind):
		return x.errorf(start, "The value should not be a %s.", kind.Value)
	case errors.As(err, &syntax):
		// The decoder does not say where in the file. It stopped at a value, or in it.
		offset := x.offset()
		if rest, _ := io.ReadAll(x.dec.Buffered()); len(rest) > 0 {
			var again *json.SyntaxError
			if errors.As(json.Unmarshal(rest, new(json.RawMessage)), &again) && again.Error() == syntax.Error() {
				offset += again.Offset - 1
			}
		}
		return x.errorf(offset, "This is not JSON: %v.", syntax)
	}
	return err
}
