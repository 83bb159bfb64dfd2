package socketio_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
)

// TestHostilePackets sends what attackers have sent to other servers. The
// connection ends; the server and its other clients do not notice.
func TestHostilePackets(t *testing.T) {
	for name, packets := range map[string][]string{
		"CVE-2020-36049, a huge id":               {strings.Repeat("2", 10_000)},
		"CVE-2020-36049, a giant packet":          {`2["x",` + strings.Repeat("[", 500_000)},
		"CVE-2022-2421, a method as a reference":  {`51-["x",{"_placeholder":true,"num":"splice"}]`, "binary"},
		"CVE-2023-32695, an object as a name":     {`2[{"toString":"foo"}]`},
		"CVE-2026-33151, 99999 attachments":       {`599999-["x"]`, "binary", "binary"},
		"CVE-2026-69185, no attachments":          {`50-["x"]`, "binary"},
		"attachments as 1e1":                      {`51e1-["x"]`},
		"attachments as 0x4":                      {`50x4-["x"]`},
		"an id above 2^53-1":                      {`29007199254740992["x"]`},
		"a namespace of 257 bytes":                {`0/` + strings.Repeat("n", 256)},
		"deep JSON":                               {`2["x",` + strings.Repeat(`{"a":`, 300) + "1" + strings.Repeat("}", 300) + "]"},
		"a binary message without a packet":       {"binary"},
		"text between attachments":                {`52-["x",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]`, "binary", `2["x"]`},
		"a reference out of range":                {`51-["x",{"_placeholder":true,"num":1}]`, "binary"},
		"an event without a name":                 {`2[]`},
		"an event that is an object":              {`2{}`},
		"an event with an ack's shape":            {`3["x"]`},
		"a reserved name":                         {`2["disconnect"]`},
		"an unknown type":                         {`9`},
		"nothing":                                 {``},
		"auth data that is not an object":         {`0/other,["x"]`},
		"an ack that is an object":                {`31{}`},
		"a flood of unknown types":                repeated(`8`, 100),
		"a control character, to split a payload": {"2[\"a\x1e4\"]"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, nil, func(w *world) {
				w.io.Of("/other")
				w.io.Of("/").OnAny(func(_ context.Context, _ *socketio.Socket, r socketio.Request) {
					w.Errorf("event %q", r.Event)
				})
				neighbour, c := w.in1("/"), w.in1("/")
				for _, p := range packets {
					if p == "binary" {
						c.binary("attachment")
					} else {
						c.send(p)
					}
				}
				if name == "an event with an ack's shape" { // has no id that anybody knows
					c.wantClosed(false)
				} else {
					c.wantClosed(true)
				}
				w.try(w.io.Of("/").Emit(w.Context(), "alive"))
				neighbour.want(`2["alive"]`)
			})
		})
	}
}

func repeated(packet string, n int) []string {
	packets := make([]string, n)
	for i := range packets {
		packets[i] = packet
	}
	return packets
}

// TestHarmlessPackets sends what looks hostile but is allowed.
func TestHarmlessPackets(t *testing.T) {
	for name, test := range map[string]struct{ send, want string }{
		"CVE-2024-38355, an event named error":    {`2["error"]`, "error"},
		"CVE-2026-59724, a name of the prototype": {`2["__proto__"]`, "__proto__"},
		"a constructor":      {`2["constructor",{"prototype":{"x":1}}]`, "constructor"},
		"an empty name":      {`2[""]`, ""},
		"a number as a name": {`2[1]`, "1"},
		"a lone surrogate":   {`2["a","\ud800"]`, "a"},
		"the same key twice": {`2["a",{"b":1,"b":2}]`, "a"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, nil, func(w *world) {
				var seen record
				w.io.Of("/").OnAny(func(_ context.Context, _ *socketio.Socket, r socketio.Request) { seen.Add("%s", r.Event) })
				c := w.in1("/")
				c.send(test.send)
				seen.Want(t, test.want)
				c.wantClosed(false)
			})
		})
	}
}

func TestNamespacesOfThePrototype(t *testing.T) {
	bubble(t, nil, func(w *world) {
		c := w.client()
		for _, name := range []string{"/__proto__", "/constructor", "/hasOwnProperty"} {
			c.send("0" + name + ",")
			c.want(`4` + name + `,{"message":"Invalid namespace"}`)
		}
	})
}

func TestFloods(t *testing.T) {
	for name, packets := range map[string][]string{
		"of acks to nothing":    {`3123[]`},
		"of binary acks":        {`61-123[{"_placeholder":true,"num":0}]`, "binary"},
		"of refused connects":   {`0/nowhere,`},
		"of comings and goings": {`0/other,`, "wait", `1/other,`},
		"of events":             {`2["x",{"a":[1,2,3]}]`},
		"of events to be acked": {`21["x"]`},
		"of binary events":      {`51-["x",{"_placeholder":true,"num":0}]`, "binary"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, nil, func(w *world) {
				w.io.Of("/other")
				c := w.in1("/")
				for range 2000 {
					for _, p := range packets {
						switch p {
						case "binary":
							c.binary("attachment")
						case "wait":
							synctest.Wait()
						default:
							c.send(p)
						}
					}
				}
				synctest.Wait()
				c.received()
				c.wantClosed(false)
			})
		})
	}
}

