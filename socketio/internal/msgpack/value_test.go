package msgpack_test

import (
	"bytes"
	"testing"

	"github.com/caucus-live/caucus/socketio/internal/msgpack"
)

func TestValues(t *testing.T) {
	const ref = `{"_placeholder":true,"num":0}`
	for _, tt := range []struct {
		value       string
		attachments [][]byte
	}{
		{`null`, nil},
		{`["uid",{"type":2,"data":["x",1.5,-7,"é\n"]},{"rooms":[],"flags":{}}]`, nil},
		{`["uid",{"data":["x",` + ref + `]}]`, [][]byte{{0, 0xff}}},
		{ref, [][]byte{{1}}},
	} {
		packed, err := msgpack.AppendValue(nil, []byte(tt.value), tt.attachments)
		if err != nil {
			t.Errorf("%s: %v", tt.value, err)
			continue
		}
		value, attachments, err := msgpack.DecodeValue(packed)
		if err != nil || string(value) != tt.value || len(attachments) != len(tt.attachments) {
			t.Errorf("%s came back as %s with %q, %v", tt.value, value, attachments, err)
		}
		for i := range attachments {
			if !bytes.Equal(attachments[i], tt.attachments[i]) {
				t.Errorf("%s: attachment %q, want %q", tt.value, attachments[i], tt.attachments[i])
			}
		}
		if _, _, err := msgpack.DecodeValue(append(packed, 0)); err == nil {
			t.Errorf("%s: something behind it was not noticed", tt.value)
		}
	}
}

func TestAppendValueRefuses(t *testing.T) {
	for _, value := range []string{``, `[`, `[{"_placeholder":true,"num":1}]`} {
		if got, err := msgpack.AppendValue(nil, []byte(value), [][]byte{{1}}); err == nil {
			t.Errorf("%s is %x", value, got)
		}
	}
}
