package packet_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/socketio/internal/packet"
)

type (
	named  []byte
	hidden struct {
		Blob []byte
		note string
	}
	tree struct {
		Name     string          `json:"name"`
		Blob     []byte          `json:"blob,omitempty"`
		Children []*tree         `json:"children,omitempty"`
		ByName   map[string]tree `json:"byName,omitempty"`
	}
)

func ref(n int) string { return fmt.Sprintf(`{"_placeholder":true,"num":%d}`, n) }

func TestAppend(t *testing.T) {
	b1, b2, b3 := []byte("one"), []byte("two"), []byte{}
	for name, test := range map[string]struct {
		value  any
		want   string
		binary [][]byte
	}{
		"nil":                 {value: nil, want: `null`},
		"a bool":              {value: true, want: `true`},
		"a string":            {value: "a<b>&\"é", want: `"a<b>&\"é"`},
		"a number":            {value: 1.5, want: `1.5`},
		"raw JSON, as it is":  {value: json.RawMessage(`{"b" : 1,  "a":"<\u00e9>"}`), want: `{"b" : 1,  "a":"<\u00e9>"}`},
		"no raw JSON":         {value: json.RawMessage(nil), want: `null`},
		"a struct":            {value: struct{ A, B int }{1, 2}, want: `{"A":1,"B":2}`},
		"bytes":               {value: b1, want: ref(0), binary: [][]byte{b1}},
		"named bytes":         {value: named("one"), want: ref(0), binary: [][]byte{b1}},
		"no bytes":            {value: []byte(nil), want: `null`},
		"empty bytes":         {value: b3, want: ref(0), binary: [][]byte{b3}},
		"bytes in a struct":   {value: tree{Name: "t", Blob: b1}, want: `{"name":"t","blob":` + ref(0) + `}`, binary: [][]byte{b1}},
		"omitted bytes":       {value: tree{Name: "t", Blob: b3}, want: `{"name":"t"}`},
		"a pointer to bytes":  {value: &b1, want: ref(0), binary: [][]byte{b1}},
		"a nil pointer":       {value: (*tree)(nil), want: `null`},
		"a slice of bytes":    {value: [][]byte{b1, nil, b2}, want: `[` + ref(0) + `,null,` + ref(1) + `]`, binary: [][]byte{b1, b2}},
		"an array of bytes":   {value: [2][]byte{b1, b2}, want: `[` + ref(0) + `,` + ref(1) + `]`, binary: [][]byte{b1, b2}},
		"an array of numbers": {value: [3]byte{1, 2, 3}, want: `[1,2,3]`},
		"a map, sorted": {
			value: map[string]any{"z": b1, "a": []any{1, b2}, "m": "one"},
			want:  `{"a":[1,` + ref(0) + `],"m":"one","z":` + ref(1) + `}`, binary: [][]byte{b2, b1},
		},
		"a tree": {
			value: tree{Name: "r", Children: []*tree{nil, {Name: "c", Blob: b1, ByName: map[string]tree{"x": {Blob: b2}}}}},
			want: `{"name":"r","children":[null,{"name":"c","blob":` + ref(0) +
				`,"byName":{"x":{"name":"","blob":` + ref(1) + `}}}]}`,
			binary: [][]byte{b1, b2},
		},
		"embedded, unexported": {
			value: struct {
				hidden
				N int
			}{hidden{Blob: b1, note: "kept in"}, 3},
			want: `{"Blob":` + ref(0) + `,"N":3}`, binary: [][]byte{b1},
		},
		"bytes nobody sees": {
			value: struct {
				A []byte `json:"-"`
				B []byte
				c []byte
			}{b1, b2, b1},
			want: `{"B":` + ref(0) + `}`, binary: [][]byte{b2},
		},
		"what marshals itself":     {value: []any{net.IPv4(1, 2, 3, 4), time.Unix(0, 0).UTC()}, want: `["1.2.3.4","1970-01-01T00:00:00Z"]`},
		"what looks like a string": {value: []any{"b25l", b1}, want: `["b25l",` + ref(0) + `]`, binary: [][]byte{b1}},
	} {
		t.Run(name, func(t *testing.T) {
			var e packet.Encoder
			for range 2 { // the second time, types are known
				got, binary, err := e.Append([]byte("x"), test.value, nil)
				if err != nil {
					t.Fatal(err)
				}
				if string(got) != "x"+test.want {
					t.Errorf("got %s, want x%s", got, test.want)
				}
				if diff := cmp.Diff(test.binary, binary); diff != "" {
					t.Errorf("attachments (-want +got):\n%s", diff)
				}
			}
		})
	}
}

