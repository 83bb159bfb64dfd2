package adaptertest

import (
	"context"
	"strings"
	"sync"

	"github.com/caucus-live/caucus/socketio"
)

// serverTests test servers, however many, that have what they need.
var serverTests = map[string]func(*house){
	"Broadcasts":       testBroadcasts,
	"Binary":           testBinary,
	"JoinAndLeave":     testJoinAndLeave,
	"Disconnect":       testDisconnect,
	"CloseConns":       testCloseConns,
	"BreakConns":       testBreakConns,
	"Fetch":            testFetch,
	"Calls":            testCalls,
	"EventsForServers": testEventsForServers,
	"CallsOfServers":   testCallsOfServers,
}

const ready socketio.Call[string, bool] = "ready"

func testBroadcasts(h *house) {
	ns := h.ns()
	h.emits("all", ns, "abcdef")
	h.emits("a room", ns.To("c"), "c")
	h.emits("rooms", ns.To("b", "c", "f", "nobody"), "bcf")
	h.emits("a socket, in a room, too", ns.To(h.id('e'), "e"), "e")
	h.emits("but for a room", ns.Except("b", "nobody"), "acdef")
	h.emits("but for a socket", ns.Except(h.id('c')), "abdef")
	h.emits("from a socket", ns.Socket(h.id('a')).Others(), "bcdef")
	h.emits("from a socket, to rooms", ns.Socket(h.id('a')).To("a", "b"), "b")
	h.emits("a socket itself", ns.Socket(h.id('a')).Self(), "a")
	h.emits("uncompressed", ns.Everyone().Compress(false), "abcdef")
	h.emits("local", ns.Everyone().Local(), h.near("abcdef"))
}

func testBinary(h *house) {
	h.try(h.ns().Emit(h.t.Context(), "x", []byte("one"), map[string]any{"two": []byte{0xff}}))
	for _, c := range h.clients {
		c.wants(`452-["x",{"_placeholder":true,"num":0},{"two":{"_placeholder":true,"num":1}}]`, "bb25l", "b/w==")
	}
}

func testJoinAndLeave(h *house) {
	ns, ctx := h.ns(), h.t.Context()
	h.try(ns.To("b", "d", "f").Join(ctx, "r", "s"))
	h.emits("joined", ns.To("r"), "bdf")
	h.try(ns.To("s").Except(h.id('d')).Leave(ctx, "r"))
	h.emits("left", ns.To("r"), "d")
	h.emits("stayed", ns.To("s"), "bdf")
	h.try(ns.Everyone().Local().Join(ctx, "near"))
	h.emits("local", ns.To("near"), h.near("abcdef"))
}

func testDisconnect(h *house) {
	ns, ctx := h.ns(), h.t.Context()
	h.try(ns.Except("a", "b", "c", "d").Disconnect(ctx))
	h.client('e').wants("41")
	h.client('f').wants("41")
	h.clients = h.clients[:4]
	h.emits("the others", ns, "abcd")
}

func testCloseConns(h *house) {
	h.try(h.ns().To("b", "c").CloseConns(h.t.Context()))
	h.client('b').wants("41", "1")
	h.client('c').wants("41", "1")
}

func testBreakConns(h *house) {
	h.try(h.ns().To("b", "c").BreakConns(h.t.Context()))
	h.client('b').wants("1")
	h.client('c').wants("1")
}

func testFetch(h *house) {
	ns, ctx := h.ns(), h.t.Context()
	fetch := func(from socketio.Target, want string) {
		h.t.Helper()
		infos, err := from.Fetch(ctx)
		h.try(err)
		if got := h.describe(infos); got != want {
			h.t.Errorf("fetched %q, want %q", got, want)
		}
	}
	h.try(ns.To("b", "c").Join(ctx, "r"))
	fetch(ns.Everyone(), "a:a b:b+r c:c+r d:d e:e f:f")
	fetch(ns.To("r"), "b:b+r c:c+r")
	fetch(ns.To("r").Except(h.id('c')), "b:b+r")
	fetch(ns.To("nobody"), "")
	var near []string
	for name := range strings.SplitSeq(h.near("adef"), "") {
		near = append(near, name+":"+name)
	}
	fetch(ns.To("a", "d", "e", "f").Local(), strings.Join(near, " "))
}

func testCalls(h *house) {
	ctx := h.t.Context()
	everyone := ask(ctx, h, ready, h.ns())
	for _, c := range h.clients[:5] {
		c.answers("true")
	}
	everyone.yields(h.t, "a: true", "b: true", "c: true", "d: true", "e: true")
	h.client('f').leave()
	everyone.ends(h.t, "f! socketio: disconnected: transport close")

	some := ask(ctx, h, ready, h.ns().To("b", "c"))
	h.client('b').answers("false")
	h.client('c').answers(`{"error":{"code":"busy","message":"not now"}}`)
	some.ends(h.t, "b: false", "c! socketio: busy: not now")

	ask(ctx, h, ready, h.ns().To("nobody")).ends(h.t)

	stopped, stop := context.WithCancel(ctx)
	late := ask(stopped, h, ready, h.ns().To("a").Local())
	h.client('a').next()
	stop()
	late.ends(h.t, "a! context canceled")
}

func testEventsForServers(h *house) {
	const note socketio.Event[string] = "note"
	var wg sync.WaitGroup
	wg.Add(len(h.servers) - 1)
	for _, srv := range h.servers {
		note.Receive(srv.Of("/").Servers(), func(ctx context.Context, text string) error {
			from := socketio.RequestFrom(ctx).Server
			if h.names[from] != "server 0" || text != "hello" || srv == h.servers[0] {
				h.t.Errorf("%q from %q", text, h.names[from])
			}
			wg.Done()
			return nil
		})
	}
	h.try(note.Emit(h.t.Context(), h.ns().Servers(), "hello"))
	wg.Wait()
}

func testCallsOfServers(h *house) {
	const fail socketio.Call[string, bool] = "fail"
	h.answerByName()
	var answers, errs, none []string
	for i, srv := range h.servers {
		fail.Receive(srv.Of("/").Servers(), func(context.Context, string) (bool, error) {
			return false, &socketio.Error{Code: "no", Message: "cannot"}
		})
		if i > 0 {
			server := h.serverName(i)
			answers = append(answers, server+": "+server)
			errs = append(errs, server+"! socketio: no: cannot")
			none = append(none, server+"! socketio: unknown_event: nobody handles this event")
		}
	}
	ctx, others := h.t.Context(), h.ns().Servers()
	ask(ctx, h, name, others).ends(h.t, answers...)
	ask(ctx, h, fail, others).ends(h.t, errs...)
	ask(ctx, h, ready, others).ends(h.t, none...)
}

const name socketio.Call[string, string] = "name"

// answerByName has all servers answer the event "name".
func (h *house) answerByName() {
	for i, srv := range h.servers {
		answer := h.serverName(i)
		name.Receive(srv.Of("/").Servers(), func(context.Context, string) (string, error) { return answer, nil })
	}
}

// serverName returns what a server is called in the tests.
func (h *house) serverName(i int) string {
	if len(h.links) == 0 {
		return ""
	}
	return h.names[h.links[i].Name()]
}
