package socketio_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/caucus-live/caucus/socketio"
)

const ready socketio.Call[string, bool] = "ready"

func TestCallOneClient(t *testing.T) {
	bubble(t, nil, func(w *world) {
		c, id := w.in("/")
		s := w.io.Of("/").Socket(id)
		var got record
		ask := func(ctx context.Context) {
			ok, err := ready.Do(ctx, s, "now?")
			got.Add("%v %v", ok, err)
		}
		go ask(w.Context())
		c.want(`21["ready","now?"]`)
		c.send(`31[true]`, `31[false]`, `399[true]`) // a second answer, and one to no question
		got.Want(t, "true <nil>")

		go ask(w.Context())
		c.want(`22["ready","now?"]`)
		c.send(`32["yes"]`)
		got.Want(t, "false socketio: bad_request: argument 1: it cannot be a string")

		go ask(w.Context())
		c.want(`23["ready","now?"]`)
		c.send(`33[{"error":{"code":"busy","message":"later","data":1}}]`)
		got.Want(t, "false socketio: busy: later")

		ctx, cancel := context.WithTimeout(w.Context(), time.Second)
		defer cancel()
		go ask(ctx)
		c.want(`24["ready","now?"]`)
		pass(time.Second)
		got.Want(t, "false context deadline exceeded")
		c.send(`34[true]`) // too late
		c.wantClosed(false)

		go ask(w.Context())
		c.want(`25["ready","now?"]`)
		c.close()
		got.Want(t, "false socketio: disconnected: transport close")
		go ask(w.Context())
		got.Want(t, "false socketio: disconnected: transport close")
	})
}

func TestAnswersOfOtherShapes(t *testing.T) {
	type both struct {
		socketio.Tuple
		N    int
		Test struct{ Test bool }
	}
	bubble(t, nil, func(w *world) {
		c, id := w.in("/")
		s, ctx := w.io.Of("/").Socket(id), w.Context()
		var got record
		go func() {
			v, err := socketio.Call[socketio.None, both]("ack").Do(ctx, s, socketio.None{})
			got.Add("%d %v %v", v.N, v.Test.Test, err)
			b, err := socketio.Call[socketio.None, []byte]("ack").Do(ctx, s, socketio.None{})
			got.Add("%s %v", b, err)
			o, err := socketio.Call[socketio.None, map[string]string]("ack").Do(ctx, s, socketio.None{})
			got.Add("%v %v", o, err)
			_, err = socketio.Call[socketio.None, socketio.None]("ack").Do(ctx, s, socketio.None{})
			got.Add("%v", err)
		}()
		c.want(`21["ack"]`)
		c.send(`31[5,{"test":true}]`)
		c.want(`22["ack"]`)
		c.send(`61-2[{"_placeholder":true,"num":0}]`)
		c.binary("one")
		c.want(`23["ack"]`)
		c.send(`33[{"error":"only text"}]`)
		c.want(`24["ack"]`)
		c.send(`34[]`)
		got.Want(t, "5 true <nil>", "one <nil>", "map[error:only text] <nil>", "<nil>")
	})
}

func TestHandlerMayCallItsOwnClient(t *testing.T) {
	bubble(t, &socketio.Options{MaxPending: 1000}, func(w *world) {
		ns := w.io.Of("/")
		ns.On("ask me", func(ctx context.Context, s *socketio.Socket, _ socketio.Request) (any, error) {
			return ready.Do(ctx, s, "?")
		})
		done := 0
		socketio.Event[string]("other").On(ns, func(context.Context, *socketio.Socket, string) error {
			done++
			return nil
		})
		c := w.in1("/")
		c.send(`27["ask me"]`)
		c.want(`21["ready","?"]`)
		for range 30 { // more than MaxPending: the answer stands behind them
			c.send(`2["other","xxxxxxxxxxxxxxxxxx"]`)
		}
		c.send(`31[true]`)
		c.want(`37[true]`)
		if done != 30 {
			w.Errorf("%d events handled", done)
		}
	})
}

func TestCallSeveral(t *testing.T) {
	bubble(t, nil, func(w *world) {
		ns := w.io.Of("/")
		clients, names := make([]*client, 4), map[string]string{}
		for i := range clients {
			var id string
			clients[i], id = w.in("/")
			names[id] = fmt.Sprint(i)
		}
		ctx, cancel := context.WithTimeout(w.Context(), time.Second)
		defer cancel()
		var got []string
		go func() {
			for r, err := range ready.DoAll(ctx, ns, "?") {
				got = append(got, fmt.Sprintf("%s %v %v", names[r.Socket], r.Value, err))
			}
			got = append(got, "end")
		}()
		for _, c := range clients {
			c.want(`21["ready","?"]`)
		}
		clients[1].send(`31[true]`)
		clients[0].send(`31[1]`)
		clients[2].close()
		pass(2 * time.Second)
		slices.Sort(got)
		want := []string{
			"0 false socketio: bad_request: argument 1: it cannot be a number",
			"1 true <nil>",
			"2 false socketio: disconnected: transport close",
			"3 false context deadline exceeded",
			"end",
		}
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			w.Errorf("got %q", got)
		}
	})
}

func TestCallSeveralEndsWhenAllHaveAnswered(t *testing.T) {
	bubble(t, nil, func(w *world) {
		ns := w.io.Of("/")
		c1, id1 := w.in("/")
		c2, _ := w.in("/")
		n := 0
		for r, err := range ready.DoAll(w.Context(), ns.To("nobody"), "?") {
			w.Errorf("nobody answered %v, %v", r, err)
		}
		finished := false
		go func() {
			for r, err := range ready.DoAll(w.Context(), ns.Except(id1), "?") {
				w.try(err)
				if r.Value {
					n++
				}
			}
			finished = true
		}()
		c1.want()
		c2.want(`22["ready","?"]`)
		c2.send(`32[true]`)
		synctest.Wait()
		if n != 1 || !finished {
			w.Errorf("%d answers, finished: %v", n, finished)
		}
	})
}

func TestCallSeveralStopsEarly(t *testing.T) {
	bubble(t, nil, func(w *world) {
		ns := w.io.Of("/")
		c1, c2 := w.in1("/"), w.in1("/")
		finished := false
		go func() {
			for _, err := range ready.DoAll(w.Context(), ns, "?") {
				w.try(err)
				break
			}
			finished = true
		}()
		synctest.Wait()
		c1.send(`31[true]`)
		c2.send(`31[true]`) // nobody waits any more
		synctest.Wait()
		if !finished {
			w.Error("still waiting")
		}
	})
}

func TestCallSeveralWithWhatCannotBeSent(t *testing.T) {
	bubble(t, nil, func(w *world) {
		ns := w.io.Of("/")
		w.in1("/")
		yielded := 0
		for _, err := range ns.Call(w.Context(), "disconnect") {
			if yielded++; !errors.Is(err, socketio.ErrReserved) {
				w.Error(err)
			}
		}
		for _, err := range ns.To("anybody").Call(w.Context(), "x", make(chan int)) {
			if yielded++; err == nil {
				w.Error("a channel was sent to a room")
			}
		}
		if yielded != 2 {
			w.Errorf("%d errors, want one of each call", yielded)
		}
		if _, err := socketio.Call[chan int, bool]("x").Do(w.Context(), firstSocket(ns), nil); err == nil {
			w.Error("a channel was sent")
		}
	})
}

func firstSocket(ns *socketio.Namespace) *socketio.Socket {
	for s := range ns.Everyone().Sockets() {
		return s
	}
	return nil
}
