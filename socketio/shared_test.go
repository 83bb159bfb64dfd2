package socketio_test

import (
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/gobwas/ws"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
)

// A counted value counts how often it is encoded.
type counted struct{ times *atomic.Int32 }

func (c counted) MarshalJSON() ([]byte, error) {
	c.times.Add(1)
	return []byte(`"news"`), nil
}

// TestBroadcastIsEncodedOnce shows that sockets of all kinds share one encoding,
// which is the case for the frames made of it, too: see engineio's
// TestFormsAreMadeOnce.
func TestBroadcastIsEncodedOnce(t *testing.T) {
	const connect = "\x82\xa4type\x00\xa3nsp\xa1/" // MessagePack
	for name, parser := range map[string]socketio.Parser{"JSON": socketio.JSON, "MessagePack": socketio.MessagePack} {
		t.Run(name, func(t *testing.T) {
			opts := &socketio.Options{Parser: parser, Engine: engineio.Options{AllowEIO3: true, PerMessageDeflate: true}}
			bubble(t, opts, func(w *world) {
				ns := w.io.Of("/")
				clients := []*client{w.client(), w.client(), w.client("EIO=3&transport=websocket")}
				for _, c := range clients[:2] { // the third, of version 2, is in without asking
					if parser == socketio.MessagePack {
						c.frame(ws.NewBinaryFrame([]byte(connect)))
					} else {
						c.send("0")
					}
				}
				for _, c := range clients {
					c.received() // the greeting
				}
				sockets := len(clients)
				if parser == socketio.JSON {
					w.polling().post("40")
					synctest.Wait() // it is let in on a goroutine of its own
					sockets++
				}
				if n := ns.Len(); n != sockets {
					w.Fatalf("%d sockets, want %d", n, sockets)
				}
				times := new(atomic.Int32)
				w.try(ns.Emit(w.Context(), "news", counted{times}))
				w.try(ns.Everyone().Compress(false).Emit(w.Context(), "news", counted{times}))
				for i, c := range clients {
					if n := len(c.received()); n != 2 {
						w.Errorf("client %d got %d packets, want 2", i, n)
					}
				}
				if n := times.Load(); n != 2 {
					w.Errorf("two broadcasts were encoded %d times", n)
				}
			})
		})
	}
}

// TestSeveralRoomsGetOneCopy shows that a socket gets what is sent to several of
// its rooms once.
func TestSeveralRoomsGetOneCopy(t *testing.T) {
	bubble(t, nil, func(w *world) {
		ns := w.io.Of("/")
		a, b := w.in1("/"), w.in1("/")
		w.try(ns.Everyone().Join(w.Context(), "r", "s", "t"))
		sent := w.io.Stats().Engine.MessagesOut
		w.try(ns.To("r", "s").To("t").Emit(w.Context(), "x"))
		a.want(`2["x"]`)
		b.want(`2["x"]`)
		if n := w.io.Stats().Engine.MessagesOut - sent; n != 2 {
			w.Errorf("%d messages have left, want 2", n)
		}
	})
}

// TestVolatileKeepsItsPlace shows that what may get lost overtakes nothing, and is
// not overtaken.
func TestVolatileKeepsItsPlace(t *testing.T) {
	bubble(t, nil, func(w *world) {
		c, id := w.in("/")
		s := w.io.Of("/").Socket(id)
		n := socketio.Event[int]("n")
		for i := range 3 {
			w.try(n.Emit(w.Context(), s, 2*i))
			w.try(n.Emit(w.Context(), s.Self().Volatile(), 2*i+1))
		}
		c.want(`2["n",0]`, `2["n",1]`, `2["n",2]`, `2["n",3]`, `2["n",4]`, `2["n",5]`)
	})
}