func TestManyDynamicNamespaces(t *testing.T) {
	bubble(t, nil, func(w *world) {
		w.io.OfPattern(regexp.MustCompile(`.*`))
		c := w.client()
		for i := range 1000 {
			c.send(fmt.Sprintf("0/n%d,", i))
		}
		entered := 0
		for _, p := range c.received() {
			if strings.HasPrefix(p, "0/") {
				entered++
			}
		}
		if n := len(w.io.Namespaces()); entered != 64 || n != 65 {
			w.Errorf("%d entered, %d namespaces", entered, n)
		}
	})
}

// CVE-2026-48804 is about memory for attachments that never come.
func TestMissingAttachments(t *testing.T) {
	const header = `52-["x",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]`
	opts := &socketio.Options{ConnectTimeout: time.Second, MaxPacket: 1000}
	t.Run("deadline", func(t *testing.T) {
		bubble(t, opts, func(w *world) {
			c := w.in1("/")
			c.send(header)
			c.binary("one")
			pass(time.Second - 1)
			c.wantClosed(false)
			pass(1)
			c.wantClosed(true)
		})
	})
	t.Run("in time", func(t *testing.T) {
		bubble(t, opts, func(w *world) {
			c := w.in1("/")
			for range 3 {
				c.send(header)
				pass(time.Second - 1)
				c.binary("one", "two")
				pass(time.Second - 1)
			}
			c.wantClosed(false)
		})
	})
	t.Run("too big together", func(t *testing.T) {
		bubble(t, opts, func(w *world) {
			c := w.in1("/")
			c.send(header)
			c.binary(strings.Repeat("x", 990))
			c.wantClosed(true)
		})
	})
	t.Run("gone", func(t *testing.T) {
		bubble(t, opts, func(w *world) {
			c := w.in1("/")
			c.send(header)
			c.close()
			pass(time.Minute)
		})
	})
	t.Run("before a connect", func(t *testing.T) {
		bubble(t, opts, func(w *world) {
			c := w.client()
			c.send(header)
			c.wantClosed(true)
		})
	})
}

// TestForgedReferences relays what one client sent beside bytes of the server's: a
// reference too many would make every receiver close its connection.
func TestForgedReferences(t *testing.T) {
	bubble(t, nil, func(w *world) {
		ns := w.io.Of("/")
		var relayed record
		ns.On("relay", func(ctx context.Context, _ *socketio.Socket, r socketio.Request) (any, error) {
			err := ns.Emit(ctx, "relayed", r.Args[0], []byte("bytes"))
			relayed.Add("%v", err)
			return nil, nil
		})
		c := w.in1("/")
		c.send(`2["relay",{"_placeholder":true,"num":"splice"}]`, `2["relay",{"_placeholder":true,"num":0}]`)
		c.want()
		const refused = "socketio: data beside attachments looks like a reference to one"
		relayed.Want(t, refused, refused)
		c.send(`2["relay","fine"]`)
		c.want(`51-["relayed","fine",{"_placeholder":true,"num":0}]`, "binary bytes")
	})
}

func TestNothingSecretIsLogged(t *testing.T) {
	bubble(t, nil, func(w *world) {
		ns := w.io.Of("/")
		ns.Use(func(ctx context.Context, _ *socketio.Handshake) (context.Context, error) { return ctx, nil })
		ns.On("fail", func(context.Context, *socketio.Socket, socketio.Request) (any, error) {
			return nil, errors.New("broken")
		})
		ns.OnAny(func(_ context.Context, _ *socketio.Socket, r socketio.Request) {
			if r.Event == "name-of-the-clients-choice" {
				panic("ouch") //nolint:forbidigo // what is tested
			}
		})
		c := w.client()
		sid := c.enter("/", `{"token":"t0k3n"}`).SID
		c.send(`2["fail","b4ll0t"]`, `2["name-of-the-clients-choice"]`)
		w.wantLog("broken", true)
		w.wantLog("ouch", true)
		for _, secret := range []string{"t0k3n", "b4ll0t", "name-of-the-clients-choice", sid} {
			w.wantLog(secret, false)
		}
	})
}

func TestOversizedMessageEndsTheConnection(t *testing.T) {
	opts := &socketio.Options{Engine: engineio.Options{MaxPayload: 1000}}
	bubble(t, opts, func(w *world) {
		c := w.in1("/")
		c.send(`2["x","` + strings.Repeat("x", 1000) + `"]`)
		c.wantClosed(true)
	})
}
