package socketio_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
)

var withRecovery = &socketio.Options{Recovery: new(socketio.Recovery)}

// resume comes back with what the server gave, and reports whether it was let in as
// who it was.
func (w *world) resume(was joined, offset string) (*client, bool) {
	w.Helper()
	c := w.client()
	auth := `{"pid":"` + was.PID + `"}`
	if offset != "" {
		auth = `{"pid":"` + was.PID + `","offset":"` + offset + `"}`
	}
	is := c.enter("/", auth)
	if (is.SID == was.SID) != (is.PID == was.PID) {
		w.Errorf("was %+v, is %+v", was, is)
	}
	return c, is.SID == was.SID
}

func (w *world) lost(c *client) {
	c.close()
	synctest.Wait()
}

// lose returns what a client was that has entered here, and lost its connection.
func (w *world) lose() joined {
	c := w.client()
	was := c.enter("/", "")
	synctest.Wait()
	w.lost(c)
	return was
}

func TestRecovery(t *testing.T) {
	bubble(t, withRecovery, func(w *world) {
		const name socketio.Data[string] = "name"
		ns, ctx, x := w.io.Of("/"), w.Context(), socketio.Event[int]("x")
		var recovered record
		ns.OnConnect(func(_ context.Context, s *socketio.Socket) error {
			v, _ := name.Get(s)
			recovered.Add("%v %q %v", s.Recovered(), v, s.Rooms())
			return nil
		})
		c := w.client()
		was := c.enter("/", "")
		s := ns.Socket(was.SID)
		w.try(s.Join("r"))
		name.Set(s, "Ann")
		w.try(x.Emit(ctx, ns, 1))
		c.want(`2["x",1,"1"]`)
		w.lost(c)
		w.try(x.Emit(ctx, ns, 2))
		w.try(x.Emit(ctx, ns.To("r"), 3))
		w.try(x.Emit(ctx, ns.To("other"), 4))
		w.try(x.Emit(ctx, ns.To(was.SID), 5))
		w.try(x.Emit(ctx, ns.Except("r"), 6))
		w.try(x.Emit(ctx, ns.To("r").Except(was.SID), 7))
		w.try(x.Emit(ctx, ns.To("r", was.SID), 8))
		w.try(x.Emit(ctx, ns.Everyone().Volatile(), 9))
		for r, err := range ns.Call(ctx, "call") {
			w.Errorf("nobody answered %v, %v", r, err)
		}
		w.try(ns.Emit(ctx, "bytes", []byte("one")))
		pass(time.Minute)
		c, ok := w.resume(was, "1")
		if !ok {
			w.Fatal("not recovered")
		}
		c.want(`2["x",2,"2"]`, `2["x",3,"3"]`, `2["x",5,"5"]`, `2["x",8,"8"]`,
			`51-["bytes",{"_placeholder":true,"num":0},"9"]`, "binary one")
		recovered.Want(t, `false "" []`, `true "Ann" [r]`)
		if n := w.io.Stats().Recovered; n != 1 {
			w.Errorf("%d recovered", n)
		}
		w.try(x.Emit(ctx, ns.To("r"), 10))
		c.want(`2["x",10,"a"]`)
	})
}

func TestRecoveryBeforeTheFirstEvent(t *testing.T) {
	bubble(t, withRecovery, func(w *world) {
		ns := w.io.Of("/")
		w.try(ns.Emit(w.Context(), "before"))
		c := w.client()
		was := c.enter("/", "")
		w.lost(c)
		w.try(ns.Emit(w.Context(), "missed"))
		c, ok := w.resume(was, "")
		if !ok {
			w.Error("not recovered")
		}
		c.want(`2["missed","2"]`)
	})
}

