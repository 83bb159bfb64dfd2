package adaptertest

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/caucus-live/caucus/socketio"
)

// recoveryTests test recovery on three servers whose adapters have a log.
var recoveryTests = map[string]func(*house){
	"ServerDied":            testServerDied,
	"ServerDiedBeforeEvent": testServerDiedBeforeEvent,
	"ConnectionLost":        testConnectionLost,
	"StillConnected":        testStillConnected,
	"ByTurns":               testByTurns,
	"MissesOnlyItsOwn":      testMissesOnlyItsOwn,
	"NotAfterLeaving":       testNotAfterLeaving,
	"NotTwice":              testNotTwice,
	"NewServer":             testNewServer,
	"NotThisPID":            testNotThisPID,
	"KeepsTheOrder":         testRecoveryKeepsTheOrder,
	"ServerIsClosed":        testServerIsClosed,
}

// newRecoveryHouse is newHouse without clients, for servers with recovery.
func newRecoveryHouse(t *testing.T, join func() socketio.Adapter) *house {
	t.Helper()
	h := &house{t: t, join: join, names: make(map[string]string), recovery: new(socketio.Recovery)}
	for range 3 {
		h.open(join)
	}
	h.awaitServers()
	return h
}

// A visitor is a client that can come back.
type visitor struct {
	*client

	h      *house
	pid    string
	offset string // of the last event that it got
	socket string // the id that it had first
}

// visit connects a client to a server.
func (h *house) visit(server int) *visitor {
	h.t.Helper()
	v := &visitor{h: h}
	v.enter(server)
	v.socket = v.id
	return v
}

// enter connects, and reports whether the client is recovered.
func (v *visitor) enter(server int) bool {
	v.h.t.Helper()
	auth := ""
	if v.pid != "" {
		auth = `{"pid":"` + v.pid + `"}`
	}
	if v.offset != "" {
		auth = `{"pid":"` + v.pid + `","offset":"` + v.offset + `"}`
	}
	var is struct{ SID, PID string }
	v.client = dialWith(v.h.t, v.h.servers[server], "the client", auth, &is)
	isRecovered := is.PID == v.pid
	if v.pid = is.PID; isRecovered != (is.SID == v.socket) {
		v.h.t.Errorf("pid and id do not go together: %+v", is)
	}
	return isRecovered
}

// comesBack is enter for a client that has to be recovered, and to get these events.
func (v *visitor) comesBack(server int, events ...string) {
	v.h.t.Helper()
	if !v.enter(server) {
		v.h.t.Fatalf("not recovered at server %d", server)
	}
	v.gets(events...)
}

// gets checks which events come next: their names and arguments.
func (v *visitor) gets(events ...string) {
	v.h.t.Helper()
	got := make([]string, 0, len(events))
	for range events {
		got = append(got, v.event())
	}
	if !slices.Equal(got, events) {
		v.h.t.Errorf("got %q, want %q", got, events)
	}
}

// event returns the next event, without its offset.
func (v *visitor) event() string {
	v.h.t.Helper()
	packet := v.next()
	text, hasBytes := strings.CutPrefix(packet, "451-")
	if hasBytes {
		v.next()
	}
	var parts []json.RawMessage
	if json.Unmarshal([]byte(strings.TrimPrefix(text, "42")), &parts) != nil || len(parts) < 2 {
		v.h.t.Fatalf("got %q, want an event", packet)
	}
	words := make([]string, 0, len(parts)-1)
	for _, part := range parts[:len(parts)-1] {
		words = append(words, strings.Trim(string(part), `"`))
	}
	offset := strings.Trim(string(parts[len(parts)-1]), `"`)
	if v.offset != "" && compareOffsets(v.h.t, offset, v.offset) < 0 {
		v.h.t.Errorf("offset %s behind %s", offset, v.offset)
	}
	v.offset = offset
	return strings.Join(words, " ")
}

// at returns the namespace at a server.
func (h *house) at(server int) *socketio.Namespace { return h.servers[server].Of("/") }

func (h *house) emit(server int, to func(*socketio.Namespace) socketio.Emitter, event string, args ...any) {
	h.t.Helper()
	h.try(to(h.at(server)).Emit(h.t.Context(), event, args...))
}

func all(ns *socketio.Namespace) socketio.Emitter { return ns }

func room(name string) func(*socketio.Namespace) socketio.Emitter {
	return func(ns *socketio.Namespace) socketio.Emitter { return ns.To(name) }
}

// settle waits until a server has sent everything that was emitted before.
func (h *house) settle(server int) {
	h.t.Helper()
	h.emit(server, room("nobody"), "x")
}

