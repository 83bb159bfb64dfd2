package sioclient_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

// frame16 and frame64 are frames of a stream whose header is longer than need be.
func frame16(s string) []byte {
	return append([]byte{126, byte(len(s) >> 8), byte(len(s))}, s...)
}

func frame64(s string) []byte {
	return append([]byte{127, 0, 0, 0, 0, 0, 0, byte(len(s) >> 8), byte(len(s))}, s...)
}

func TestHostileStream(t *testing.T) {
	const (
		parse = sioclient.ReasonParseError
		gone  = sioclient.ReasonTransportClose // nothing wrong but that the script ends
	)
	event := `42["x","` + strings.Repeat("y", 200) + `"]`
	for name, c := range map[string]struct {
		stream []byte
		want   sioclient.Reason
	}{
		"nothing":                   {nil, gone},
		"three headers":             {append(append(frame16("6"), frame64("6")...), frame16(event)...), gone},
		"an empty frame":            {[]byte{0}, parse},
		"half a header":             {[]byte{126, 0}, gone},
		"half a long header":        {[]byte{127, 0, 0, 0}, gone},
		"half a frame":              {[]byte{5, '4'}, gone},
		"a promise of 2^63 bytes":   {append([]byte{127, 0x80}, make([]byte, 7)...), parse},
		"a frame above MaxMessage":  {frame16("4" + strings.Repeat(" ", 2000)), parse},
		"text that is not UTF-8":    {frame16("42[\"\xff\"]"), parse},
		"an unknown packet":         {frame16("9"), parse},
		"a second handshake":        {frame16(openPacket), parse},
		"binary nobody announced":   {[]byte{0x81, 7}, parse},
		"an attachment of no bytes": {append(frame16(`451-["tuple",{"_placeholder":true,"num":0}]`), 1, 'b'), gone},
		"an empty attachment":       {append(frame16(`451-["tuple",{"_placeholder":true,"num":0}]`), 0x80), gone},
		"a close packet":            {frame16("1"), gone},
	} {
		t.Run(name, func(t *testing.T) {
			stream := append(append(frame16(openPacket), frame16(admission)...), c.stream...)
			opts := sioclient.Options{Transports: []string{"webtransport"}, MaxMessage: 1000}
			reason, err := face(t, &script{stream: stream}, opts)
			if reason != c.want || err != nil {
				t.Errorf("disconnected: %q, %v, want %q", reason, err, c.want)
			}
		})
	}
}

func FuzzStream(f *testing.F) {
	f.Add(frame16(`42["tuple",{"a":1}]`))
	f.Add(append(frame64(`451-7["tuple",{"_placeholder":true,"num":0}]`), 0x81, 1))
	f.Fuzz(func(t *testing.T, stream []byte) {
		opts := sioclient.Options{Transports: []string{"webtransport"}, MaxMessage: 1000, MaxPending: 1000}
		welcome := append(frame16(openPacket), frame16(admission)...)
		for _, s := range [][]byte{append(welcome, stream...), stream} {
			_, _ = face(t, &script{stream: s}, opts) // that it ends is all that is asked
		}
	})
}

// A message of any length has the header that the protocol asks for, which the server
// checks.
func TestStreamLengths(t *testing.T) {
	bubble(t, nil, func(w *world) {
		w.over([]string{"webtransport"})
		addHandlers(w.io.Of("/"))
		s := w.in("/")
		for _, n := range []int{0, 1, 125, 126, 127, 60_000, 65_535, 65_536, 300_000} {
			in := blob{Parts: [][]byte{bytes.Repeat([]byte{7}, n), []byte(strings.Repeat("x", n))}}
			out, err := echo.Do(w.Context(), s, in)
			if err != nil || len(out.Parts) != 2 || !bytes.Equal(out.Parts[0], in.Parts[0]) {
				t.Errorf("%d bytes: %v", n, err)
			}
		}
	})
}

