package socketio

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	"github.com/caucus-live/caucus/socketio/internal/packet"
)

// Binary is bytes that travel as a binary attachment and not as text. A plain
// []byte, at any depth of the data, does so too; the name serves where a type
// is to say it, as in Event[Binary].
type Binary []byte

// None stands for no arguments in an [Event] or a [Call].
type None = struct{}

// A Tuple that is embedded in a struct makes its exported fields the arguments of
// an event, or of an acknowledgement, in their order. A last field of type [Args]
// takes all arguments that are left.
//
//	// socket.emit("move", 3, 4, "fast")
//	type Move struct {
//		socketio.Tuple
//		X, Y  int
//		Speed string
//	}
//
//	const Moved socketio.Event[Move] = "move"
type Tuple struct{}

func (Tuple) isTuple() {}

// A tupleLike is a struct that embeds Tuple.
type tupleLike interface{ isTuple() }

// An Arg is one argument of an event as it was received: JSON, perhaps with binary
// attachments. Passed to Emit, or returned as an answer, it is sent unchanged, byte
// for byte. It may be kept and used concurrently; it must not be modified.
type Arg struct {
	json   json.RawMessage
	binary [][]byte // all of the packet's; the JSON names some
}

// JSON returns the argument's text. Attachments in it are objects that refer to
// them, {"_placeholder":true,"num":0}: use Decode to get at those.
func (a Arg) JSON() json.RawMessage { return a.json }

// Bytes returns the attachment that the argument consists of; ok is false if it
// is anything else.
func (a Arg) Bytes() (data []byte, ok bool) {
	if len(a.binary) == 0 {
		return nil, false
	}
	refs, err := packet.Refs(a.json)
	if err != nil || len(refs) != 1 || refs[0].Start != 0 || refs[0].End != len(a.json) {
		return nil, false
	}
	return a.binary[refs[0].Num], true
}

// Text returns the argument without its attachments: the objects that refer to them remain.
func (a Arg) Text() Arg { return Arg{json: a.json} }

// Decode stores the argument in what v points to, as [json.Unmarshal] does. An
// attachment can be decoded into a []byte; anywhere else it is a string in base64.
// Decoding into an *Arg copies the argument unchanged. The error, if any, is an
// [*Error] with [CodeBadRequest].
func (a Arg) Decode(v any) error {
	if err := a.decode(v); err != nil {
		return badArgument(0, v, err)
	}
	return nil
}

func (a Arg) decode(v any) error {
	switch v := v.(type) {
	case *Arg:
		*v = a
		return nil
	case *[]byte:
		if data, ok := a.Bytes(); ok {
			*v = data
			return nil
		}
	}
	text, err := a.inline()
	if err != nil {
		return err
	}
	return json.Unmarshal(text, v)
}

func (a Arg) inline() ([]byte, error) {
	if len(a.binary) == 0 {
		return a.json, nil
	}
	return packet.Inline(nil, a.json, a.binary)
}

// MarshalJSON returns the argument's JSON, with attachments in base64.
func (a Arg) MarshalJSON() ([]byte, error) {
	if a.json == nil {
		return []byte("null"), nil
	}
	return a.inline()
}

// Args are the arguments of an event as they were received. Passed to Emit, or
// returned as an answer, they are sent as separate arguments.
type Args []Arg

// NewArgs encodes values as Emit does. It is for interceptors that change an event, and for
// tests of handlers.
func NewArgs(values ...any) (Args, error) {
	array, attachments, err := encodeArgs(values...)
	if err != nil {
		return nil, err
	}
	return decodeArgs(array, attachments)
}

// Decode decodes the arguments, in order, into what each of dst points to. Extra arguments
// are ignored; destinations without one are left unchanged. The error, if any, is an
// [*Error] with [CodeBadRequest].
func (a Args) Decode(dst ...any) error {
	for i, v := range dst[:min(len(a), len(dst))] {
		if err := a[i].decode(v); err != nil {
			return badArgument(i, v, err)
		}
	}
	return nil
}

// A DecodeError says why an argument of an event, or an answer, does not decode. It
// is the cause of an [*Error] with [CodeBadRequest]: an interceptor that finds it
// with [errors.As] can word the answer itself (see [Namespace.Intercept]).
type DecodeError struct {
	Index int          // of the argument, from 0
	Type  reflect.Type // what it was decoded to
	Err   error        // of encoding/json, or ErrMissing
}

// Error implements error.
func (e *DecodeError) Error() string {
	return fmt.Sprintf("argument %d: %v", e.Index+1, e.Err)
}

// Unwrap returns e.Err.
func (e *DecodeError) Unwrap() error { return e.Err }

// ErrMissing is the cause of a [DecodeError] for an argument that is missing or
// null although its type cannot be nil: see [Event].
var ErrMissing = errors.New("missing")

// badArgument tells the client which argument is wrong, and how, but nothing of
// the types that it is decoded to.
func badArgument(i int, dst any, err error) *Error {
	message := fmt.Sprintf("argument %d does not decode", i+1)
	if errors.Is(err, ErrMissing) {
		message = fmt.Sprintf("argument %d is missing", i+1)
	}
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		what := wrong.Field
		if what == "" {
			what = "it"
		}
		message = fmt.Sprintf("argument %d: %s cannot be a %s", i+1, what, wrong.Value)
	}
	t := reflect.TypeOf(dst)
	if t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return &Error{Code: CodeBadRequest, Message: message, cause: &DecodeError{i, t, err}}
}

// decodeAs makes a value of arguments: all of them, if T is Args or a Tuple, or
// the first.
func decodeAs[T any](args Args) (T, error) {
	var v T
	switch p := any(&v).(type) {
	case *None:
		return v, nil
	case *Args:
		*p = args
		return v, nil
	case tupleLike:
		return v, args.decodeAll(tupleFields(reflect.ValueOf(p).Elem(), args))
	}
	return v, args.decodeAll([]any{&v})
}

// decodeAll is Decode that misses arguments.
func (a Args) decodeAll(dst []any) error {
	for i, v := range dst {
		isThere := i < len(a)
		if (!isThere || string(a[i].json) == "null") && isRequired(v) {
			return badArgument(i, v, ErrMissing)
		}
		if !isThere {
			continue
		}
		if err := a[i].decode(v); err != nil {
			return badArgument(i, v, err)
		}
	}
	return nil
}

// isRequired reports whether what dst points to can stand neither for no argument nor for
// null.
func isRequired(dst any) bool {
	if _, ok := dst.(*Arg); ok {
		return false
	}
	switch reflect.TypeOf(dst).Elem().Kind() { //nolint:exhaustive // the others cannot be nil
	case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Interface:
		return false
	}
	return true
}

// tupleFields returns pointers to the fields of a tuple that args go to. It fills
// a last field of type Args.
func tupleFields(v reflect.Value, args Args) (fields []any) {
	for field, value := range v.Fields() {
		if field.Anonymous && field.Type == reflect.TypeFor[Tuple]() || !field.IsExported() {
			continue
		}
		if rest, ok := reflect.TypeAssert[*Args](value.Addr()); ok {
			*rest = args[min(len(fields), len(args)):]
			break
		}
		fields = append(fields, value.Addr().Interface())
	}
	return fields
}
