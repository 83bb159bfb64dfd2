package socketio_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
)

func TestDisconnectReasons(t *testing.T) {
	opts := &socketio.Options{Engine: engineio.Options{PingInterval: 10 * time.Second, PingTimeout: 5 * time.Second}}
	for reason, end := range map[socketio.Reason]func(w *world, c *client, s *socketio.Socket){
		socketio.ReasonClient:         func(_ *world, c *client, _ *socketio.Socket) { c.send("1") },
		socketio.ReasonServer:         func(_ *world, _ *client, s *socketio.Socket) { s.Disconnect() },
		socketio.ReasonForcedClose:    func(_ *world, _ *client, s *socketio.Socket) { s.BreakConn() },
		socketio.ReasonTransportClose: func(_ *world, c *client, _ *socketio.Socket) { c.close() },
		socketio.ReasonPingTimeout: func(_ *world, c *client, _ *socketio.Socket) {
			c.mute.Store(true)
			pass(15 * time.Second)
		},
		socketio.ReasonParseError:        func(_ *world, c *client, _ *socketio.Socket) { c.send("2[") },
		socketio.ReasonForcedServerClose: func(_ *world, c *client, _ *socketio.Socket) { c.send("0") },
		socketio.ReasonShutdown:          func(w *world, _ *client, _ *socketio.Socket) { w.try(w.io.Shutdown(w.Context())) },
	} {
		t.Run(string(reason), func(t *testing.T) {
			bubble(t, opts, func(w *world) {
				var gone record
				ns := w.io.Of("/")
				ns.OnConnect(func(ctx context.Context, s *socketio.Socket) error {
					context.AfterFunc(ctx, func() { gone.Add("context: %v", context.Cause(ctx)) })
					return s.Join("room")
				})
				ns.OnDisconnect(func(_ context.Context, s *socketio.Socket, r socketio.Reason) {
					<-time.After(time.Millisecond) // after the context's
					gone.Add("%s %v", r, s.Rooms())
				})
				c, id := w.in("/")
				s := ns.Socket(id)
				end(w, c, s)
				pass(time.Second)
				gone.Want(t, "context: socketio: disconnected: "+string(reason), string(reason)+" [room]")
				err := s.Emit(w.Context(), "x")
				if e, ok := errors.AsType[*socketio.DisconnectError](err); !ok || e.Reason != reason {
					w.Errorf("Emit afterwards: %v", err)
				}
				if ns.Socket(id) != nil || ns.Len() != 0 {
					w.Error("it is still there")
				}
				s.Disconnect() // does nothing
				s.CloseConn()
				s.BreakConn()
				gone.Want(t)
			})
		})
	}
}

func TestCloseConnLeavesAllNamespaces(t *testing.T) {
	bubble(t, nil, func(w *world) {
		var gone record
		for _, name := range []string{"/", "/other"} {
			w.io.Of(name).OnDisconnect(func(_ context.Context, s *socketio.Socket, r socketio.Reason) {
				gone.Add("%s", r)
			})
		}
		c, id := w.in("/")
		c.enter("/other", "")
		s := w.io.Of("/").Socket(id)
		w.try(s.Emit(w.Context(), "bye"))
		s.CloseConn()
		c.want(`2["bye"]`, "1", "1/other,")
		c.wantClosed(true)
		gone.Want(t, "server namespace disconnect", "server namespace disconnect")
	})
}

// Clients reconnect unless a namespace has told them to go.
func TestBreakConnLooksLikeALostConnection(t *testing.T) {
	bubble(t, withRecovery, func(w *world) {
		ns := w.io.Of("/")
		w.io.Of("/other")
		c := w.client()
		was := c.enter("/", "")
		c.enter("/other", "")
		s := ns.Socket(was.SID)
		w.try(s.Emit(w.Context(), "bye"))
		s.BreakConn()
		c.want(`2["bye","1"]`)
		c.wantClosed(true)
		w.try(ns.Emit(w.Context(), "missed"))
		c, ok := w.resume(was, "1")
		if !ok {
			w.Error("not recovered")
		}
		c.want(`2["missed","2"]`)
	})
}

func TestNothingIsEmittedAfterDisconnect(t *testing.T) {
	bubble(t, nil, func(w *world) {
		ns := w.io.Of("/")
		c, id := w.in("/")
		s := ns.Socket(id)
		w.try(s.Join("room"))
		s.Disconnect()
		w.try(ns.To("room", id).Emit(w.Context(), "x"))
		w.try(ns.Emit(w.Context(), "x"))
		w.try(s.Self().Emit(w.Context(), "x"))
		c.want("1")
	})
}

