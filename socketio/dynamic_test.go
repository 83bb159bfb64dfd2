package socketio_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/caucus-live/caucus/socketio"
)

func TestDynamicNamespaces(t *testing.T) {
	bubble(t, nil, func(w *world) {
		var created record
		w.io.OnNamespace(func(ns *socketio.Namespace) { created.Add("%s", ns.Name()) })
		pattern := w.io.OfPattern(regexp.MustCompile(`^/room-\d+$`))
		fallback := w.io.OfFunc(func(_ context.Context, h *socketio.Handshake) bool {
			var auth struct{ Key string }
			return h.DecodeAuth(&auth) == nil && auth.Key == "open"
		})
		for name, ns := range map[string]*socketio.Namespace{"pattern": pattern, "fallback": fallback} {
			ns.OnConnect(func(ctx context.Context, s *socketio.Socket) error {
				return s.Emit(ctx, name, s.Namespace().Name())
			})
		}
		a, b := w.client(), w.client()
		a.enter("/room-1", "")
		a.want(`2/room-1,["pattern","/room-1"]`)
		a.enter("/room-2", "")
		a.want(`2/room-2,["pattern","/room-2"]`)
		b.enter("/room-1", `{"key":"open"}`)
		b.want(`2/room-1,["pattern","/room-1"]`)
		b.enter("/room-x", `{"key":"open"}`)
		b.want(`2/room-x,["fallback","/room-x"]`)
		b.send("0/room-y,")
		b.want(`4/room-y,{"message":"Invalid namespace"}`)
		created.Want(t, "/room-1", "/room-2", "/room-x")

		w.try(pattern.Emit(w.Context(), "all"))
		got := a.received() // between namespaces there is no order
		slices.Sort(got)
		if !slices.Equal(got, []string{`2/room-1,["all"]`, `2/room-2,["all"]`}) {
			w.Errorf("got %q", got)
		}
		b.want(`2/room-1,["all"]`)
		n := 0
		for range pattern.Everyone().Sockets() {
			n++
		}
		if n != 3 {
			w.Errorf("%d sockets", n)
		}
		if _, err := pattern.Everyone().Fetch(w.Context()); !errors.Is(err, socketio.ErrParent) {
			w.Errorf("Fetch: %v", err)
		}
		for _, err := range pattern.Call(w.Context(), "x") {
			if !errors.Is(err, socketio.ErrParent) {
				w.Errorf("Call: %v", err)
			}
		}
		if err := pattern.Servers().Emit(w.Context(), "x"); err != nil { // no other servers
			w.Error(err)
		}
		w.try(pattern.Everyone().Disconnect(w.Context()))
		b.want("1/room-1,")
		if n := len(w.io.Namespaces()); n != 4 { // "/", too
			w.Errorf("%d namespaces", n)
		}
	})
}

func TestCleanupOfEmptyNamespaces(t *testing.T) {
	bubble(t, &socketio.Options{CleanupEmptyNamespaces: true}, func(w *world) {
		parent := w.io.OfPattern(regexp.MustCompile(`^/n\d$`))
		slow := make(chan struct{})
		parent.Use(func(ctx context.Context, h *socketio.Handshake) (context.Context, error) {
			switch {
			case string(h.Auth) == `{"slow":1}`:
				<-slow
			case string(h.Auth) != "{}":
				return nil, &socketio.Error{Message: "no"}
			}
			return ctx, nil
		})
		w.io.Of("/static")
		a, b := w.client(), w.client()
		names := func() (n int) { return len(w.io.Namespaces()) - 2 }
		a.send(`0/n1,{"refused":1}`)
		a.want(`4/n1,{"message":"no"}`)
		if names() != 0 {
			w.Error("it stays for a client that was refused")
		}
		a.enter("/n1", "")
		a.enter("/static", "")
		b.send(`0/n1,{"slow":1}`)
		a.send("1/n1,", "1/static,")
		synctest.Wait()
		if names() != 1 {
			w.Error("it is gone although a client is on its way")
		}
		close(slow)
		if got := b.received(); len(got) != 1 {
			w.Errorf("got %q", got)
		}
		w.try(parent.Emit(w.Context(), "x"))
		b.want(`2/n1,["x"]`)
		b.close()
		pass(time.Second)
		if names() != 0 {
			w.Error("it stays")
		}
	})
}

// What recovery keeps of a namespace that was removed is gone, too, when nobody can
// come back to it any more.
func TestCleanupOfRecovery(t *testing.T) {
	opts := &socketio.Options{CleanupEmptyNamespaces: true, Recovery: new(socketio.Recovery)}
	bubble(t, opts, func(w *world) {
		w.io.OfFunc(func(context.Context, *socketio.Handshake) bool { return true })
		logs := w.io.RecoveryLogs()
		leave := func(namespace string) {
			c := w.client()
			c.enter(namespace, "")
			c.send("1" + namespace + ",")
			w.lost(c)
		}
		for i := range 20 {
			leave(fmt.Sprint("/left", i))
		}
		if n := w.io.RecoveryLogs() - logs; n != 0 {
			w.Errorf("%d logs of namespaces that were left", n)
		}
		var away []joined
		for i := range 20 {
			c := w.client()
			away = append(away, c.enter(fmt.Sprint("/lost", i), ""))
			w.lost(c)
		}
		if n := w.io.RecoveryLogs() - logs; n != 20 || len(w.io.Namespaces()) != 1 {
			w.Errorf("%d logs of namespaces to come back to", n)
		}
		c := w.client()
		if is := c.enter("/lost7", `{"pid":"`+away[7].PID+`"}`); is != away[7] {
			w.Errorf("was %+v, is %+v", away[7], is)
		}
		pass(3 * time.Minute)
		for i := range 20 {
			leave(fmt.Sprint("/late", i))
		}
		if n := w.io.RecoveryLogs() - logs; n != 1 {
			w.Errorf("%d logs, one namespace", n)
		}
	})
}

func TestPanicOfAMatcher(t *testing.T) {
	bubble(t, nil, func(w *world) {
		w.io.OfFunc(func(context.Context, *socketio.Handshake) bool {
			panic("ouch") //nolint:forbidigo // what is tested
		})
		c := w.client()
		c.send("0/x,")
		if got := c.received(); len(got) != 1 || !strings.HasPrefix(got[0], `4/x,{"message":"internal error"`) {
			w.Errorf("got %q", got)
		}
		w.wantLog("panic=ouch", true)
	})
}
