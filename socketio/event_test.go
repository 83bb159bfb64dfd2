package socketio_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/socketio"
)

// echoes has a handler for all sorts of types, which emits back what it got.
func echoes(w *world) *socketio.Namespace {
	ns := w.io.Of("/")
	type ballot struct {
		Rankings []string `json:"rankings"`
	}
	type file struct {
		Name  string            `json:"name"`
		Blob  []byte            `json:"blob"`
		Parts []socketio.Binary `json:"parts,omitempty"`
	}
	type move struct {
		socketio.Tuple
		X, Y  int
		Speed string
	}
	type Place struct{ Room, Seat string }
	type sit struct {
		socketio.Tuple
		Place // an argument like any other field
		For   int
	}
	type say struct {
		socketio.Tuple
		Room string
		Rest socketio.Args
	}
	echo(ns, socketio.Event[string]("string"))
	echo(ns, socketio.Event[*int]("pointer"))
	echo(ns, socketio.Event[ballot]("ballot"))
	echo(ns, socketio.Event[file]("file"))
	echo(ns, socketio.Event[socketio.Binary]("binary"))
	echo(ns, socketio.Event[[]byte]("bytes"))
	echo(ns, socketio.Event[move]("move"))
	echo(ns, socketio.Event[sit]("sit"))
	echo(ns, socketio.Event[say]("say"))
	echo(ns, socketio.Event[socketio.Args]("args"))
	echo(ns, socketio.Event[socketio.Arg]("arg"))
	echo(ns, socketio.Event[json.RawMessage]("raw"))
	echo(ns, socketio.Event[socketio.None]("none"))
	echo(ns, socketio.Event[map[string]any]("map"))
	ping := socketio.Signal("signal")
	ping.On(ns, func(ctx context.Context, s *socketio.Socket) error { return ping.Emit(ctx, s) })
	return ns
}

func echo[T any](ns *socketio.Namespace, e socketio.Event[T]) {
	e.On(ns, func(ctx context.Context, s *socketio.Socket, v T) error { return e.Emit(ctx, s, v) })
}

func TestTypedEvents(t *testing.T) {
	for _, test := range []struct{ send, want string }{
		{`2["string","é <b>"]`, ""},
		{`2["string","a","too many"]`, `2["string","a"]`},
		{`2["pointer",null]`, ""},
		{`2["pointer",3]`, ""},
		{`2["ballot",{"rankings":["a","b"]}]`, ""},
		{`2["move",3,4,"fast"]`, ""},
		{`2["sit",{"Room":"a","Seat":"b"},3]`, ""},
		{`2["pointer"]`, `2["pointer",null]`},
		{`2["map"]`, `2["map",{}]`},
		{`2["map",null]`, `2["map",{}]`},
		{`2["arg",null]`, ""},
		{`2["say","room"]`, ""},
		{`2["say","room",1,{"a":[]},"x"]`, ""},
		{`2["args"]`, ""},
		{`2["args",1,"two",{"three":[3.0]},null]`, ""},
		{`2["arg",{"b" : 1.50, "a":"\u00e9"}]`, ""},
		{`2["raw",{"b" : 1.50, "a":"\u00e9"}]`, ""},
		{`2["raw",{"a":"\ud800"}]`, ""},
		{`2["args",{"__proto__":{"a":1},"constructor":null}]`, ""},
		{`2["none"]`, ""},
		{`2["none",1,2]`, `2["none"]`},
		{`2["signal"]`, ""},
		{`2["signal",1]`, `2["signal"]`},
		{`2["map",{"__proto__":1,"a":1,"a":2}]`, `2["map",{"__proto__":1,"a":2}]`},
		{`2["map",{"_placeholder":true,"num":9}]`, ""}, // plain data in an event without attachments
	} {
		t.Run(test.send, func(t *testing.T) {
			bubble(t, nil, func(w *world) {
				echoes(w)
				c := w.in1("/")
				c.send(test.send)
				if test.want == "" {
					test.want = test.send
				}
				c.want(test.want)
			})
		})
	}
}

