package socketio_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"unicode/utf16"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
)

// TestSharedValue shows that a shared value arrives as any other does, over every
// version, as argument, answer or part, and is encoded once.
func TestSharedValue(t *testing.T) {
	for name, opts := range map[string]socketio.Options{
		"plain":      {},
		"deflated":   {Engine: engineio.Options{PerMessageDeflate: true, CompressThreshold: 1}},
		"recovering": {Recovery: &socketio.Recovery{}},
	} {
		t.Run(name, func(t *testing.T) {
			opts.Engine.AllowEIO3 = true
			bubble(t, &opts, func(w *world) {
				ns := w.io.Of("/")
				times := new(atomic.Int32)
				state, err := socketio.Share(map[string]any{"é𝄞": counted{times}, "n": 1})
				if err != nil {
					w.Fatal(err)
				}
				ns.On("state?", func(context.Context, *socketio.Socket, socketio.Request) (any, error) { return state, nil })
				w.client("EIO=3&transport=websocket").received()
				c := w.in1("/")
				w.try(firstSocket(ns).Emit(w.Context(), "state", state))
				w.try(ns.Emit(w.Context(), "states", "a", state, state))
				w.try(ns.Emit(w.Context(), "within", []any{state}))
				c.send(`20["state?"]`)
				got := strings.Join(c.received(), "\n")
				const value = `{"n":1,"é𝄞":"news"}`
				for _, want := range []string{`2["states","a",` + value + "," + value, `2["within",[` + value + "]", `30[` + value + "]"} {
					if !strings.Contains(got, want) {
						w.Errorf("%s is not in:\n%s", want, got)
					}
				}
				if n := times.Load(); n != 1 {
					w.Errorf("encoded %d times", n)
				}
			})
		})
	}
}

func TestSharedValueOverPolling(t *testing.T) {
	for _, version := range []string{"3", "4"} {
		bubble(t, &socketio.Options{Engine: engineio.Options{AllowEIO3: true}}, func(w *world) {
			ns := w.io.Of("/")
			state, err := socketio.Share("é𝄞")
			if err != nil {
				w.Fatal(err)
			}
			p := w.pollingAs(version)
			if version == "4" {
				p.post("40")
			}
			synctest.Wait() // it is connected, and has been told or will be in the next answer
			w.try(ns.Everyone().Emit(w.Context(), "state", 1, state))
			got := p.poll()
			want := `42["state",1,"é𝄞"]`
			if version == "3" {
				want = "19:" + want // UTF-16 code units
			}
			if !strings.HasSuffix(got, want) {
				w.Errorf("version %s: polled %q, want %q at its end", version, got, want)
			}
		})
	}
}

// TestSharedValueWaitsOnce shows that the bytes of a shared value are in memory once,
// however many queues they wait in.
func TestSharedValueWaitsOnce(t *testing.T) {
	const size, waiting = 1 << 20, 100
	bubble(t, &socketio.Options{Engine: engineio.Options{MaxQueue: 4 * size}}, func(w *world) {
		ns := w.io.Of("/")
		for range waiting {
			w.polling().post("40") // and polls no more
		}
		state, err := socketio.Share(strings.Repeat("x", size))
		if err != nil {
			w.Fatal(err)
		}
		before := inUse()
		for s := range ns.Everyone().Sockets() {
			w.try(s.Emit(w.Context(), "state", state))
		}
		if grown := inUse() - before; grown > size {
			w.Errorf("%d bytes wait in %d queues of %d bytes each", grown, waiting, size)
		}
		runtime.KeepAlive(state)
	})
}

func inUse() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func TestShareRefuses(t *testing.T) {
	for name, v := range map[string]any{"binary": []any{[]byte("x")}, "a func": func() {}} {
		if s, err := socketio.Share(v); err == nil {
			t.Errorf("%s: %v", name, s)
		}
	}
}

// A big value after a message that is half written, and before others, is sent whole.
func TestSharedValueKeepsItsPlace(t *testing.T) {
	bubble(t, nil, func(w *world) {
		ns := w.io.Of("/")
		c := w.in1("/")
		s := firstSocket(ns)
		var want []string
		for i, size := range []int{0, 1, 100, 130, 70_000, 20_000, 3, 200_000} {
			text := strings.Repeat("x", size)
			state, err := socketio.Share(text)
			if err != nil {
				w.Fatal(err)
			}
			w.try(s.Emit(w.Context(), "n", i))
			w.try(s.Emit(w.Context(), "state", state))
			want = append(want, fmt.Sprintf(`2["n",%d]`, i), fmt.Sprintf(`2["state",%q]`, text))
		}
		c.want(want...)
	})
}

func TestSharedValueIsEncodedByOtherMeans(t *testing.T) {
	state, err := socketio.Share("x")
	if err != nil {
		t.Fatal(err)
	}
	if args, err := socketio.NewArgs(1, state); err != nil || len(args) != 2 || string(args[1].JSON()) != `"x"` {
		t.Errorf("%v, %v", args, err)
	}
}

