package socketio_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/adaptertest"
)

// A cluster is servers that are joined by a hub with a log. Those of package adaptertest are
// checked by all its adapters; the tests here need control of time.
type logCluster struct {
	*testing.T

	hub   adaptertest.Hub
	links []*adaptertest.Link
}

func withLog(t *testing.T, test func(c *logCluster)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(&logCluster{T: t, hub: adaptertest.Hub{MaxLog: 100}}) })
}

// open adds a server.
func (c *logCluster) open() *world {
	link := adaptertest.NewLink(c.hub.Adapter())
	c.links = append(c.links, link)
	return newWorld(c.T, &socketio.Options{Adapter: link, Recovery: new(socketio.Recovery)})
}

func TestSharedRecovery(t *testing.T) {
	for name, test := range map[string]struct {
		after       func(c *logCluster, there *world)
		isRecovered bool
	}{
		"soon":               {func(*logCluster, *world) {}, true},
		"after two minutes":  {func(*logCluster, *world) { pass(2*time.Minute - 1) }, true},
		"after too long":     {func(*logCluster, *world) { pass(2*time.Minute + 1) }, false},
		"after a long queue": {func(_ *logCluster, there *world) { emitMuch(there, 99) }, true},
		"after a short log":  {func(_ *logCluster, there *world) { emitMuch(there, 101) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			withLog(t, func(c *logCluster) {
				here, there := c.open(), c.open()
				was := here.lose()
				test.after(c, there)
				late := c.open() // has nothing but the log
				if _, ok := late.resume(was, "0-0"); ok != test.isRecovered {
					c.Errorf("recovered: %v", ok)
				}
			})
		})
	}
}

// What clients send as an offset is not trusted to be one.
func TestSharedRecoveryFromNoOffset(t *testing.T) {
	for _, offset := range []string{
		"0", "1", "-", "0-", "-0", "-1-0", "+0-0", "0-0-0", " 0-0", "0-0 ", "0_0", "0x0-0", "a-0", "0-a", "18446744073709551616-0", "0-18446744073709551616",
	} {
		t.Run(offset, func(t *testing.T) {
			withLog(t, func(c *logCluster) {
				here, there := c.open(), c.open()
				was := here.lose()
				if _, ok := there.resume(was, offset); ok {
					c.Error("recovered")
				}
			})
		})
	}
}

// An offset of the future is waited for, since another server may be ahead, but not for long.
func TestSharedRecoveryFromTheFuture(t *testing.T) {
	withLog(t, func(c *logCluster) {
		here, there := c.open(), c.open()
		was := here.lose()
		v := there.client()
		v.send(`0{"pid":"` + was.PID + `","offset":"18446744073709551615-0"}`)
		pass(4 * time.Second)
		v.want()
		pass(2 * time.Second)
		if got := v.received(); len(got) != 1 || !strings.HasPrefix(got[0], `0{"sid":`) || strings.Contains(got[0], was.SID) {
			c.Errorf("got %q, want a new session", got)
		}
	})
}

// An identity that expires while its client is being let in ends as one that expires later: the client is told.
func TestIdentityExpiresDuringRecovery(t *testing.T) {
	withLog(t, func(c *logCluster) {
		here, there := c.open(), c.open()
		was := here.lose()
		there.io.Of("/").Use(func(ctx context.Context, _ *socketio.Handshake) (context.Context, error) {
			ctx, cancel := context.WithTimeout(ctx, time.Second)
			context.AfterFunc(ctx, cancel)
			return ctx, nil
		})
		v := there.client()
		for range 2 { // and may ask again over the same connection
			v.send(`0{"pid":"` + was.PID + `","offset":"18446744073709551615-0"}`)
			pass(10 * time.Second)
			if got := v.received(); len(got) != 2 || !strings.HasPrefix(got[0], `0{"sid":`) || got[1] != "1" {
				c.Errorf("got %q, want an entrance and its end", got)
			}
		}
		v.wantClosed(false)
	})
}

func emitMuch(w *world, n int) {
	for range n {
		w.try(w.io.Of("/").To("others").Emit(w.Context(), "x"))
	}
}

