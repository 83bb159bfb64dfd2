package engineio_test

import (
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/socketio/engineio"
	"github.com/caucus-live/caucus/socketio/internal/bubbletest"
	"github.com/caucus-live/caucus/socketio/pipetest"
)

// A world is a server with its sessions, and the means to talk to it.
type world struct {
	testing.TB
	eio      *engineio.Server
	server   *http.Server
	http     *http.Client
	dial     func() (net.Conn, error)
	onAccept func(*session)
	refuse   bool                            // accept returns nil
	handler  func(*session) engineio.Handler // what accept returns; nil: the session itself
	bubble   bool                            // time is the test's own

	// wrap is what middleware does to the writer of a response.
	wrap func(http.ResponseWriter) http.ResponseWriter

	mu       sync.Mutex
	sessions []*session
}

// A session records what happens to an engineio.Session.
type session struct {
	*engineio.Session
	w         *world
	onMessage func(kind engineio.Kind, data []byte) error

	mu       sync.Mutex
	messages []string
	closed   []engineio.Reason
}

// reason is why the session has ended, or "".
func (s *session) reason() engineio.Reason {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.closed) == 0 {
		return ""
	}
	return s.closed[0]
}

func (s *session) HandleMessage(kind engineio.Kind, data []byte) error {
	s.mu.Lock()
	prefix := ""
	if kind == engineio.Binary {
		prefix = "binary "
	}
	s.messages = append(s.messages, prefix+string(data))
	s.mu.Unlock()
	if s.onMessage != nil {
		return s.onMessage(kind, data)
	}
	return nil
}

func (s *session) HandleClose(reason engineio.Reason) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = append(s.closed, reason)
}

// text sends text messages in one batch.
func (s *session) text(texts ...string) error {
	batch := make([]*engineio.Message, len(texts))
	for i, text := range texts {
		batch[i] = engineio.NewMessage(engineio.Text, []byte(text))
	}
	return s.Send(batch...)
}

func (s *session) wantMessages(want ...string) {
	s.w.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if diff := cmp.Diff(want, s.messages); diff != "" {
		s.w.Errorf("messages (-want +got):\n%s", diff)
	}
}

// wantClosed checks that HandleClose is called once, with the given reason: by
// now, or, where time is real, soon.
func (s *session) wantClosed(want engineio.Reason) {
	s.w.Helper()
	s.w.eventually(func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return len(s.closed) > 0
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	if diff := cmp.Diff([]engineio.Reason{want}, s.closed); diff != "" {
		s.w.Errorf("close reasons (-want +got):\n%s", diff)
	}
}

func (s *session) wantOpen() {
	s.w.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.closed) > 0 {
		s.w.Errorf("session closed: %q", s.closed)
	}
}

// wantLeft checks whether the client is said to have left.
func (s *session) wantLeft(want bool) {
	s.w.Helper()
	if s.Left() != want {
		s.w.Errorf("the client has left: %v", s.Left())
	}
}

// echo makes a session send back what it receives.
func echo(s *session) {
	s.onMessage = func(kind engineio.Kind, data []byte) error {
		return s.Send(engineio.NewMessage(kind, data))
	}
}

// bubble runs a test with a server in memory, where time is the test's own.
func bubble(t *testing.T, opts *engineio.Options, test func(w *world)) {
	t.Helper()
	bubbletest.Run(t, func(t *testing.T) {
		t.Helper()
		t.Cleanup(func() { pass(time.Second) }) // for net/http, which closes some connections slowly
		listener := pipetest.Listen()
		w := newWorld(t, opts, listener, listener.Dial)
		w.bubble = true
		test(w)
	})
}

// overTCP runs a test with a server on a real socket, with each way to wait for it.
func overTCP(t *testing.T, opts *engineio.Options, test func(w *world)) {
	t.Helper()
	t.Run("poller", func(t *testing.T) { test(tcpWorld(t, opts)) })
	t.Run("goroutines", func(t *testing.T) {
		w := tcpWorld(t, opts)
		w.eio.WithoutPoller()
		test(w)
	})
}

// tcpWorld has a server on a real socket.
func tcpWorld(tb testing.TB, opts *engineio.Options) *world {
	tb.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	return newWorld(tb, opts, listener, func() (net.Conn, error) {
		return net.Dial("tcp", listener.Addr().String())
	})
}

// overTLS runs a test with a server on a real socket, behind TLS.
func overTLS(t *testing.T, opts *engineio.Options, test func(w *world)) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	config := &tls.Config{Certificates: []tls.Certificate{certificate(t)}}
	test(newWorld(t, opts, tls.NewListener(listener, config), func() (net.Conn, error) {
		config := &tls.Config{InsecureSkipVerify: true} // the certificate is the test's own
		return tls.Dial("tcp", listener.Addr().String(), config)
	}))
}

// certificate makes a certificate for one test.
func certificate(t *testing.T) tls.Certificate {
	t.Helper()
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(nil, template, template, public, private)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: private}
}