// joined puts a visitor into rooms, and waits until its session says so.
func (h *house) joined(server int, v *visitor, rooms ...string) {
	h.t.Helper()
	socket := h.at(server).Socket(v.id)
	who.Set(socket, "Ann")
	h.try(socket.Join(rooms...))
	h.saved(server, v, rooms...)
}

func (h *house) saved(server int, v *visitor, rooms ...string) {
	h.t.Helper()
	h.try(h.links[server].AwaitSessions(soon(h.t), func(all map[string]socketio.Session) bool {
		s, ok := all[v.pid]
		return ok && len(s.Rooms) == len(rooms)
	}))
}

// A client whose server dies without a word is on another with its id, rooms and data, and
// misses nothing.
func testServerDied(h *house) {
	v := h.visit(1)
	h.joined(1, v, "r")
	h.emit(1, all, "first")
	v.gets("first")
	h.try(h.links[1].Kill(h.t.Context()))
	h.emit(0, all, "missed", 1)
	h.emit(2, room("r"), "missed", 2)
	h.emit(2, room("s"), "for others")
	h.emit(0, room(v.id), "missed", 3)
	h.emit(0, func(ns *socketio.Namespace) socketio.Emitter { return ns.Except("r") }, "for others")
	v.comesBack(2, "missed 1", "missed 2", "missed 3")
	h.emit(0, room("r"), "live", 4)
	h.emit(2, room(v.id), "live", 5)
	v.gets("live 4", "live 5")
	socket := h.at(2).Socket(v.socket)
	if name, _ := who.Get(socket); name != "Ann" || !socket.Recovered() || !slices.Equal(socket.Rooms(), []string{"r"}) {
		h.t.Errorf("%q in %q, recovered: %v", name, socket.Rooms(), socket.Recovered())
	}
}

// It need not have got an event before.
func testServerDiedBeforeEvent(h *house) {
	h.emit(0, all, "before it came")
	h.settle(1)
	v := h.visit(1)
	h.joined(1, v)
	h.try(h.links[1].Kill(h.t.Context()))
	h.emit(0, all, "missed")
	v.comesBack(0, "missed")
}

func testConnectionLost(h *house) {
	v := h.visit(1)
	h.joined(1, v, "r")
	v.leave()
	h.emit(1, room("r"), "missed", 1)
	h.emit(0, room("r"), "missed", 2)
	v.comesBack(0, "missed 1", "missed 2")
	v.leave()
	h.emit(0, room("r"), "missed", 3)
	v.comesBack(0, "missed 3")
	v.leave()
	v.comesBack(1)
	h.emit(2, room("r"), "live")
	v.gets("live")
}

// The server that still has the client's old connection gives it up.
func testStillConnected(h *house) {
	v := h.visit(1)
	h.joined(1, v, "r")
	old := h.at(1).Socket(v.id)
	v.comesBack(2)
	select {
	case <-old.Context().Done():
	case <-soon(h.t).Done():
		h.t.Fatal("the old socket is still there")
	}
	eventually(h.t, "one socket is left", func() bool {
		infos, err := h.at(0).Everyone().Fetch(h.t.Context())
		h.try(err)
		return len(infos) == 1
	})
	h.emit(0, room("r"), "live")
	v.gets("live")
	h.saved(2, v, "r")
	v.leave()
	v.comesBack(0)
}

// A client that is at one server after the other while all of them emit gets everything once,
// and in the order of each.
func testByTurns(h *house) {
	v := h.visit(0)
	h.joined(0, v, "r")
	const each = 100
	var wg sync.WaitGroup
	for server := range h.servers {
		wg.Go(func() {
			for i := range each {
				h.emit(server, room("r"), "x", server, i)
			}
		})
	}
	defer wg.Wait()
	next := make([]int, len(h.servers))
	for turn := range 3 * each {
		var server, i int
		event := v.event()
		if _, err := fmt.Sscanf(event, "x %d %d", &server, &i); err != nil {
			h.t.Fatalf("%q: %v", event, err)
		}
		if next[server] != i {
			h.t.Fatalf("got %d of server %d, want %d", i, server, next[server])
		}
		next[server]++
		if turn%30 == 29 {
			v.leave()
			v.pending = nil // on their way when the connection was lost
			if !v.enter(turn / 30 % len(h.servers)) {
				h.t.Fatal("not recovered")
			}
		}
	}
	wg.Wait()
	h.emit(0, room("r"), "end")
	v.gets("end")
}

