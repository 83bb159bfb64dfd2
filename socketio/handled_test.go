package socketio_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math/big"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/adaptertest"
	"github.com/caucus-live/caucus/socketio/internal/bubbletest"
)

const ask socketio.Call[string, string] = "ask"

func TestAnswerLaterOrNever(t *testing.T) {
	bubble(t, nil, func(w *world) {
		var acks []socketio.Ack[string]
		ask.On(w.io.Of("/"), func(ctx context.Context, _ *socketio.Socket, in string) (string, error) {
			acks = append(acks, ask.Defer(ctx))
			if in == "refused" {
				return "", &socketio.Error{Code: "no"}
			}
			return "not sent", nil
		})
		c := w.in1("/")
		c.send(`21["ask","a"]`, `22["ask","b"]`, `23["ask","refused"]`, `2["ask","nobody listens"]`)
		c.want(`33[{"error":{"code":"no","message":""}}]`)
		w.try(acks[1].Answer("second", nil))
		c.want(`32["second"]`)
		w.try(acks[0].Answer("", &socketio.Error{Code: "late", Message: "too late"}))
		c.want(`31[{"error":{"code":"late","message":"too late"}}]`)
		for _, again := range acks[:3] {
			if err := again.Answer("again", nil); !errors.Is(err, socketio.ErrAnswered) {
				t.Errorf("answered twice: %v", err)
			}
		}
		w.try(acks[3].Answer("x", nil))
		c.want()
		c.send(`24["ask","c"]`)
		synctest.Wait()
		c.close()
		synctest.Wait()
		if _, ok := errors.AsType[*socketio.DisconnectError](acks[4].Answer("gone", nil)); !ok {
			t.Error("the socket is gone, and there was no error")
		}
	})
}

func TestDeferOutsideAHandler(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	ask.Defer(t.Context())
}

func TestRequestFrom(t *testing.T) {
	bubble(t, nil, func(w *world) {
		var got record
		w.io.Of("/").Intercept(func(next socketio.Handler) socketio.Handler {
			return func(ctx context.Context, s *socketio.Socket, r socketio.Request) (any, error) {
				ctx, cancel := context.WithTimeout(ctx, time.Minute)
				defer cancel()
				return next(ctx, s, r)
			}
		})
		ask.On(w.io.Of("/"), func(ctx context.Context, _ *socketio.Socket, _ string) (string, error) {
			r := socketio.RequestFrom(ctx)
			got.Add("%s %s %v", r.Event, r.Args[0].JSON(), r.WantsAck)
			return "", nil
		})
		w.in1("/").send(`21["ask","a"]`, `2["ask","b"]`)
		synctest.Wait()
		got.Want(t, `ask "a" true`, `ask "b" false`)
		if r := socketio.RequestFrom(w.Context()); r.Event != "" {
			t.Errorf("elsewhere: %+v", r)
		}
	})
}

// A handler that waits holds up the events behind it, unless it is told to run beside them.
func TestAsync(t *testing.T) {
	bubble(t, nil, func(w *world) {
		var got record
		slow := make(chan struct{})
		ns := w.io.Of("/")
		ns.On("slow", func(ctx context.Context, _ *socketio.Socket, _ socketio.Request) (any, error) {
			socketio.Async(ctx)
			socketio.Async(ctx) // once is enough
			<-slow
			got.Add("slow")
			return "slow", nil
		})
		ns.On("fast", func(ctx context.Context, _ *socketio.Socket, r socketio.Request) (any, error) {
			got.Add("fast")
			defer time.AfterFunc(time.Second, func() { socketio.Async(ctx) }) // too late: it has returned
			return r.Args, nil
		})
		ns.OnDisconnect(func(context.Context, *socketio.Socket, socketio.Reason) { got.Add("bye") })
		c := w.in1("/")
		c.send(`21["slow"]`, `22["fast",1]`, `23["fast",2]`)
		c.want(`32[1]`, `33[2]`)
		close(slow)
		c.want(`31["slow"]`)
		pass(2 * time.Second)
		c.send(`24["fast",3]`)
		c.want(`34[3]`)
		c.close()
		synctest.Wait()
		got.Want(t, "fast", "fast", "slow", "fast", "bye")
	})
}