func newWorld(tb testing.TB, opts *engineio.Options, listener net.Listener, dial func() (net.Conn, error)) *world {
	tb.Helper()
	w := &world{TB: tb, dial: dial}
	o := engineio.Options{}
	if opts != nil {
		o = *opts
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	var err error
	if w.eio, err = engineio.NewServer(w.accept, &o); err != nil {
		tb.Fatal(err)
	}
	server := &http.Server{
		Handler:  http.HandlerFunc(w.serve),
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0),
		// As a careful operator sets them: polls, sessions and slow requests must outlast them.
		ReadTimeout: 5 * time.Second, WriteTimeout: 5 * time.Second, IdleTimeout: time.Minute,
	}
	transport := &http.Transport{
		DialContext:        func(context.Context, string, string) (net.Conn, error) { return dial() },
		DisableCompression: true,
	}
	w.server, w.http = server, &http.Client{Transport: transport}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }() // Close ends it; the clean-up waits for it
	tb.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(tb.Context()), 100*time.Millisecond)
		defer cancel()
		_ = w.eio.Shutdown(ctx) // some tests leave clients that do not answer, or shut down themselves
		transport.CloseIdleConnections()
		if err := server.Close(); err != nil {
			tb.Error(err)
		}
		for _, s := range w.all() {
			s.mu.Lock()
			if n := len(s.closed); n > 1 {
				tb.Errorf("HandleClose was called %d times", n)
			}
			s.mu.Unlock()
		}
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			tb.Error(err)
		}
	})
	return w
}

func (w *world) serve(rw http.ResponseWriter, r *http.Request) {
	if w.wrap != nil {
		rw = w.wrap(rw)
	}
	w.eio.ServeHTTP(rw, r)
}

func (w *world) accept(es *engineio.Session) engineio.Handler {
	s := &session{Session: es, w: w}
	w.mu.Lock()
	w.sessions = append(w.sessions, s)
	w.mu.Unlock()
	if w.onAccept != nil {
		w.onAccept(s)
	}
	switch {
	case w.refuse:
		return nil
	case w.handler != nil:
		return w.handler(s)
	default:
		return s
	}
}

// eventually waits for something that happens on another goroutine.
func (w *world) eventually(happened func() bool) {
	w.Helper()
	for range 10_000 {
		if w.bubble {
			synctest.Wait()
		}
		if happened() {
			return
		}
		if w.bubble {
			break // more would only happen later
		}
		<-time.After(time.Millisecond)
	}
	w.Fatal("it did not happen")
}

// last returns the session that was opened last.
func (w *world) last() *session {
	w.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.sessions) == 0 {
		w.Fatal("no session was opened")
	}
	return w.sessions[len(w.sessions)-1]
}

// all returns all sessions so far.
func (w *world) all() []*session {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]*session(nil), w.sessions...)
}

// A reply is what most tests want to know of a response.
type reply struct {
	Status int
	Body   string
}

// A response is an HTTP response whose body has been read.
type response struct {
	StatusCode int
	Header     http.Header
	Body       string
}

// do makes a request and returns the response with its body read.
func (w *world) do(method, query, body string, header ...string) (response, string) {
	w.Helper()
	req, err := http.NewRequestWithContext(w.Context(), method, "http://caucus.test/engine.io/?"+query, strings.NewReader(body))
	if err != nil {
		w.Fatal(err)
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "text/plain;charset=UTF-8")
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := w.http.Do(req)
	if err != nil {
		w.Errorf("%s %s: %v", method, query, err)
		return response{}, ""
	}
	defer func() { _ = resp.Body.Close() }() // it is read to its end
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		w.Errorf("%s %s: read body: %v", method, query, err)
	}
	return response{resp.StatusCode, resp.Header, string(b)}, string(b)
}

// want makes a request and checks its response.
func (w *world) want(want reply, method, query, body string, header ...string) {
	w.Helper()
	resp, got := w.do(method, query, body, header...)
	if diff := cmp.Diff(want, reply{resp.StatusCode, got}); diff != "" {
		w.Errorf("%s %s %q (-want +got):\n%s", method, query, body, diff)
	}
}

// openPolling opens a session over polling and returns its id.
func (w *world) openPolling() string {
	w.Helper()
	resp, body := w.do("GET", "EIO=4&transport=polling", "")
	if resp.StatusCode != http.StatusOK || !strings.HasPrefix(body, "0{") {
		w.Fatalf("handshake: %d %q", resp.StatusCode, body)
	}
	return openID(w.TB, body)
}

// openID returns the session's id from an open packet.
func openID(tb testing.TB, packet string) string {
	tb.Helper()
	var open struct{ SID string }
	if err := json.Unmarshal([]byte(strings.TrimPrefix(packet, "0")), &open); err != nil {
		tb.Fatalf("open packet %q: %v", packet, err)
	}
	return open.SID
}

func of(sid string) string { return "EIO=4&transport=polling&sid=" + sid }

func ok(body string) reply { return reply{http.StatusOK, body} }

const (
	unknownSession = `{"code":1,"message":"Session ID unknown"}`
	badRequest     = `{"code":3,"message":"Bad request"}`
)

// poll starts a GET in the background; the returned function waits for it.
func (w *world) poll(sid string) (wait func() reply) {
	done := make(chan reply, 1)
	go func() { // ends with the response
		resp, body := w.do("GET", of(sid), "")
		done <- reply{resp.StatusCode, body}
	}()
	return func() reply { return <-done }
}

// pass lets time pass, and all that has to happen in it.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}
