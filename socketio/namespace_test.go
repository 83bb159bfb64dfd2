package socketio_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/caucus-live/caucus/socketio"
)

func TestEnterNamespaces(t *testing.T) {
	bubble(t, nil, func(w *world) {
		w.io.Of("custom")
		c := w.client()
		main := c.enter("/", "")
		custom := c.enter("/custom", `{"token":"x"}`)
		if len(main.SID) != 20 || len(custom.SID) != 20 || main.SID == custom.SID {
			w.Errorf("ids %q and %q", main.SID, custom.SID)
		}
		if main.PID != "" {
			w.Error("a private id without recovery")
		}
		c.send("0/unknown")
		c.want(`4/unknown,{"message":"Invalid namespace"}`)
		c.wantClosed(false)
	})
}

func TestConnectionWithoutNamespaceIsClosed(t *testing.T) {
	bubble(t, &socketio.Options{ConnectTimeout: time.Second}, func(w *world) {
		w.io.Of("/no").Use(refuse(&socketio.Error{Message: "no"}))
		idle, refused, inside := w.client(), w.client(), w.in1("/")
		refused.send("0/no,")
		pass(time.Second - 1)
		idle.wantClosed(false)
		pass(1)
		idle.wantClosed(true)
		refused.wantClosed(true)
		inside.wantClosed(false)
	})
}

// The same holds for a connection that has left its namespaces, whoever wanted that. It may be in
// one again by then.
func TestConnectionThatLeftItsNamespacesIsClosed(t *testing.T) {
	bubble(t, &socketio.Options{ConnectTimeout: time.Second}, func(w *world) {
		w.io.Of("/other")
		w.io.Of("/no").Use(refuse(&socketio.Error{Message: "no"}))
		put, id := w.in("/")
		left, refused, back, partly := w.in1("/"), w.in1("/"), w.in1("/"), w.in1("/")
		partly.enter("/other", "")
		pass(10 * time.Second)
		for s := range w.io.Of("/").Sockets() {
			if s.ID() == id {
				s.Disconnect()
			}
		}
		for _, c := range []*client{left, refused, back, partly} {
			c.send("1")
		}
		pass(time.Second / 2)
		refused.send("0/no,")
		back.enter("/", "")
		pass(time.Second/2 - 1)
		for _, c := range []*client{put, left, refused} {
			c.wantClosed(false)
		}
		pass(1)
		for _, c := range []*client{put, left, refused} {
			c.wantClosed(true)
		}
		pass(10 * time.Second)
		back.wantClosed(false)
		partly.wantClosed(false)
	})
}

func TestStateViolationsCloseTheConnection(t *testing.T) {
	for name, packet := range map[string]string{
		"a second connect":                `0`,
		"an event to another namespace":   `2/custom,["x"]`,
		"an ack to another namespace":     `3/custom,1[]`,
		"leaving another namespace":       `1/custom,`,
		"a connect_error":                 `4{"message":"x"}`,
		"attachments to another namspace": `51-/custom,["x",{"_placeholder":true,"num":0}]`,
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, nil, func(w *world) {
				var gone record
				w.io.Of("/").OnDisconnect(func(_ context.Context, _ *socketio.Socket, reason socketio.Reason) {
					gone.Add("%s", reason)
				})
				w.io.Of("/custom")
				c := w.in1("/")
				c.send(packet)
				c.wantClosed(true)
				gone.Want(t, "forced server close")
			})
		})
	}
}

func TestMiddleware(t *testing.T) {
	type user struct{}
	bubble(t, nil, func(w *world) {
		ns := w.io.Of("/polls")
		ns.Use(func(ctx context.Context, h *socketio.Handshake) (context.Context, error) {
			var auth struct{ Token string }
			if err := h.DecodeAuth(&auth); err != nil {
				return nil, err
			}
			if auth.Token != "good" {
				return nil, &socketio.Error{Message: "FORBIDDEN"}
			}
			return context.WithValue(ctx, user{}, "Ann"), nil
		})
		ns.Use(func(ctx context.Context, h *socketio.Handshake) (context.Context, error) {
			if h.Query().Get("x") != "1" || h.Header.Get("X-Test") != "yes" || h.Namespace != "/polls" || h.Secure() {
				w.Errorf("handshake %+v", h)
			}
			return context.WithValue(ctx, user{}, fmt.Sprint(ctx.Value(user{}), " B")), nil
		})
		ns.On("who", func(ctx context.Context, _ *socketio.Socket, _ socketio.Request) (any, error) {
			return ctx.Value(user{}), nil
		})
		w.io.Of("/")
		c := w.client("EIO=4&transport=websocket&x=1")
		c.enter("/", "")
		for _, auth := range []string{``, `{}`, `{"token":"bad"}`} {
			c.send(`0/polls,` + auth)
			c.want(`4/polls,{"message":"FORBIDDEN"}`)
		}
		c.send(`0/polls,{"token":1}`)
		c.want(`4/polls,{"message":"auth does not decode","data":{"code":"bad_request"}}`)
		c.enter("/polls", `{"token":"good"}`)
		c.send(`2/polls,1["who"]`)
		c.want(`3/polls,1["Ann B"]`)
	})
}