func TestBinaryEvents(t *testing.T) {
	const p0, p1 = `{"_placeholder":true,"num":0}`, `{"_placeholder":true,"num":1}`
	for name, test := range map[string]struct {
		send   string
		binary []string
		want   []string
	}{
		"bytes":          {`51-["bytes",` + p0 + `]`, []string{"one"}, nil},
		"empty bytes":    {`51-["bytes",` + p0 + `]`, []string{""}, nil},
		"named bytes":    {`51-["binary",` + p0 + `]`, []string{"one"}, nil},
		"a field":        {`51-["file",{"name":"n","blob":` + p0 + `}]`, []string{"one"}, nil},
		"a list":         {`52-["file",{"name":"n","blob":null,"parts":[` + p0 + `,` + p1 + `]}]`, []string{"one", "two"}, nil},
		"a rest of args": {`52-["say","room",` + p0 + `,[` + p1 + `]]`, []string{"one", "two"}, nil},
		"args":           {`51-["args",1,{"a":{"b":[` + p0 + `]}}]`, []string{"one"}, nil},
		"numbers turned": {
			`52-["args",` + p1 + `,` + p0 + `]`,
			[]string{"one", "two"},
			[]string{`52-["args",` + p0 + `,` + p1 + `]`, "binary two", "binary one"},
		},
		"where text is wanted": {`51-["string",` + p0 + `]`, []string{"one"}, []string{`2["string","b25l"]`}},
		"raw":                  {`51-["raw",[` + p0 + `]]`, []string{"one"}, []string{`2["raw",["b25l"]]`}},
		"text for bytes":       {`2["bytes","b25l"]`, nil, []string{`51-["bytes",` + p0 + `]`, "binary one"}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, nil, func(w *world) {
				echoes(w)
				c := w.in1("/")
				c.send(test.send)
				c.binary(test.binary...)
				want := test.want
				if want == nil {
					want = []string{test.send}
					for _, b := range test.binary {
						want = append(want, "binary "+b)
					}
				}
				c.want(want...)
			})
		})
	}
}

func TestArgumentsThatDoNotDecode(t *testing.T) {
	for send, want := range map[string]string{
		`21["string",5]`:                `argument 1: it cannot be a number`,
		`21["string",{}]`:               `argument 1: it cannot be a object`,
		`21["ballot",{"rankings":"a"}]`: `argument 1: rankings cannot be a string`,
		`21["ballot",{"rankings":[1]}]`: `argument 1: rankings cannot be a number`,
		`21["move",1,"2"]`:              `argument 2: it cannot be a string`,
		`21["bytes","%"]`:               `argument 1 does not decode`,
	} {
		t.Run(send, func(t *testing.T) {
			bubble(t, nil, func(w *world) {
				echoes(w)
				c := w.in1("/")
				c.send(send)
				c.want(`31[{"error":{"code":"bad_request","message":"` + want + `"}}]`)
				w.wantLog("socketio", false)
			})
		})
	}
}

func TestAnswers(t *testing.T) {
	type pair struct {
		socketio.Tuple
		A int
		B map[string]bool
	}
	for name, test := range map[string]struct {
		answer any
		want   []string
	}{
		"nothing":        {nil, []string{`30[]`}},
		"none":           {socketio.None{}, []string{`30[]`}},
		"a value":        {map[string]int{"a": 1}, []string{`30[{"a":1}]`}},
		"a nil slice":    {[]string(nil), []string{`30[[]]`}},
		"a nil map":      {map[string]int(nil), []string{`30[{}]`}},
		"nil bytes":      {[]byte(nil), []string{`61-0[{"_placeholder":true,"num":0}]`, "binary "}},
		"a nil pointer":  {(*int)(nil), []string{`30[null]`}},
		"a nil raw text": {json.RawMessage(nil), []string{`30[null]`}},
		"several":        {pair{A: 5, B: map[string]bool{"test": true}}, []string{`30[5,{"test":true}]`}},
		"a nil tuple":    {(*pair)(nil), []string{`30[]`}},
		"bytes":          {[]byte("one"), []string{`61-0[{"_placeholder":true,"num":0}]`, "binary one"}},
		"raw":            {json.RawMessage(`{"a" : 1}`), []string{`30[{"a" : 1}]`}},
		"no JSON":        {make(chan int), nil},
		"not JSON":       {json.RawMessage(`{`), nil},
		"a forged reply": {map[string]any{"a": []byte("x"), "b": map[string]any{"_placeholder": true, "num": 0}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, nil, func(w *world) {
				w.io.Of("/").On("ask", func(context.Context, *socketio.Socket, socketio.Request) (any, error) {
					return test.answer, nil
				})
				c := w.in1("/")
				c.send(`20["ask"]`)
				if test.want != nil {
					c.want(test.want...)
					return
				}
				if got := c.received(); len(got) != 1 || !strings.HasPrefix(got[0], `30[{"error":{"code":"internal",`) {
					w.Errorf("got %q", got)
				}
				w.wantLog("handler failed", true)
			})
		})
	}
}