func TestAppendLeavesTheValueAlone(t *testing.T) {
	blob := []byte("one")
	v := tree{Blob: blob, Children: []*tree{{Blob: blob}}, ByName: map[string]tree{"a": {Blob: blob}}}
	var e packet.Encoder
	if _, _, err := e.Append(nil, &v, nil); err != nil {
		t.Fatal(err)
	}
	want := tree{Blob: []byte("one"), Children: []*tree{{Blob: []byte("one")}}, ByName: map[string]tree{"a": {Blob: []byte("one")}}}
	if diff := cmp.Diff(want, v); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAppendRefuses(t *testing.T) {
	type cycle struct {
		Next *cycle
		Blob []byte
	}
	loop := &cycle{Blob: []byte("x")}
	loop.Next = loop
	for name, v := range map[string]any{
		"raw JSON that is not":       json.RawMessage(`{"a":`),
		"raw JSON that is not UTF-8": json.RawMessage("\"\xff\""),
		"two raw values":             json.RawMessage(`1 2`),
		"a channel":                  make(chan int),
		"a cycle":                    loop,
	} {
		t.Run(name, func(t *testing.T) {
			var e packet.Encoder
			dst, _, err := e.Append([]byte("x"), v, nil)
			if err == nil || string(dst) != "x" {
				t.Errorf("Append = %s, %v", dst, err)
			}
			if got, _, err := e.Append(nil, 1, nil); err != nil || string(got) != "1" {
				t.Errorf("afterwards: %s, %v", got, err)
			}
		})
	}
}

func TestAppendString(t *testing.T) {
	for _, s := range []string{
		"", "plain", `"`, `\`, "\n\r\t\x00\x1f", "é€😀", "\x7f", "\xff", "a\xffb\xe2\x82c\xf0", "<&>\u2028", "\ufffd",
	} {
		text := packet.AppendString([]byte("x"), s)[1:]
		std, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var want, got string
		if json.Unmarshal(std, &want) != nil || json.Unmarshal(text, &got) != nil || got != want {
			t.Errorf("AppendString(%q) = %s, read back as %q, want %q", s, text, got, want)
		}
	}
}

func TestCheckRefsFindsForgeries(t *testing.T) {
	own := ref(0)
	if err := packet.CheckRefs([]byte(`[`+own+`]`), 1); err != nil {
		t.Error("our own:", err)
	}
	for _, forged := range []string{
		ref(0), ref(1), `{"_placeholder":true,"num":"splice"}`, `{"_placeholder":true}`, `{"\u005fplaceholder":true,"num":5}`,
	} {
		if err := packet.CheckRefs([]byte(`[`+own+`,`+forged+`]`), 1); !errors.Is(err, packet.ErrConfused) {
			t.Errorf("%s: %v", forged, err)
		}
	}
}

func FuzzAppend(f *testing.F) {
	f.Add("a", []byte("b"), "c")
	f.Add(`"`, []byte{}, `{"_placeholder":true,"num":0}`)
	f.Fuzz(func(t *testing.T, key string, blob []byte, text string) {
		if blob == nil {
			return
		}
		value := map[string]any{key: tree{Name: text, Blob: blob}, "other": []any{text, blob, nil}}
		plain, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		var e packet.Encoder
		got, binary, err := e.Append(nil, value, nil)
		if err != nil {
			t.Fatal(err)
		}
		inline, err := packet.Inline(nil, got, binary)
		if err != nil {
			t.Fatal(err)
		}
		var want, back any
		if json.Unmarshal(plain, &want) != nil || json.Unmarshal(inline, &back) != nil || !cmp.Equal(want, back) {
			t.Errorf("%s\nshould say what\n%s does", inline, plain)
		}
	})
}

func BenchmarkAppend(b *testing.B) {
	type view struct {
		ID    string
		Names []string
		Count int
	}
	for name, v := range map[string]any{
		"struct":     view{"ABC123", []string{"Ann", "Bob", "Cyd"}, 3},
		"raw":        json.RawMessage(`{"ID":"ABC123","Names":["Ann","Bob","Cyd"],"Count":3}`),
		"with-bytes": tree{Name: "t", Blob: make([]byte, 32)},
	} {
		b.Run("value="+name, func(b *testing.B) {
			var e packet.Encoder
			buf := make([]byte, 0, 256)
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := e.Append(buf, v, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
