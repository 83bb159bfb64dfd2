package sioclient_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/internal/bubbletest"
	"github.com/caucus-live/caucus/socketio/pipetest"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

var (
	_ socketio.Source  = (*sioclient.Socket)(nil)
	_ socketio.Emitter = (*sioclient.Socket)(nil)
	_ socketio.Callee  = (*sioclient.Socket)(nil)
)

// transports are the ways to connect.
var transports = map[string][]string{
	"polling": {"polling"}, "websocket": {"websocket"}, "webtransport": {"webtransport"},
	"polling, then websocket": {"polling", "websocket"}, "polling, then webtransport": {"polling", "webtransport"},
}

var everyTransport = []string{"polling", "websocket", "webtransport"}

// everywhere runs a test over each transport, with a server in memory, where time
// is the test's own.
func everywhere(t *testing.T, opts *socketio.Options, test func(w *world)) {
	t.Helper()
	for name, list := range transports {
		t.Run(name, func(t *testing.T) {
			bubble(t, opts, func(w *world) {
				w.over(list)
				test(w)
			})
		})
	}
}

// bubble runs a test over WebSocket.
func bubble(t *testing.T, opts *socketio.Options, test func(w *world)) {
	t.Helper()
	bubbletest.Run(t, func(t *testing.T) {
		t.Helper()
		w := &world{T: t, log: new(bubbletest.Log)}
		w.start(opts)
		t.Cleanup(w.stop)
		transport := &http.Transport{DialContext: w.dialContext}
		w.opts = sioclient.Options{
			HTTPClient: &http.Client{Transport: transport}, Transports: []string{"websocket"},
			Logger: slog.New(slog.NewTextHandler(w.log, nil)),
		}
		t.Cleanup(transport.CloseIdleConnections)
		test(w)
	})
}

// A world is a server, and what it takes to be its client.
type world struct {
	*testing.T
	opts sioclient.Options
	log  *bubbletest.Log

	io     *socketio.Server
	server *http.Server
	served sync.WaitGroup

	mu       sync.Mutex // guards the fields below
	listener *pipetest.Listener
	conns    []net.Conn // the clients' ends
	dials    []time.Duration
	began    time.Time
	down     bool
	frozen   atomic.Bool // nothing comes from the server any more
}

// start starts a server.
func (w *world) start(opts *socketio.Options) {
	var o socketio.Options
	if opts != nil {
		o = *opts
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.NewTextHandler(w.log, nil))
	}
	if o.Engine.Transports == nil {
		o.Engine.Transports = everyTransport
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	var err error
	if w.io, err = socketio.NewServer(&o); err != nil {
		w.Fatal(err)
	}
	listener := pipetest.Listen()
	server := &http.Server{Handler: w.io, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0)}
	w.listener, w.server = listener, server
	w.served.Go(func() { // Close ends it; stop waits for it
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			w.Error(err)
		}
	})
}

// stop ends the server.
func (w *world) stop() {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(w.Context()), time.Second)
	defer cancel()
	_ = w.io.Shutdown(ctx) // some tests leave clients that do not answer, or shut down themselves
	synctest.Wait()        // the last polls are being answered still
	if err := w.server.Close(); err != nil {
		w.Error(err)
	}
	w.served.Wait()
}

// over has clients connect over these transports.
func (w *world) over(transports []string) {
	w.opts.Transports, w.opts.DialStream = transports, nil
	if slices.Contains(transports, "webtransport") {
		w.opts.DialStream = w.dialStream
	}
}

func (w *world) dialContext(ctx context.Context, network, addr string) (net.Conn, error) {
	w.mu.Lock()
	listener := w.listener
	w.mu.Unlock()
	return w.reach(func() (net.Conn, error) { return listener.DialContext(ctx, network, addr) })
}

// dialStream opens what is to the server a stream of WebTransport.
func (w *world) dialStream(ctx context.Context, url string, header http.Header) (io.ReadWriteCloser, error) {
	w.mu.Lock()
	server := w.io
	w.mu.Unlock()
	return w.reach(func() (net.Conn, error) {
		client, stream := net.Pipe()
		r := httptest.NewRequestWithContext(context.WithoutCancel(ctx), http.MethodConnect, url, http.NoBody)
		r.Header = header
		w.served.Go(func() { _ = server.ServeStream(stream, r) }) // ends with the first packet, or the stream
		return client, nil
	})
}

// reach connects if the server can be reached.
func (w *world) reach(dial func() (net.Conn, error)) (net.Conn, error) {
	w.mu.Lock()
	down := w.down
	w.dials = append(w.dials, time.Since(w.began))
	w.mu.Unlock()
	if down {
		return nil, errors.New("no route to host")
	}
	conn, err := dial()
	if err != nil {
		return nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.conns = append(w.conns, conn)
	return &iceable{Conn: conn, frozen: &w.frozen, closed: make(chan struct{})}, nil
}

// An iceable connection may be frozen: then nothing comes through it, not even its
// end.
type iceable struct {
	net.Conn
	frozen *atomic.Bool
	once   sync.Once
	closed chan struct{}
}

func (c *iceable) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if c.frozen.Load() {
		<-c.closed
		return 0, net.ErrClosed
	}
	return n, err
}

func (c *iceable) Close() error {
	c.once.Do(func() { close(c.closed) })
	return c.Conn.Close()
}

// freeze lets nothing from the server come through any more.
func (w *world) freeze() { w.frozen.Store(true) }

// setDown says whether the server can be reached.
func (w *world) setDown(down bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.down, w.dials, w.began = down, nil, time.Now()
}

// dialled returns when somebody tried to connect since setDown.
func (w *world) dialled() []time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.dials
}

// cut breaks all connections.
func (w *world) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, conn := range w.conns {
		_ = conn.Close() // some are closed
	}
	w.conns = nil
}

// loss is the reason for which a client loses its connection when that is cut.
func loss(s *sioclient.Socket) sioclient.Reason {
	if s.Client().Transport() == "websocket" {
		return sioclient.ReasonTransportClose
	}
	return sioclient.ReasonTransportError
}

// client returns a client that is closed with the test.
func (w *world) client() *sioclient.Client {
	w.Helper()
	c, err := sioclient.New("http://caucus.test", &w.opts)
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { _ = c.Close(context.WithoutCancel(w.Context())) })
	return c
}

// in returns a socket that is connected.
func (w *world) in(namespace string) *sioclient.Socket {
	w.Helper()
	s := w.client().Of(namespace)
	w.connect(s)
	return s
}

// connect connects a socket. When it returns, an upgrade is over, too.
func (w *world) connect(s *sioclient.Socket) {
	w.Helper()
	w.try(s.Connect(w.Context()))
	synctest.Wait()
}

// try fails the test if there is an error.
func (w *world) try(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// wantLog checks that something was logged.
func (w *world) wantLog(text string) {
	w.Helper()
	synctest.Wait()
	if !strings.Contains(w.log.String(), text) {
		w.Errorf("%q is not in the log:\n%s", text, w.log)
	}
}

// pass lets time pass, and all that has to happen in it.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

type record = bubbletest.Record
