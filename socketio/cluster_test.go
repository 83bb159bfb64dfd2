package socketio_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/socketio"
)

// A hub joins servers in one process.
type hub struct {
	mu      sync.Mutex
	members map[string]func(socketio.Message)
	silent  map[string]bool // members that nothing reaches, although they seem to be there
	gone    map[string]bool // members that nothing reaches, and that is known
}

func newHub() *hub {
	return &hub{
		members: make(map[string]func(socketio.Message)),
		silent:  make(map[string]bool), gone: make(map[string]bool),
	}
}

// A seat is one server's Adapter.
type seat struct {
	hub  *hub
	name string
	err  error
}

func (s *seat) Open(_ context.Context, name string, deliver func(socketio.Message)) error {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	s.name = name
	s.hub.members[name] = deliver
	return s.err
}

func (s *seat) Publish(_ context.Context, m socketio.Message) error {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	if s.err != nil {
		return s.err
	}
	for name, deliver := range s.hub.members {
		if name != s.name && (m.To == "" || m.To == name) && !s.hub.silent[name] && !s.hub.gone[name] {
			go deliver(m) // returns at once
		}
	}
	return nil
}

func (s *seat) Peers(context.Context) (peers []string, err error) {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	for name := range s.hub.members {
		if name != s.name && !s.hub.gone[name] {
			peers = append(peers, name)
		}
	}
	return peers, s.err
}

func (s *seat) Close(context.Context) error {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	delete(s.hub.members, s.name)
	return nil
}

// together runs a test with several servers of a cluster.
func together(t *testing.T, n int, test func(servers []*world, seats []*seat)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		h := newHub()
		var servers []*world
		var seats []*seat
		for range n {
			s := &seat{hub: h}
			seats = append(seats, s)
			servers = append(servers, newWorld(t, &socketio.Options{Adapter: s}))
		}
		test(servers, seats)
	})
}

func TestClusterBroadcast(t *testing.T) {
	together(t, 3, func(servers []*world, _ []*seat) {
		var clients []*client
		var ids []string
		for i, w := range servers {
			c, id := w.in("/")
			clients, ids = append(clients, c), append(ids, id)
			w.try(w.io.Of("/").Socket(id).Join("all", fmt.Sprint("r", i)))
		}
		w := servers[0]
		ns, ctx := w.io.Of("/"), w.Context()
		emit := func(to socketio.Emitter, want ...int) {
			t.Helper()
			w.try(to.Emit(ctx, "x", 1, []byte("b")))
			for i, c := range clients {
				if !slices.Contains(want, i) {
					c.want()
					continue
				}
				c.want(`51-["x",1,{"_placeholder":true,"num":0}]`, "binary b")
			}
		}
		emit(ns, 0, 1, 2)
		emit(ns.To("all"), 0, 1, 2)
		emit(ns.To("r1", "r2"), 1, 2)
		emit(ns.To(ids[2]), 2)
		emit(ns.Except("r1"), 0, 2)
		emit(ns.Except(ids[2]), 0, 1)
		emit(ns.To().Local(), 0)
		emit(ns.Socket(ids[0]).To("all"), 1, 2)
		emit(ns.Socket(ids[0]).Self(), 0)

		w.try(ns.To("r1").Join(ctx, "new"))
		synctest.Wait()
		emit(ns.To("new"), 1)
		w.try(ns.To("all").Leave(ctx, "new"))
		synctest.Wait()
		emit(ns.To("new"))
		w.try(ns.To("r1").Disconnect(ctx))
		clients[1].want("1")
		clients[1].wantClosed(false)
		w.try(ns.To("r2").CloseConns(ctx))
		clients[2].want("1")
		clients[2].wantClosed(true)
	})
}