// A client cannot start any number of handlers.
func TestAsyncIsBounded(t *testing.T) {
	const limit = 10
	bubble(t, &socketio.Options{MaxPending: limit * 128}, func(w *world) {
		running, end := 0, make(chan struct{})
		w.io.Of("/").On("slow", func(ctx context.Context, _ *socketio.Socket, _ socketio.Request) (any, error) {
			running++
			socketio.Async(ctx)
			<-end
			return nil, nil
		})
		c := w.in1("/")
		go func() {
			for range 3 * limit {
				c.send(`2["slow"]`)
			}
		}()
		pass(time.Second)
		if running > 2*limit {
			t.Errorf("%d handlers run, of which %d are allowed to wait", running, limit)
		}
		close(end)
		pass(time.Second)
		if running != 3*limit {
			t.Errorf("%d handlers ran", running)
		}
	})
}

// Code that ends the goroutine, as t.FailNow does, ends the socket as a panic does.
func TestGoexit(t *testing.T) {
	for name, register := range map[string]func(ns *socketio.Namespace){
		"event": func(ns *socketio.Namespace) {
			ns.On("exit", func(context.Context, *socketio.Socket, socketio.Request) (any, error) {
				runtime.Goexit()
				return nil, nil
			})
		},
		"event aside": func(ns *socketio.Namespace) {
			ns.On("exit", func(ctx context.Context, _ *socketio.Socket, _ socketio.Request) (any, error) {
				socketio.Async(ctx)
				runtime.Goexit()
				return nil, nil
			})
		},
		"OnAny": func(ns *socketio.Namespace) {
			ns.OnAny(func(context.Context, *socketio.Socket, socketio.Request) { runtime.Goexit() })
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, nil, func(w *world) {
				var got record
				ns := w.io.Of("/")
				register(ns)
				ns.OnDisconnect(func(_ context.Context, _ *socketio.Socket, r socketio.Reason) { got.Add("%s", r) })
				c := w.in1("/")
				c.send(`21["exit"]`)
				if packets := c.received(); len(packets) != 2 || !strings.Contains(packets[0], `"code":"internal"`) || packets[1] != "1" {
					t.Errorf("got %q", packets)
				}
				got.Want(t, string(socketio.ReasonPanic))
				if n := w.io.Stats().Panics; n != 1 {
					t.Errorf("%d counted", n)
				}
			})
		})
	}
}

func TestGoexitElsewhere(t *testing.T) {
	bubble(t, nil, func(w *world) {
		var got record
		w.io.Of("/refused").Use(func(ctx context.Context, _ *socketio.Handshake) (context.Context, error) {
			runtime.Goexit()
			return ctx, nil
		})
		hello, bye := w.io.Of("/hello"), w.io.Of("/bye")
		hello.OnConnect(func(context.Context, *socketio.Socket) error {
			runtime.Goexit()
			return nil
		})
		hello.OnDisconnect(func(_ context.Context, _ *socketio.Socket, r socketio.Reason) { got.Add("%s", r) })
		bye.OnDisconnect(func(context.Context, *socketio.Socket, socketio.Reason) { runtime.Goexit() })
		c := w.client()
		c.send("0/refused,")
		if packets := c.received(); len(packets) != 1 || !strings.HasPrefix(packets[0], `4/refused,{"message":"internal error"`) {
			t.Errorf("got %q", packets)
		}
		c.send("0/hello,")
		if packets := c.received(); len(packets) != 2 || packets[1] != "1/hello," {
			t.Errorf("got %q", packets)
		}
		got.Want(t, string(socketio.ReasonPanic))
		c.enter("/bye", "")
		c.send("1/bye,")
		synctest.Wait()
		c.enter("/bye", "") // all is well
	})
}

func TestErrorsThatNobodyIsTold(t *testing.T) {
	var log bubbletest.Log
	logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	bubble(t, &socketio.Options{Logger: logger}, func(w *world) {
		ask.On(w.io.Of("/"), func(context.Context, *socketio.Socket, string) (string, error) {
			return "", &socketio.Error{Code: "no", Message: "not now"}
		})
		c := w.in1("/")
		c.send(`2["ask","a"]`, `2["ask",7]`, `2["ask"]`)
		c.want()
		if n := w.io.Stats().DroppedErrors; n != 3 {
			t.Errorf("%d counted", n)
		}
		lines := strings.Split(strings.TrimSpace(log.String()), "\n")
		if len(lines) != 3 {
			t.Errorf("logged %q", lines)
		}
		for i, line := range lines {
			if !strings.Contains(line, "level=DEBUG") || !strings.Contains(line, "event=ask") || strings.Contains(line, "not now") != (i == 0) {
				t.Errorf("logged %q", line)
			}
		}
		c.send(`21["ask","a"]`)
		c.want(`31[{"error":{"code":"no","message":"not now"}}]`)
		if n := w.io.Stats().DroppedErrors; n != 3 {
			t.Errorf("%d counted", n)
		}
	})
}

