package webtransport_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
	"github.com/caucus-live/caucus/socketio/sioclient"
	"github.com/caucus-live/caucus/socketio/webtransport"
)

// client returns a Go client of the server at a URL.
func (w *world) client(url string, opts sioclient.Options) *sioclient.Client {
	w.Helper()
	c, err := sioclient.New(url, &opts)
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() {
		if err := c.Close(context.WithoutCancel(w.Context())); err != nil {
			w.Error(err)
		}
	})
	return c
}

func (w *world) dialer() *webtransport.Dialer { return &webtransport.Dialer{TLSConfig: w.tls} }

func TestGoClient(t *testing.T) {
	w := newWorld(t)
	c := w.client("https://"+w.addr, sioclient.Options{
		Transports: []string{engineio.TransportWebTransport}, DialStream: w.dialer().DialStream,
	})
	s := c.Of("/")
	if err := s.Connect(t.Context()); err != nil {
		t.Fatal(err)
	}
	if c.Transport() != engineio.TransportWebTransport {
		t.Errorf("transport %q", c.Transport())
	}
	for _, text := range []string{"hello", "", strings.Repeat("ä", 70_000)} {
		if got, err := echo.Do(t.Context(), s, text); got != text || err != nil {
			t.Errorf("%d bytes came back as %d, %v", len(text), len(got), err)
		}
	}
}

// Everything said before the client leaves is heard.
func TestGoClientLeaves(t *testing.T) {
	w := newWorld(t)
	const n = 200
	heard := make(chan int, n)
	left := make(chan socketio.Reason, 1)
	socketio.Event[string]("word").On(w.io.Of("/"), func(_ context.Context, _ *socketio.Socket, text string) error {
		heard <- len(text)
		return nil
	})
	w.io.Of("/").OnDisconnect(func(_ context.Context, _ *socketio.Socket, reason socketio.Reason) { left <- reason })
	c := w.client("https://"+w.addr, sioclient.Options{
		Transports: []string{engineio.TransportWebTransport}, DialStream: w.dialer().DialStream,
	})
	s := c.Of("/")
	if err := s.Connect(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range n {
		if err := s.Emit(t.Context(), "word", strings.Repeat("x", 5000)); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if reason := <-left; reason != socketio.ReasonClient {
		t.Errorf("left: %q", reason)
	}
	if len(heard) != n {
		t.Errorf("%d of %d were heard", len(heard), n)
	}
}

// The server's last words arrive too.
func TestGoClientIsSentAway(t *testing.T) {
	w := newWorld(t)
	w.io.Of("/").On("bye", func(ctx context.Context, s *socketio.Socket, _ socketio.Request) (any, error) {
		for i := range 5 {
			if err := s.Emit(ctx, "word", i); err != nil {
				return nil, err
			}
		}
		s.CloseConn()
		return nil, nil
	})
	c := w.client("https://"+w.addr, sioclient.Options{
		Transports: []string{engineio.TransportWebTransport}, DialStream: w.dialer().DialStream, DisableReconnection: true,
	})
	s := c.Of("/")
	var words []int
	socketio.Event[int]("word").Receive(s, func(_ context.Context, i int) error {
		words = append(words, i)
		return nil
	})
	left := make(chan sioclient.Reason, 1)
	s.OnDisconnect(func(_ context.Context, reason sioclient.Reason) { left <- reason })
	if err := s.Connect(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Emit(t.Context(), "bye"); err != nil {
		t.Fatal(err)
	}
	if reason := <-left; reason != sioclient.ReasonServer || len(words) != 5 {
		t.Errorf("left: %q, after %v", reason, words)
	}
}

// A session that the server closes ends as it does in a browser; one that is lost is an error.
func TestEndOfASession(t *testing.T) {
	w := newWorld(t)
	open := func(origin string) io.ReadWriteCloser {
		t.Helper()
		stream, err := w.dialer().DialStream(t.Context(), "https://"+w.addr+"/socket.io/?EIO=4&transport=webtransport",
			http.Header{"Origin": {origin}})
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(stream, "\x010") // it may be refused already
		return stream
	}
	if _, err := open("https://evil.test").Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Errorf("refused: %v", err)
	}
	stream := open("https://" + w.addr)
	if _, err := stream.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	if err := w.quic.Close(); err != nil {
		t.Error(err)
	}
	if _, err := io.Copy(io.Discard, stream); err == nil {
		t.Error("lost: no error")
	}
}

// Polling is served over TCP, and goes over to QUIC.
func TestGoClientUpgrades(t *testing.T) {
	w := newWorld(t)
	server := httptest.NewServer(w.io)
	t.Cleanup(server.Close) // before the server's shutdown: it has no connections then
	dial := w.dialer().DialStream
	c := w.client(server.URL, sioclient.Options{
		Transports: []string{engineio.TransportPolling, engineio.TransportWebTransport},
		DialStream: func(ctx context.Context, url string, header http.Header) (io.ReadWriteCloser, error) {
			_, query, _ := strings.Cut(url, "?")
			return dial(ctx, "https://"+w.addr+"/socket.io/?"+query, header) // another port
		},
	})
	s := c.Of("/")
	if err := s.Connect(t.Context()); err != nil {
		t.Fatal(err)
	}
	for c.Transport() != engineio.TransportWebTransport {
		if _, err := echo.Do(t.Context(), s, "x"); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := echo.Do(t.Context(), s, "over QUIC"); got != "over QUIC" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	if got := w.io.Stats().Engine; got.Upgrades != 1 || got.WebTransport != 1 {
		t.Errorf("stats %+v", got)
	}
}

func TestDialErrors(t *testing.T) {
	w := newWorld(t)
	silent, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	for name, c := range map[string]struct {
		dialer *webtransport.Dialer
		url    string
	}{
		"a stranger's certificate": {new(webtransport.Dialer), "https://" + w.addr + "/socket.io/"},
		"another path":             {w.dialer(), "https://" + w.addr + "/elsewhere"},
		"no URL":                   {w.dialer(), "https://["},
		"nobody there":             {w.dialer(), "https://" + silent.LocalAddr().String()},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		if _, err := c.dialer.DialStream(ctx, c.url, nil); err == nil {
			t.Errorf("%s: connected", name)
		} else if name == "nobody there" && !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v", name, err)
		}
		cancel()
	}
}