// Events from before it connected or joined, local ones, and those for another
// socket, whose id names a room of its, are not made up for.
func testMissesOnlyItsOwn(h *house) {
	ctx := h.t.Context()
	v, other := h.visit(1), h.visit(0)
	h.emit(0, room("r"), "before it joined")
	h.settle(1)
	h.joined(1, v, "r", other.id)
	h.emit(0, all, "got")
	v.gets("got")
	v.offset = "" // as if that had been lost, too
	v.leave()
	h.try(h.at(0).To("r").Local().Emit(ctx, "local"))
	h.try(h.at(0).Socket(other.id).Emit(ctx, "for the other"))
	h.emit(0, room("r"), "missed")
	v.comesBack(2, "got", "missed")
	other.gets("got", "for the other")
	h.try(h.at(2).Socket(v.id).Emit(ctx, "only to it"))
	v.gets("only to it")
}

// fresh checks that a client starts afresh.
func (v *visitor) fresh(server int) {
	v.h.t.Helper()
	if v.enter(server) {
		v.h.t.Error("recovered")
	}
}

func testNotAfterLeaving(h *house) {
	v := h.visit(1)
	h.saved(1, v)
	v.send("41")
	h.try(h.links[1].AwaitSessions(soon(h.t), func(all map[string]socketio.Session) bool { return len(all) == 0 }))
	v.fresh(2)
}

// A session is resumed by one of two clients that claim it.
func testNotTwice(h *house) {
	v := h.visit(1)
	h.joined(1, v, "r")
	v.leave()
	twin := *v
	v.comesBack(0)
	h.saved(0, v, "r")
	v.leave()
	var wg sync.WaitGroup
	var recovered [2]bool
	for i, v := range []*visitor{v, &twin} {
		wg.Go(func() { recovered[i] = v.enter(1 + i) })
	}
	wg.Wait()
	if !recovered[0] && !recovered[1] {
		h.t.Error("nobody has recovered")
	}
	eventually(h.t, "one socket has the id", func() bool {
		infos, err := h.at(0).To(v.socket).Fetch(h.t.Context())
		h.try(err)
		return len(infos) == 1
	})
}

// A server that opens after a client has missed something reads that from the log.
func testNewServer(h *house) {
	v := h.visit(1)
	h.joined(1, v, "r")
	h.emit(0, room("r"), "got")
	v.gets("got")
	h.try(h.links[1].Kill(h.t.Context()))
	var missed []string
	for i := range 150 {
		h.emit(0, room("s"), "for others")
		h.emit(2, room("r"), "missed", i, []byte("bytes"))
		h.try(h.at(0).Socket(h.visit(0).id).Emit(h.t.Context(), "for another"))
		missed = append(missed, fmt.Sprint("missed ", i, ` {"_placeholder":true,"num":0}`))
	}
	h.open(h.join)
	h.awaitServers()
	h.emit(0, room("r"), "missed last")
	v.comesBack(3, append(missed, "missed last")...)
	h.emit(3, room("r"), "live")
	v.gets("live")
}

func testNotThisPID(h *house) {
	v := h.visit(1)
	v.leave()
	v.pid = "unknown"
	v.fresh(1)
	v.leave()
	v.offset = "99999999999999-0"
	v.fresh(2)
	v.leave()
	v.offset = "%"
	v.fresh(0)
}

// What one goroutine does comes in that order, whatever it is, and on all servers.
func testRecoveryKeepsTheOrder(h *house) {
	ctx := h.t.Context()
	near, far := h.visit(0), h.visit(1)
	for i := range 20 {
		name := fmt.Sprint("r", i)
		h.try(h.at(0).Everyone().Join(ctx, name))
		h.emit(0, room(name), "x", i)
		h.try(h.at(0).Everyone().Leave(ctx, name))
		h.emit(0, room(name), "nobody")
		h.try(h.at(0).Socket(near.id).Emit(ctx, "y", i))
		h.try(h.at(0).Socket(near.id).Volatile().Emit(context.WithoutCancel(ctx), "v", i))
		far.gets(fmt.Sprint("x ", i))
		near.gets(fmt.Sprint("x ", i), fmt.Sprint("y ", i))
	}
	h.try(h.at(0).Socket(near.id).Emit(ctx, "last"))
	h.at(0).Socket(near.id).CloseConn()
	near.gets("last")
	near.wants("41")
}

// A client of a server that is restarted recovers on another.
func testServerIsClosed(h *house) {
	v := h.visit(1)
	h.joined(1, v, "r")
	h.try(h.servers[1].Shutdown(soon(h.t)))
	h.emit(0, room("r"), "missed")
	v.comesBack(2, "missed")
}
