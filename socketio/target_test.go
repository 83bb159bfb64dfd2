package socketio_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
)

// people are clients a, b, c, d in "/"; a and b are in the room "ab", and so on.
type people struct {
	*world
	ns      *socketio.Namespace
	clients map[string]*client
	sockets map[string]*socketio.Socket
}

func (w *world) people() *people {
	p := &people{w, w.io.Of("/"), map[string]*client{}, map[string]*socketio.Socket{}}
	for _, name := range []string{"a", "b", "c", "d"} {
		c, id := w.in("/")
		p.clients[name], p.sockets[name] = c, p.ns.Socket(id)
	}
	for _, room := range []string{"ab", "bc", "abcd"} {
		for name := range strings.SplitSeq(room, "") {
			w.try(p.sockets[name].Join(room))
		}
	}
	return p
}

// want checks who has got the event "x" how often: "aab" is a twice and b once.
func (p *people) want(name, want string) {
	p.Helper()
	var got strings.Builder
	for _, who := range slices.Sorted(maps.Keys(p.clients)) {
		for _, packet := range p.clients[who].received() {
			if packet != `2["x"]` {
				p.Errorf("%s: %s got %s", name, who, packet)
			}
			got.WriteString(who)
		}
	}
	if got.String() != want {
		p.Errorf("%s reached %q, want %q", name, got.String(), want)
	}
}

func TestTargets(t *testing.T) {
	bubble(t, nil, func(w *world) {
		p := w.people()
		a, ns := p.sockets["a"], p.ns
		x := socketio.Signal("x")
		for _, test := range []struct {
			name string
			to   socketio.Emitter
			want string
		}{
			{"the socket", a, "a"},
			{"the socket, as a target", a.Self(), "a"},
			{"the namespace", ns, "abcd"},
			{"everyone", ns.Everyone(), "abcd"},
			{"a room", ns.To("ab"), "ab"},
			{"nobody", ns.To("nobody"), ""},
			{"a socket's room", ns.To(a.ID()), "a"},
			{"rooms that meet", ns.To("ab", "bc"), "abc"},
			{"the same, in two steps", ns.To("ab").To("bc"), "abc"},
			{"In", ns.To("ab").In("bc"), "abc"},
			{"a room and a socket in it", ns.To("ab", a.ID()), "ab"},
			{"Except", ns.Except("ab"), "cd"},
			{"Except a socket", ns.To("abcd").Except(a.ID()), "bcd"},
			{"Except two", ns.To("abcd").Except("ab", p.sockets["d"].ID()), "c"},
			{"Except nobody", ns.To("ab").Except("nobody"), "ab"},
			{"the others", a.Others(), "bcd"},
			{"the others in a room", a.To("ab"), "b"},
			{"Local", ns.To("ab").Local(), "ab"},
			{"Volatile", ns.To("ab").Volatile(), "ab"},
			{"Compress", ns.To("ab").Compress(false), "ab"},
		} {
			w.try(x.Emit(w.Context(), test.to))
			p.want(test.name, test.want)
		}
	})
}