func TestRecoveryWithVolatile(t *testing.T) {
	bubble(t, withRecovery, func(w *world) {
		ns := w.io.Of("/")
		c := w.client()
		was := c.enter("/", "")
		w.try(ns.Emit(w.Context(), "a"))
		w.try(ns.Everyone().Volatile().Emit(w.Context(), "v", "a string"))
		c.want(`2["a","1"]`, `2["v","a string","1"]`) // so the client's offset is one in any case
		w.lost(c)
		w.try(ns.Emit(w.Context(), "b"))
		c, ok := w.resume(was, "1")
		if !ok {
			w.Error("not recovered")
		}
		c.want(`2["b","2"]`)
	})
}

func TestRecoveryMoreThanOnce(t *testing.T) {
	bubble(t, withRecovery, func(w *world) {
		ns := w.io.Of("/")
		c := w.client()
		was := c.enter("/", "")
		w.try(ns.Socket(was.SID).Join("r"))
		for i := range 3 {
			w.lost(c)
			w.try(ns.To("r").Emit(w.Context(), "x", i))
			var ok bool
			if c, ok = w.resume(was, ""); !ok { // what came with the last one was lost, too
				w.Fatalf("not recovered the %dth time", i+1)
			}
		}
		c.want(`2["x",0,"1"]`, `2["x",1,"2"]`, `2["x",2,"3"]`)
		if ns.Len() != 1 || ns.RoomLen("r") != 1 {
			w.Errorf("%d sockets, %d in the room", ns.Len(), ns.RoomLen("r"))
		}
	})
}

func TestRecoveryBeforeTheLossIsNoticed(t *testing.T) {
	bubble(t, withRecovery, func(w *world) {
		var gone record
		ns := w.io.Of("/")
		ns.OnDisconnect(func(_ context.Context, _ *socketio.Socket, r socketio.Reason) { gone.Add("%s", r) })
		c := w.client()
		was := c.enter("/", "")
		w.try(ns.Emit(w.Context(), "x"))
		again, ok := w.resume(was, "")
		if !ok {
			w.Error("not recovered")
		}
		again.want(`2["x","1"]`)
		c.wantClosed(true)
		gone.Want(t, "transport close")
		if ns.Len() != 1 {
			w.Errorf("%d sockets", ns.Len())
		}
	})
}

func TestRecoveryTellsNothingFromBeforeJoining(t *testing.T) {
	bubble(t, withRecovery, func(w *world) {
		ns, ctx := w.io.Of("/"), w.Context()
		c := w.client()
		was := c.enter("/", "")
		s := ns.Socket(was.SID)
		w.try(ns.To("r").Emit(ctx, "before"))
		w.try(s.Join("r"))
		w.try(ns.To("r").Emit(ctx, "after"))
		w.lost(c)
		c, _ = w.resume(was, "")
		c.want(`2["after","2"]`)
		w.lost(c)
		c, _ = w.resume(was, "")
		c.want(`2["after","2"]`)
	})
}

func TestRecoveryTellsNothingMeantForOneSocket(t *testing.T) {
	bubble(t, withRecovery, func(w *world) {
		ns, ctx := w.io.Of("/"), w.Context()
		c := w.client()
		was := c.enter("/", "")
		_, other := w.in("/")
		w.try(ns.Socket(was.SID).Join(other)) // a room like any other
		w.lost(c)
		w.try(ns.Socket(other).Emit(ctx, "for the other alone"))
		w.try(ns.To(other).Emit(ctx, "for the room"))
		c, _ = w.resume(was, "")
		c.want(`2["for the room","2"]`)
	})
}

// A client that is gone again while middleware runs can still come back.
func TestRecoveryInterrupted(t *testing.T) {
	bubble(t, withRecovery, func(w *world) {
		ns := w.io.Of("/")
		ns.Use(func(ctx context.Context, _ *socketio.Handshake) (context.Context, error) {
			<-time.After(time.Second)
			return ctx, nil
		})
		c := w.client()
		c.send("0")
		pass(time.Second)
		var was joined
		if err := json.Unmarshal([]byte(c.received()[0][1:]), &was); err != nil {
			w.Fatal(err)
		}
		w.lost(c)
		w.try(ns.Emit(w.Context(), "missed"))
		c = w.client()
		c.send(`0{"pid":"` + was.PID + `"}`)
		w.lost(c)
		pass(2 * time.Second)
		c = w.client()
		c.send(`0{"pid":"` + was.PID + `"}`)
		pass(time.Second)
		c.want(`0{"sid":"`+was.SID+`","pid":"`+was.PID+`"}`, `2["missed","1"]`)
	})
}

