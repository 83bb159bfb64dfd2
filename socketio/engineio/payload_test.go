package engineio_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/socketio/engineio"
)

func text(data string) engineio.Packet { return engineio.Packet{Type: '4', Data: data} }
func data(data string) engineio.Packet {
	return engineio.Packet{Type: '4', Kind: engineio.Binary, Data: data}
}

func TestDecodePayload(t *testing.T) {
	const sep = "\x1e"
	long := strings.Repeat("x", 12345)
	for _, tt := range []struct {
		name     string
		protocol uint8
		binary   bool
		payload  string
		want     []engineio.Packet
		err      string
	}{
		{"v4", 4, false, "4hello" + sep + "2" + sep + "bAQID" + sep + "4", []engineio.Packet{text("hello"), {Type: '2'}, data("\x01\x02\x03"), text("")}, ""},
		{"v4 empty", 4, false, "", nil, "unknown packet type"},
		{"v4 type", 4, false, "4a" + sep + "7b", []engineio.Packet{text("a")}, "unknown packet type"},
		{"v4 type below", 4, false, "/", nil, "unknown packet type"},
		{"v4 base64", 4, false, "bAQI", nil, "malformed base64"},
		{"v4 not UTF-8", 4, false, "4a" + sep + "4\xc3", nil, "text is not UTF-8"},
		{"v4 too many", 4, false, strings.Repeat("4"+sep, 1<<14), nil, "too many packets in a payload"},

		{"v3", 3, false, "6:4hello1:23:4€!", []engineio.Packet{text("hello"), {Type: '2'}, text("€!")}, ""},
		{"v3 surrogate pairs", 3, false, "5:4😀😀2:4a", []engineio.Packet{text("😀😀"), text("a")}, ""},
		{"v3 half a surrogate pair", 3, false, "2:4😀", nil, "malformed packet length"},
		{"v3 empty packet", 3, false, "0:2:4a", []engineio.Packet{text("a")}, ""},
		{"v3 base64", 3, false, "6:b4AQID", []engineio.Packet{data("\x01\x02\x03")}, ""},
		{"v3 base64 without type", 3, false, "1:b", nil, "unknown packet type"},
		{"v3 base64 with unknown type", 3, false, "6:b8AQID", nil, "unknown packet type"},
		{"v3 long", 3, false, "12346:4" + long, []engineio.Packet{text(long)}, ""},
		{"v3 too long", 3, false, "7:4hello", nil, "malformed packet length"},
		{"v3 no length", 3, false, ":4", nil, "malformed packet length"},
		{"v3 no colon", 3, false, "12", nil, "malformed packet length"},
		{"v3 sign", 3, false, "+2:4a", nil, "malformed packet length"},
		{"v3 fraction", 3, false, "2.0:4a", nil, "malformed packet length"},
		{"v3 digits", 3, false, "00000000002:4a", nil, "malformed packet length"},
		{"v3 too many", 3, false, strings.Repeat("1:4", 1<<14+1), nil, "too many packets in a payload"},
		{"v3 not UTF-8", 3, false, "2:4\xff", nil, "text is not UTF-8"},

		{"v3 binary", 3, true, "\x00\x04\xff4€\x01\x04\xff\x04abc", []engineio.Packet{text("€"), data("abc")}, ""},
		{"v3 binary of two digits", 3, true, "\x01\x01\x00\xff\x04123456789", []engineio.Packet{data("123456789")}, ""},
		{"v3 binary base64", 3, true, "\x00\x06\xffb4AQID", []engineio.Packet{data("\x01\x02\x03")}, ""},
		{"v3 binary marker", 3, true, "\x02\x01\xff4", nil, "malformed packet length"},
		{"v3 binary without length", 3, true, "\x00\xff4", nil, "malformed packet length"},
		{"v3 binary digit", 3, true, "\x00\x0a\xff4", nil, "malformed packet length"},
		{"v3 binary too long", 3, true, "\x00\x03\xff4a", nil, "malformed packet length"},
		{"v3 binary digits", 3, true, "\x00" + strings.Repeat("\x00", 11) + "\xff", nil, "malformed packet length"},
		{"v3 binary endless length", 3, true, "\x00" + strings.Repeat("\x09", 1000), nil, "malformed packet length"},
		{"v3 binary type", 3, true, "\x01\x01\xff\x07", nil, "unknown packet type"},
		{"v3 binary empty", 3, true, "\x01\x00\xff", nil, "unknown packet type"},
		{"v3 binary not UTF-8", 3, true, "\x00\x02\xff4\xff", nil, "text is not UTF-8"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := engineio.DecodePayload(tt.protocol, tt.binary, []byte(tt.payload))
			if tt.name == "v3 too many" && len(got) == 1<<14 {
				got = nil // what comes before is received
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("packets (-want +got):\n%s", diff)
			}
			if (err == nil) != (tt.err == "") || err != nil && err.Error() != "engineio: "+tt.err {
				t.Errorf("error %v, want %q", err, tt.err)
			}
		})
	}
}