func TestNamesThatAreNotEvents(t *testing.T) {
	bubble(t, nil, func(w *world) {
		ns := w.io.Of("/")
		for name, method := range map[string]string{
			"connection": "OnConnect", "connect": "OnConnect", "disconnect": "OnDisconnect", "disconnecting": "OnDisconnect",
			"connect_error": "reserved", "newListener": "reserved", "removeListener": "reserved",
		} {
			for where, register := range map[string]func(){
				"On":      func() { ns.On(name, nil) },
				"Signal":  func() { socketio.Signal(name).On(ns, nil) },
				"Servers": func() { ns.Servers().On(name, nil) },
			} {
				func() {
					defer func() {
						if message, _ := recover().(string); !strings.Contains(message, method) {
							t.Errorf("%s(%q): panic %q", where, name, message)
						}
					}()
					register()
				}()
			}
			if err := ns.Servers().Emit(w.Context(), name); err != nil {
				t.Errorf("alone: %v", err)
			}
		}
	})
}

func TestCallTimeout(t *testing.T) {
	bubble(t, &socketio.Options{CallTimeout: 3 * time.Second, Adapter: new(adaptertest.Hub).Adapter()}, func(w *world) {
		c, id := w.in("/")
		ns, start := w.io.Of("/"), time.Now()
		_, err := ns.Socket(id).Call(w.Context(), "x")
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != 3*time.Second {
			t.Errorf("Socket.Call: %v after %s", err, time.Since(start))
		}
		n := 0
		for _, err := range ns.Call(w.Context(), "x") {
			if n++; !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != 6*time.Second {
				t.Errorf("Namespace.Call: %v after %s", err, time.Since(start))
			}
		}
		if n != 1 {
			t.Errorf("%d answers", n)
		}
		c.received()
	})
}

// An answer in the form of an error is one for untyped calls, too.
func TestUntypedCallReturnsErrors(t *testing.T) {
	bubble(t, nil, func(w *world) {
		c, id := w.in("/")
		var got record
		go func() {
			args, err := w.io.Of("/").Socket(id).Call(w.Context(), "x")
			got.Add("%d %v", len(args), err)
			for r, err := range w.io.Of("/").Call(w.Context(), "x") {
				got.Add("%d %v", len(r.Value), err)
			}
		}()
		for _, id := range []string{"1", "2"} {
			c.want(`2` + id + `["x"]`)
			c.send(`3` + id + `[{"error":{"code":"busy","message":"later"}}]`)
		}
		got.Want(t, "1 socketio: busy: later", "1 socketio: busy: later")
	})
}

func TestMissingArguments(t *testing.T) {
	type move struct {
		socketio.Tuple
		X    int
		Y    *int
		Rest socketio.Args
	}
	bubble(t, nil, func(w *world) {
		ns := w.io.Of("/")
		socketio.Call[move, socketio.None]("move").On(ns, func(context.Context, *socketio.Socket, move) (socketio.None, error) {
			return socketio.None{}, nil
		})
		ns.Intercept(func(next socketio.Handler) socketio.Handler {
			return func(ctx context.Context, s *socketio.Socket, r socketio.Request) (any, error) {
				answer, err := next(ctx, s, r)
				if d, ok := errors.AsType[*socketio.DecodeError](err); ok && errors.Is(err, socketio.ErrMissing) {
					return nil, &socketio.Error{Code: "wants", Message: d.Type.String()}
				}
				return answer, err
			}
		})
		c := w.in1("/")
		for send, want := range map[string]string{
			`["move",1]`:        `[]`,
			`["move",1,null]`:   `[]`,
			`["move"]`:          `[{"error":{"code":"wants","message":"int"}}]`,
			`["move",null,2,3]`: `[{"error":{"code":"wants","message":"int"}}]`,
		} {
			c.send(`21` + send)
			c.want(`31` + want)
		}
	})
}

// level decodes itself, as an enumeration may.
type level int

func (l *level) UnmarshalJSON([]byte) error {
	*l = 1
	return nil
}

