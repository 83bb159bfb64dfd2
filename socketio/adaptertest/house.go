package adaptertest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
)

// A house is some servers of a cluster with six clients, a to f, which take turns at
// the servers.
type house struct {
	t       *testing.T
	servers []*socketio.Server
	links   []*Link // empty where there is no adapter
	clients []*client
	names   map[string]string // of clients and servers in the tests, by those on the wire

	join     func() socketio.Adapter // for more servers
	recovery *socketio.Recovery      // of servers that are opened; may be nil
}

// newHouse opens servers, with adapters that join makes. If that is nil they have
// no adapters.
func newHouse(t *testing.T, servers int, join func() socketio.Adapter) *house {
	t.Helper()
	h := &house{t: t, names: make(map[string]string)}
	for range servers {
		h.open(join)
	}
	h.awaitServers()
	for i, name := range []string{"a", "b", "c", "d", "e", "f"} {
		c := dial(t, h.servers[i%servers], name)
		h.clients = append(h.clients, c)
		h.names[c.id] = name
		socket := h.servers[i%servers].Of("/").Socket(c.id)
		who.Set(socket, name)
		h.try(socket.Join(name))
	}
	return h
}

// open adds a server.
func (h *house) open(join func() socketio.Adapter) {
	h.t.Helper()
	opts := &socketio.Options{Logger: slog.New(slog.DiscardHandler), Recovery: h.recovery}
	if join != nil {
		link := NewLink(join())
		h.links = append(h.links, link)
		opts.Adapter = link
	}
	srv, err := socketio.NewServer(opts)
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(h.t.Context()), patience)
		defer cancel()
		if err := srv.Shutdown(ctx); !errors.Is(err, engineio.ErrServerClosed) { // otherwise the test has done it
			h.try(err)
		}
	})
	h.servers = append(h.servers, srv)
	if join != nil {
		h.names[h.links[len(h.links)-1].Name()] = fmt.Sprint("server ", len(h.servers)-1)
	}
}

// awaitServers waits until all servers know each other, but for those that are dead.
func (h *house) awaitServers() {
	h.t.Helper()
	var links []*Link
	for _, link := range h.links {
		if !link.isDead() {
			links = append(links, link)
		}
	}
	for _, link := range links {
		eventually(h.t, "all servers know each other", func() bool {
			servers, err := link.Servers(h.t.Context())
			h.try(err)
			return len(servers) == len(links)-1
		})
	}
}

func (h *house) try(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Error(err)
	}
}

// ns is the namespace at the first server, from where the tests act.
func (h *house) ns() *socketio.Namespace { return h.servers[0].Of("/") }

func (h *house) client(name rune) *client { return h.clients[name-'a'] }

func (h *house) id(name rune) string { return h.client(name).id }

// near returns which of the clients are at the first server.
func (h *house) near(names string) string {
	return strings.Map(func(name rune) rune {
		if int(name-'a')%len(h.servers) == 0 {
			return name
		}
		return -1
	}, names)
}

// emits checks that what is emitted to a target reaches these clients.
func (h *house) emits(what string, to socketio.Emitter, want string) {
	h.t.Helper()
	h.try(to.Emit(h.t.Context(), "x", 1))
	h.try(h.ns().Emit(h.t.Context(), "end"))
	var got strings.Builder
	for _, c := range h.clients {
		packet := c.next()
		for ; packet == `42["x",1]`; packet = c.next() {
			got.WriteString(c.name)
		}
		if packet != `42["end"]` {
			h.t.Errorf("%s: %s got %q", what, c.name, packet)
		}
	}
	if got.String() != want {
		h.t.Errorf("%s: reached %q, want %q", what, got.String(), want)
	}
}

// who is the data that each client's socket carries.
const who socketio.Data[string] = "who"

// describe says whose infos these are: each client's name, and its rooms.
func (h *house) describe(infos []socketio.SocketInfo) string {
	h.t.Helper()
	var all []string
	for _, info := range infos {
		name, _ := who.Of(info)
		if h.names[info.ID] != name || info.Connected.IsZero() {
			h.t.Errorf("%+v is not %s", info, name)
		}
		slices.Sort(info.Rooms)
		all = append(all, name+":"+strings.Join(info.Rooms, "+"))
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

// An asking is a call on its way.
type asking chan string

// ask makes a call, and puts its results on a channel: who, and the answer or error.
func ask[T any](ctx context.Context, h *house, event socketio.Call[string, T], to socketio.Callees) asking {
	results := make(asking, 100) // more than there can be
	go func() {                  // ends with the call, for which all tests wait
		defer close(results)
		for r, err := range event.DoAll(ctx, to, "?") {
			from := h.names[r.Socket] + h.names[r.Server]
			if err == nil {
				results <- fmt.Sprintf("%s: %v", from, r.Value)
			} else {
				results <- from + "! " + h.explain(err)
			}
		}
	}()
	return results
}

func (h *house) explain(err error) string {
	if lost, ok := errors.AsType[*socketio.MissingServersError](err); ok {
		var names []string
		for _, server := range lost.Servers {
			names = append(names, h.names[server])
		}
		slices.Sort(names)
		return "lost " + strings.Join(names, ", ")
	}
	return err.Error()
}

// yields checks that these results come next, in any order.
func (a asking) yields(t *testing.T, want ...string) {
	t.Helper()
	got := make([]string, 0, len(want))
	for ctx := soon(t); len(got) < len(want); {
		select {
		case result, ok := <-a:
			if !ok {
				t.Fatalf("only %q, want %q", got, want)
			}
			got = append(got, result)
		case <-ctx.Done():
			t.Fatalf("only %q, want %q", got, want)
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// ends checks that these results come next, and are the last.
func (a asking) ends(t *testing.T, want ...string) {
	t.Helper()
	a.yields(t, want...)
	select {
	case result, ok := <-a:
		if ok {
			t.Errorf("also %q", result)
		}
	case <-soon(t).Done():
		t.Error("the call does not end")
	}
}