// A value with more in it for one receiver arrives whole, wherever that is, over every
// transport, and leaves the value of all others as it is.
func TestSharedValueWithAnInsertion(t *testing.T) {
	long := strings.Repeat("é", 60_000)
	for name, text := range map[string]string{"short": "é", "long": long} {
		all := `{"a":[],"t":"` + text + `","z":[]}`
		state, err := socketio.Share(json.RawMessage(all))
		if err != nil {
			t.Fatal(err)
		}
		list := strings.Index(all, "]")
		for where, test := range map[string]struct {
			state *socketio.Shared
			want  string
		}{
			"nowhere":     {state, all},
			"one":         {state.Insert(list, `"x"`), strings.Replace(all, "[]", `["x"]`, 1)},
			"two":         {state.Insert(len(all)-2, `1`).Insert(list, `"x"`), `{"a":["x"],"t":"` + text + `","z":[1]}`},
			"in another":  {state.Insert(list, `["é","y"]`).Insert(list+5, `,7`), `{"a":[["é",7,"y"]],"t":"` + text + `","z":[]}`},
			"at the end":  {state.Insert(len(all)-1, `,"b":2`), `{"a":[],"t":"` + text + `","z":[],"b":2}`},
			"behind it":   {state.Insert(len(all), ` `), all + " "},
			"before it":   {state.Insert(0, ` `), " " + all},
			"not UTF-8":   {state.Insert(list, "\"\xff\""), strings.Replace(all, "[]", `["`+"\uFFFD"+`"]`, 1)},
			"nothing":     {state.Insert(list, ""), all},
			"just beside": {state.Insert(list, `2`).Insert(list, `1,`), strings.Replace(all, "[]", `[1,2]`, 1)},
		} {
			t.Run(name+" "+where, func(t *testing.T) {
				var written strings.Builder
				if n, err := test.state.WriteTo(&written); err != nil || written.String() != test.want || n != int64(len(test.want)) {
					t.Errorf("%d bytes written, %v: %.200q, want %.200q", n, err, written.String(), test.want)
				}
				bubble(t, &socketio.Options{Engine: engineio.Options{AllowEIO3: true}}, func(w *world) {
					ns := w.io.Of("/")
					c, old := w.in1("/"), w.client("EIO=3&transport=websocket")
					old.received()
					p, p3 := w.polling(), w.pollingAs("3")
					p.post("40")
					for range 2 {
						w.try(ns.Everyone().Emit(w.Context(), "s", 1, test.state))
					}
					w.try(ns.Everyone().Emit(w.Context(), "t", test.state, 2))
					one, two := `2["s",1,`+test.want+"]", `2["t",`+test.want+`,2]`
					c.want(one, one, two)
					old.want(one, one, two)
					want := strings.Join([]string{"4" + one, "4" + one, "4" + two}, "\x1e")
					if got := p.poll(); !strings.HasSuffix(got, want) {
						w.Errorf("polled %.200q, want at its end %.200q", got, want)
					}
					if got := p3.poll(); !strings.HasSuffix(got, fmt.Sprintf("%d:4%s", len(utf16.Encode([]rune("4"+two))), two)) {
						w.Errorf("version 3 polled %.200q, want at its end %.200q", got, two)
					}
				})
			})
		}
	}
}

// A writer that fails is given nothing more, and its error is returned.
func TestSharedValueStopsWhereAWriterFails(t *testing.T) {
	state, err := socketio.Share(json.RawMessage(`["a","b"]`))
	if err != nil {
		t.Fatal(err)
	}
	state = state.Insert(4, `,"x"`)
	r, w := io.Pipe()
	go func() { // ends with the pipe
		_, _ = io.ReadFull(r, make([]byte, 6))
		_ = r.CloseWithError(io.ErrClosedPipe)
	}()
	if n, err := state.WriteTo(w); n != 6 || !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("%d bytes written, %v", n, err)
	}
}

func TestInsertBeyondTheEndPanics(t *testing.T) {
	state, err := socketio.Share("x")
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	state.Insert(4, "y")
}

// TestInsertionsShareTheRest shows that what many receivers get, each with a little more in
// it, is in memory once.
func TestInsertionsShareTheRest(t *testing.T) {
	const size, waiting = 1 << 20, 100
	bubble(t, &socketio.Options{Engine: engineio.Options{MaxQueue: 4 * size}}, func(w *world) {
		ns := w.io.Of("/")
		for range waiting {
			w.polling().post("40") // and polls no more
		}
		state, err := socketio.Share([]string{strings.Repeat("x", size)})
		if err != nil {
			w.Fatal(err)
		}
		before := inUse()
		for s := range ns.Everyone().Sockets() {
			w.try(s.Emit(w.Context(), "state", state.Insert(1, `"own",`)))
		}
		if grown := inUse() - before; grown > size {
			w.Errorf("%d bytes wait in %d queues of %d bytes each", grown, waiting, size)
		}
		runtime.KeepAlive(state)
	})
}