func TestNoRecovery(t *testing.T) {
	for name, test := range map[string]func(w *world, c *client, was *joined) (offset string){
		"with an unknown pid": func(w *world, c *client, was *joined) string {
			w.lost(c)
			was.PID = "unknown"
			return ""
		},
		"with an offset of the future": func(w *world, c *client, _ *joined) string {
			w.lost(c)
			return "zz"
		},
		"with an offset that is none": func(w *world, c *client, _ *joined) string {
			w.lost(c)
			return "%"
		},
		"with an offset below zero": func(w *world, c *client, _ *joined) string {
			w.lost(c)
			return "-1"
		},
		"after too long": func(w *world, c *client, _ *joined) string {
			w.lost(c)
			pass(2*time.Minute + 1)
			return ""
		},
		"after leaving": func(_ *world, c *client, _ *joined) string {
			c.send("1")
			synctest.Wait()
			return ""
		},
		"after being dismissed": func(w *world, _ *client, was *joined) string {
			w.io.Of("/").Socket(was.SID).CloseConn()
			synctest.Wait()
			return ""
		},
		"after an invalid packet": func(_ *world, c *client, _ *joined) string {
			c.send("2[")
			synctest.Wait()
			return ""
		},
		"when too much was emitted": func(w *world, c *client, _ *joined) string {
			w.lost(c)
			for range 10 {
				w.try(w.io.Of("/").Emit(w.Context(), "x", strings.Repeat("x", 1000)))
			}
			return ""
		},
		"when more is missed than can be queued": func(w *world, c *client, _ *joined) string {
			w.lost(c)
			for range 2 {
				w.try(w.io.Of("/").Emit(w.Context(), "x", strings.Repeat("x", 1500)))
			}
			return ""
		},
		"when too many are away": func(w *world, c *client, _ *joined) string {
			w.lost(c)
			for range 2 {
				w.lost(w.in1("/"))
			}
			return ""
		},
	} {
		t.Run(name, func(t *testing.T) {
			opts := &socketio.Options{
				Recovery: &socketio.Recovery{MaxBytes: 5000, MaxSessions: 2},
				Engine:   engineio.Options{MaxQueue: 3000},
			}
			bubble(t, opts, func(w *world) {
				c := w.client()
				was := c.enter("/", "")
				offset := test(w, c, &was)
				if _, ok := w.resume(was, offset); ok {
					w.Error("recovered")
				}
			})
		})
	}
}

// What a client sends in place of an offset does not count as having got nothing: it would get
// all of it twice.
func TestOffsetThatIsNoText(t *testing.T) {
	for _, offset := range []string{`1`, `0`, `1.5`, `-1`, `true`, `false`, `[]`, `["1"]`, `{}`, `{"offset":"1"}`} {
		t.Run(offset, func(t *testing.T) {
			bubble(t, withRecovery, func(w *world) {
				c := w.client()
				was := c.enter("/", "")
				w.try(w.io.Of("/").Emit(w.Context(), "x"))
				c.want(`2["x","1"]`)
				w.lost(c)
				is := w.client().enter("/", `{"pid":"`+was.PID+`","offset":`+offset+`}`)
				if is.SID == was.SID || is.PID == was.PID {
					w.Errorf("recovered")
				}
				if _, ok := w.resume(was, "1"); !ok {
					w.Error("the session is gone, though nobody took it")
				}
			})
		})
	}
}

func TestRecoveryRunsMiddleware(t *testing.T) {
	bubble(t, withRecovery, func(w *world) {
		banned := false
		w.io.Of("/").Use(func(ctx context.Context, _ *socketio.Handshake) (context.Context, error) {
			if banned {
				return nil, &socketio.Error{Message: "FORBIDDEN"}
			}
			return ctx, nil
		})
		c := w.client()
		was := c.enter("/", "")
		w.lost(c)
		banned = true
		c = w.client()
		c.send(`0{"pid":"` + was.PID + `"}`)
		c.want(`4{"message":"FORBIDDEN"}`)
	})
}

