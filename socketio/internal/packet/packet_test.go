package packet_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/caucus-live/caucus/socketio/internal/packet"
)

const maxAttachments = 10

func TestDecode(t *testing.T) {
	for text, want := range map[string]packet.Packet{
		`0`:                    {Type: packet.Connect, Namespace: []byte("/"), ID: packet.NoID},
		`0{"token":"x"}`:       {Type: packet.Connect, Namespace: []byte("/"), ID: packet.NoID, Data: []byte(`{"token":"x"}`)},
		`0/custom`:             {Type: packet.Connect, Namespace: []byte("/custom"), ID: packet.NoID},
		`0/custom,`:            {Type: packet.Connect, Namespace: []byte("/custom"), ID: packet.NoID},
		`0/custom,{}`:          {Type: packet.Connect, Namespace: []byte("/custom"), ID: packet.NoID, Data: []byte(`{}`)},
		`1`:                    {Type: packet.Disconnect, Namespace: []byte("/"), ID: packet.NoID},
		`1/custom,`:            {Type: packet.Disconnect, Namespace: []byte("/custom"), ID: packet.NoID},
		`2["a"]`:               {Type: packet.Event, Namespace: []byte("/"), ID: packet.NoID, Data: []byte(`["a"]`)},
		`20["a"]`:              {Type: packet.Event, Namespace: []byte("/"), ID: 0, Data: []byte(`["a"]`)},
		`2/custom,12["a",{}]`:  {Type: packet.Event, Namespace: []byte("/custom"), ID: 12, Data: []byte(`["a",{}]`)},
		`29007199254740991[1]`: {Type: packet.Event, Namespace: []byte("/"), ID: packet.MaxID, Data: []byte(`[1]`)},
		`313[]`:                {Type: packet.Ack, Namespace: []byte("/"), ID: 13, Data: []byte(`[]`)},
		`4`:                    {Type: packet.ConnectError, Namespace: []byte("/"), ID: packet.NoID},
		`51-["a",{"_placeholder":true,"num":0}]`: {
			Type: packet.BinaryEvent, Namespace: []byte("/"), ID: packet.NoID, Attachments: 1,
			Data: []byte(`["a",{"_placeholder":true,"num":0}]`),
		},
		`62-/custom,7[]`: {Type: packet.BinaryAck, Namespace: []byte("/custom"), ID: 7, Attachments: 2, Data: []byte(`[]`)},
	} {
		t.Run(text, func(t *testing.T) {
			got, err := packet.Decode([]byte(text), maxAttachments)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("packet (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDecodeRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"nothing":                            ``,
		"an unknown type":                    `7`,
		"a letter":                           `a["x"]`,
		"a connect with an array":            `0[]`,
		"a connect with a string":            `0"x"`,
		"a connect with null":                `0null`,
		"a connect with half an object":      `0{"a":`,
		"a disconnect with data":             `1{}`,
		"an event without data":              `2`,
		"an event with an object":            `2{}`,
		"an event with a string":             `2"x"`,
		"an ack without data":                `31`,
		"an ack with an object":              `31{}`,
		"a huge id (CVE-2020-36049)":         strings.Repeat("2", 1<<20),
		"an id above 2^53-1":                 `29007199254740992["x"]`,
		"an id of 20 digits":                 `218446744073709551616["x"]`,
		"99999 attachments (CVE-2026-33151)": `599999-["x"]`,
		"11 attachments":                     `511-["x"]`,
		"no attachments (CVE-2026-69185)":    `50-["x"]`,
		"00 attachments":                     `500-["x"]`,
		"attachments as 1e1":                 `51e1-["x"]`,
		"attachments as 0x4":                 `50x4-["x"]`,
		"attachments as -1":                  `5-1-["x"]`,
		"attachments as +1":                  `5+1-["x"]`,
		"attachments without a hyphen":       `51["x"]`,
		"attachments missing":                `5["x"]`,
		"attachments cut short":              `51`,
		"a namespace that is not UTF-8":      "0/\xff,",
		"an ack with an id of 2^64 and up":   `399999999999999999999999[]`,
	} {
		t.Run(name, func(t *testing.T) {
			if p, err := packet.Decode([]byte(text), maxAttachments); !errors.Is(err, packet.ErrInvalid) {
				t.Errorf("Decode = %+v, %v", p, err)
			}
		})
	}
}

func TestDecodeAllocatesNothing(t *testing.T) {
	text := []byte(`2/polls,17["submit_rankings",{"rankings":["a","b"]}]`)
	if n := testing.AllocsPerRun(100, func() {
		if _, err := packet.Decode(text, maxAttachments); err != nil {
			t.Fatal(err)
		}
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestEventName(t *testing.T) {
	for element, want := range map[string]string{
		`"message"`:       "message",
		`"error"`:         "error", // CVE-2024-38355: an ordinary event
		`"__proto__"`:     "__proto__",
		`""`:              "",
		`"\u0061\n"`:      "a\n",
		`1`:               "1",
		`-1.5`:            "-1.5",
		`1e3`:             "1000",
		`"Connect"`:       "Connect",
		`"\u00e9t\u00e9"`: "été",
	} {
		got, err := packet.EventName([]byte(element))
		if err != nil || string(got) != want {
			t.Errorf("EventName(%s) = %q, %v, want %q", element, got, err, want)
		}
	}
	for _, element := range []string{
		`{"toString":"foo"}`, // CVE-2023-32695
		`["a"]`, `true`, `null`, `1e999`,
		`"connect"`, `"connect_error"`, `"disconnect"`, `"disconnecting"`, `"newListener"`, `"removeListener"`,
		`"\u0063onnect"`,
	} {
		if name, err := packet.EventName([]byte(element)); !errors.Is(err, packet.ErrInvalid) {
			t.Errorf("EventName(%s) = %q, %v", element, name, err)
		}
	}
}

func TestAssembler(t *testing.T) {
	text := []byte(`62-/custom,7[{"_placeholder":true,"num":1},{"_placeholder":true,"num":0}]`)
	p, err := packet.Decode(text, maxAttachments)
	if err != nil {
		t.Fatal(err)
	}
	a := packet.NewAssembler(p, 1000)
	first := []byte{1, 2}
	if p, err := a.Add(first); p != nil || err != nil {
		t.Fatal("the first of two attachments:", p, err)
	}
	done, err := a.Add(nil)
	if err != nil || done == nil {
		t.Fatal("the last attachment:", done, err)
	}
	clear(text)  // the assembler has
	clear(first) // its own copies
	want := packet.Packet{
		Type: packet.BinaryAck, Namespace: []byte("/custom"), ID: 7, Attachments: 2,
		Data:   []byte(`[{"_placeholder":true,"num":1},{"_placeholder":true,"num":0}]`),
		Binary: [][]byte{{1, 2}, {}},
	}
	if diff := cmp.Diff(&want, done); diff != "" {
		t.Errorf("packet (-want +got):\n%s", diff)
	}
}

func TestAssemblerLimit(t *testing.T) {
	a := packet.NewAssembler(packet.Packet{Data: make([]byte, 10), Attachments: 3}, 15)
	if _, err := a.Add(make([]byte, 5)); err != nil {
		t.Error("at the limit:", err)
	}
	if _, err := a.Add(make([]byte, 1)); !errors.Is(err, packet.ErrInvalid) {
		t.Error("above the limit:", err)
	}
}

func TestAppendHeader(t *testing.T) {
	for want, got := range map[string][]byte{
		`2`:               packet.AppendHeader(nil, packet.Event, 0, "/", packet.NoID),
		`2/custom,`:       packet.AppendHeader(nil, packet.Event, 0, "/custom", packet.NoID),
		`30`:              packet.AppendHeader(nil, packet.Ack, 0, "/", 0),
		`53-/custom,1234`: packet.AppendHeader(nil, packet.BinaryEvent, 3, "/custom", 1234),
	} {
		if string(got) != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// FuzzDecode checks that no text makes the decoder fail otherwise than with an
// error, and that what it accepts reads the same after being written again.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`0`, `0/custom`, `0/custom,{"a":1}`, `1`, `1/custom,`, `2["a",1,"b",null,{"c":[]}]`, `2/n,1["a"]`, `313[]`,
		`4/n,{"message":"x"}`, `51-["a",{"_placeholder":true,"num":0}]`, `62-/n,7[{"num":1,"_placeholder":true}]`,
		`2[{"toString":"foo"}]`, `450-["x"]`, `99999999999999999999`, `2["\ud800"]`, "2[\"\xff\"]",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := packet.Decode(text, maxAttachments)
		if err != nil || p.Type == packet.ConnectError {
			return
		}
		args, err := packet.Split(nil, p.Data, p.Attachments)
		if err != nil && !errors.Is(err, packet.ErrInvalid) {
			t.Fatal(err)
		}
		if err == nil && len(args) > 0 {
			_, _ = packet.EventName(args[0])
		}
		again := packet.AppendHeader(nil, p.Type, p.Attachments, string(p.Namespace), p.ID)
		q, err := packet.Decode(append(again, p.Data...), maxAttachments)
		if err != nil {
			t.Fatalf("%q, written as %q: %v", text, again, err)
		}
		if diff := cmp.Diff(p, q, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%q reads differently again:\n%s", text, diff)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	text := []byte(`2/polls,17["submit_rankings",{"rankings":["k3x9","m2p4","z8q1"],"commandID":"01J9Z3"}]`)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		p, err := packet.Decode(text, maxAttachments)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := packet.Split(nil, p.Data, 0); err != nil {
			b.Fatal(err)
		}
	}
}
