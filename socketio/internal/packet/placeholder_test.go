package packet_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/socketio/internal/packet"
)

func TestRefs(t *testing.T) {
	for text, want := range map[string][]packet.Ref{
		`{}`:                            nil,
		`{"_placeholder":true,"num":0}`: {{0, 29, 0}},
		`[1,{"a":{"num":1,"_placeholder":true}}]`:                         {{8, 37, 1}},
		`{"_placeholder":false,"num":0}`:                                  nil,
		`{"_placeholder":"true","num":0}`:                                 nil,
		`{"_placeholder":1,"num":0}`:                                      nil,
		`{"_placeholder":true,"_placeholder":false}`:                      nil,
		`{"\u005fplaceholder":true,"num":2}`:                              {{0, 34, 2}},
		`{"_placeholder":true,"num":7,"num":3}`:                           {{0, 37, 3}},
		`{"_placeholder":true,"num":0,"x":{"num":1,"_placeholder":true}}`: {{0, 63, 0}},
		`"{\"_placeholder\":true,\"num\":0}"`:                             nil,
	} {
		got, err := packet.Refs([]byte(text))
		if err != nil {
			t.Errorf("Refs(%s): %v", text, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Refs(%s) (-want +got):\n%s", text, diff)
		}
	}
}

func TestSplitRefusesReferences(t *testing.T) {
	for name, array := range map[string]string{
		"a method's name (CVE-2022-2421)": `["a",{"_placeholder":true,"num":"splice"}]`,
		"no number":                       `["a",{"_placeholder":true}]`,
		"a negative number":               `["a",{"_placeholder":true,"num":-1}]`,
		"a fraction":                      `["a",{"_placeholder":true,"num":0.5}]`,
		"an exponent":                     `["a",{"_placeholder":true,"num":0e0}]`,
		"a number out of range":           `["a",{"_placeholder":true,"num":2}]`,
		"a huge number":                   `["a",{"_placeholder":true,"num":99999999999999999999}]`,
		"null":                            `["a",{"_placeholder":true,"num":null}]`,
		"one attachment twice":            `["a",{"_placeholder":true,"num":0},{"_placeholder":true,"num":0}]`,
		"one attachment often":            `["a"` + strings.Repeat(`,{"_placeholder":true,"num":1}`, 10_000) + `]`,
	} {
		t.Run(name, func(t *testing.T) {
			if elements, err := packet.Split(nil, []byte(array), 2); !errors.Is(err, packet.ErrInvalid) {
				t.Errorf("Split = %d elements, %v", len(elements), err)
			}
		})
	}
}

func TestInline(t *testing.T) {
	text := []byte(`{"a":{"_placeholder":true,"num":1},"b":[{"_placeholder":true,"num":0}],"c":3}`)
	got, err := packet.Inline([]byte("x"), text, [][]byte{{}, []byte("hello")})
	if want := `x{"a":"aGVsbG8=","b":[""],"c":3}`; err != nil || string(got) != want {
		t.Errorf("Inline = %s, %v, want %s", got, err, want)
	}
	if got, err := packet.Inline(nil, text, [][]byte{{}}); !errors.Is(err, packet.ErrInvalid) {
		t.Errorf("with an attachment missing: %s, %v", got, err)
	}
}

func TestAppendShifted(t *testing.T) {
	text := []byte(`[{"_placeholder":true,"num":1},{"_placeholder":true,"num":0}]`)
	got, out, err := packet.AppendShifted(nil, text, [][]byte{{1}, {2}}, [][]byte{{9}})
	if err != nil {
		t.Fatal(err)
	}
	if want := `[{"_placeholder":true,"num":1},{"_placeholder":true,"num":2}]`; string(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if diff := cmp.Diff([][]byte{{9}, {2}, {1}}, out); diff != "" {
		t.Errorf("attachments (-want +got):\n%s", diff)
	}
}

func FuzzPlaceholders(f *testing.F) {
	for _, seed := range []string{
		`["a",{"_placeholder":true,"num":0}]`, `[{"num":1,"_placeholder":true},{"_placeholder":true,"num":0}]`,
		`[{"_placeholder":true,"num":"splice"}]`, `[{"\u005fplaceholder":true,"num":1}]`,
		`[{"_placeholder":true,"num":0,"x":{"_placeholder":true,"num":1}}]`,
		`[{"_placeholder":true,"num":0},{"_placeholder":true,"num":0}]`, `[[[{}]]]`,
	} {
		f.Add([]byte(seed), []byte("binary"))
	}
	f.Fuzz(func(t *testing.T, array, attachment []byte) {
		binary := [][]byte{attachment, []byte("second")}
		elements, err := packet.Split(nil, array, len(binary))
		if err != nil {
			if !errors.Is(err, packet.ErrInvalid) {
				t.Fatal(err)
			}
			return
		}
		size := 0
		for _, e := range elements {
			inline, err := packet.Inline(nil, e, binary)
			if err != nil || !json.Valid(inline) {
				t.Fatalf("Inline(%q) = %q, %v", e, inline, err)
			}
			size += len(inline)
			shifted, out, err := packet.AppendShifted(nil, e, binary, nil)
			if err != nil || packet.CheckRefs(shifted, len(out)) != nil {
				t.Fatalf("AppendShifted(%q) = %q, %d, %v", e, shifted, len(out), err)
			}
		}
		if limit := len(array) + 2*len(attachment) + 100; size > limit {
			t.Errorf("%q grew to %d bytes, above %d", array, size, limit)
		}
	})
}
