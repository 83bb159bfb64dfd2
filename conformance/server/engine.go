package main

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/caucus-live/caucus/socketio/engineio"
)

// conformanceTiming is what the suites of the protocols' repositories expect.
func conformanceTiming(log *slog.Logger) engineio.Options {
	return engineio.Options{
		PingInterval:   300 * time.Millisecond,
		PingTimeout:    200 * time.Millisecond,
		MaxPayload:     1_000_000,
		OriginPatterns: []string{"*"},
		Logger:         log,
	}
}

func newEngineV4(log *slog.Logger) (server, error) {
	opts := conformanceTiming(log)
	return engineio.NewServer(newEcho, &opts)
}

func newEngineV3(log *slog.Logger) (server, error) {
	opts := conformanceTiming(log)
	opts.AllowEIO3 = true
	return engineio.NewServer(newEcho, &opts)
}

// echo sends each message back.
type echo struct{ session *engineio.Session }

func newEcho(s *engineio.Session) engineio.Handler { return echo{s} }

func (e echo) HandleMessage(kind engineio.Kind, data []byte) error {
	return e.session.Send(engineio.NewMessage(kind, data))
}

func (echo) HandleClose(engineio.Reason) {}

// engineClient is the server of engine.io-client's own tests.
type engineClient struct {
	*engineio.Server

	mu    sync.Mutex // guards posts
	posts map[string]http.Header
}

func newEngineClient(log *slog.Logger) (server, error) {
	c := &engineClient{posts: map[string]http.Header{}}
	var err error
	c.Server, err = engineio.NewServer(c.accept, &engineio.Options{
		PingInterval:   500 * time.Millisecond,
		MaxPayload:     100,
		OriginPatterns: []string{"*"},
		AllowRequest:   deny,
		Header:         setCookies,
		Logger:         log,
	})
	return c, err
}

// ServeHTTP remembers the header of each session's last POST, for which a
// session may ask.
func (c *engineClient) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		c.mu.Lock()
		c.posts[r.URL.Query().Get("sid")] = r.Header
		c.mu.Unlock()
	}
	c.Server.ServeHTTP(w, r)
}

func deny(r *http.Request) error {
	if r.URL.Query().Has("deny") {
		return errors.New("denied")
	}
	return nil
}

func setCookies(h http.Header, _ *http.Request, first bool) {
	if !first {
		return
	}
	for _, cookie := range []string{
		"1=1; Max-Age=86400",
		"2=2; Path=/; HttpOnly; Secure; SameSite=Strict",
		"3=3; Max-Age=0",
		"4=4; Expires=now",
	} {
		h.Add("Set-Cookie", cookie)
	}
}

func (c *engineClient) accept(s *engineio.Session) engineio.Handler {
	_ = s.Send(engineio.NewMessage(engineio.Text, []byte("hi"))) // a session that is gone already is told so
	return &engineClientSession{c, s}
}

type engineClientSession struct {
	server  *engineClient
	session *engineio.Session
}

func (s *engineClientSession) HandleMessage(kind engineio.Kind, data []byte) error {
	if kind == engineio.Text {
		switch string(data) {
		case "give binary":
			kind, data = engineio.Binary, []byte{0, 1, 2, 3, 4}
		case "give utf8":
			data = []byte("пойду спать всем спокойной ночи")
		case "sendHeaders":
			var err error
			if data, err = s.server.lastPost(s.session.ID()); err != nil {
				return err
			}
		}
	}
	return s.session.Send(engineio.NewMessage(kind, data))
}

func (s *engineClientSession) HandleClose(engineio.Reason) {
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	delete(s.server.posts, s.session.ID())
}

func (c *engineClient) lastPost(sid string) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return json.Marshal(nodeHeaders(c.posts[sid]))
}

// nodeHeaders are header fields as Node shows them: in lower case, each once.
func nodeHeaders(h http.Header) map[string]string {
	headers := make(map[string]string, len(h))
	for name, values := range h {
		headers[strings.ToLower(name)] = strings.Join(values, ", ")
	}
	return headers
}