func refuse(err error) socketio.Middleware {
	return func(context.Context, *socketio.Handshake) (context.Context, error) { return nil, err }
}

func TestMiddlewareErrors(t *testing.T) {
	for name, test := range map[string]struct {
		middleware socketio.Middleware
		want       string
		log        string
	}{
		"message": {refuse(&socketio.Error{Message: "no"}), `{"message":"no"}`, ""},
		"code":    {refuse(&socketio.Error{Code: "full"}), `{"message":"full","data":{"code":"full"}}`, ""},
		"both":    {refuse(&socketio.Error{Code: "full", Message: "no"}), `{"message":"no","data":{"code":"full"}}`, ""},
		"data":    {refuse(&socketio.Error{Message: "no", Data: []int{1}}), `{"message":"no","data":[1]}`, ""},
		"wrapped": {refuse(errors.Join(errors.New("x"), &socketio.Error{Message: "no"})), `{"message":"no"}`, ""},
		"secret":  {refuse(errors.New("dial db: refused")), `"message":"internal error"`, "dial db: refused"},
		"a panic": {
			func(context.Context, *socketio.Handshake) (context.Context, error) { panic("ouch") }, //nolint:forbidigo // what is tested
			`"message":"internal error"`, "ouch",
		},
		"no context": {refuse(nil), `"message":"internal error"`, "does not descend"},
		"a stray context": {
			func(context.Context, *socketio.Handshake) (context.Context, error) { return context.Background(), nil },
			`"message":"internal error"`, "does not descend",
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, nil, func(w *world) {
				w.io.Of("/x").Use(test.middleware)
				c := w.client()
				c.send(`0/x,`)
				if got := c.received(); len(got) != 1 || !strings.HasPrefix(got[0], `4/x,{`) || !strings.Contains(got[0], test.want) {
					w.Errorf("got %q, want %s", got, test.want)
				}
				c.wantClosed(false)
				if test.log == "" && w.log.String() != "" {
					w.Error(w.log)
				}
				w.wantLog(test.log, true)
				if w.io.Of("/x").Len() != 0 {
					w.Error("it is in")
				}
			})
		})
	}
}

func TestTwoConnectsDuringMiddlewareMakeOneSocket(t *testing.T) {
	bubble(t, nil, func(w *world) {
		ns := w.io.Of("/")
		ns.Use(func(ctx context.Context, _ *socketio.Handshake) (context.Context, error) {
			<-time.After(time.Second)
			return ctx, nil
		})
		c := w.client()
		c.send("0", "0")
		pass(time.Second)
		if got := c.received(); len(got) != 1 || ns.Len() != 1 {
			w.Errorf("got %q, %d sockets", got, ns.Len())
		}
	})
}

func TestEventDuringMiddleware(t *testing.T) {
	bubble(t, nil, func(w *world) {
		var middleware record
		w.io.Of("/").Use(func(ctx context.Context, _ *socketio.Handshake) (context.Context, error) {
			<-ctx.Done()
			middleware.Add("%v", context.Cause(ctx))
			return ctx, nil
		})
		w.io.Of("/").OnConnect(func(context.Context, *socketio.Socket) error {
			w.Error("connected")
			return nil
		})
		c := w.client()
		c.send("0", `2["too early"]`)
		c.wantClosed(true)
		middleware.Want(t, "socketio: disconnected: forced server close")
	})
}

func TestConnectionLostDuringMiddleware(t *testing.T) {
	bubble(t, nil, func(w *world) {
		ns := w.io.Of("/")
		ns.Use(func(ctx context.Context, _ *socketio.Handshake) (context.Context, error) {
			<-ctx.Done()
			return ctx, nil
		})
		ns.OnDisconnect(func(context.Context, *socketio.Socket, socketio.Reason) {
			w.Error("disconnected a socket that never connected")
		})
		c := w.client()
		c.send("0")
		c.close()
		pass(time.Second)
		if ns.Len() != 0 {
			w.Error("it is in")
		}
	})
}