// Types that decode themselves are missed as others are: by convention they take null for nothing to do.
func TestMissingArgumentsThatDecodeThemselves(t *testing.T) {
	type meeting struct {
		socketio.Tuple
		At    time.Time
		Level level
		Until *time.Time
	}
	bubble(t, nil, func(w *world) {
		ns := w.io.Of("/")
		takes := map[string]func(name string){
			"time":   func(name string) { accept[time.Time](ns, name) },
			"number": func(name string) { accept[big.Int](ns, name) },
			"level":  func(name string) { accept[level](ns, name) },
		}
		c := w.in1("/")
		for name, accept := range takes {
			accept(name)
			for _, arguments := range []string{"", ",null"} {
				c.send(`21["` + name + `"` + arguments + `]`)
				c.want(`31[{"error":{"code":"bad_request","message":"argument 1 is missing"}}]`)
			}
		}
		accept[meeting](ns, "meeting")
		accept[*time.Time](ns, "perhaps")
		accept[json.RawMessage](ns, "raw")
		for send, want := range map[string]string{
			`["meeting"]`:                             `[{"error":{"code":"bad_request","message":"argument 1 is missing"}}]`,
			`["meeting","2026-01-01T00:00:00Z"]`:      `[{"error":{"code":"bad_request","message":"argument 2 is missing"}}]`,
			`["meeting","2026-01-01T00:00:00Z",null]`: `[{"error":{"code":"bad_request","message":"argument 2 is missing"}}]`,
			`["meeting","2026-01-01T00:00:00Z",2]`:    `[]`,
			`["perhaps"]`:                             `[]`,
			`["perhaps",null]`:                        `[]`,
			`["raw"]`:                                 `[]`,
		} {
			c.send(`21` + send)
			c.want(`31` + want)
		}
	})
}

// accept has an event of any type acknowledged.
func accept[T any](ns *socketio.Namespace, name string) {
	socketio.Call[T, socketio.None](name).On(ns, func(context.Context, *socketio.Socket, T) (socketio.None, error) {
		return socketio.None{}, nil
	})
}

func TestNobody(t *testing.T) {
	bubble(t, &socketio.Options{Adapter: new(adaptertest.Hub).Adapter()}, func(w *world) {
		c, id := w.in("/")
		ns, ctx := w.io.Of("/"), w.Context()
		var none []string
		for name, target := range map[string]socketio.Target{
			"zero": {}, "To": ns.To(none...), "Socket.To": ns.Socket(id).To(none...), "Everyone": ns.Everyone().To(none...),
			"Except": ns.Except("x").To(none...), "modified": ns.To().Except("x").Local().Volatile(),
		} {
			for what, err := range map[string]error{
				"Emit": target.Emit(ctx, "x"), "Join": target.Join(ctx, "r"), "Leave": target.Leave(ctx, "r"),
				"Disconnect": target.Disconnect(ctx), "CloseConns": target.CloseConns(ctx), "BreakConns": target.BreakConns(ctx),
			} {
				if err != nil {
					t.Errorf("%s: %s: %v", name, what, err)
				}
			}
			if infos, err := target.Fetch(ctx); len(infos) != 0 || err != nil {
				t.Errorf("%s: Fetch: %v, %v", name, infos, err)
			}
			for _, err := range target.Call(ctx, "x") {
				t.Errorf("%s: Call yields %v", name, err)
			}
			for range target.Sockets() {
				t.Errorf("%s: Sockets yields", name)
			}
		}
		c.want()
		if ns.RoomLen("r") != 0 {
			t.Error("somebody joined")
		}
		w.try(ns.Everyone().To(id).Emit(ctx, "x")) // only those in the room
		w.try(ns.Everyone().To("nobody").Emit(ctx, "x"))
		c.want(`2["x"]`)
	})
}

// A handler's context does not limit the socket's, and a caller's limits the middleware.
func TestReauthenticateHasAContext(t *testing.T) {
	bubble(t, nil, func(w *world) {
		ns := w.io.Of("/")
		ns.Use(func(ctx context.Context, h *socketio.Handshake) (context.Context, error) {
			if string(h.Auth) == `"slow"` {
				<-ctx.Done()
				return nil, context.Cause(ctx)
			}
			return ctx, nil
		})
		c, id := w.in("/")
		s := ns.Socket(id)
		if string(s.Handshake().Auth) != "{}" {
			t.Errorf("without auth it is %q", s.Handshake().Auth)
		}
		ctx, cancel := context.WithTimeout(w.Context(), time.Second)
		w.try(s.Reauthenticate(ctx, []byte(`{}`)))
		if err := s.Reauthenticate(ctx, []byte(`"slow"`)); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("slow: %v", err)
		}
		cancel()
		pass(time.Minute)
		if err := s.Context().Err(); err != nil {
			t.Errorf("the socket's context: %v", err)
		}
		w.try(s.Emit(w.Context(), "x"))
		c.want(`2["x"]`)
	})
}
