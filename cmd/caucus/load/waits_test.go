package load_test

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gobwas/ws"

	"github.com/caucus-live/caucus/cmd/caucus/load"
	"github.com/caucus-live/caucus/internal/httpd"
	"github.com/caucus-live/caucus/internal/ledger/memory"
	"github.com/caucus-live/caucus/socketio/pipetest"
)

// However far a server comes before it says nothing more, the play ends in time, and says what
// it waited for.
func TestEveryWaitHasABoundAndAName(t *testing.T) {
	const bound = "it took longer than 2m0s"
	for name, c := range map[string]struct {
		silent  *silent
		base    bool
		sustain time.Duration
		want    string // in the error, or among the failures
	}{
		"create":          {silent: &silent{path: "/polls"}, want: "join: no answer to POST /polls: " + bound},
		"join":            {silent: &silent{path: "/polls/join"}, want: "join: no answer to POST /polls/join: " + bound},
		"upgrade":         {silent: &silent{path: "/socket.io/"}, want: "join: no connection, at last since: open a WebSocket: "},
		"open packet":     {silent: &silent{packet: "0{"}, want: "join: no connection, at last since: the server has not opened the session: " + bound},
		"namespace":       {silent: &silent{packet: "40/polls,"}, want: "join: no connection, at last since: the connection was lost: " + bound},
		"state":           {silent: &silent{packet: `42/polls,["poll_state"`}, want: "join: connected, but shown no poll: " + bound},
		"base view":       {silent: &silent{packet: `42/polls,["poll_updated"`}, base: true, want: "join: connected, but shown no poll: " + bound},
		"all come":        {silent: &silent{packet: `42/polls,["poll_patch"`}, want: "join: 5 of 5 people have not seen it: " + bound},
		"nominate":        {silent: &silent{after: `["nominate"`, packet: "43/polls,"}, want: "nominate: no answer to nominate: " + bound},
		"options":         {silent: &silent{after: `["nominate"`, packet: `42/polls,["poll_patch"`}, want: "nominate: 5 of 5 people have not seen it: " + bound},
		"start":           {silent: &silent{after: `["start_vote"`, packet: "43/polls,"}, want: "start: no answer to start_vote: " + bound},
		"voting":          {silent: &silent{after: `["start_vote"`, packet: `42/polls,["poll_patch"`}, want: "start: 5 of 5 people have not seen it: " + bound},
		"vote":            {silent: &silent{after: `["submit_rankings"`, packet: "43/polls,"}, want: "vote: no answer to submit_rankings: " + bound},
		"changed ballots": {silent: &silent{after: `["submit_rankings"`, skip: 5, packet: "43/polls,"}, sustain: time.Minute, want: "no answer to submit_rankings: a ballot was not answered in time"},
		"turnout":         {silent: &silent{after: `["submit_rankings"`, packet: `42/polls,["poll_patch"`}, want: "vote: 5 of 5 people have not seen it: " + bound},
		"close":           {silent: &silent{after: `["close_poll"`, packet: "43/polls,"}, want: "close: no answer to close_poll: " + bound},
		"result":          {silent: &silent{after: `["close_poll"`, packet: `42/polls,["poll_patch"`}, want: "close: 5 of 5 people have not seen it: " + bound},
		"export":          {silent: &silent{path: "/export.json"}, want: "check: no answer to GET /polls/"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				opts := load.Options{URLs: []string{"http://caucus.test"}, People: 5, Base: c.base, Sustain: c.sustain}
				report, err := load.Run(t.Context(), opts.Over(c.silent.serve(t)))
				said := ""
				if err != nil {
					said = err.Error()
				}
				for failure := range report.Failures {
					said += "; " + failure
				}
				if !strings.Contains(said, c.want) {
					t.Errorf("%s; want %s", said, c.want)
				}
				if took := time.Since(began); took > 10*time.Minute {
					t.Errorf("it took %v", took)
				}
			})
		})
	}
}