// Zero values of what programs keep contain nobody, and have nothing to do.
func TestZeroValues(t *testing.T) {
	const (
		ask  socketio.Call[int, int] = "ask"
		tell socketio.Event[int]     = "tell"
	)
	ctx := t.Context()
	var target socketio.Target
	var servers socketio.Servers
	for name, do := range map[string]func() error{
		"Emit to a Target":  func() error { return tell.Emit(ctx, target, 1) },
		"Emit to Servers":   func() error { return tell.Emit(ctx, servers, 1) },
		"Target.Join":       func() error { return target.Join(ctx, "room") },
		"Target.Leave":      func() error { return target.Leave(ctx, "room") },
		"Target.Disconnect": func() error { return target.Disconnect(ctx) },
		"Target.CloseConns": func() error { return target.CloseConns(ctx) },
		"Target.BreakConns": func() error { return target.BreakConns(ctx) },
		"modifiers":         func() error { return tell.Emit(ctx, target.To("room").Except("room").Local().Volatile(), 1) },
	} {
		if err := do(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, to := range []socketio.Callees{target, servers} {
		for reply, err := range ask.DoAll(ctx, to, 1) {
			t.Errorf("%T: answer %v, %v", to, reply, err)
		}
	}
	if infos, err := target.Fetch(ctx); len(infos) > 0 || err != nil {
		t.Errorf("Fetch: %v, %v", infos, err)
	}
	for s := range target.Sockets() {
		t.Errorf("socket %s", s.ID())
	}
	if err := new(socketio.Ack[int]).Answer(1, nil); !errors.Is(err, socketio.ErrAnswered) {
		t.Errorf("Answer: %v", err)
	}
}

func TestTargetsAreValues(t *testing.T) {
	bubble(t, nil, func(w *world) {
		p := w.people()
		x := socketio.Signal("x")
		rooms := []string{"ab"}
		base := p.ns.To(rooms...)
		rooms[0] = "abcd"
		base.To("bc")
		base.Except("ab")
		base.Volatile().Local().Compress(false)
		one, two := base.To(p.sockets["c"].ID()), base.To(p.sockets["d"].ID())
		for name, test := range map[string]struct {
			to   socketio.Target
			want string
		}{"base": {base, "ab"}, "one": {one, "abc"}, "two": {two, "abd"}} {
			w.try(x.Emit(w.Context(), test.to))
			p.want(name, test.want)
		}
	})
}

func TestTargetActions(t *testing.T) {
	bubble(t, nil, func(w *world) {
		p := w.people()
		ctx, x := w.Context(), socketio.Signal("x")
		w.try(p.ns.To("ab").Join(ctx, "new", "newer"))
		w.try(x.Emit(ctx, p.ns.To("new")))
		p.want("after joining", "ab")
		w.try(p.ns.To("newer").Except(p.sockets["a"].ID()).Leave(ctx, "new"))
		w.try(x.Emit(ctx, p.ns.To("new")))
		p.want("after leaving", "a")

		w.try(p.ns.To("bc").Disconnect(ctx))
		for _, name := range []string{"b", "c"} {
			p.clients[name].want("1")
			p.clients[name].wantClosed(false)
		}
		w.try(x.Emit(ctx, p.ns))
		p.want("after disconnecting", "ad")

		w.try(p.ns.To("ab").CloseConns(ctx))
		p.clients["a"].want("1")
		p.clients["a"].wantClosed(true)
		w.try(x.Emit(ctx, p.ns))
		p.want("after closing", "d")

		w.try(p.ns.To("abcd").BreakConns(ctx))
		p.clients["d"].want()
		p.clients["d"].wantClosed(true)
		if n := p.ns.Len(); n != 0 {
			w.Errorf("%d sockets", n)
		}
	})
}

func TestTargetSockets(t *testing.T) {
	bubble(t, nil, func(w *world) {
		p := w.people()
		n := 0
		for s := range p.ns.To("abcd").Sockets() {
			s.Leave("abcd") // the iteration is of those that were there
			n++
		}
		for range p.ns.To("ab").Sockets() {
			break
		}
		if n != 4 || p.ns.RoomLen("abcd") != 0 {
			w.Errorf("%d sockets, %d left", n, p.ns.RoomLen("abcd"))
		}
	})
}

func TestRooms(t *testing.T) {
	bubble(t, nil, func(w *world) {
		ns := w.io.Of("/")
		var events record
		names := map[*socketio.Socket]string{nil: "-"}
		ns.OnRoom(func(e socketio.RoomEvent) {
			events.Add("%d %s %s", e.Kind, e.Room, names[e.Socket])
		})
		c1, id1 := w.in("/")
		_, id2 := w.in("/")
		a, b := ns.Socket(id1), ns.Socket(id2)
		names[a], names[b] = "a", "b"

		w.try(a.Join("x", "x", a.ID()))
		w.try(b.Join("x"))
		a.Leave("y", a.ID())
		events.Want(t, "0 x -", "1 x a", "1 x b")
		w.try(a.Join(b.ID())) // a room like any other
		w.try(socketio.Signal("x").Emit(w.Context(), ns.To(b.ID())))
		c1.want(`2["x"]`)
		if !a.InRoom("x") || !a.InRoom(a.ID()) || a.InRoom("y") {
			w.Error("InRoom")
		}
		if diff := cmp.Diff(map[string]int{"x": 2, b.ID(): 1}, maps.Collect(ns.Rooms())); diff != "" {
			w.Error(diff)
		}
		a.Leave("x", b.ID())
		b.Leave("x")
		events.Want(t, "0 "+id2+" -", "1 "+id2+" a", "2 x a", "2 "+id2+" a", "3 "+id2+" -", "2 x b", "3 x -")
		if n := len(maps.Collect(ns.Rooms())); n != 0 {
			w.Errorf("%d rooms are left", n)
		}
		w.try(a.Join("z"))
		events.Want(t, "0 z -", "1 z a")
		a.Disconnect()
		events.Want(t, "2 z a", "3 z -")
		if err := a.Join("z"); err == nil || err.Error() != "socketio: disconnected: server namespace disconnect" {
			w.Errorf("Join after the end: %v", err)
		}
	})
}

func TestPanicOfARoomHook(t *testing.T) {
	bubble(t, nil, func(w *world) {
		ns := w.io.Of("/")
		ns.OnRoom(func(e socketio.RoomEvent) {
			if e.Kind == socketio.RoomLeft {
				panic("ouch") //nolint:forbidigo // what is tested
			}
		})
		c, id := w.in("/")
		s := ns.Socket(id)
		w.try(s.Join("a", "b"))
		s.Leave("a")
		c.close()
		synctest.Wait()
		if n := len(maps.Collect(ns.Rooms())); n != 0 || ns.Len() != 0 {
			w.Errorf("%d rooms, %d sockets", n, ns.Len())
		}
		w.wantLog("panic=ouch", true)
	})
}

func TestJoinThenEmitKeepsOrder(t *testing.T) {
	bubble(t, nil, func(w *world) {
		ns := w.io.Of("/")
		n := socketio.Event[int]("n")
		ns.OnConnect(func(ctx context.Context, s *socketio.Socket) error {
			return errors.Join(n.Emit(ctx, s, 1), s.Join("r"), n.Emit(ctx, ns.To("r"), 2), n.Emit(ctx, s, 3), n.Emit(ctx, ns, 4))
		})
		w.in1("/").want(`2["n",1]`, `2["n",2]`, `2["n",3]`, `2["n",4]`)
	})
}

func TestVolatileIsDroppedBetweenPolls(t *testing.T) {
	bubble(t, nil, func(w *world) {
		ns := w.io.Of("/")
		p := w.polling()
		p.post("40")
		id := strings.Trim(strings.TrimPrefix(p.poll(), `40{"sid":`), `"}`)
		if ns.Socket(id) == nil {
			w.Fatal("not connected")
		}
		x := socketio.Event[int]("x")
		w.try(x.Emit(w.Context(), ns.Everyone().Volatile(), 1))
		w.try(x.Emit(w.Context(), ns, 2))
		if got := p.poll(); got != `42["x",2]` {
			w.Errorf("polled %q", got)
		}
		if n := w.io.Stats().Engine.VolatileDropped; n != 1 {
			w.Errorf("%d dropped", n)
		}
	})
}

func TestSlowClientIsDropped(t *testing.T) {
	opts := &socketio.Options{Engine: engineio.Options{MaxQueue: 10_000}}
	bubble(t, opts, func(w *world) {
		ns := w.io.Of("/")
		var gone record
		ns.OnDisconnect(func(_ context.Context, _ *socketio.Socket, reason socketio.Reason) { gone.Add("%s", reason) })
		p := w.polling() // it polls no more
		p.post("40")
		fast := w.in1("/")
		s := firstSocket(ns)
		x := socketio.Event[string]("x")
		text := strings.Repeat("x", 1000)
		for range 20 {
			w.try(x.Emit(w.Context(), ns, text))
			synctest.Wait()
		}
		if n := len(fast.received()); n != 20 {
			w.Errorf("the fast client got %d", n)
		}
		gone.Want(t, "queue full")
		if err := x.Emit(w.Context(), s, text); err == nil || !strings.Contains(err.Error(), "queue full") {
			w.Errorf("Emit afterwards: %v", err)
		}
	})
}

// TestBroadcastsUnderChange checks, with sockets that join, leave and go all the
// time, that a socket that is in a room throughout gets each broadcast once and in order.
func TestBroadcastsUnderChange(t *testing.T) {
	bubble(t, nil, func(w *world) {
		ns := w.io.Of("/")
		n := socketio.Event[int]("n")
		var stable []*client
		for range 5 {
			c, id := w.in("/")
			w.try(ns.Socket(id).Join("r1", "r2"))
			stable = append(stable, c)
		}
		var restless []*socketio.Socket
		for range 20 {
			_, id := w.in("/")
			restless = append(restless, ns.Socket(id))
		}
		var wg sync.WaitGroup
		for _, s := range restless {
			wg.Go(func() {
				for i := range 200 {
					if i == 150 && rand.N(2) == 0 {
						s.Disconnect()
					}
					_ = s.Join(fmt.Sprint("r", rand.N(3))) // it may be gone
					s.Leave(fmt.Sprint("r", rand.N(3)))
				}
			})
		}
		const broadcasts = 200
		wg.Go(func() {
			for i := range broadcasts {
				w.try(n.Emit(w.Context(), ns.To("r1", "r2").Except(restless[0].ID()), i))
			}
		})
		wg.Wait()
		want := make([]string, broadcasts)
		for i := range want {
			want[i] = fmt.Sprintf(`2["n",%d]`, i)
		}
		for _, c := range stable {
			c.want(want...)
		}
		if got := ns.RoomLen("r1"); got < len(stable) {
			w.Errorf("%d in the room", got)
		}
		w.try(ns.Everyone().Disconnect(w.Context()))
		if rooms := maps.Collect(ns.Rooms()); len(rooms) != 0 || ns.Len() != 0 {
			w.Errorf("left: %v, %d", rooms, ns.Len())
		}
	})
}
