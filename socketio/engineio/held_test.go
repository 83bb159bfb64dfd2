package engineio_test

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gobwas/ws"

	"github.com/caucus-live/caucus/socketio/engineio"
)

func get(sid string, header ...string) string {
	return "GET /engine.io/?" + of(sid) + " HTTP/1.1\r\nHost: caucus.test\r\n" + strings.Join(append(header, "\r\n"), "\r\n")
}

// holding runs a test in which polls are held soon, with each way to wait for the client.
func holding(t *testing.T, opts *engineio.Options, test func(w *world)) {
	t.Helper()
	overTCP(t, opts, func(w *world) {
		w.eio.HoldAfter(time.Millisecond)
		test(w)
	})
	t.Run("pipe", func(t *testing.T) { bubble(t, opts, test) })
}

// hold opens a session and has it hold a poll.
func (w *world) hold(header ...string) (sid string, s *session, p *peer) {
	w.Helper()
	sid = w.openPolling()
	p = w.connect(get(sid, header...))
	w.wantHeld(1)
	return sid, w.last(), p
}

// wantHeld waits until the given number of polls is held.
func (w *world) wantHeld(n int) {
	w.Helper()
	if w.bubble {
		pass(time.Second)
	}
	w.eventually(func() bool { return w.eio.Held() == n })
}

func (p *peer) wantReply(want reply) response {
	p.t.Helper()
	resp := p.response()
	if got := (reply{resp.StatusCode, resp.Body}); got != want {
		p.t.Errorf("response %v, want %v", got, want)
	}
	return resp
}

func TestHeldPollIsAnswered(t *testing.T) {
	options := &engineio.Options{Header: func(h http.Header, _ *http.Request, _ bool) { h.Set("X-Test", "yes") }}
	holding(t, options, func(w *world) {
		sid, s, p := w.hold()
		for range 3 { // each over the same connection
			if !s.SendVolatile(engineio.NewMessage(engineio.Text, []byte("a")), engineio.NewMessage(engineio.Binary, []byte{1, 2, 3})) {
				w.Error("dropped although a poll waits")
			}
			h := p.wantReply(ok("4a\x1ebAQID")).Header
			if h.Get("X-Test") != "yes" || h.Get("Cache-Control") != "no-store" || h.Get("Content-Type") != "text/plain; charset=UTF-8" || h.Get("Date") == "" {
				w.Errorf("header %v", h)
			}
			if _, err := io.WriteString(p.conn, get(sid)); err != nil {
				w.Fatal(err)
			}
			w.wantHeld(1)
		}
		s.wantOpen()
	})
}

// What net/http does for requests that a client sends before it has the answer to a poll.
func TestHeldPollIsFollowedByARequest(t *testing.T) {
	holding(t, nil, func(w *world) {
		sid, s, p := w.hold()
		go func() { // ends when it is read; otherwise the response is missing
			_, _ = io.WriteString(p.conn, "POST /engine.io/?"+of(sid)+" HTTP/1.1\r\nHost: caucus.test\r\nContent-Length: 6\r\n\r\n4hello")
		}()
		if err := s.text("a"); err != nil {
			w.Fatal(err)
		}
		p.wantReply(ok("4a"))
		p.wantReply(ok("ok"))
		s.wantMessages("hello")
	})
}

func TestHeldPollIsCompressed(t *testing.T) {
	holding(t, nil, func(w *world) {
		_, s, p := w.hold("Accept-Encoding: gzip")
		long := strings.Repeat("compress me ", 100)
		if err := s.text(long); err != nil {
			w.Fatal(err)
		}
		resp := p.response()
		zr, err := gzip.NewReader(strings.NewReader(resp.Body))
		if err != nil {
			w.Fatal(err)
		}
		if got, err := io.ReadAll(zr); err != nil || string(got) != "4"+long || resp.Header.Get("Content-Encoding") != "gzip" {
			w.Errorf("got %q, %v, %v", got, resp.Header, err)
		}
	})
}

// However a session ends whose poll is held, the client is told and nothing is left.
func TestHeldPollsEnd(t *testing.T) {
	for name, tt := range map[string]struct {
		end    func(w *world, sid string, p *peer)
		answer string // "" if the client is gone
		reason engineio.Reason
	}{
		"the client is gone":    {end: func(_ *world, _ string, p *peer) { p.close() }, reason: engineio.ReasonTransportError},
		"the client says so":    {end: func(w *world, sid string, _ *peer) { w.want(ok("ok"), "POST", of(sid), "1") }, answer: "6", reason: engineio.ReasonTransportClose},
		"the client is wrong":   {end: func(w *world, sid string, _ *peer) { w.do("POST", of(sid), "x") }, answer: "1", reason: engineio.ReasonParseError},
		"a second poll":         {end: func(w *world, sid string, _ *peer) { w.want(reply{http.StatusBadRequest, ""}, "GET", of(sid), "") }, answer: "1", reason: engineio.ReasonTransportError},
		"the session is closed": {end: func(w *world, _ string, _ *peer) { w.last().Close("because") }, answer: "1", reason: "because"},
		"at once":               {end: func(w *world, _ string, _ *peer) { w.last().Abort("because") }, answer: "1", reason: "because"},
		"the ping times out":    {end: func(w *world, _ string, _ *peer) { w.last().PingTimeout() }, answer: "1", reason: engineio.ReasonPingTimeout},
		"Shutdown": {end: func(w *world, _ string, _ *peer) {
			go func() { _ = w.eio.Shutdown(w.Context()) }() // ends with the session
		}, answer: "1", reason: engineio.ReasonShutdown},
	} {
		t.Run(name, func(t *testing.T) {
			holding(t, nil, func(w *world) {
				sid, s, p := w.hold()
				tt.end(w, sid, p)
				if tt.answer != "" {
					p.wantReply(ok(tt.answer))
				}
				s.wantClosed(tt.reason)
				w.wantHeld(0)
			})
		})
	}
}

