package audit

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/caucus-live/caucus/internal/poll"
)

// MaxExport is how large an export may be, in bytes: as large as that of a million
// voters who rank ten options.
const MaxExport = 256 << 20

// Read reads the export of a closed poll, in JSON, and is strict: what this program
// does not know, or what two readers could understand in two ways, is not to be
// vouched for. An error is a *[Fault], or comes from r.
func Read(r io.Reader) (*poll.Export, error) { return readAtMost(MaxExport, r) }

func readAtMost(most int64, r io.Reader) (*poll.Export, error) {
	data, err := io.ReadAll(io.LimitReader(r, most+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > most {
		return nil, faultf("The file is larger than %d bytes, which no export is.", most)
	}
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	if err := probe(data); err != nil {
		return nil, err
	}
	e := new(poll.Export)
	strict := json.NewDecoder(bytes.NewReader(data))
	strict.DisallowUnknownFields()
	if err := strict.Decode(e); err != nil {
		return nil, explain(data, err)
	}
	return e, oneReading(data, e)
}

// probe looks whether data is an export at all, or what a server says instead of one.
func probe(data []byte) error {
	var x struct {
		Format   *string
		Phase    poll.Phase
		Messages []string
	}
	if err := json.Unmarshal(data, &x); err != nil {
		return explain(data, err)
	}
	switch {
	case x.Format != nil && *x.Format == poll.ExportFormat:
		return nil
	case x.Format != nil:
		return faultf("The format of the export is %.40q; this program knows %q.", *x.Format, poll.ExportFormat)
	case len(x.Messages) > 0:
		return faultf("This is not an export, but what a server said when it was asked for one: %.200q.", x.Messages[0])
	case x.Phase != "":
		return faultf("This is not the export of a closed poll, but describes one in the phase %.20q.", x.Phase)
	}
	return faultf(`This is not the export of a closed poll: it has no "format".`)
}

// explain makes a Fault of what package json has against data.
func explain(data []byte, err error) error {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		passed := data[:max(0, min(int(syntax.Offset)-1, len(data)))]
		line, column := bytes.Count(passed, []byte("\n"))+1, len(passed)-bytes.LastIndexByte(passed, '\n')
		if syntax.Error() == "unexpected end of JSON input" {
			return faultf("The file ends too soon, in line %d.", line)
		}
		return faultf("This is not JSON: %v, at line %d, byte %d.", syntax, line, column)
	}
	if kind, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return faultf("%s has a value of the wrong kind: %s.", cmp.Or(kind.Field, "The export"), kind.Value)
	}
	return faultf("The export cannot be read: %s.", strings.TrimPrefix(err.Error(), "json: "))
}

// oneReading returns a Fault if another program could read data otherwise than it was read into v.
// Of a key that an object has twice one reader takes the first, another the last; a key in other
// letters, between which package json makes no difference, is not there for others; and what is not UTF-8,
// or half a character, is repaired in more than one way.
func oneReading(data []byte, v any) error {
	if !utf8.Valid(data) {
		return faultf("The file is not in UTF-8: it is not clear what it says.")
	}
	if half := poll.HalfCharacter(data); half >= 0 {
		return faultf("There is half a character at byte %d, %.6s: it is not clear what the file says.", half+1, data[half:])
	}
	known := make(map[string]bool)
	names(reflect.TypeOf(v), known)
	type object struct {
		keys  []string // of an object; few, for unknown keys were refused
		list  bool
		value bool // what comes next is the value of the last key
	}
	var open []object
	for tokens := json.NewDecoder(bytes.NewReader(data)); ; {
		token, err := tokens.Token()
		if err != nil {
			return nil //nolint:nilerr // the end: the rest was found to be valid before
		}
		switch token {
		case json.Delim('}'), json.Delim(']'):
			open = open[:len(open)-1]
			continue
		}
		if n := len(open); n > 0 && !open[n-1].list {
			top := &open[n-1]
			if key, ok := token.(string); ok && !top.value {
				for _, before := range top.keys {
					if strings.EqualFold(before, key) {
						return faultf("The key %q is twice in one object: it is not clear what the file says.", key)
					}
				}
				if !known[key] {
					return faultf("The key %.40q is not one that this program writes: it is not clear what the file says.", key)
				}
				top.keys, top.value = append(top.keys, key), true
				continue
			}
			top.value = false
		}
		if token == json.Delim('{') || token == json.Delim('[') {
			open = append(open, object{list: token == json.Delim('[')})
		}
	}
}

// names adds to all how the keys of a value of type t are written.
func names(t reflect.Type, all map[string]bool) {
	switch t.Kind() { //nolint:exhaustive // all others have none
	case reflect.Pointer, reflect.Slice:
		names(t.Elem(), all)
	case reflect.Struct:
		for f := range t.Fields() {
			if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" {
				all[name] = true
				names(f.Type, all)
			}
		}
	}
}

// A Fault is what is wrong, as a sentence or two for people.
type Fault struct{ Message string }

func (f *Fault) Error() string { return f.Message }

func faultf(format string, args ...any) *Fault { return &Fault{fmt.Sprintf(format, args...)} }