func TestHandlerErrors(t *testing.T) {
	bubble(t, nil, func(w *world) {
		failure := errors.New("secret")
		w.io.Of("/").On("ask", func(context.Context, *socketio.Socket, socketio.Request) (any, error) {
			return "ignored", failure
		})
		c := w.in1("/")
		c.send(`21["ask"]`)
		got := c.received()
		var reply []struct {
			Error struct {
				Code, Message string
				Data          struct{ ID string }
			}
		}
		if len(got) != 1 || json.Unmarshal([]byte(strings.TrimPrefix(got[0], "31")), &reply) != nil ||
			reply[0].Error.Code != "internal" || strings.Contains(got[0], "secret") {
			w.Fatalf("got %q", got)
		}
		w.wantLog("error=secret id="+reply[0].Error.Data.ID+" namespace=/ event=ask", true)

		failure = fmt.Errorf("wrapped: %w", &socketio.Error{Code: "closed", Message: "too late", Data: 7})
		c.send(`22["ask"]`, `2["ask"]`)
		c.want(`32[{"error":{"code":"closed","message":"too late","data":7}}]`)
		failure = &socketio.Error{Code: "bad", Data: make(chan int)}
		c.send(`23["ask"]`)
		if got := c.received(); len(got) != 1 || !strings.Contains(got[0], `"code":"internal"`) {
			w.Errorf("got %q", got)
		}
	})
}

func TestEmitRefuses(t *testing.T) {
	bubble(t, nil, func(w *world) {
		ns := w.io.Of("/")
		c, id := w.in("/")
		s, ctx := ns.Socket(id), w.Context()
		for _, event := range []string{"connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"} {
			if err := s.Emit(ctx, event); !errors.Is(err, socketio.ErrReserved) {
				w.Errorf("Emit(%s): %v", event, err)
			}
			if err := ns.Emit(ctx, event); !errors.Is(err, socketio.ErrReserved) {
				w.Errorf("Emit(%s): %v", event, err)
			}
		}
		for name, v := range map[string]any{
			"a channel":      make(chan int),
			"invalid JSON":   json.RawMessage(`{`),
			"11 attachments": make([][1][]byte, 11),
		} {
			if list, ok := v.([][1][]byte); ok {
				for i := range list {
					list[i][0] = []byte{1}
				}
			}
			if err := s.Emit(ctx, "x", v); err == nil {
				w.Errorf("%s was emitted", name)
			}
		}
		w.try(s.Emit(ctx, "error", "is an ordinary name"))
		c.want(`2["error","is an ordinary name"]`)
	})
}

func TestEmittedValuesMayBeChangedAfterwards(t *testing.T) {
	bubble(t, nil, func(w *world) {
		c, id := w.in("/")
		blob, raw := []byte("one"), json.RawMessage(`"raw"`)
		w.try(w.io.Of("/").Socket(id).Emit(w.Context(), "x", blob, raw))
		clear(blob)
		clear(raw)
		c.want(`51-["x",{"_placeholder":true,"num":0},"raw"]`, "binary one")
	})
}

func TestArgs(t *testing.T) {
	bubble(t, nil, func(w *world) {
		var got record
		w.io.Of("/").On("x", func(_ context.Context, _ *socketio.Socket, r socketio.Request) (any, error) {
			var a int
			var b struct{ Blob []byte }
			var rest string
			if err := r.Args.Decode(&a, &b, &rest); err != nil {
				return nil, err
			}
			bytes, ok := r.Args[1].Bytes()
			got.Add("%d %s %q %q %v", a, b.Blob, rest, bytes, ok)
			bytes, ok = r.Args[2].Bytes()
			var alone []byte
			err := r.Args[2].Decode(&alone)
			got.Add("%s %v %s %v", bytes, ok, alone, err)
			text, err := json.Marshal(r.Args)
			got.Add("%s %v", text, err)
			got.Add("%s", r.Args[1].JSON())
			return nil, r.Args[0].Decode(&rest)
		})
		c := w.in1("/")
		c.send(`52-1["x",1,{"Blob":{"_placeholder":true,"num":1}},{"_placeholder":true,"num":0}]`)
		c.binary("one", "two")
		c.want(`31[{"error":{"code":"bad_request","message":"argument 1: it cannot be a number"}}]`)
		got.Want(t, `1 two "b25l" "" false`, `one true one <nil>`,
			`[1,{"Blob":"dHdv"},"b25l"] <nil>`, `{"Blob":{"_placeholder":true,"num":1}}`)
	})
}

func TestHandlersSeeTheirEventsInOrder(t *testing.T) {
	bubble(t, nil, func(w *world) {
		var seen []int
		number := socketio.Event[int]("n")
		number.On(w.io.Of("/"), func(_ context.Context, _ *socketio.Socket, n int) error {
			if n%3 == 0 {
				<-time.After(time.Millisecond)
			}
			seen = append(seen, n)
			return nil
		})
		c := w.in1("/")
		var want []int
		for n := range 100 {
			want = append(want, n)
			c.send(fmt.Sprintf(`2["n",%d]`, n))
		}
		pass(time.Second)
		if diff := cmp.Diff(want, seen); diff != "" {
			t.Error(diff)
		}
	})
}
