package msgpack_test

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/caucus-live/caucus/socketio/internal/msgpack"
	"github.com/caucus-live/caucus/socketio/internal/packet"
)

// transcripts are packets as socket.io-msgpack-parser 3.0.2 encodes them, and what
// they mean.
func transcripts(tb testing.TB) map[string]transcript {
	tb.Helper()
	text, err := os.ReadFile("testdata/transcripts.json")
	if err != nil {
		tb.Fatal(err)
	}
	var all map[string]transcript
	if err := json.Unmarshal(text, &all); err != nil {
		tb.Fatal(err)
	}
	return all
}

type transcript struct {
	Hex    string
	Type   packet.Type
	NSP    string
	ID     *int64
	Data   json.RawMessage // may be absent
	Binary []string
}

func (tr transcript) packet() packet.Packet {
	p := packet.Packet{Type: tr.Type, Namespace: []byte(tr.NSP), ID: packet.NoID, Data: tr.Data, Attachments: len(tr.Binary)}
	if tr.ID != nil {
		p.ID = *tr.ID
	}
	for _, b := range tr.Binary {
		p.Binary = append(p.Binary, []byte(b))
	}
	return p
}

func TestDecode(t *testing.T) {
	for name, tr := range transcripts(t) {
		t.Run(name, func(t *testing.T) {
			data, err := hex.DecodeString(tr.Hex)
			if err != nil {
				t.Fatal(err)
			}
			got, err := msgpack.Decode(data)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tr.packet(), got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("packet (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAppendThenDecode(t *testing.T) {
	for name, tr := range transcripts(t) {
		t.Run(name, func(t *testing.T) {
			p := tr.packet()
			data, err := msgpack.Append([]byte("x"), &p)
			if err != nil {
				t.Fatal(err)
			}
			got, err := msgpack.Decode(data[1:])
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(p, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("packet (-want +got):\n%s", diff)
			}
		})
	}
}

// TestSizes goes through all the lengths at which the encoding changes.
func TestSizes(t *testing.T) {
	for _, n := range []int{0, 1, 15, 16, 31, 32, 255, 256, 65535, 65536} {
		text := strings.Repeat("s", n)
		list := "[" + strings.TrimSuffix(strings.Repeat("7,", n), ",") + "]"
		object := "{" + strings.TrimSuffix(strings.Repeat(`"k":null,`, n), ",") + "}"
		data := `[{"_placeholder":true,"num":0},"` + text + `",` + list + `,` + object + `]`
		p := packet.Packet{
			Type: packet.Event, Namespace: []byte("/"), ID: packet.NoID, Data: []byte(data),
			Attachments: 1, Binary: [][]byte{[]byte(text)},
		}
		packed, err := msgpack.Append(nil, &p)
		if err != nil {
			t.Fatal(err)
		}
		got, err := msgpack.Decode(packed)
		if err != nil {
			t.Fatalf("%d: %v", n, err)
		}
		if string(got.Data) != data || len(got.Binary) != 1 || string(got.Binary[0]) != text {
			t.Errorf("%d: not the same", n)
		}
	}
}

func TestNumbers(t *testing.T) {
	const numbers = `[0,-0,1,-1,-32,-33,127,128,-128,-129,255,256,-32768,-32769,65535,65536,-2147483648,-2147483649,` +
		`4294967295,4294967296,9007199254740991,-9007199254740991,9223372036854775807,-9223372036854775808,` +
		`0.5,-1.25,1e21,1e-7,123456789.125,18446744073709551616]`
	p := packet.Packet{Type: packet.Ack, Namespace: []byte("/"), ID: 1, Data: []byte(numbers)}
	data, err := msgpack.Append(nil, &p)
	if err != nil {
		t.Fatal(err)
	}
	got, err := msgpack.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.NewReplacer("1e21", "1e+21", "1e-7", "1e-07", "18446744073709551616", "18446744073709552000").Replace(numbers)
	if string(got.Data) != want {
		t.Errorf("got\n%s, want\n%s", got.Data, want)
	}
}

// value is a packet whose data is what hexadecimal text says.
func value(t *testing.T, text string) []byte {
	t.Helper()
	data, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	head := append([]byte{0x83, 0xa4}, "type\x02\xa3nsp\xa1/\xa4data"...)
	return append(head, data...)
}

func TestValuesOfOtherEncoders(t *testing.T) {
	for text, want := range map[string]string{
		"91 ca 3fc00000":                        `[1.5]`, // float32
		"91 ca 7fc00000":                        `[null]`,
		"91 cb 7ff0000000000000":                `[null]`,
		"91 d3 ffffffffffffffff":                `[-1]`,
		"91 cf ffffffffffffffff":                `[18446744073709551615]`,
		"91 d7 00 0000018bcfe56800":             `["2023-11-14T22:13:20.000Z"]`, // a Date
		"91 d7 00 ffffffffffffffff":             `["1969-12-31T23:59:59.999Z"]`,
		"91 d6 ff 6553f100":                     `["2023-11-14T22:13:20.000Z"]`, // timestamps
		"91 d7 ff 1d5353006553f100":             `["2023-11-14T22:13:20.123Z"]`,
		"91 d7 ff 0000000100000000":             `["2106-02-07T06:28:16.000Z"]`,
		"91 c7 0c ff 3b8b87c0 ffffffffffffffff": `["1969-12-31T23:59:59.999Z"]`,
		"91 c7 0c ff 3b8b87c0 fffffff1868b83ff": `["-000001-12-31T23:59:59.999Z"]`,
		"91 c7 0c ff 00000000 0000003afff44180": `["+010000-01-01T00:00:00.000Z"]`,
		"91 c7 0c ff 00000000 fffff82457de8000": `["-271821-04-20T00:00:00.000Z"]`,
		"91 c7 03 ff 010203":                    `[null]`, // of no length that a timestamp has
		"91 d4 00 00":                           `[null]`, // undefined
		"91 c7 02 05 0102":                      `[null]`, // an unknown extension
		"91 a1 ff":                              "[\"\ufffd\"]",
		"dc 0001 c3":                            `[true]`,
		"dd 00000001 c2":                        `[false]`,
		"91 de 0001 a1 61 c0":                   `[{"a":null}]`,
		"91 df 00000001 d9 01 61 da 0001 62":    `[{"a":"b"}]`,
		"91 db 00000001 61":                     `["a"]`,
	} {
		p, err := msgpack.Decode(value(t, text))
		if err != nil || string(p.Data) != want {
			t.Errorf("%s: %s, %v, want %s", text, p.Data, err, want)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	event := func(rest string) []byte { return value(t, rest) }
	for name, data := range map[string][]byte{
		"nothing":                     {},
		"no map":                      {0x90},
		"a map cut short":             {0xde, 0},
		"no type":                     {0x80},
		"a key that is not a string":  {0x81, 0x01, 0x02},
		"a key cut short":             {0x81, 0xa4, 't'},
		"a negative type":             append([]byte{0x81, 0xa4}, "type\xff"...),
		"a type that is not a number": append([]byte{0x81, 0xa4}, "type\xc0"...),
		"type 5":                      append([]byte{0x81, 0xa4}, "type\x05"...),
		"type 7":                      append([]byte{0x81, 0xa4}, "type\x07"...),
		"a namespace without slash":   append([]byte{0x82, 0xa4}, "type\x01\xa3nsp\xa1x"...),
		"a namespace not UTF-8":       append([]byte{0x82, 0xa4}, "type\x01\xa3nsp\xa2/\xff"...),
		"an id of 2^53":               append([]byte{0x83, 0xa4}, "type\x03\xa2id\xcf\x00\x20\x00\x00\x00\x00\x00\x00\xa4data\x90"...),
		"a fraction as id":            append([]byte{0x83, 0xa4}, "type\x03\xa2id\xcb\x3f\xf8\x00\x00\x00\x00\x00\x00\xa4data\x90"...),
		"a connect with an array":     append([]byte{0x82, 0xa4}, "type\x00\xa4data\x90"...),
		"a disconnect with data":      append([]byte{0x82, 0xa4}, "type\x01\xa4data\x90"...),
		"an event with an object":     event("80"),
		"an event without data":       append([]byte{0x81, 0xa4}, "type\x02"...),
		"bytes behind the packet":     event("90 00"),
		"an array cut short":          event("dd ffffffff"),
		"a map of numbers":            event("91 81 01 01"),
		"a string cut short":          event("91 db ffffffff"),
		"bytes cut short":             event("91 c6 ffffffff 00"),
		"an extension cut short":      event("91 c9 ffffffff 00"),
		"a number cut short":          event("91 cf 00"),
		"the unused type":             event("91 c1"),
		"a date out of range":         event("91 d7 00 7fffffffffffffff"),
		"a timestamp out of range":    event("91 c7 0c ff 00000000 8000000000000000"),
		"too deep":                    event(strings.Repeat("91", 300) + "c0"),
		"too deep, in maps":           event(strings.Repeat("81a161", 300) + "c0"),
		"too many bytes values":       event("dc 0401" + strings.Repeat("c400", 1025)),
	} {
		t.Run(name, func(t *testing.T) {
			if p, err := msgpack.Decode(data); !errors.Is(err, packet.ErrInvalid) {
				t.Errorf("Decode = %+v, %v", p, err)
			}
		})
	}
}

func TestAppendRefuses(t *testing.T) {
	for _, data := range []string{`{`, `1 2`, `[1e999]`} {
		p := packet.Packet{Type: packet.Event, Namespace: []byte("/"), ID: packet.NoID, Data: []byte(data)}
		if b, err := msgpack.Append([]byte("x"), &p); err == nil {
			t.Errorf("%s: %x", data, b)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, tr := range transcripts(f) {
		data, err := hex.DecodeString(tr.Hex)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := msgpack.Decode(data)
		if err != nil {
			if !errors.Is(err, packet.ErrInvalid) {
				t.Fatal(err)
			}
			return
		}
		if len(p.Data) == 0 {
			return
		}
		if !json.Valid(p.Data) {
			t.Fatalf("%x became %q", data, p.Data)
		}
		again, err := msgpack.Append(nil, &p)
		if errors.Is(err, packet.ErrInvalid) {
			return // what looks like a reference, and is not
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := msgpack.Decode(again); err != nil {
			t.Errorf("%x, written as %x: %v", data, again, err)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	data, err := hex.DecodeString(transcripts(b)["an event"].Hex)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := msgpack.Decode(data); err != nil {
			b.Fatal(err)
		}
	}
}