func TestClusterFetch(t *testing.T) {
	const name socketio.Data[string] = "name"
	together(t, 3, func(servers []*world, seats []*seat) {
		for i, w := range servers {
			_, id := w.in("/")
			s := w.io.Of("/").Socket(id)
			w.try(s.Join("r"))
			name.Set(s, fmt.Sprint("n", i))
		}
		names := func(infos []socketio.SocketInfo) (all []string) {
			for _, info := range infos {
				v, _ := name.Of(info)
				all = append(all, v+strings.Join(info.Rooms, ","))
			}
			slices.Sort(all)
			return all
		}
		w := servers[0]
		r := w.io.Of("/").To("r")
		infos, err := r.Fetch(w.Context())
		if diff := cmp.Diff([]string{"n0r", "n1r", "n2r"}, names(infos)); err != nil || diff != "" {
			t.Error(err, diff)
		}
		infos, err = r.Local().Fetch(w.Context())
		if diff := cmp.Diff([]string{"n0r"}, names(infos)); err != nil || diff != "" {
			t.Error(err, diff)
		}

		seats[1].hub.silent[seats[1].name] = true
		start := time.Now()
		infos, err = r.Fetch(w.Context())
		if diff := cmp.Diff([]string{"n0r", "n2r"}, names(infos)); diff != "" || time.Since(start) != 5*time.Second {
			t.Error(time.Since(start), diff)
		}
		if lost, ok := errors.AsType[*socketio.PeerError](err); !ok || !slices.Equal(lost.Peers, []string{seats[1].name}) {
			t.Errorf("Fetch: %v", err)
		}

		go func() {
			<-time.After(time.Second)
			seats[1].hub.mu.Lock()
			seats[1].hub.gone[seats[1].name] = true
			seats[1].hub.mu.Unlock()
		}()
		start = time.Now()
		infos, err = r.Fetch(w.Context())
		if len(infos) != 2 || err == nil || time.Since(start) != 2*time.Second {
			t.Errorf("Fetch = %d, %v after %s", len(infos), err, time.Since(start))
		}
	})
}