// What a client says of its session counts also where middleware does not let the socket keep it.
func TestRecoveryWithoutAuth(t *testing.T) {
	bubble(t, withRecovery, func(w *world) {
		w.io.Of("/").Use(func(ctx context.Context, h *socketio.Handshake) (context.Context, error) {
			h.Auth = nil
			return ctx, nil
		})
		c := w.client()
		was := c.enter("/", "")
		if kept := w.io.Of("/").Socket(was.SID).Handshake().Auth; kept != nil {
			w.Errorf("%s is kept", kept)
		}
		w.lost(c)
		if _, ok := w.resume(was, ""); !ok {
			w.Error("not recovered")
		}
	})
}

func TestRecoveryOfRoomsTellsHooks(t *testing.T) {
	bubble(t, withRecovery, func(w *world) {
		var events record
		ns := w.io.Of("/")
		c := w.client()
		was := c.enter("/", "")
		w.try(ns.Socket(was.SID).Join("r"))
		ns.OnRoom(func(e socketio.RoomEvent) {
			events.Add("%d %s", e.Kind, e.Room)
			w.try(ns.To(e.Room).Emit(w.Context(), "room", e.Kind)) // may emit
		})
		w.lost(c)
		w.resume(was, "")
		events.Want(t, "2 r", "3 r", "0 r", "1 r")
	})
}

// A shelf is a RecoveryStore.
type shelf struct {
	data []byte
	err  error
}

func (s *shelf) Load(context.Context) ([]byte, error) { return s.data, s.err }

func (s *shelf) Save(_ context.Context, data []byte) error {
	s.data = data
	return s.err
}

func TestRecoveryOverARestart(t *testing.T) {
	type profile struct{ Name string }
	const user socketio.Data[profile] = "user"
	store := new(shelf)
	opts := &socketio.Options{Recovery: &socketio.Recovery{Store: store}}
	var away, gone joined
	bubble(t, opts, func(w *world) {
		ns := w.io.Of("/")
		c1, c2 := w.client(), w.client()
		away, gone = c1.enter("/", ""), c2.enter("/", "")
		s := ns.Socket(away.SID)
		user.Set(s, profile{"Ann"})
		w.try(s.Join("r"))
		w.try(ns.Emit(w.Context(), "first"))
		w.lost(c1)
		w.try(ns.To("r").Emit(w.Context(), "missed", []byte("one")))
		c2.send("1")
		synctest.Wait()
		w.try(w.io.Shutdown(w.Context()))
	})
	if len(store.data) == 0 {
		t.Fatal("nothing was saved")
	}
	bubble(t, opts, func(w *world) {
		ns := w.io.Of("/")
		c, ok := w.resume(away, "1")
		if !ok {
			w.Fatal("not recovered")
		}
		c.want(`51-["missed",{"_placeholder":true,"num":0},"2"]`, "binary one")
		if v, _ := user.Get(ns.Socket(away.SID)); v.Name != "Ann" {
			w.Errorf("data %+v", v)
		}
		w.try(ns.To("r").Emit(w.Context(), "next"))
		c.want(`2["next","3"]`)
		if _, ok := w.resume(gone, ""); ok {
			w.Error("a client that had left was recovered")
		}
		socketio.Data[func()]("bad").Set(ns.Socket(away.SID), func() {})
		if err := w.io.Shutdown(w.Context()); err == nil {
			w.Error("a function was saved")
		}
	})
}