func TestTooManyNamespaces(t *testing.T) {
	bubble(t, &socketio.Options{MaxNamespaces: 2}, func(w *world) {
		w.io.OfPattern(regexp.MustCompile(`^/n\d+$`))
		c := w.client()
		c.enter("/n1", "")
		c.enter("/n2", "")
		c.send("0/n3,")
		c.want(`4/n3,{"message":"Too many namespaces"}`)
		c.send("1/n1,")
		c.enter("/n3", "")
	})
}

func TestOnConnect(t *testing.T) {
	bubble(t, nil, func(w *world) {
		ns := w.io.Of("/")
		var order record
		ns.OnConnect(func(ctx context.Context, s *socketio.Socket) error {
			order.Add("first")
			return errors.Join(s.Join("room"), s.Emit(ctx, "hello", s.ID() != ""))
		})
		ns.OnConnect(func(ctx context.Context, _ *socketio.Socket) error {
			order.Add("second")
			return ns.To("room").Emit(ctx, "all")
		})
		c := w.in1("/")
		c.want(`2["hello",true]`, `2["all"]`)
		order.Want(t, "first", "second")
	})
}

func TestOnConnectErrorDisconnects(t *testing.T) {
	bubble(t, nil, func(w *world) {
		var gone record
		ns := w.io.Of("/")
		ns.OnConnect(func(context.Context, *socketio.Socket) error { return errors.New("no database") })
		ns.OnDisconnect(func(_ context.Context, _ *socketio.Socket, reason socketio.Reason) { gone.Add("%s", reason) })
		c := w.in1("/")
		c.want("1")
		c.wantClosed(false)
		gone.Want(t, "server namespace disconnect")
		w.wantLog("no database", true)
	})
}

func TestRegistrationMisuse(t *testing.T) {
	io, err := socketio.NewServer(nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := io.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
	})
	h := func(context.Context, *socketio.Socket, socketio.Request) (any, error) { return nil, nil }
	io.Of("/").On("x", h)
	defer func() {
		if recover() == nil {
			t.Error("a second handler was accepted")
		}
	}()
	io.Of("").On("x", h)
}

func TestCatchAll(t *testing.T) {
	bubble(t, nil, func(w *world) {
		var seen record
		ns := w.io.Of("/")
		ns.OnAny(func(_ context.Context, _ *socketio.Socket, r socketio.Request) {
			seen.Add("in %s %d %v", r.Event, len(r.Args), r.WantsAck)
		})
		ns.OnAnyOutgoing(func(_ context.Context, event string, args []any) {
			seen.Add("out %s %v", event, args)
		})
		ns.On("known", func(ctx context.Context, s *socketio.Socket, _ socketio.Request) (any, error) {
			return nil, s.Others().Emit(ctx, "others", 1)
		})
		c := w.in1("/")
		c.send(`2["known","a"]`, `21["unknown"]`) // which is not answered
		seen.Want(t, "in known 1 false", "out others [1]", "in unknown 0 true")
	})
}

func TestIntercept(t *testing.T) {
	bubble(t, nil, func(w *world) {
		ns := w.io.Of("/")
		var order record
		trace := func(name string) func(socketio.Handler) socketio.Handler {
			return func(next socketio.Handler) socketio.Handler {
				return func(ctx context.Context, s *socketio.Socket, r socketio.Request) (any, error) {
					order.Add("%s", name)
					return next(ctx, s, r)
				}
			}
		}
		ns.Intercept(trace("outer"))
		ns.On("fail", func(context.Context, *socketio.Socket, socketio.Request) (any, error) {
			order.Add("handler")
			return nil, &socketio.Error{Code: "closed", Message: "voting has ended"}
		})
		ns.Intercept(trace("inner"))
		ns.Intercept(func(next socketio.Handler) socketio.Handler {
			return func(ctx context.Context, s *socketio.Socket, r socketio.Request) (any, error) {
				answer, err := next(ctx, s, r)
				if e, ok := errors.AsType[*socketio.Error](err); ok && !r.WantsAck {
					return nil, s.Emit(ctx, "exception", map[string]string{"type": e.Code, "message": e.Message})
				} else if ok {
					return map[string]any{"ok": false, "code": e.Code}, nil
				}
				return answer, err
			}
		})
		c := w.in1("/")
		c.send(`2["fail"]`, `27["fail"]`, `28["unknown"]`)
		c.want(`2["exception",{"message":"voting has ended","type":"closed"}]`,
			`37[{"code":"closed","ok":false}]`, `38[{"code":"unknown_event","ok":false}]`)
		order.Want(t, "outer", "inner", "handler", "outer", "inner", "handler", "outer", "inner")
	})
}