func TestClusterCall(t *testing.T) {
	together(t, 3, func(servers []*world, seats []*seat) {
		var clients []*client
		names := map[string]string{seats[1].name: "server 1", seats[2].name: "server 2"}
		for i, w := range servers {
			for range 2 {
				c, id := w.in("/")
				clients = append(clients, c)
				names[id] = fmt.Sprint(i)
			}
		}
		w := servers[0]
		var got []string
		ask := func(ctx context.Context) {
			got = nil
			for r, err := range ready.DoAll(ctx, w.io.Of("/"), "?") {
				line := fmt.Sprintf("%s%s %v %v", names[r.Socket], names[r.Server], r.Value, err)
				for name, short := range names {
					line = strings.ReplaceAll(line, name, short)
				}
				got = append(got, line)
			}
			slices.Sort(got)
		}
		answer := func(with string, which ...int) {
			synctest.Wait()
			for i, c := range clients {
				packets := c.received()
				if len(packets) == 1 && slices.Contains(which, i) {
					c.send("3" + strings.TrimSuffix(packets[0][1:], `["ready","?"]`) + "[" + with + "]")
				}
			}
		}
		go ask(w.Context())
		answer("true", 0, 2, 3, 4, 5)
		clients[1].close()
		synctest.Wait()
		want := []string{
			"0 false socketio: disconnected: transport close", "0 true <nil>",
			"1 true <nil>", "1 true <nil>", "2 true <nil>", "2 true <nil>",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}

		ctx, cancel := context.WithTimeout(w.Context(), time.Second)
		defer cancel()
		go ask(ctx)
		answer("true", 0, 2, 4)
		clients[5].close()
		pass(2 * time.Second)
		want = []string{
			"0 true <nil>", "1 true <nil>", "2 false socketio: disconnected: transport close", "2 true <nil>",
			" false socketio: no answer from server 1",
		}
		slices.Sort(want)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}

		seats[2].hub.silent[seats[2].name] = true
		go ask(w.Context()) // no deadline: who is there may take its time
		answer("true", 0, 2, 3)
		pass(time.Minute)
		seats[2].hub.mu.Lock()
		seats[2].hub.gone[seats[2].name] = true
		seats[2].hub.mu.Unlock()
		pass(2 * time.Second)
		want = []string{" false socketio: no answer from server 2", "0 true <nil>", "1 true <nil>", "1 true <nil>"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestClusterCallStopsEarly(t *testing.T) {
	together(t, 2, func(servers []*world, _ []*seat) {
		w := servers[0]
		near, far := w.in1("/"), servers[1].in1("/")
		finished := false
		go func() {
			for _, err := range w.io.Of("/").Call(w.Context(), "x") {
				w.try(err)
				break
			}
			finished = true
		}()
		synctest.Wait()
		near.send(`31[]`)
		synctest.Wait()
		if !finished {
			t.Error("still waiting")
		}
		far.send(`31[]`) // nobody waits any more
		far.wantClosed(false)
	})
}

func TestServers(t *testing.T) {
	const (
		sum  socketio.Call[[]int, int]     = "sum"
		note socketio.Event[string]        = "note"
		fail socketio.Call[string, string] = "fail"
	)
	together(t, 3, func(servers []*world, seats []*seat) {
		var notes record
		for i, w := range servers {
			ns := w.io.Of("/")
			sum.HandleServer(ns, func(_ context.Context, from string, in []int) (int, error) {
				if from != seats[0].name {
					t.Errorf("from %q", from)
				}
				return in[0] + in[1], nil
			})
			note.OnServer(ns, func(_ context.Context, _ string, v string) error {
				notes.add("%s", v)
				return nil
			})
			fail.HandleServer(ns, func(context.Context, string, string) (string, error) {
				if i == 1 {
					panic("ouch") //nolint:forbidigo // what is tested
				}
				return "", &socketio.Error{Code: "no"}
			})
			ns.Servers().On("slow", func(ctx context.Context, _ string, _ socketio.Request) (any, error) {
				<-ctx.Done()
				notes.add("called off")
				return nil, ctx.Err()
			})
		}
		w := servers[0]
		others, ctx := w.io.Of("/").Servers(), w.Context()
		total := 0
		for r, err := range sum.DoAll(ctx, others, []int{1, 2}) {
			w.try(err)
			if r.Server != seats[1].name && r.Server != seats[2].name || r.Socket != "" {
				t.Errorf("%+v", r)
			}
			total += r.Value
		}
		if total != 6 {
			t.Errorf("total %d", total)
		}
		w.try(note.Emit(ctx, others, "hello"))
		notes.want(t, "hello", "hello")
		var errs []string
		for _, err := range fail.DoAll(ctx, others, "") {
			errs = append(errs, err.Error())
		}
		slices.Sort(errs)
		if diff := cmp.Diff([]string{"socketio: internal: internal error", "socketio: no"}, errs); diff != "" {
			t.Error(diff)
		}
		for _, err := range others.Call(ctx, "nobody handles this") {
			if e, ok := errors.AsType[*socketio.Error](err); err != nil && (!ok || e.Code != socketio.CodeUnknownEvent) {
				t.Error(err)
			}
		}
		short, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		n := 0
		for _, err := range others.Call(short, "slow") {
			if lost, ok := errors.AsType[*socketio.PeerError](err); !ok || len(lost.Peers) != 2 {
				t.Errorf("slow: %v", err)
			}
			n++
		}
		if n != 1 {
			t.Errorf("%d results", n)
		}
		notes.want(t, "called off", "called off")
	})
}

func TestServersAlone(t *testing.T) {
	bubble(t, nil, func(w *world) {
		others := w.io.Of("/").Servers()
		w.try(others.Emit(w.Context(), "x"))
		for r, err := range others.Call(w.Context(), "x") {
			t.Errorf("somebody answered %v, %v", r, err)
		}
	})
}

func TestAdapterErrors(t *testing.T) {
	failure := errors.New("no route")
	_, err := socketio.NewServer(&socketio.Options{Adapter: &seat{hub: newHub(), err: failure}})
	if !errors.Is(err, failure) {
		t.Errorf("NewServer: %v", err)
	}
	together(t, 2, func(servers []*world, seats []*seat) {
		w := servers[0]
		c := w.in1("/")
		seats[0].err = failure
		ns, ctx := w.io.Of("/"), w.Context()
		if err := ns.Emit(ctx, "x"); !errors.Is(err, failure) {
			t.Errorf("Emit: %v", err)
		}
		c.want(`2["x"]`) // all the same
		if err := ns.To().Join(ctx, "r"); !errors.Is(err, failure) || ns.RoomLen("r") != 1 {
			t.Errorf("Join: %v", err)
		}
		if infos, err := ns.To().Fetch(ctx); !errors.Is(err, failure) || len(infos) != 1 {
			t.Errorf("Fetch: %v", err)
		}
		for _, err := range ns.Call(ctx, "x") {
			if !errors.Is(err, failure) {
				t.Errorf("Call: %v", err)
			}
		}
	})
}

func TestMalformedMessagesOfOtherServers(t *testing.T) {
	together(t, 2, func(servers []*world, seats []*seat) {
		deliver := seats[0].hub.members[seats[0].name]
		message := func(head any, body string) []byte {
			text, err := json.Marshal(head)
			if err != nil {
				t.Fatal(err)
			}
			return append(append([]byte{byte(len(text))}, text...), body...)
		}
		type order struct {
			Kind, Namespace string
			ID              int
			Sizes           []int
		}
		for _, data := range [][]byte{
			nil,
			{0xff},
			{5, '{'},
			{1, '{'},
			{2, '{', '}'},
			message(order{Kind: "emit", Namespace: "/", Sizes: []int{9}}, `["x"`),
			message(order{Kind: "emit", Namespace: "/", Sizes: []int{-1}}, `["x"`),
			message(order{Kind: "call", Namespace: "/", ID: 1, Sizes: []int{2}}, `[[`),
			message(order{Kind: "call", Namespace: "/", ID: 1, Sizes: []int{2}}, `[1`),
			message(order{Kind: "call", Namespace: "/", ID: 1}, ``),
			message(order{Kind: "server", Namespace: "/", ID: 1}, ``),
			message(order{Kind: "server", Namespace: "/", ID: 1, Sizes: []int{2}}, `[1`),
			message(order{Kind: "reply", Namespace: "/", ID: 7}, ``),
			message(order{Kind: "cancel", Namespace: "/", ID: 7}, ``),
			message(order{Kind: "of the future", Namespace: "/"}, ``),
			message(order{Kind: "emit", Namespace: "/nowhere", Sizes: []int{4}}, `["x"`),
		} {
			deliver(socketio.Message{From: "x", Data: data})
		}
		deliver(socketio.Message{From: "x", To: "somebody else", Data: message(order{Kind: "close", Namespace: "/"}, "")})
		synctest.Wait()
		servers[0].in1("/")
	})
}

func FuzzClusterMessage(f *testing.F) {
	f.Add([]byte(`0{"Kind":"emit","Namespace":"/","Sizes":[4]}["x"`))
	f.Add([]byte(`2{"Kind":"server","Namespace":"/","Sizes":[4]}["x"`))
	s := &seat{hub: newHub()}
	io, err := socketio.NewServer(&socketio.Options{Adapter: s, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() {
		if err := io.Shutdown(context.Background()); err != nil {
			f.Error(err)
		}
	})
	f.Fuzz(func(_ *testing.T, data []byte) {
		s.hub.members[s.name](socketio.Message{From: "x", Data: data})
	})
}