// Clients that were connected when the server was restarted are who they were, too,
// even if they never got an event, or a volatile one last; and as often as it is.
func TestRecoveryOfThoseConnectedAtARestart(t *testing.T) {
	store := new(shelf)
	opts := &socketio.Options{
		Recovery: &socketio.Recovery{Store: store},
		Engine:   engineio.Options{DrainWindow: 10 * time.Second},
	}
	var quiet, busy joined
	bubble(t, opts, func(w *world) {
		ns := w.io.Of("/")
		ns.OnDisconnect(func(ctx context.Context, s *socketio.Socket, _ socketio.Reason) {
			w.try(ns.To("r").Except(s.ID()).Emit(ctx, "left")) // while others are still there
		})
		c1, c2 := w.client(), w.client()
		quiet, busy = c1.enter("/", ""), c2.enter("/", "")
		w.try(ns.Everyone().Join(w.Context(), "r"))
		w.try(ns.To(busy.SID).Volatile().Emit(w.Context(), "tick", "a string"))
		c2.want(`2["tick","a string","0"]`)
		w.try(w.io.Shutdown(w.Context()))
	})
	for range 3 {
		bubble(t, opts, func(w *world) {
			ns := w.io.Of("/")
			var missed []string
			for _, was := range []joined{quiet, busy} {
				c, ok := w.resume(was, "0")
				if !ok {
					w.Fatal("not recovered")
				}
				missed = append(missed, c.received()...)
			}
			slices.Sort(missed)
			if diff := cmp.Diff([]string{`2["left","1"]`, `2["left","2"]`}, missed); diff != "" {
				w.Errorf("missed (-want +got):\n%s", diff)
			}
			if ns.Len() != 2 || ns.RoomLen("r") != 2 {
				w.Errorf("%d sockets, %d in the room", ns.Len(), ns.RoomLen("r"))
			}
			w.try(w.io.Shutdown(w.Context()))
		})
	}
}

func TestRecoveryStoreErrors(t *testing.T) {
	failure := errors.New("disk full")
	opts := &socketio.Options{Recovery: &socketio.Recovery{Store: &shelf{err: failure}}}
	if _, err := socketio.NewServer(opts); !errors.Is(err, failure) {
		t.Errorf("NewServer: %v", err)
	}
	opts.Recovery.Store = &shelf{data: []byte("{")}
	if _, err := socketio.NewServer(opts); err == nil {
		t.Error("NewServer took malformed data")
	}
	store := new(shelf)
	opts.Recovery.Store = store
	io, err := socketio.NewServer(opts)
	if err != nil {
		t.Fatal(err)
	}
	store.err = failure
	if err := io.Shutdown(t.Context()); !errors.Is(err, failure) {
		t.Errorf("Shutdown: %v", err)
	}
}

// TestRecoveryUnderLoad checks that a client that comes and goes all the time gets
// everything, once and in order, while several goroutines emit.
func TestRecoveryUnderLoad(t *testing.T) {
	bubble(t, withRecovery, func(w *world) {
		ns := w.io.Of("/")
		c := w.client()
		was := c.enter("/", "")
		w.try(ns.Socket(was.SID).Join("r"))
		const emitters, each = 4, 100
		for e := range emitters {
			go func() { // ends soon
				for i := range each {
					<-time.After(time.Millisecond)
					w.try(ns.To("r").Emit(w.Context(), "x", e, i))
				}
			}()
		}
		next, offset := [emitters]int{}, ""
		read := func() {
			for _, packet := range c.received() {
				var e, i int
				if _, err := fmt.Sscanf(packet, `2["x",%d,%d,%s`, &e, &i, &offset); err != nil {
					w.Fatalf("%q: %v", packet, err)
				}
				offset = strings.Trim(offset, `"]`)
				if next[e] != i {
					w.Errorf("got %d of %d, want %d", i, e, next[e])
				}
				next[e] = i + 1
			}
		}
		for range 40 {
			pass(3 * time.Millisecond)
			read()
			c.close()
			pass(time.Millisecond)
			var ok bool
			if c, ok = w.resume(was, offset); !ok {
				w.Fatal("not recovered")
			}
		}
		pass(time.Second)
		read()
		if next != [emitters]int{each, each, each, each} {
			w.Errorf("got %v", next)
		}
	})
}