// The session of a client that stays connected does not expire, and outlives its server.
func TestSharedRecoveryAfterADay(t *testing.T) {
	withLog(t, func(c *logCluster) {
		here, there := c.open(), c.open()
		v := here.client()
		was := v.enter("/", "")
		for range 100 { // or the ping timeout ends it
			pass(20 * time.Second)
			v.received()
		}
		pass(time.Second)
		c.try(c.links[0].Kill(c.Context()))
		there.try(there.io.Of("/").Emit(c.Context(), "missed"))
		v, ok := there.resume(was, "")
		if !ok {
			c.Fatal("not recovered")
		}
		v.want(`2["missed","1-0"]`)
	})
}

func (c *logCluster) try(err error) {
	c.Helper()
	if err != nil {
		c.Error(err)
	}
}

// A function that is called when another server has sockets moved may emit, although what it
// emits comes back behind that.
func TestSharedEmitInRoomHook(t *testing.T) {
	withLog(t, func(c *logCluster) {
		here, there := c.open(), c.open()
		v, _ := here.in("/")
		start := time.Now()
		here.io.Of("/").OnRoom(func(e socketio.RoomEvent) {
			if e.Kind <= socketio.RoomJoined {
				here.try(here.io.Of("/").Emit(c.Context(), "room", e.Kind))
			}
		})
		there.try(there.io.Of("/").Everyone().Join(c.Context(), "r"))
		synctest.Wait()
		v.want(`2["room",0,"2-0"]`, `2["room",1,"3-0"]`)
		if waited := time.Since(start); waited != 0 {
			c.Errorf("it took %v", waited)
		}
	})
}

// Without the log events are not sent, and Emit says so; volatile and local ones are.
func TestSharedEmitFails(t *testing.T) {
	withLog(t, func(c *logCluster) {
		here, failure := c.open(), errors.New("no broker")
		v, id := here.in("/")
		ns, ctx := here.io.Of("/"), c.Context()
		here.try(ns.Emit(ctx, "before"))
		c.links[0].Fail(failure)
		for name, to := range map[string]socketio.Emitter{"everyone": ns, "a socket": ns.Socket(id), "itself": ns.Socket(id).Self()} {
			if err := to.Emit(ctx, "x"); !errors.Is(err, failure) {
				c.Errorf("%s: %v", name, err)
			}
		}
		here.try(ns.Everyone().Local().Emit(ctx, "local"))
		here.try(ns.Socket(id).Volatile().Emit(ctx, "volatile"))
		v.want(`2["before","1-0"]`, `2["local","1-0"]`, `2["volatile","1-0"]`)
		again, _ := here.in("/") // clients are let in all the same
		c.links[0].Fail(nil)
		here.try(ns.Emit(ctx, "after"))
		again.want(`2["after","2-0"]`)
	})
}

// Emit gives up when the log does not come back, after the time that calls have.
func TestSharedEmitWaits(t *testing.T) {
	withLog(t, func(c *logCluster) {
		here := c.open()
		v, _ := here.in("/")
		c.links[0].Hold()
		start := time.Now()
		if err := here.io.Of("/").Emit(c.Context(), "late"); !errors.Is(err, context.DeadlineExceeded) {
			c.Error(err)
		}
		if waited := time.Since(start); waited != 20*time.Second {
			c.Errorf("it took %v", waited)
		}
		c.links[0].Release()
		v.want(`2["late","1-0"]`)
	})
}

func TestSharedTraceOfBroadcasts(t *testing.T) {
	withLog(t, func(c *logCluster) {
		var got record
		w := newWorld(c.T, &socketio.Options{
			Adapter: c.hub.Adapter(), Recovery: new(socketio.Recovery),
			Trace: socketio.Trace{Broadcast: func(_ context.Context, _ *socketio.Namespace, event string, receivers, _ int) {
				got.Add("%s %d", event, receivers)
			}},
		})
		w.in1("/")
		w.in1("/")
		w.try(w.io.Of("/").Emit(c.Context(), "x"))
		got.Want(c.T, "x 2")
	})
}

func TestSharedRecoveryExcludesStores(t *testing.T) {
	hub := adaptertest.Hub{MaxLog: 1}
	opts := &socketio.Options{Adapter: hub.Adapter(), Recovery: &socketio.Recovery{Store: new(shelf)}}
	if _, err := socketio.NewServer(opts); err == nil {
		t.Error("a server has both")
	}
}