// What a client sends before it knows that the server has taken it out of a namespace
// is not a violation.
func TestPacketsAfterDisconnectAreIgnored(t *testing.T) {
	bubble(t, nil, func(w *world) {
		var seen record
		ns := w.io.Of("/")
		ns.On("leave", func(_ context.Context, s *socketio.Socket, _ socketio.Request) (any, error) {
			s.Disconnect()
			return "too late", nil
		})
		ns.OnAny(func(_ context.Context, _ *socketio.Socket, r socketio.Request) { seen.Add("%s", r.Event) })
		c := w.in1("/")
		c.send(`21["leave"]`)
		synctest.Wait()
		c.send(`2["x"]`, `31[]`, `51-["x",{"_placeholder":true,"num":0}]`)
		c.binary("one")
		c.send(`1`)
		c.want("1")
		c.enter("/", "")
		c.send(`2["y"]`)
		seen.Want(t, "leave", "y")
		c.wantClosed(false)
	})
}

func TestIdentityExpires(t *testing.T) {
	type token struct{}
	bubble(t, nil, func(w *world) {
		var gone record
		ns := w.io.Of("/")
		ns.Use(func(ctx context.Context, h *socketio.Handshake) (context.Context, error) {
			var auth struct {
				Token   string
				Seconds int
			}
			if err := h.DecodeAuth(&auth); err != nil || auth.Token == "" {
				return nil, &socketio.Error{Message: "FORBIDDEN"}
			}
			ctx, cancel := context.WithTimeout(ctx, time.Duration(auth.Seconds)*time.Second)
			context.AfterFunc(ctx, cancel)
			return context.WithValue(ctx, token{}, auth.Token), nil
		})
		ns.OnDisconnect(func(ctx context.Context, _ *socketio.Socket, r socketio.Reason) {
			gone.Add("%s %v", r, ctx.Value(token{}))
		})
		ns.On("renew", func(ctx context.Context, s *socketio.Socket, r socketio.Request) (any, error) {
			return nil, s.Reauthenticate(ctx, r.Args[0].JSON())
		})
		socketio.Call[socketio.None, string]("who").On(ns,
			func(ctx context.Context, _ *socketio.Socket, _ socketio.None) (string, error) {
				return fmt.Sprint(ctx.Value(token{})), nil
			})
		c := w.client()
		c.enter("/", `{"token":"a","seconds":10}`)
		pass(9 * time.Second)
		c.send(`21["renew",{"token":"","seconds":10}]`, `22["who"]`)
		c.want(`31[{"error":{"code":"","message":"FORBIDDEN"}}]`, `32["a"]`)
		c.send(`23["renew",{"token":"b","seconds":10}]`, `24["who"]`)
		c.want(`33[]`, `34["b"]`)
		pass(9 * time.Second)
		gone.Want(t)
		pass(time.Second)
		gone.Want(t, "server namespace disconnect b")
		c.want("1")
		c.wantClosed(false)
	})
}

func TestReauthenticateAfterTheEnd(t *testing.T) {
	bubble(t, nil, func(w *world) {
		c, id := w.in("/")
		s := w.io.Of("/").Socket(id)
		c.close()
		synctest.Wait()
		if _, ok := errors.AsType[*socketio.DisconnectError](s.Reauthenticate(w.Context(), nil)); !ok {
			w.Error("it was renewed")
		}
	})
}

func TestData(t *testing.T) {
	type profile struct{ Name string }
	const user socketio.Data[profile] = "user"
	bubble(t, nil, func(w *world) {
		ns := w.io.Of("/")
		_, id := w.in("/")
		s := ns.Socket(id)
		if _, ok := user.Get(s); ok {
			w.Error("there is data")
		}
		user.Set(s, profile{"Ann"})
		if v, ok := user.Get(s); !ok || v.Name != "Ann" {
			w.Errorf("Get = %v, %v", v, ok)
		}
		if v, ok := socketio.Data[int]("user").Get(s); ok {
			w.Errorf("of another type: %v", v)
		}
		infos, err := ns.Everyone().Fetch(w.Context())
		if err != nil || len(infos) != 1 || infos[0].ID != id || infos[0].RemoteAddr != "192.0.2.7:50000" {
			w.Fatalf("Fetch = %+v, %v", infos, err)
		}
		if v, ok := user.Of(infos[0]); !ok || v.Name != "Ann" {
			w.Errorf("Of = %v, %v", v, ok)
		}
		if v, ok := socketio.Data[int]("none").Of(infos[0]); ok {
			w.Errorf("Of nothing = %v", v)
		}
		socketio.Data[chan int]("channel").Set(s, nil)
		socketio.Data[func()]("func").Set(s, func() {})
		if _, err := ns.Everyone().Fetch(w.Context()); err == nil {
			w.Error("a function was encoded")
		}
	})
}

func TestAccessors(t *testing.T) {
	bubble(t, nil, func(w *world) {
		ns := w.io.Of("chat")
		_, id := w.in("/chat")
		s := ns.Socket(id)
		if s.ID() != id || s.Namespace() != ns || s.Transport() != "websocket" || s.Recovered() ||
			ns.Name() != "/chat" || ns.Server() != w.io || s.Handshake().Namespace != "/chat" || s.Context().Err() != nil {
			w.Error("an accessor lies")
		}
		if id == s.Handshake().URL.Query().Get("sid") {
			w.Error("the id is the session's")
		}
	})
}
