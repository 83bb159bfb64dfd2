package ballotfile

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
)

// A jsonFile is a file in JSON, read value by value by a decoder that knows where it is.
type jsonFile struct {
	*tracker
	name string
	dec  *json.Decoder
	base int64 // the offset in the file of what dec began with
}

func newJSONFile(name string, r io.Reader) jsonFile {
	t := &tracker{r: r, line: 1, column: 1}
	return jsonFile{tracker: t, name: name, dec: json.NewDecoder(t)}
}

// object reads the object that the file is, each of whose values member reads, or leaves for decode to pass over.
func (x *jsonFile) object(complaint string, member func(key string) error) error {
	if err := x.delim('{', complaint); err != nil {
		return err
	}
	for x.dec.More() {
		start := x.start()
		token, err := x.dec.Token()
		if err != nil {
			return x.wrap(start, err)
		}
		key, _ := token.(string) // the decoder takes nothing else
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

// decode reads a value.
func (x *jsonFile) decode(to any) error {
	start := x.start()
	if err := x.dec.Decode(to); err != nil {
		return x.wrap(start, err)
	}
	return nil
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

// wrap says where an error of the decoder is, which was at start.
func (x *jsonFile) wrap(start int64, err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return x.errorf(math.MaxInt64, "The file ends too soon.")
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
