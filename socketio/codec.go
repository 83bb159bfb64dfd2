package socketio

import (
	"encoding/json"
	"reflect"

	"github.com/caucus-live/caucus/socketio/internal/bridge"
	"github.com/caucus-live/caucus/socketio/internal/packet"
)

// encoder remembers the shapes of types, and nothing else: they are the same for
// all servers and clients.
var encoder packet.Encoder

var _ = bridge.Install(bridge.Functions{
	Encode: encodeArgs,
	Decode: func(array json.RawMessage, attachments [][]byte) (any, error) { return decodeArgs(array, attachments) },
	AnsweredError: func(args any) error {
		if all, ok := args.(Args); ok {
			return answeredError(all)
		}
		return nil
	},
})

// encodeArgs encodes values as Emit does.
func encodeArgs(values ...any) (array json.RawMessage, attachments [][]byte, err error) {
	o := outgoing{buf: []byte("[")}
	if err := o.append(values...); err != nil {
		return nil, nil, err
	}
	o.flatten()
	array = append(o.buf, ']')
	if len(o.binary) > 0 {
		err = packet.CheckRefs(array, len(o.binary))
	}
	return array, o.binary, err
}

// decodeArgs is the inverse of encodeArgs.
func decodeArgs(array json.RawMessage, attachments [][]byte) (Args, error) {
	var few [4]json.RawMessage
	elements, err := packet.Split(few[:0], array, len(attachments))
	if err != nil || len(elements) == 0 {
		return nil, err
	}
	args := make(Args, len(elements))
	for i, e := range elements {
		args[i] = Arg{e, attachments}
	}
	return args, nil
}

// withoutNil makes a nil slice or map an empty one, which is what a program in another
// language expects where there is a list. Types that encode themselves are left alone.
func withoutNil(v any) any {
	r := reflect.ValueOf(v)
	switch r.Kind() { //nolint:exhaustive // others have no empty value besides nil
	case reflect.Slice, reflect.Map:
		if !r.IsNil() {
			return v
		}
	default:
		return v
	}
	if _, ok := v.(json.Marshaler); ok {
		return v
	}
	if r.Kind() == reflect.Map {
		return reflect.MakeMap(r.Type()).Interface()
	}
	return reflect.MakeSlice(r.Type(), 0, 0).Interface()
}
