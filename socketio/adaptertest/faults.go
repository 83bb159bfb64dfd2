package adaptertest

import "context"

// faultTests test three servers that do not have what they need.
var faultTests = map[string]func(*house){
	"SlowServer":       testSlowServer,
	"DeadServer":       testDeadServer,
	"SilentServer":     testSilentServer,
	"ReversedRequests": testReversedRequests,
	"ReversedAnswers":  testReversedAnswers,
}

// fetch is ask for a Fetch.
func (h *house) fetch(ctx context.Context) asking {
	result := make(asking, 2)
	go func() { // ends with the request, for which all tests wait
		defer close(result)
		infos, err := h.ns().Everyone().Fetch(ctx)
		result <- h.describe(infos)
		if err != nil {
			result <- h.explain(err)
		}
	}()
	return result
}

// A slow server delays what needs it, and nothing else.
func testSlowServer(h *house) {
	h.answerByName()
	ctx, slow := soon(h.t), h.links[1]
	slow.Hold()
	h.try(h.ns().Emit(ctx, "x"))
	calls, names, infos := ask(ctx, h, ready, h.ns()), ask(ctx, h, name, h.ns().Servers()), h.fetch(ctx)
	for _, c := range []*client{h.client('a'), h.client('c'), h.client('d'), h.client('f')} {
		c.wants(`42["x"]`)
		c.answers("true")
	}
	calls.yields(h.t, "a: true", "c: true", "d: true", "f: true")
	names.yields(h.t, "server 2: server 2")
	h.try(slow.Await(ctx, 4))
	slow.Release()
	for _, c := range []*client{h.client('b'), h.client('e')} {
		c.wants(`42["x"]`)
		c.answers("true")
	}
	calls.ends(h.t, "b: true", "e: true")
	names.ends(h.t, "server 1: server 1")
	infos.ends(h.t, "a:a b:b c:c d:d e:e f:f")
}

// Requests answer with what they have when a server is gone, and name it.
func testDeadServer(h *house) {
	h.answerByName()
	ctx, dead := soon(h.t), h.links[1]
	dead.Hold()
	calls, names, infos := ask(ctx, h, ready, h.ns()), ask(ctx, h, name, h.ns().Servers()), h.fetch(ctx)
	h.try(dead.Await(ctx, 3)) // all three wait for it now
	h.try(dead.Kill(ctx))
	for _, c := range []*client{h.client('a'), h.client('c'), h.client('d'), h.client('f')} {
		c.answers("true")
	}
	calls.ends(h.t, "a: true", "c: true", "d: true", "f: true", "! lost server 1")
	names.ends(h.t, "server 2: server 2", "! lost server 1")
	infos.ends(h.t, "a:a c:c d:d f:f", "lost server 1")
	eventually(h.t, "the dead server is forgotten", func() bool {
		servers, err := h.links[0].Servers(ctx)
		h.try(err)
		return len(servers) == 1
	})
	ask(ctx, h, name, h.ns().Servers()).ends(h.t, "server 2: server 2")
}

// The same when a server seems to be there: then the context decides how long.
func testSilentServer(h *house) {
	h.answerByName()
	h.links[0].Hold()
	h.links[1].Cut()
	ctx, giveUp := context.WithCancel(soon(h.t))
	calls, names := ask(ctx, h, ready, h.ns()), ask(ctx, h, name, h.ns().Servers())
	for _, c := range []*client{h.client('a'), h.client('c'), h.client('d')} {
		c.answers("true")
	}
	h.try(h.links[0].Await(ctx, 3)) // of server 2: an answer to each, and one count
	h.links[0].Release()
	giveUp()
	calls.ends(h.t, "a: true", "c: true", "d: true", "! lost server 1, server 2") // f has not answered
	names.ends(h.t, "server 2: server 2", "! lost server 1")
}

// Requests that overtake each other are all answered.
func testReversedRequests(h *house) {
	ctx, link := soon(h.t), h.links[1]
	link.Hold()
	first, second := ask(ctx, h, ready, h.ns().To("b")), ask(ctx, h, ready, h.ns().To("e"))
	h.try(link.Await(ctx, 2))
	link.Reverse()
	link.Release()
	h.client('b').answers("true")
	h.client('e').answers("false")
	first.ends(h.t, "b: true")
	second.ends(h.t, "e: false")
}

// A server's count of its answers may come behind them.
func testReversedAnswers(h *house) {
	ctx, link := soon(h.t), h.links[0]
	link.Hold()
	calls, infos := ask(ctx, h, ready, h.ns()), h.fetch(ctx)
	for _, c := range h.clients {
		c.answers("true")
	}
	h.try(link.Await(ctx, 8)) // of each server: two answers, a count, and a description of sockets
	link.Reverse()
	link.Release()
	calls.ends(h.t, "a: true", "b: true", "c: true", "d: true", "e: true", "f: true")
	infos.ends(h.t, "a:a b:b c:c d:d e:e f:f")
}
