package socketio

import (
	"encoding/json"

	"github.com/caucus-live/caucus/socketio/internal/packet"
)

// encoder remembers the shapes of types, and nothing else: they are the same for
// all servers and clients.
var encoder packet.Encoder

// EncodeArgs encodes values as Emit does: as a JSON array, in which bytes are
// references to attachments. Emit needs no help with that: this is for those who
// send packets by other means, as package client does.
func EncodeArgs(values ...any) (array json.RawMessage, attachments [][]byte, err error) {
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

// DecodeArgs is the inverse of [EncodeArgs]: it takes a JSON array apart. It
// refuses what is not valid JSON, and references that have no attachment of their
// own. The Args share the memory of array and attachments.
func DecodeArgs(array json.RawMessage, attachments [][]byte) (Args, error) {
	return decodeArgs(array, attachments)
}

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