// What the dialer is asked for, and what comes first on the stream.
func TestStreamOpening(t *testing.T) {
	opts := sioclient.Options{
		Transports: []string{"webtransport"}, DisableReconnection: true,
		Header: http.Header{"Origin": {"https://caucus.test"}},
	}
	var asked, first string
	opts.DialStream = func(_ context.Context, url string, header http.Header) (io.ReadWriteCloser, error) {
		asked = url + " " + header.Get("Origin")
		client, server := net.Pipe()
		go func() { // ends with the second read
			defer server.Close()
			var b [2]byte
			_, _ = io.ReadFull(server, b[:]) // what came is compared
			first = string(b[:])
		}()
		return client, nil
	}
	c, err := sioclient.New("ws://caucus.test/path/?tenant=7", &opts)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context())
	if err := c.Of("/").Connect(t.Context()); err == nil {
		t.Error("connected to nothing")
	}
	want := []string{"https://caucus.test/path/?EIO=4&tenant=7&transport=webtransport https://caucus.test", "\x010"}
	if diff := cmp.Diff(want, []string{asked, first}); diff != "" {
		t.Errorf("opening (-want +got):\n%s", diff)
	}
}

// All transports are probed as in the reference client: WebTransport first.
func TestUpgradesCompete(t *testing.T) {
	hang := func(ctx context.Context, _ string, _ http.Header) (io.ReadWriteCloser, error) {
		<-ctx.Done() // as where UDP is blocked
		return nil, ctx.Err()
	}
	mute := func(context.Context, string, http.Header) (io.ReadWriteCloser, error) {
		client, _ := net.Pipe()
		return client, nil
	}
	for name, c := range map[string]struct {
		dial func(context.Context, string, http.Header) (io.ReadWriteCloser, error)
		want string
	}{
		"webtransport works":      {nil, "webtransport"},
		"webtransport fails":      {dialNothing, "websocket"},
		"webtransport hangs":      {hang, "websocket"},
		"the server says nothing": {mute, "websocket"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, nil, func(w *world) {
				addHandlers(w.io.Of("/"))
				w.over(everyTransport)
				if c.dial != nil {
					w.opts.DialStream = c.dial
				}
				cl := w.client()
				w.connect(cl.Of("/"))
				pass(time.Second)
				if got := cl.Transport(); got != c.want {
					t.Errorf("transport %q, want %q", got, c.want)
				}
				_, err := echo.Do(w.Context(), cl.Of("/"), blob{})
				w.try(err)
				if got := w.io.Stats().Engine.Upgrades; got != 1 {
					t.Errorf("%d upgrades", got)
				}
			})
		})
	}
}

// What was emitted before the end is received before it, whichever side ends it.
func TestStreamLastWords(t *testing.T) {
	bubble(t, nil, func(w *world) {
		w.over([]string{"webtransport"})
		said := new(record)
		socketio.Event[int]("word").On(w.io.Of("/"), func(_ context.Context, _ *socketio.Socket, n int) error {
			said.Add("%d", n)
			return nil
		})
		w.io.Of("/").OnDisconnect(func(_ context.Context, _ *socketio.Socket, reason socketio.Reason) {
			said.Add("%s", reason)
		})
		c := w.client()
		s := c.Of("/")
		w.connect(s)
		for i := range 3 {
			w.try(s.Emit(w.Context(), "word", i))
		}
		start := time.Now()
		w.try(c.Close(w.Context()))
		said.Want(t, "0", "1", "2", string(socketio.ReasonClient))
		if took := time.Since(start); took > 0 {
			t.Errorf("leaving took %v", took)
		}
	})
}

// A dialer's error is what connecting fails with.
func TestStreamDialError(t *testing.T) {
	blocked := errors.New("no UDP here")
	opts := sioclient.Options{Transports: []string{"webtransport"}, DisableReconnection: true}
	opts.DialStream = func(context.Context, string, http.Header) (io.ReadWriteCloser, error) { return nil, blocked }
	c, err := sioclient.New("https://caucus.test", &opts)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context())
	if err := c.Of("/").Connect(t.Context()); !errors.Is(err, blocked) {
		t.Errorf("connect: %v, want %v", err, blocked)
	}
}
