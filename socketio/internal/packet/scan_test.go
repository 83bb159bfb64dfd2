package packet_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/socketio/internal/packet"
)

var jsonSeeds = []string{
	`{}`, `[]`, ` [ 1 , 2 ] `, `"a\u00e9\n\"\\\/"`, `"\ud800"`, `-0`, `-0.5e+10`, `1E5`, `01`, `1.`, `.5`, `-`, `+1`,
	`true`, `tru`, `null`, `{"a":{"b":[{"c":1}]}}`, `{"a":1,"a":2}`, `{"__proto__":1}`, `{a:1}`, `{"a"}`, `{"a":}`,
	`[1,]`, `[,1]`, `[1 2]`, `{"a":1,}`, "\"\x01\"", "\"\xff\"", `"\x"`, `"\u12g4"`, `"`, `[`, `{`, `]`, `1 2`, ``, "\x00",
	"[1\x00]", `{"a":[}`,
}

func TestValidAgreesWithEncodingJSON(t *testing.T) {
	for _, seed := range jsonSeeds {
		want := json.Valid([]byte(seed)) && utf8.ValidString(seed)
		if got := packet.Valid([]byte(seed)); got != want {
			t.Errorf("Valid(%q) = %v, want %v", seed, got, want)
		}
	}
}

func TestDeepJSON(t *testing.T) {
	nested := func(depth int) []byte {
		return []byte(strings.Repeat(`[`, depth) + strings.Repeat(`]`, depth))
	}
	if !packet.Valid(nested(packet.MaxDepth)) {
		t.Error("refused at the limit")
	}
	if packet.Valid(nested(packet.MaxDepth + 1)) {
		t.Error("accepted above the limit")
	}
	if packet.Valid([]byte(strings.Repeat(`{"a":`, 1<<20))) {
		t.Error("accepted a million objects")
	}
}

func TestSplit(t *testing.T) {
	for array, want := range map[string][]string{
		`[]`:                                nil,
		`[ ]`:                               nil,
		` ["a"] `:                           {`"a"`},
		`["a", 1 ,{"b": [1, 2]},[3], null]`: {`"a"`, `1`, `{"b": [1, 2]}`, `[3]`, `null`},
		`["]",","]`:                         {`"]"`, `","`},
		`[{"_placeholder":true,"num":99}]`:  {`{"_placeholder":true,"num":99}`}, // no attachments: plain data
	} {
		elements, err := packet.Split(nil, []byte(array), 0)
		if err != nil {
			t.Errorf("Split(%s): %v", array, err)
		}
		var got []string
		for _, e := range elements {
			got = append(got, string(e))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Split(%s) (-want +got):\n%s", array, diff)
		}
	}
}

func TestSplitRefuses(t *testing.T) {
	for _, array := range []string{
		``, `{}`, `"a"`, `[`, `[1`, `[1,`, `[1,]`, `[1]]`, `[1 2]`, `["a]`, `[tru]`, "[\"\xff\"]", "[\"\x1e\"]",
	} {
		if elements, err := packet.Split(nil, []byte(array), 0); !errors.Is(err, packet.ErrInvalid) {
			t.Errorf("Split(%q) = %q, %v", array, elements, err)
		}
	}
}

func FuzzScan(f *testing.F) {
	for _, seed := range jsonSeeds {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > packet.MaxDepth { // deeper than encoding/json allows
			return
		}
		want := json.Valid(data) && utf8.Valid(data)
		if got := packet.Valid(data); got != want {
			t.Fatalf("Valid(%q) = %v, want %v", data, got, want)
		}
		elements, err := packet.Split(nil, data, 0)
		var std []json.RawMessage
		isArray := want && json.Unmarshal(data, &std) == nil && string(data) != "null" && std != nil
		if (err == nil) != isArray {
			t.Fatalf("Split(%q): %v", data, err)
		}
		if err != nil {
			return
		}
		if len(elements) != len(std) {
			t.Fatalf("Split(%q) = %q, want %q", data, elements, std)
		}
		for i := range std {
			if string(elements[i]) != string(std[i]) {
				t.Errorf("element %d of %q: %q, want %q", i, data, elements[i], std[i])
			}
		}
	})
}
