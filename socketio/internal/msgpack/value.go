package msgpack

import (
	"fmt"
	"slices"

	"github.com/caucus-live/caucus/socketio/internal/packet"
)

// envelopeDepth is how much deeper than the data of a packet a value may be nested: what
// servers send each other has packets inside.
const envelopeDepth = 2

// DecodeValue translates one value to JSON, in which binary values are references to the
// attachments. It shares no memory with data.
func DecodeValue(data []byte) (value []byte, attachments [][]byte, err error) {
	r := reader{data: data, depth: -envelopeDepth}
	if value, attachments, err = r.json(); err == nil && len(r.data) > 0 {
		err = invalid("%d bytes behind the value", len(r.data))
	}
	return value, attachments, err
}

// AppendValue appends a value that is JSON with references to attachments.
func AppendValue(dst, value []byte, attachments [][]byte) ([]byte, error) {
	w, err := newWriter(slices.Grow(dst, len(value)), &packet.Packet{Data: value, Binary: attachments})
	if err != nil {
		return dst, err
	}
	for _, ref := range w.refs {
		if ref.Num >= len(attachments) {
			return dst, invalid("reference to an attachment that is missing")
		}
	}
	if err := w.value(); err != nil {
		return dst, fmt.Errorf("msgpack: %w", err)
	}
	return w.dst, nil
}
