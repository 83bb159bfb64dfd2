package socketio_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/adaptertest"
	"github.com/caucus-live/caucus/socketio/internal/bubbletest"
)

// together runs a test with several servers of a cluster. What they do for clients is
// tested by package adaptertest; here is how long they wait, and what they survive.
func together(t *testing.T, n int, test func(servers []*world, links []*adaptertest.Link)) {
	t.Helper()
	bubbletest.Run(t, func(t *testing.T) {
		t.Helper()
		var hub adaptertest.Hub
		var servers []*world
		var links []*adaptertest.Link
		for range n {
			link := adaptertest.NewLink(hub.Adapter())
			links = append(links, link)
			servers = append(servers, newWorld(t, &socketio.Options{Adapter: link}))
		}
		test(servers, links)
	})
}

func TestClusterFetchWaits(t *testing.T) {
	together(t, 3, func(servers []*world, links []*adaptertest.Link) {
		for _, w := range servers {
			w.in1("/")
		}
		w := servers[0]
		fetch := func(ctx context.Context, sockets int, after time.Duration) {
			t.Helper()
			start := time.Now()
			infos, err := w.io.Of("/").Everyone().Fetch(ctx)
			if len(infos) != sockets || time.Since(start) != after {
				t.Errorf("Fetch = %d sockets after %s, want %d after %s", len(infos), time.Since(start), sockets, after)
			}
			if lost, ok := errors.AsType[*socketio.MissingServersError](err); sockets < 3 && (!ok || !slices.Equal(lost.Servers, []string{links[1].Name()})) {
				t.Errorf("Fetch: %v", err)
			}
		}
		fetch(w.Context(), 3, 0)
		links[1].Cut()
		fetch(w.Context(), 2, 20*time.Second)
		ctx, cancel := context.WithTimeout(w.Context(), time.Second)
		defer cancel()
		fetch(ctx, 2, time.Second)
		time.AfterFunc(time.Second, func() { w.try(links[1].Kill(w.Context())) })
		fetch(w.Context(), 2, 2*time.Second)
	})
}

// A call waits for clients as long as its context does.
func TestClusterCallWaits(t *testing.T) {
	together(t, 3, func(servers []*world, links []*adaptertest.Link) {
		w := servers[0]
		for _, w := range servers {
			w.in1("/")
		}
		ask := func(ctx context.Context) (errs []string) {
			for _, err := range ready.DoAll(ctx, w.io.Of("/"), "?") {
				errs = append(errs, strings.ReplaceAll(err.Error(), links[1].Name(), "server 1"))
			}
			slices.Sort(errs)
			return errs
		}
		ctx, cancel := context.WithTimeout(w.Context(), time.Minute)
		defer cancel()
		time.AfterFunc(29*time.Second, func() {
			w.try(links[1].Kill(ctx))
			servers[2].try(servers[2].io.Of("/").Everyone().Disconnect(ctx))
		})
		start := time.Now()
		got := ask(ctx)
		want := []string{
			"socketio: disconnected: server namespace disconnect", // it was on server 0
			"socketio: disconnected: server namespace disconnect",
			"socketio: no answer from server 1",
		}
		if diff := cmp.Diff(want, got); diff != "" || time.Since(start) != 30*time.Second {
			t.Error(diff, time.Since(start))
		}
	})
}

// What other servers emit is missed, and made up for, like what the client's own does.
func TestClusterRecovery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var hub adaptertest.Hub
		open := func() *world {
			return newWorld(t, &socketio.Options{Adapter: hub.Adapter(), Recovery: new(socketio.Recovery)})
		}
		here, there := open(), open()
		c := here.client()
		was := c.enter("/", "")
		here.try(here.io.Of("/").Everyone().Join(t.Context(), "r"))
		here.lost(c)
		there.try(there.io.Of("/").To("r").Emit(t.Context(), "missed", []byte("one")))
		there.try(there.io.Of("/").Everyone().Volatile().Emit(t.Context(), "lost"))
		synctest.Wait()
		c, ok := here.resume(was, "")
		if !ok {
			t.Error("not recovered")
		}
		c.want(`51-["missed",{"_placeholder":true,"num":0},"1"]`, "binary one")
		there.try(there.io.Of("/").To("r").Emit(t.Context(), "next"))
		c.want(`2["next","2"]`)
	})
}

