package socketio_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

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
			ns.OnConnect(func(ctx context.Context, s *socketio.Socket) error { return s.Emit(ctx, "state", 1, state) })
			p := w.pollingAs(version)
			if version == "4" {
				p.post("40")
			}
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
