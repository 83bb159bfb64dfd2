package sioclient_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gobwas/ws"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

// A halfDead server lets a client in, whatever it is told. Then nothing reaches it any more,
// but what it has said before does reach the client, a moment after the client has noticed.
type halfDead struct {
	welcome, last []byte // over polling, a response each
	isSilent      bool   // it has said nothing, and its end does not come either

	isOpening bool // the packet that opens a stream is still heard
	read      io.Reader
	polls     int
	once      sync.Once
	noticed   chan struct{}
	leave     sync.Once
	isClosed  chan struct{}
}

func (s *halfDead) Write(p []byte) (int, error) {
	if s.isOpening {
		s.isOpening = false
		return len(p), nil
	}
	s.once.Do(func() { close(s.noticed) })
	return 0, errors.New("broken pipe")
}

func (s *halfDead) Read(p []byte) (int, error) {
	if s.read == nil {
		s.read = io.MultiReader(bytes.NewReader(s.welcome), afterwards{s}, bytes.NewReader(s.last))
	}
	return s.read.Read(p)
}

func (s *halfDead) Close() error {
	s.leave.Do(func() { close(s.isClosed) })
	return nil
}

// afterwards ends when the client has noticed.
type afterwards struct{ *halfDead }

func (s afterwards) Read([]byte) (int, error) {
	<-s.noticed
	<-time.After(time.Millisecond)
	if s.isSilent {
		<-s.isClosed
	}
	return 0, io.EOF
}

// RoundTrip implements [http.RoundTripper].
func (s *halfDead) RoundTrip(r *http.Request) (*http.Response, error) {
	switch {
	case r.Header.Get("Upgrade") != "":
		return switched(r, s), nil
	case r.Method == http.MethodPost:
		_, err := s.Write(nil)
		return nil, err
	}
	resp := &http.Response{StatusCode: http.StatusOK, Header: make(http.Header), Request: r}
	switch s.polls++; s.polls {
	case 1:
		resp.Body = io.NopCloser(bytes.NewReader(s.welcome))
	case 2:
		defer context.AfterFunc(r.Context(), func() { _ = s.Close() })() // it never fails
		_, _ = afterwards{s}.Read(nil)                                   // it only ends
		resp.Body = io.NopCloser(bytes.NewReader(s.last))
	default:
		return nil, errors.New("connection refused")
	}
	return resp, nil
}

// face has a client connect, whose handlers take their time, and returns what it hears
// until nothing more happens.
func (s *halfDead) face(t *testing.T, transport string, slow time.Duration) *record {
	t.Helper()
	s.noticed, s.isClosed = make(chan struct{}), make(chan struct{})
	opts := sioclient.Options{
		HTTPClient: &http.Client{Transport: s}, Transports: []string{transport}, MaxPending: 1,
		DisableReconnection: true, Logger: slog.New(slog.DiscardHandler),
	}
	if s.isOpening = transport == "webtransport"; s.isOpening {
		opts.DialStream = func(context.Context, string, http.Header) (io.ReadWriteCloser, error) { return s, nil }
	}
	c, err := sioclient.New("http://caucus.test", &opts)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context())
	root := c.Of("/")
	got := watch(root)
	socketio.Signal("said").Receive(root, func(context.Context) error {
		<-time.After(slow)
		got.Add("said")
		return nil
	})
	if err := root.Connect(t.Context()); err != nil {
		t.Fatal(err)
	}
	pass(3*slow + time.Second)
	return got
}

// What a server has said before its end is heard, even if the client has something to say
// meanwhile that does not reach it any more; and the reason is the reference client's.
func TestWordsBeforeTheEndOfAServer(t *testing.T) {
	const (
		closed = sioclient.ReasonTransportClose
		failed = sioclient.ReasonTransportError
		said   = `42["said"]`
	)
	payload := func(packets ...string) []byte {
		var b []byte
		for i, p := range packets {
			if i > 0 {
				b = append(b, 0x1e)
			}
			b = append(b, p...)
		}
		return b
	}
	framed := func(frame func(string) []byte, packets ...string) []byte {
		var b []byte
		for _, p := range packets {
			b = append(b, frame(p)...)
		}
		return b
	}
	welcome := []string{openPacket, admission}
	words := func(end ...string) []string { return append([]string{said, said}, end...) }
	for name, c := range map[string]struct {
		transport     string
		welcome, last []byte
		want          sioclient.Reason
	}{
		"polling, a close packet":      {"polling", payload(welcome...), payload(words("1")...), closed},
		"polling, gone":                {"polling", payload(welcome...), payload(words()...), failed},
		"websocket, a close packet":    {"websocket", framed(text, welcome...), framed(text, words("1")...), closed},
		"websocket, a close frame":     {"websocket", framed(text, welcome...), append(framed(text, words()...), frame(ws.NewCloseFrame(nil))...), closed},
		"websocket, gone":              {"websocket", framed(text, welcome...), framed(text, words()...), closed},
		"websocket, gone in a frame":   {"websocket", framed(text, welcome...), append(framed(text, words()...), 0x81, 9), closed},
		"webtransport, a close packet": {"webtransport", framed(frame16, welcome...), framed(frame16, words("1")...), closed},
		"webtransport, gone":           {"webtransport", framed(frame16, welcome...), framed(frame16, words()...), closed},
	} {
		play := func(name string, server *halfDead, slow time.Duration, want ...string) {
			t.Run(name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { server.face(t, c.transport, slow).Want(t, want...) })
			})
		}
		play(name, &halfDead{welcome: c.welcome, last: c.last}, 0, "connected", "said", "said", string(c.want))
		play(name+", to slow handlers", &halfDead{welcome: c.welcome, last: c.last}, time.Minute,
			"connected", "said", "said", string(c.want))
		play(name+", and no end", &halfDead{welcome: c.welcome, isSilent: true}, 0, "connected", string(failed))
	}
}
