package sioclient_test

import (
	"bytes"
	"context"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/gobwas/ws"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

// A script is a server that says what it has to say whatever it is told: over
// WebSocket and WebTransport a stream of bytes, over polling a response to each GET.
// Then it is gone.
type script struct {
	stream []byte
	polls  []string
}

// RoundTrip implements [http.RoundTripper].
func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	resp := &http.Response{StatusCode: http.StatusOK, Header: make(http.Header), Body: http.NoBody, Request: r}
	switch {
	case r.Header.Get("Upgrade") != "":
		return switched(r, &deaf{bytes.NewReader(s.stream)}), nil
	case r.Method == http.MethodPost:
	case len(s.polls) == 0:
		return nil, errors.New("the server is gone")
	default:
		resp.Body = io.NopCloser(strings.NewReader(s.polls[0]))
		s.polls = s.polls[1:]
	}
	return resp, nil
}

// switched is the response that opens a WebSocket on a connection.
func switched(r *http.Request, conn io.ReadWriteCloser) *http.Response {
	sum := sha1.Sum([]byte(r.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	header := http.Header{"Sec-Websocket-Accept": {base64.StdEncoding.EncodeToString(sum[:])}}
	return &http.Response{StatusCode: http.StatusSwitchingProtocols, Header: header, Body: conn, Request: r}
}

// A deaf connection takes everything and ignores it.
type deaf struct{ io.Reader }

func (*deaf) Write(p []byte) (int, error) { return len(p), nil }
func (*deaf) Close() error                { return nil }

func scripted(s *script) *http.Client { return &http.Client{Transport: s} }

// face has a client connect to a script, and returns how that went: an error of
// Connect, or the reason for which it was disconnected.
func face(tb testing.TB, s *script, opts sioclient.Options) (reason sioclient.Reason, err error) {
	tb.Helper()
	if slices.Contains(opts.Transports, "webtransport") {
		opts.DialStream = func(context.Context, string, http.Header) (io.ReadWriteCloser, error) {
			return &deaf{bytes.NewReader(s.stream)}, nil
		}
	}
	return faceOver(tb, scripted(s), opts)
}

// faceOver is face with a server that an HTTP client finds.
func faceOver(tb testing.TB, client *http.Client, opts sioclient.Options) (reason sioclient.Reason, err error) {
	tb.Helper()
	opts.HTTPClient = client
	opts.DisableReconnection = true
	opts.Logger = slog.New(slog.DiscardHandler)
	c, err := sioclient.New("http://caucus.test", &opts)
	if err != nil {
		tb.Fatal(err)
	}
	defer c.Close(tb.Context())
	root := c.Of("/")
	end := make(chan sioclient.Reason, 1)
	root.OnDisconnect(func(_ context.Context, reason sioclient.Reason) { end <- reason })
	root.On("tuple", func(_ context.Context, r socketio.Request) (any, error) {
		var v []any
		return r.Args, r.Args.Decode(&v)
	})
	echo.Receive(root, func(_ context.Context, b blob) (blob, error) { return b, nil })
	if err := root.Connect(tb.Context()); err != nil {
		return "", err
	}
	return <-end, nil
}

const (
	openPacket = `0{"sid":"s","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000}`
	admission  = `40{"sid":"x","pid":"p"}`
)

// text and binary are frames of a server.
func text(s string) []byte { return frame(ws.NewTextFrame([]byte(s))) }

func binary(s string) []byte { return frame(ws.NewBinaryFrame([]byte(s))) }

func frame(f ws.Frame) []byte {
	b, err := ws.CompileFrame(f)
	if err != nil {
		panic(err) //nolint:forbidigo // a buffer takes everything
	}
	return b
}

// welcomed is what a server says to let the client in.
var welcomed = append(text(openPacket), text(admission)...)

func TestHostileWebSocket(t *testing.T) {
	const (
		parse = sioclient.ReasonParseError
		gone  = sioclient.ReasonTransportClose // nothing wrong but that the script ends
	)
	rsv := frame(ws.Frame{Header: ws.Header{Fin: true, Rsv: ws.Rsv(true, false, false), OpCode: ws.OpText}})
	for name, c := range map[string]struct {
		stream []byte
		want   sioclient.Reason
	}{
		"nothing":                       {nil, gone},
		"an empty frame":                {text(""), parse},
		"a masked frame":                {frame(ws.MaskFrame(ws.NewTextFrame([]byte("6")))), parse},
		"reserved bits":                 {rsv, parse},
		"a continuation of nothing":     {frame(ws.NewFrame(ws.OpContinuation, true, nil)), parse},
		"a long control frame":          {append([]byte{0x89, 126, 0, 200}, make([]byte, 200)...), parse},
		"a promise of 2^62 bytes":       {[]byte{0x81, 127, 0x40, 0, 0, 0, 0, 0, 0, 0}, parse},
		"a message above MaxMessage":    {text("4" + strings.Repeat(" ", 2000)), parse},
		"fragments above MaxMessage":    {fragments("4"+strings.Repeat(" ", 2000), 100), parse},
		"many small fragments":          {fragments(`42["x"]`, 1), gone},
		"a length above 2^63":           {[]byte{0x81, 127, 0x80, 0, 0, 0, 0, 0, 0, 0}, parse},
		"half a header":                 {[]byte{0x81, 126, 1}, gone},
		"half a frame":                  {[]byte{0x81, 100, '4'}, gone},
		"half a ping of WebSocket":      {[]byte{0x89, 4, 'x'}, gone},
		"a ping of WebSocket":           {frame(ws.NewPingFrame([]byte("x"))), gone},
		"a close frame":                 {frame(ws.NewCloseFrame(nil)), gone},
		"text that is not UTF-8":        {text("42[\"\xff\"]"), parse},
		"an unknown packet":             {text("9"), parse},
		"a second handshake":            {text(openPacket), parse},
		"pongs":                         {bytes.Repeat(text("3"), 3), parse},
		"noops":                         {bytes.Repeat(text("6"), 3), gone},
		"a flood of pings":              {bytes.Repeat(text("2"), 10_000), gone},
		"an unknown type":               {text("49"), parse},
		"no JSON":                       {text("42[x]"), parse},
		"deep JSON":                     {text("42" + strings.Repeat("[", 1000) + strings.Repeat("]", 1000)), parse},
		"an event without a name":       {text("42[]"), parse},
		"an event's name is an object":  {text(`42[{}]`), parse},
		"a reserved event":              {text(`42["connect"]`), parse},
		"an id above 2^53":              {text(`4299999999999999999["x"]`), parse},
		"an answer nobody waits for":    {text(`437[1]`), gone},
		"a negative id":                 {text(`43-1[1]`), parse},
		"another namespace":             {text(`42/other,["x"]`), gone},
		"admitted twice":                {text(admission), parse},
		"refused after being admitted":  {text(`44{"message":"no"}`), gone},
		"binary that nobody announced":  {binary("x"), parse},
		"too many attachments":          {text(`45999-["x"]`), parse},
		"no attachments":                {text(`450-["x"]`), parse},
		"attachments that never come":   {text(`451-["x",{"_placeholder":true,"num":0}]`), gone},
		"text instead of an attachment": {append(text(`451-["x",{"_placeholder":true,"num":0}]`), text(`42["x"]`)...), parse},
		"attachments above MaxMessage":  {append(text(`452-["x"]`), bytes.Repeat(binary(strings.Repeat("x", 900)), 2)...), parse},
		"a reference out of range":      {append(text(`451-["x",{"_placeholder":true,"num":7}]`), binary("x")...), parse},
		"a reference that is a name":    {append(text(`451-["x",{"_placeholder":true,"num":"splice"}]`), binary("x")...), parse},
		"an event that asks for answer": {text(`427["tuple",1]`), gone},
		"sent away":                     {text(`41`), sioclient.ReasonServer},
		"a close packet":                {text(`1`), gone},
	} {
		t.Run(name, func(t *testing.T) {
			stream := append(bytes.Clone(welcomed), c.stream...)
			opts := sioclient.Options{Transports: []string{"websocket"}, MaxMessage: 1000}
			reason, err := face(t, &script{stream: stream}, opts)
			if reason != c.want || err != nil {
				t.Errorf("disconnected: %q, %v, want %q", reason, err, c.want)
			}
		})
	}
}

// fragments cuts a text message into frames of n bytes.
func fragments(s string, n int) (b []byte) {
	op := ws.OpText
	for len(s) > 0 {
		n := min(n, len(s))
		b = append(b, frame(ws.NewFrame(op, n == len(s), []byte(s[:n])))...)
		op, s = ws.OpContinuation, s[n:]
	}
	return b
}

func TestHostileHandshake(t *testing.T) {
	for name, open := range map[string]string{
		"empty":              "",
		"another packet":     "6",
		"no JSON":            "0x",
		"no id":              `0{"pingInterval":1,"pingTimeout":1}`,
		"a huge id":          `0{"sid":"` + strings.Repeat("x", 1025) + `","pingInterval":1,"pingTimeout":1}`,
		"no interval":        `0{"sid":"x","pingTimeout":1}`,
		"a negative timeout": `0{"sid":"x","pingInterval":1,"pingTimeout":-1}`,
		"an endless timeout": `0{"sid":"x","pingInterval":1,"pingTimeout":9223372036854775807}`,
		"a negative payload": `0{"sid":"x","pingInterval":1,"pingTimeout":1,"maxPayload":-1}`,
		"binary":             "bAAAA",
		"not UTF-8":          "\xff",
		"too long":           openPacket + strings.Repeat(" ", 2000),
	} {
		for _, transport := range []string{"polling", "websocket"} {
			s := &script{stream: text(open), polls: []string{open}}
			opts := sioclient.Options{Transports: []string{transport}, MaxMessage: 1000}
			if reason, err := face(t, s, opts); err == nil {
				t.Errorf("%s over %s: connected, then %q", name, transport, reason)
			}
		}
	}
}

func TestHostilePolling(t *testing.T) {
	for name, c := range map[string]struct {
		poll string
		want sioclient.Reason
	}{
		"nothing":            {"", sioclient.ReasonParseError},
		"empty packets":      {"6\x1e\x1e6", sioclient.ReasonParseError},
		"malformed base64":   {"b!", sioclient.ReasonParseError},
		"a long response":    {strings.Repeat("6\x1e", 1000), sioclient.ReasonParseError},
		"several packets":    {"6\x1e42[\"x\"]\x1e2\x1e451-[{\"_placeholder\":true,\"num\":0}]\x1ebAAAA", sioclient.ReasonParseError},
		"an event and bytes": {"451-[\"echo\",{\"_placeholder\":true,\"num\":0}]\x1ebAAAA", sioclient.ReasonTransportError},
		"a close packet":     {"1", sioclient.ReasonTransportClose},
	} {
		s := &script{polls: []string{openPacket + "\x1e6", admission, c.poll}}
		opts := sioclient.Options{Transports: []string{"polling"}, MaxMessage: 1000}
		if reason, err := face(t, s, opts); reason != c.want || err != nil {
			t.Errorf("%s: disconnected: %q, %v, want %q", name, reason, err, c.want)
		}
	}
}

// What was missed may come before the server says that the client is let in.
func TestEventsBeforeAdmission(t *testing.T) {
	early := append(text(openPacket), text(`42["early","offset"]`)...)
	opts := sioclient.Options{Transports: []string{"websocket"}, MaxPending: 1000}
	if reason, err := face(t, &script{stream: append(early, text(admission)...)}, opts); reason != sioclient.ReasonTransportClose || err != nil {
		t.Errorf("disconnected: %q, %v", reason, err)
	}
	flood := bytes.Repeat(text(`42["early"]`), 100)
	if _, err := face(t, &script{stream: append(early, flood...)}, opts); err == nil {
		t.Error("kept without bound")
	}
}

func FuzzWebSocket(f *testing.F) {
	for _, seed := range [][]byte{
		text(`42["tuple",{"a":1}]`), text(`427["echo",{"Parts":[]}]`), append(text(`451-7["tuple",{"_placeholder":true,"num":0}]`), binary("x")...),
		text("2"), text("1"), text("41"), text(`431[1]`), fragments(`42["x"]`, 2), frame(ws.NewPingFrame(nil)), frame(ws.NewCloseFrame(nil)),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, stream []byte) {
		opts := sioclient.Options{Transports: []string{"websocket"}, MaxMessage: 1000, MaxPending: 1000}
		for _, s := range [][]byte{append(bytes.Clone(welcomed), stream...), append(text(openPacket), stream...), stream} {
			_, _ = face(t, &script{stream: s}, opts) // that it ends is all that is asked
		}
	})
}

func FuzzPolling(f *testing.F) {
	f.Add(openPacket, admission+"\x1e42[\"tuple\",1]")
	f.Add(openPacket+"\x1e6", "451-[\"echo\",{\"_placeholder\":true,\"num\":0}]\x1ebAAAA\x1e2")
	f.Add(`0{"sid":"s","upgrades":["websocket"],"pingInterval":1,"pingTimeout":1}`, "44{\"message\":\"no\"}")
	f.Fuzz(func(t *testing.T, first, second string) {
		opts := sioclient.Options{MaxMessage: 1000, MaxPending: 1000}
		for _, polls := range [][]string{{first, second}, {openPacket, admission, second}} {
			_, _ = face(t, &script{polls: polls}, opts) // that it ends is all that is asked
		}
	})
}

func FuzzMessagePack(f *testing.F) {
	f.Add([]byte("\x83\xa4type\x02\xa3nsp\xa1/\xa4data\x92\xa5tuple\xc4\x01x"))
	f.Add([]byte("\x82\xa4type\x03\xa2id\x01"))
	f.Fuzz(func(t *testing.T, message []byte) {
		opts := sioclient.Options{Transports: []string{"websocket"}, Parser: socketio.MessagePack, MaxMessage: 1000}
		admission := binary("\x83\xa4type\x00\xa3nsp\xa1/\xa4data\x81\xa3sid\xa1x")
		stream := append(append(text(openPacket), admission...), binary(string(message))...)
		if _, err := face(t, &script{stream: stream}, opts); err != nil {
			t.Fatal(err)
		}
	})
}