// Somebody whom the server does not want is not waited for.
func TestARefusedPersonIsNotWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		opts := load.Options{URLs: []string{"http://caucus.test"}, People: 5}
		_, err := load.Run(t.Context(), opts.Over((&silent{refuse: true}).serve(t)))
		if err == nil || !strings.Contains(err.Error(), "join: no connection, at last since: the server refused the connection: ") || time.Since(began) > time.Minute {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
	})
}

// A silent is a server that keeps something to itself: the answer at a path, or packets that
// begin in some way, from the moment on that somebody has sent an event.
type silent struct {
	path   string
	packet string
	after  string
	skip   int64 // of these events
	refuse bool  // answer what asks for a namespace with a refusal

	sent atomic.Int64 // events
}

// serve runs it for the time of a test, and returns how to reach it.
func (s *silent) serve(t *testing.T) func(ctx context.Context, network, addr string) (net.Conn, error) {
	t.Helper()
	server, err := httpd.New(new(memory.Ledger), &httpd.Options{
		TokenKey: []byte("a key of the tests, which is long enough"), Logger: slog.New(slog.DiscardHandler), DrainWindow: time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	ln, own := pipetest.Listen(), pipetest.Listen()
	front := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.path != "" && strings.HasSuffix(r.URL.Path, s.path) {
			_, _ = io.Copy(io.Discard, r.Body) // else it is not noticed that the client goes
			<-r.Context().Done()
			return
		}
		server.ServeHTTP(w, r)
	})}
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	all.Go(func() { _ = server.Serve(ctx, own) }) // ends with cancel; waited for below
	all.Go(func() { _ = front.Serve(ln) })        // ends with Close; likewise
	t.Cleanup(func() {
		cancel()
		_ = front.Close()
		all.Wait()
	})
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := ln.DialContext(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		near, far := net.Pipe()
		all.Go(func() { // both end with the connection; waited for above
			defer conn.Close()
			s.relay(conn, far, s.passOn)
		})
		all.Go(func() {
			defer far.Close()
			s.relay(far, conn, s.keepBack)
		})
		return near, nil
	}
}

// relay copies HTTP, and then frames as pass says.
func (s *silent) relay(to io.Writer, from io.Reader, pass func(to io.Writer, f ws.Frame) error) {
	in := bufio.NewReader(from)
	upgrade := false
	for first := true; ; first = false {
		line, err := in.ReadBytes('\n')
		if err != nil {
			return
		}
		if _, err := to.Write(line); err != nil {
			return
		}
		if first && (!bytes.Contains(line, []byte("/socket.io/")) && !bytes.Contains(line, []byte(" 101 "))) {
			break
		}
		if upgrade = true; len(bytes.TrimSpace(line)) == 0 {
			break
		}
	}
	for upgrade {
		f, err := readFrame(in)
		if err != nil || pass(to, f) != nil {
			return
		}
	}
	_, _ = io.Copy(to, in) // until either end closes
}

func readFrame(in io.Reader) (f ws.Frame, err error) {
	if f.Header, err = ws.ReadHeader(in); err == nil {
		f.Payload = make([]byte, f.Header.Length)
		_, err = io.ReadFull(in, f.Payload)
	}
	return f, err
}

// passOn notes what people send.
func (s *silent) passOn(to io.Writer, f ws.Frame) error {
	if plain := ws.UnmaskFrame(f); s.after != "" && bytes.Contains(plain.Payload, []byte(s.after)) {
		s.sent.Add(1)
	}
	return ws.WriteFrame(to, f)
}

// keepBack passes on what the server sends, or not.
func (s *silent) keepBack(to io.Writer, f ws.Frame) error {
	switch {
	case s.refuse && bytes.HasPrefix(f.Payload, []byte("40/polls,")):
		return ws.WriteFrame(to, ws.NewTextFrame([]byte(`44/polls,{"message":"FORBIDDEN"}`)))
	case s.packet != "" && bytes.HasPrefix(f.Payload, []byte(s.packet)) && (s.after == "" || s.sent.Load() > s.skip):
		return nil
	}
	return ws.WriteFrame(to, f)
}