func TestHeldPollIsReleasedByAnUpgrade(t *testing.T) {
	holding(t, nil, func(w *world) {
		sid, s, p := w.hold()
		probe := w.probe(sid)
		probe.send("2probe")
		probe.want("3probe")
		p.wantReply(ok("6"))
		probe.send("5")
		w.eventually(func() bool { return s.Transport() == engineio.TransportWebSocket })
		if err := s.text("a"); err != nil {
			w.Error(err)
		}
		probe.want("4a")
		if _, err := io.WriteString(p.conn, get(sid)); err != nil { // the connection is still of use
			w.Fatal(err)
		}
		p.wantReply(reply{http.StatusBadRequest, badRequest})
	})
}

// A WebSocket may take over the connection of a poll that was held.
func TestHeldConnectionBecomesAWebSocket(t *testing.T) {
	holding(t, nil, func(w *world) {
		sid, s, p := w.hold()
		if err := s.text("a"); err != nil {
			w.Error(err)
		}
		p.wantReply(ok("4a"))
		p.write([]byte(upgradeRequest("EIO=4&transport=websocket&sid=" + sid)))
		p.response()
		p.send("2probe")
		p.want("3probe")
		p.send("5", "3")
		w.eventually(func() bool { return s.Transport() == engineio.TransportWebSocket })
		s.Close("because")
		p.wantClose(ws.StatusNormalClosure)
	})
}

// Where something else has to see the answer, or the connection is over with it, net/http
// gives it.
func TestPollsThatAreNotHeld(t *testing.T) {
	for name, tt := range map[string]struct {
		request func(sid string) string
		wrap    func(http.ResponseWriter) http.ResponseWriter
	}{
		"HTTP/1.0":   {request: func(sid string) string { return strings.Replace(get(sid), "HTTP/1.1", "HTTP/1.0", 1) }},
		"close":      {request: func(sid string) string { return get(sid, "Connection: close") }},
		"middleware": {request: func(sid string) string { return get(sid) }, wrap: func(rw http.ResponseWriter) http.ResponseWriter { return wrapped{rw} }},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, nil, func(w *world) {
				w.wrap = tt.wrap
				p := w.connect(tt.request(w.openPolling()))
				w.wantHeld(0)
				if err := w.last().text("a"); err != nil {
					w.Error(err)
				}
				p.wantReply(ok("4a"))
			})
		})
	}
}

type wrapped struct{ http.ResponseWriter }

func (w wrapped) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Once its http.Server is closed, a connection ends when its poll is answered.
func TestHeldPollOutlivesItsServer(t *testing.T) {
	holding(t, nil, func(w *world) {
		_, s, p := w.hold()
		if err := w.server.Shutdown(w.Context()); err != nil {
			w.Error(err)
		}
		if err := s.text("a"); err != nil {
			w.Error(err)
		}
		p.wantReply(ok("4a"))
		if n, err := p.br.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
			w.Errorf("read %d bytes, %v", n, err)
		}
	})
}

// Shutdown of the http.Server has nothing to wait for then.
func TestHeldConnectionsEndWithTheServer(t *testing.T) {
	holding(t, nil, func(w *world) {
		_, _, p := w.hold()
		go func() { _ = w.eio.Shutdown(w.Context()) }() // ends with the session
		p.wantReply(ok("1"))
		if n, err := p.br.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
			w.Errorf("read %d bytes, %v", n, err)
		}
	})
}

// A client that does not take the answer holds up Shutdown no longer than another.
func TestHeldPollIsNotTaken(t *testing.T) {
	bubble(t, nil, func(w *world) {
		_, s, _ := w.hold()
		if err := s.text(strings.Repeat("x", 1<<20)); err != nil {
			w.Error(err)
		}
		synctest.Wait()
		ctx, cancel := context.WithTimeout(w.Context(), 5*time.Second)
		defer cancel()
		if err := w.eio.Shutdown(ctx); err != nil {
			w.Error(err)
		}
	})
}

func TestHeldPollTakes(t *testing.T) {
	const n, want = 200, 3_000 // bytes, the client's end included
	w := tcpWorld(t, &engineio.Options{PingInterval: time.Hour, HandshakeHeaders: []string{}})
	w.eio.HoldAfter(time.Millisecond)
	sids := make([]string, n)
	for i := range sids {
		sids[i] = w.openPolling()
	}
	before := heap()
	peers := make([]*peer, n)
	for i, sid := range sids {
		peers[i] = w.connect(get(sid))
		peers[i].br = nil // it takes more than all the rest
	}
	w.wantHeld(n)
	if got := (heap() - before) / n; got > want {
		t.Errorf("a held poll takes %d bytes, want at most %d", got, want)
	}
}

// heap returns how many bytes are in use.
func heap() int {
	runtime.GC() // what is in a sync.Pool survives one
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc) //nolint:gosec // some megabytes
}