// What is encoded is decoded to the same, however it is sent.
func TestPayloadRoundTrip(t *testing.T) {
	batch := []*engineio.Message{
		engineio.NewMessage(engineio.Text, nil),
		engineio.NewMessage(engineio.Text, []byte("é€😀")),
		engineio.NewMessage(engineio.Binary, nil),
		engineio.NewMessage(engineio.Binary, []byte{0, 4, 255, 30}),
		engineio.NewMessage(engineio.Binary, bytes.Repeat([]byte{7}, 70_000)),
	}
	want := []engineio.Packet{text(""), text("é€😀"), data(""), data("\x00\x04\xff\x1e"), data(strings.Repeat("\x07", 70_000))}
	for _, tt := range []struct {
		protocol    uint8
		takesBinary bool
		contentType string
	}{
		{4, true, "text/plain; charset=UTF-8"},
		{3, false, "text/plain; charset=UTF-8"},
		{3, true, "application/octet-stream"},
	} {
		payload, contentType := engineio.EncodePayload(tt.protocol, tt.takesBinary, batch...)
		if contentType != tt.contentType {
			t.Errorf("v%d: %s, want %s", tt.protocol, contentType, tt.contentType)
		}
		got, err := engineio.DecodePayload(tt.protocol, contentType == "application/octet-stream", payload)
		if err != nil {
			t.Errorf("v%d: %v", tt.protocol, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("v%d (-want +got):\n%s", tt.protocol, diff)
		}
	}
}

func FuzzDecodePayload(f *testing.F) {
	for _, seed := range []string{"4hello\x1e2\x1ebAQID\x1e4", "", "\x1e", "4😀\x1eb====", "bAQI"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, payload []byte) { checkDecoder(t, 4, false, payload) })
}

func FuzzDecodePayload3(f *testing.F) {
	for _, seed := range []string{"6:4hello", "3:4😀10:b4AQIDBAUG", "0:", "99999999999:4", "2:4", ":"} {
		f.Add([]byte(seed), false)
	}
	for _, seed := range []string{"\x00\x04\xff4€\x01\x04\xff\x04abc", "\x01\x09\x09", "\x00\xff", "\x01\x00\xff"} {
		f.Add([]byte(seed), true)
	}
	f.Fuzz(func(t *testing.T, payload []byte, binary bool) { checkDecoder(t, 3, binary, payload) })
}

// checkDecoder checks that what could be decoded is within the payload's size,
// and survives being encoded again.
func checkDecoder(t *testing.T, protocol uint8, isBinary bool, payload []byte) {
	t.Helper()
	before := bytes.Clone(payload)
	packets, err := engineio.DecodePayload(protocol, isBinary, payload)
	if !bytes.Equal(before, payload) {
		t.Fatal("the payload was changed")
	}
	size := 0
	var batch []*engineio.Message
	for _, p := range packets {
		size += len(p.Data)
		if p.Type != '4' {
			return
		}
		batch = append(batch, engineio.NewMessage(p.Kind, []byte(p.Data)))
	}
	if size > len(payload) {
		t.Fatalf("%d bytes were decoded to %d", len(payload), size)
	}
	if err != nil || len(batch) == 0 {
		return
	}
	again, contentType := engineio.EncodePayload(protocol, isBinary, batch...)
	got, err := engineio.DecodePayload(protocol, contentType == "application/octet-stream", again)
	if err != nil {
		t.Fatalf("decode %q: %v", again, err)
	}
	if diff := cmp.Diff(packets, got); diff != "" {
		t.Errorf("decoded again (-want +got):\n%s", diff)
	}
}