func TestClusterCallStopsEarly(t *testing.T) {
	together(t, 2, func(servers []*world, _ []*adaptertest.Link) {
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

// What nobody waits for any more is called off, and a panic costs one request.
func TestServersThatDoNotAnswer(t *testing.T) {
	together(t, 3, func(servers []*world, _ []*adaptertest.Link) {
		var notes record
		for _, w := range servers {
			others := w.io.Of("/").Servers()
			others.On("slow", func(ctx context.Context, _ socketio.Request) (any, error) {
				<-ctx.Done()
				notes.Add("called off")
				return nil, ctx.Err()
			})
			others.On("panic", func(context.Context, socketio.Request) (any, error) {
				panic("ouch") //nolint:forbidigo // what is tested
			})
		}
		w := servers[0]
		call := func(event string) (errs []error) {
			for _, err := range socketio.Call[string, string](event).DoAll(w.Context(), w.io.Of("/").Servers(), "") {
				errs = append(errs, err)
			}
			return errs
		}
		start := time.Now()
		errs := call("slow")
		if lost, ok := errors.AsType[*socketio.MissingServersError](errs[0]); !ok || len(lost.Servers) != 2 || len(errs) != 1 || time.Since(start) != 20*time.Second {
			t.Errorf("slow: %v after %s", errs, time.Since(start))
		}
		notes.Want(t, "called off", "called off")
		errs = call("panic")
		if len(errs) != 2 || errs[0].Error() != "socketio: internal: internal error" {
			t.Errorf("panic: %v", errs)
		}
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
	broken := adaptertest.NewLink(new(adaptertest.Hub).Adapter())
	broken.Fail(failure)
	_, err := socketio.NewServer(&socketio.Options{Adapter: broken})
	if !errors.Is(err, failure) {
		t.Errorf("NewServer: %v", err)
	}
	together(t, 2, func(servers []*world, links []*adaptertest.Link) {
		w := servers[0]
		c := w.in1("/")
		links[0].Fail(failure)
		defer links[0].Fail(nil)
		ns, ctx := w.io.Of("/"), w.Context()
		if err := ns.Emit(ctx, "x"); !errors.Is(err, failure) {
			t.Errorf("Emit: %v", err)
		}
		c.want(`2["x"]`) // all the same
		if err := ns.Everyone().Join(ctx, "r"); !errors.Is(err, failure) || ns.RoomLen("r") != 1 {
			t.Errorf("Join: %v", err)
		}
		if infos, err := ns.Everyone().Fetch(ctx); !errors.Is(err, failure) || len(infos) != 1 {
			t.Errorf("Fetch: %v", err)
		}
		for _, err := range ns.Call(ctx, "x") {
			if !errors.Is(err, failure) {
				t.Errorf("Call: %v", err)
			}
		}
	})
}

// A lagging adapter has a broker that passes on what is published, and never says so.
type lagging struct{ socketio.Adapter }

func (l lagging) Publish(ctx context.Context, m socketio.Message) error {
	if err := l.Adapter.Publish(ctx, m); err != nil {
		return err
	}
	<-ctx.Done()
	return ctx.Err()
}

// A request that was on its way when its context ended has the answers that came by then.
func TestRequestsThatEndWhileTheyArePublished(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var hub adaptertest.Hub
		here := newWorld(t, &socketio.Options{Adapter: lagging{hub.Adapter()}})
		there := newWorld(t, &socketio.Options{Adapter: hub.Adapter()})
		silent := adaptertest.NewLink(hub.Adapter())
		third := newWorld(t, &socketio.Options{Adapter: silent})
		silent.Cut()
		name := socketio.Call[string, string]("name")
		for _, w := range []*world{there, third} {
			name.Receive(w.io.Of("/").Servers(), func(context.Context, string) (string, error) { return "there", nil })
		}
		there.in1("/")
		start := time.Now()
		ask := func() (answers []string) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			for answer, err := range name.DoAll(ctx, here.io.Of("/").Servers(), "?") {
				answers = append(answers, answer.Value+lost(err))
			}
			return answers
		}
		if got := ask(); !slices.Equal(got, []string{"there", silent.Name()}) {
			t.Errorf("Call: %q", got)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if infos, err := here.io.Of("/").Everyone().Fetch(ctx); len(infos) != 1 || lost(err) != silent.Name() {
			t.Errorf("Fetch = %d sockets, %v", len(infos), err)
		}
		if took := time.Since(start); took != 2*time.Second {
			t.Errorf("they took %s, longer than their contexts", took)
		}
	})
}

// lost names the servers that an error is about.
func lost(err error) string {
	if missing, ok := errors.AsType[*socketio.MissingServersError](err); ok {
		return strings.Join(missing.Servers, " ")
	}
	return ""
}

// A tap is an Adapter from which a test delivers what it likes.
type tap struct {
	socketio.Adapter
	deliver func(socketio.Message)
}

func newTap() *tap { return &tap{Adapter: new(adaptertest.Hub).Adapter()} }

func (l *tap) Open(ctx context.Context, node socketio.Node) error {
	l.deliver = node.Deliver
	return l.Adapter.Open(ctx, node)
}

func TestMalformedMessagesOfOtherServers(t *testing.T) {
	line := newTap()
	bubble(t, &socketio.Options{Adapter: line}, func(w *world) {
		for _, m := range []socketio.Message{
			{},
			{Kind: "of the future", Namespace: "/"},
			{Kind: socketio.MessageBroadcast, Namespace: "/"},
			{Kind: socketio.MessageBroadcast, Namespace: "/", Data: []byte(`[`)},
			{Kind: socketio.MessageBroadcast, Namespace: "/", Data: []byte(`"x"`)},
			{Kind: socketio.MessageBroadcast, Namespace: "/", Data: []byte(`["x"]`), Attachments: [][]byte{{1}}},
			{Kind: socketio.MessageBroadcast, Namespace: "/nowhere", Data: []byte(`["x"]`)},
			{Kind: socketio.MessageBroadcast, Namespace: "/", ID: "1"},
			{Kind: socketio.MessageBroadcast, Namespace: "/", ID: "1", Data: []byte(`[[`)},
			{Kind: socketio.MessageBroadcast, Namespace: "/", ID: "1", Data: []byte(`[1]`)},
			{Kind: socketio.MessageServerEvent, Namespace: "/", ID: "1"},
			{Kind: socketio.MessageServerEvent, Namespace: "/", ID: "1", Data: []byte(`[1]`)},
			{Kind: socketio.MessageReply, Namespace: "/", ID: "7"},
			{Kind: socketio.MessageCount, Namespace: "/", ID: "7"},
			{Kind: socketio.MessageCancel, Namespace: "/", ID: "7"},
			{Kind: socketio.MessageCloseConns, Namespace: "/", To: "somebody else"},
		} {
			m.From = "x"
			line.deliver(m)
		}
		synctest.Wait()
		w.in1("/")
	})
}

// Answers without names do not count for servers that sign theirs.
func TestAnswersWithAndWithoutNames(t *testing.T) {
	line := &foreign{names: []string{"signs", "#1"}}
	bubble(t, &socketio.Options{Adapter: line}, func(w *world) {
		line.answer = func(m socketio.Message) []socketio.Message {
			reply := socketio.Message{Kind: socketio.MessageReply, ID: m.ID, Data: []byte(`["x"]`)}
			signed := reply
			signed.From = "signs"
			return []socketio.Message{reply, signed}
		}
		answers := 0
		for _, err := range socketio.Call[string, string]("ask").DoAll(w.Context(), w.io.Of("/").Servers(), "") {
			w.try(err)
			answers++
		}
		if answers != 2 {
			t.Errorf("%d servers answered, want 2", answers)
		}
	})
}

// Servers of another implementation may have no names and no sockets in their answers.
func TestAnswersWithoutNames(t *testing.T) {
	line := &foreign{names: []string{"#1", "#2"}}
	bubble(t, &socketio.Options{Adapter: line}, func(w *world) {
		line.answer = func(m socketio.Message) []socketio.Message {
			count := func(n int) socketio.Message {
				return socketio.Message{Kind: socketio.MessageCount, ID: m.ID, Count: n}
			}
			reply := func(v string) socketio.Message {
				return socketio.Message{Kind: socketio.MessageReply, ID: m.ID, Data: []byte(`["` + v + `"]`)}
			}
			sockets := func(id string) socketio.Message {
				return socketio.Message{Kind: socketio.MessageSockets, ID: m.ID, Sockets: []socketio.SocketInfo{{ID: id}}}
			}
			switch m.Kind { //nolint:exhaustive // what is asked here
			case socketio.MessageFetch:
				return []socketio.Message{sockets("a"), sockets("b")}
			case socketio.MessageServerEvent:
				return []socketio.Message{reply("a"), reply("b")}
			default:
				return []socketio.Message{count(1), reply("a"), reply("b"), count(2), reply("c")}
			}
		}
		ns := w.io.Of("/")
		infos, err := ns.Everyone().Fetch(w.Context())
		if err != nil || len(infos) != 2 {
			t.Errorf("Fetch = %v, %v", infos, err)
		}
		collect := func(to socketio.Callees) (got string) {
			for r, err := range socketio.Call[string, string]("ask").DoAll(w.Context(), to, "") {
				w.try(err)
				got += r.Value
			}
			return got
		}
		if got := collect(ns); got != "abc" {
			t.Errorf("clients answered %q", got)
		}
		if got := collect(ns.Servers()); got != "ab" {
			t.Errorf("servers answered %q", got)
		}
	})
}

// foreign is an adapter to servers that a test plays.
type foreign struct {
	names   []string
	deliver func(socketio.Message)
	answer  func(socketio.Message) []socketio.Message
}

func (f *foreign) Open(_ context.Context, node socketio.Node) error {
	f.deliver = node.Deliver
	return nil
}

func (f *foreign) Publish(_ context.Context, m socketio.Message) error {
	for _, answer := range f.answer(m) {
		f.deliver(answer)
	}
	return nil
}

func (f *foreign) Servers(context.Context) ([]string, error) { return f.names, nil }
func (f *foreign) Close(context.Context) error               { return nil }

func FuzzClusterMessage(f *testing.F) {
	for _, m := range []socketio.Message{
		{Kind: socketio.MessageBroadcast, Namespace: "/", Data: []byte(`["x"]`)},
		{Kind: socketio.MessageServerEvent, Namespace: "/", ID: "1", Data: []byte(`["x"]`)},
	} {
		f.Add(m.Encode())
	}
	line := newTap()
	io, err := socketio.NewServer(&socketio.Options{Adapter: line, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() {
		if err := io.Shutdown(context.Background()); err != nil {
			f.Error(err)
		}
	})
	f.Fuzz(func(_ *testing.T, data []byte) {
		if m, err := socketio.DecodeMessage(data); err == nil {
			line.deliver(m)
		}
	})
}
