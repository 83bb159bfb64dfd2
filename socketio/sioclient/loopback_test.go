package sioclient_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

// onLoopback starts a server that is reached over TCP.
func onLoopback(tb testing.TB, opts *socketio.Options) (io *socketio.Server, url string) {
	tb.Helper()
	io, err := socketio.NewServer(opts)
	if err != nil {
		tb.Fatal(err)
	}
	server := httptest.NewServer(io)
	tb.Cleanup(func() {
		stop(tb, io)
		server.Close()
	})
	return io, server.URL
}

func stop(tb testing.TB, io *socketio.Server) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(tb.Context()), time.Minute)
	defer cancel()
	if err := io.Shutdown(ctx); err != nil {
		tb.Error(err)
	}
}

// Many clients over TCP, each of which talks with the server both ways while it
// is upgraded.
func TestManyOverTCP(t *testing.T) {
	for name, list := range transports {
		t.Run(name, func(t *testing.T) {
			io, url := onLoopback(t, &socketio.Options{Engine: engineio.Options{Transports: everyTransport}})
			addHandlers(io.Of("/"))
			hc := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 100}}
			defer hc.CloseIdleConnections()
			var all sync.WaitGroup
			opts := sioclient.Options{Transports: list, HTTPClient: hc}
			if slices.Contains(list, "webtransport") {
				opts.DialStream = streams(t, io)
			}
			for range 8 {
				all.Go(func() { talk(t, url, &opts) })
			}
			all.Wait()
		})
	}
}

// talk says numbers, and checks that all come back, in order.
func talk(t *testing.T, url string, opts *sioclient.Options) {
	t.Helper()
	const n = 20
	c, err := sioclient.New(url, opts)
	if err != nil {
		t.Error(err)
		return
	}
	defer c.Close(t.Context())
	s := c.Of("/")
	var got []string
	done := make(chan struct{})
	shout.Receive(s, func(_ context.Context, text string) error {
		if got = append(got, text); len(got) == n {
			close(done)
		}
		return nil
	})
	if err := s.Connect(t.Context()); err != nil {
		t.Error(err)
		return
	}
	var want []string
	for i := range n {
		if err := shout.Emit(t.Context(), s, fmt.Sprint(i)); err != nil {
			t.Error(err)
		}
		want = append(want, fmt.Sprintf("%d!", i))
		if i%10 == 0 {
			if _, err := echo.Do(t.Context(), s, blob{Parts: [][]byte{make([]byte, 2000)}}); err != nil {
				t.Error(err)
			}
		}
	}
	<-done
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("echoes (-want +got):\n%s", diff)
	}
}

// streams listens on TCP for what is to the server a stream of WebTransport, and
// returns a dialer for clients.
func streams(t *testing.T, server *socketio.Server) func(context.Context, string, http.Header) (io.ReadWriteCloser, error) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var serving sync.WaitGroup
	serving.Go(func() { // ends with the listener
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			r := httptest.NewRequestWithContext(context.WithoutCancel(t.Context()), http.MethodConnect, "/", http.NoBody)
			serving.Go(func() { _ = server.ServeStream(conn, r) }) // ends with the first packet
		}
	})
	t.Cleanup(func() {
		_ = ln.Close() // nothing is left to be told
		serving.Wait()
	})
	return func(ctx context.Context, _ string, _ http.Header) (io.ReadWriteCloser, error) {
		return new(net.Dialer).DialContext(ctx, "tcp", ln.Addr().String())
	}
}

// TLS, and with it HTTP/2 for polling; a load balancer's cookie; a path and a query
// of the server's own.
func TestThroughTLS(t *testing.T) {
	io, err := socketio.NewServer(nil)
	if err != nil {
		t.Fatal(err)
	}
	addHandlers(io.Of("/"))
	var strays atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if cookie, err := r.Cookie("sticky"); r.FormValue("sid") != "" && (err != nil || cookie.Value != "7") || r.FormValue("tenant") != "x" {
			strays.Add(1)
		}
		http.SetCookie(w, &http.Cookie{Name: "sticky", Value: "7"})
		io.ServeHTTP(w, r)
	}))
	server.EnableHTTP2 = true
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
	server.StartTLS()
	defer server.Close()
	defer stop(t, io)
	hc := server.Client()
	hc.Timeout = time.Nanosecond // must not count
	if hc.Jar, err = cookiejar.New(nil); err != nil {
		t.Fatal(err)
	}
	c, err := sioclient.New("wss"+server.URL[len("https"):]+"/socket.io/?tenant=x", &sioclient.Options{HTTPClient: hc})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context())
	if err := c.Of("/").Connect(t.Context()); err != nil {
		t.Fatal(err)
	}
	for c.Transport() != "websocket" {
		if _, err := echo.Do(t.Context(), c.Of("/"), blob{}); err != nil {
			t.Fatal(err)
		}
	}
	if n := strays.Load(); n > 0 {
		t.Errorf("%d requests without cookie or query", n)
	}
	untrusting := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS13}}}
	other, err := sioclient.New(server.URL, &sioclient.Options{HTTPClient: untrusting, DisableReconnection: true})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close(t.Context())
	if err := other.Of("/").Connect(t.Context()); err == nil {
		t.Error("connected to a server without a certificate that counts")
	}
}
